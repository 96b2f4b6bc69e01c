"""A loop without an end.

## What it does

Finds `while true` and `repeat ... until false` that nothing leaves: no `break`, no `return`, no call of a function that
could raise an error.

## Why

The server answers nobody until the script is killed; once it has written, only the server can be.

## Example

```lua hangs
local n = 0
while true do
  n = n + 1
end
```

## Use instead

```lua
local n = 0
while n < 1000 do
  n = n + 1
end
return n
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.narrowing import is_false, is_true
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unbounded-loop", "RL804", Group.CORRECTNESS, Severity.ERROR, needs=((b"while", b"repeat"),))


def check(program: Program) -> Iterator[Report]:
    """Look at the loops whose condition never changes."""
    loops: list[ast.While | ast.Repeat] = [loop for loop in program.of(ast.While) if is_true(loop.test)]
    loops += [loop for loop in program.of(ast.Repeat) if is_false(loop.test)]
    for loop in loops:
        if not _can_end(loop):
            end = loop.test.end if isinstance(loop, ast.While) else loop.start + len("repeat")
            yield Report(loop.start, end, "nothing ends this loop", "add a break, and a bound")


def _can_end(loop: ast.While | ast.Repeat) -> bool:
    ends = (ast.Return, ast.Break, ast.Call, ast.MethodCall)
    return any(isinstance(node, ends) for node in ast.walk_outside_functions(loop.body))
