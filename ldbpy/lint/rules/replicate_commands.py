"""A call that does nothing any more.

## What it does

Finds `redis.replicate_commands()`.

## Why

Since Redis 5 scripts replicate their effects by default; since 7.0 there is nothing else, and the call is deprecated.

## Example

```lua
redis.replicate_commands()
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

RULE = Rule("replicate-commands", "RL508", Group.COMPAT, Severity.INFO, needs=(b"replicate_commands",))


def check(program: Program) -> Iterator[Report]:
    """Look for the call."""
    for call in program.of(ast.Call):
        if program.builtin(call.callee) == "redis.replicate_commands":
            yield Report.at(call, "this does nothing: effects are replicated anyway", "leave it out")
