"""A key that a table has twice.

## What it does

Finds table constructors that set the same field, or the same element, more than once.

## Why

The later value replaces the earlier one.

## Example

```lua
local t = {name = 1, name = 2}
return t.name
```

## Use instead

```lua
local t = {name = 1, other = 2}
return t.name
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("duplicate-key", "RL029", Group.LUA, Severity.WARNING, needs=(b"{",))


def check(program: Program) -> Iterator[Report]:
    """Look at every table constructor."""
    for table in program.of(ast.Table):
        seen: dict[bytes | float, ast.TableItem] = {}
        place = 0
        for item in table.items:
            key: bytes | float | None = None
            if isinstance(item, ast.ListItem):
                place += 1
                key = float(place)
            elif isinstance(item, ast.NamedItem):
                key = item.name.name.encode()
            elif isinstance(item, ast.KeyedItem) and isinstance(item.key, ast.String | ast.Number):
                key = item.key.value
            if key is None:
                continue
            first = seen.setdefault(key, item)
            if first is not item:
                labels = (Label(first.start, first.end, "the first"),)
                yield Report.at(item, "the table has this key already", labels=labels)
