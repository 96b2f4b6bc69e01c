"""A loop that never gets to a second round.

## What it does

Finds loops whose body always ends in `return` or `break`.

## Why

It is no loop: most likely the statement belongs into an `if`.

## Example

```lua keys=a
for _, key in ipairs(KEYS) do
  redis.call('DEL', key)
  return 1
end
return 0
```

## Use instead

```lua
for _, key in ipairs(KEYS) do
  redis.call('DEL', key)
end
return 1
```

## Known limits

`for k in pairs(t) do return k end` is a way to look into a table, and is left alone when there is nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("loop-once", "RL039", Group.LUA, Severity.WARNING, needs=((b"for", b"while", b"repeat"),))


def check(program: Program) -> Iterator[Report]:
    """Ask the flow for the loops whose body always leaves."""
    for loop in program.flow.loops_once:
        statements = loop.body.statements
        if (isinstance(loop, ast.GenericFor) and len(statements) == 1) or _is_goto_block(loop):
            continue
        yield Report.at(statements[-1], "the loop ends here in its first round", "put it into an if")


def _is_goto_block(loop: ast.Node) -> bool:
    """``while true do ... break end``: a block that may be left early."""
    return isinstance(loop, ast.While) and isinstance(loop.test, ast.Boolean)
