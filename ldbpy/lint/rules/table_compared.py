"""A new table is compared.

## What it does

Finds `==` and `~=` with a table constructor or a function.

## Why

A table is equal to itself only, and this one is new.

## Example

```lua
return KEYS == {} and 1 or 0
```

## Use instead

```lua
return #KEYS == 0 and 1 or 0
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("table-compared", "RL035", Group.LUA, Severity.WARNING, needs=((b"{", b"function"), (b"==", b"~=")))


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison."""
    for node, side, _ in comparisons(program, "==", "~="):
        if isinstance(side, ast.Table | ast.Function):
            told = f"a new {'table' if isinstance(side, ast.Table) else 'function'} is equal to nothing"
            yield Report.at(node, told, "to find out whether a table is empty: next(t) == nil")
