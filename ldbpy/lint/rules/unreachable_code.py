"""Code that nothing leads to.

## What it does

Finds statements behind an `if` all of whose branches leave, and behind `while true` without `break`. What stands behind
`error(...)` is told by `dead-after-error`.

## Why

It never runs.

## Example

```lua
local function sign(n)
  if n < 0 then return -1 else return 1 end
  return 0
end
return sign(5)
```

## Use instead

```lua
local function sign(n)
  if n < 0 then return -1 end
  return n > 0 and 1 or 0
end
return sign(5)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unreachable-code", "RL025", Group.LUA, Severity.WARNING, needs=((b"while", b"return", b"repeat"),))


def check(program: Program) -> Iterator[Report]:
    """Ask the flow."""
    for before, statement in program.flow.unreachable:
        if not isinstance(before, ast.CallStatement):
            yield Report.at(statement, "this is never reached")
