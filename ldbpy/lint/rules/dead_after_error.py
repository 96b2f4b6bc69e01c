"""Code behind a call that always raises an error.

## What it does

Finds statements behind `error(...)`, `assert(false)`, and calls of local functions that always end in one of them.

## Why

The error ends the script: what follows never runs.

## Example

```lua fails
error('no')
return 1
```

## Use instead

```lua
return redis.error_reply('ERR no')
```

## Known limits

A function with a `return` in it counts as one that comes back.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("dead-after-error", "RL008", Group.LUA, Severity.WARNING, needs=((b"error", b"assert"),))


def check(program: Program) -> Iterator[Report]:
    """Ask the flow."""
    for before, statement in program.flow.unreachable:
        if isinstance(before, ast.CallStatement):
            label = Label(before.start, before.end, "this always raises an error")
            yield Report.at(statement, "this is never reached", labels=(label,))
