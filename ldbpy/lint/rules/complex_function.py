"""A function with more ways through it than anyone can follow.

## What it does

Counts the conditions of each function, and of the script itself: `if`, `elseif`, loops, `and` and `or`. From 40 on they
are told.

## Why

Nobody tests forty ways. A part of it wants a name of its own.

## Example

```lua
local n = 0
if n == 1 or n == 2 or n == 3 or n == 4 or n == 5 or n == 6 or n == 7 or n == 8 or n == 9 or n == 10 or n == 11 or
  n == 12 or n == 13 or n == 14 or n == 15 or n == 16 or n == 17 or n == 18 or n == 19 or n == 20 or n == 21 or
  n == 22 or n == 23 or n == 24 or n == 25 or n == 26 or n == 27 or n == 28 or n == 29 or n == 30 or n == 31 or
  n == 32 or n == 33 or n == 34 or n == 35 or n == 36 or n == 37 or n == 38 or n == 39 or n == 40 or n == 41 then
  return 1
end
return 0
```

## Use instead

```lua
local n = 0
if n >= 1 and n <= 41 then
  return 1
end
return 0
```
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import function_around
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("complex-function", "RL049", Group.LUA, Severity.INFO, on=False)


_MOST: Final = 40
_BRANCHES: Final = (ast.IfClause, ast.While, ast.Repeat, ast.NumericFor, ast.GenericFor)


def check(program: Program) -> Iterator[Report]:
    """Count the branches of each function."""
    branches: list[ast.Node] = [node for kind in _BRANCHES for node in program.of(kind)]
    branches += [node for node in program.of(ast.Binary) if node.operator in ("and", "or")]
    if len(branches) < _MOST:
        return
    counts = Counter(function_around(program, node) for node in branches)
    for function, count in counts.items():
        if count >= _MOST:
            start = function.start if function is not None else program.chunk.body.start
            told = f"there are {count + 1} ways through this {'function' if function is not None else 'script'}"
            yield Report(start, min(start + len("function"), len(program.source)), told, "make functions of its parts")
