"""Code that nothing leads to.

## What it does

Finds statements behind `error(...)`, behind an `if` all of whose branches leave, and behind `while true` without
`break`.

## Why

It never runs.

## Example

```lua fails
error('no')
return 1
```

## Use instead

```lua
return redis.error_reply('ERR no')
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("unreachable-code", "RL025", Group.LUA, Severity.WARNING, needs=(b"error", b"while", b"return", b"repeat"))


def check(program: Program) -> Iterator[Report]:
    """Ask the flow."""
    for statement in program.flow.unreachable:
        yield Report.at(statement, "this is never reached")
