"""A comparison with what is equal to nothing.

## What it does

Finds `x == 0/0` and `x ~= 0/0`.

## Why

`0/0` is not a number, and equal to nothing, not even itself.

## Example

```lua args=1
return tonumber(ARGV[1]) == 0/0 and 1 or 0
```

## Use instead

```lua
local n = tonumber(ARGV[1])
return n ~= n and 1 or 0
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("compare-nan", "RL030", Group.LUA, Severity.WARNING, needs=(b"/", b"0", (b"==", b"~=")))


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison."""
    for node, side, _ in comparisons(program, "==", "~="):
        if isinstance(side, ast.Binary) and side.operator == "/" and _is_zero(side.left) and _is_zero(side.right):
            yield Report.at(node, "nothing is equal to 0/0", "write x ~= x to find out whether x is no number")


def _is_zero(node: ast.Expression) -> bool:
    return isinstance(node, ast.Number) and node.value == 0
