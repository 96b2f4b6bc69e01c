"""A table with names and with places.

## What it does

Finds table constructors such as `{1, 2, total = 3}`.

## Why

It is a list and a record in one: `#`, `ipairs`, `cjson` and the reply each see only a part of it.

## Example

```lua
local t = {1, 2, total = 3}
return t.total
```

## Use instead

```lua
local t = {list = {1, 2}, total = 3}
return t.total
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("mixed-table", "RL053", Group.LUA, Severity.INFO, on=False, needs=(b"=",))


def check(program: Program) -> Iterator[Report]:
    """Look at every table."""
    for table in program.of(ast.Table):
        listed = next((item for item in table.items if isinstance(item, ast.ListItem)), None)
        named = next((item for item in table.items if isinstance(item, ast.NamedItem)), None)
        if listed is not None and named is not None:
            yield Report.at(named, "this table is a list and a record in one", "make two of it")
