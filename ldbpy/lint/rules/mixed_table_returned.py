"""A returned array has names in it as well.

## What it does

Finds returned tables with both elements and names.

## Why

Only the elements reach the client.

## Example

```lua differs
return {1, 2, total = 3}
```

## Use instead

```lua
return {1, 2, 'total', 3}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("mixed-table-returned", "RL605", Group.CORRECTNESS, Severity.ERROR, needs=(b"{", b"return"))


_KNOWN: Final = frozenset({"ok", "err", "double", "map", "set", "big_number", "verbatim_string"})


def check(program: Program) -> Iterator[Report]:
    """Look at the tables that go to the client."""
    for _, values in returned_values(program):
        table = program.literal(values[0]) if values else None
        if not isinstance(table, ast.Table):
            continue
        named = [item for item in table.items if isinstance(item, ast.NamedItem)]
        if len(named) == len(table.items) or any(item.name.name in _KNOWN for item in named):
            continue
        for item in named:
            yield Report.at(item, f"'{item.name.name}' never reaches the client", "a reply has no names: list them")
