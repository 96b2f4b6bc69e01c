"""A call for the debugger was left in.

## What it does

Finds `redis.breakpoint()` and `redis.debug()`.

## Why

They do nothing without a debugger, and are not there in functions.

## Example

```lua
redis.breakpoint()
return 1
```

## Use instead

```lua
return 1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("debug-leftover", "RL510", Group.SUSPICIOUS, Severity.WARNING, needs=((b"breakpoint", b"debug"),))


def check(program: Program) -> Iterator[Report]:
    """Look for the calls."""
    for call in program.of(ast.Call):
        name = program.builtin(call.callee)
        if name in ("redis.breakpoint", "redis.debug"):
            yield Report.at(call, f"{name} is for the debugger", "take it out")
