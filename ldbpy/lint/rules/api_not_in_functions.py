"""Something of the API that functions do not have.

## What it does

Finds `redis.breakpoint`, `redis.debug` and `redis.replicate_commands` in libraries, and `redis.register_function`
inside functions.

## Why

They are `nil` there: the call fails.

## Example

```lua fails on=redis>=7.0,valkey
#!lua name=mylib
redis.register_function('f', function()
  redis.replicate_commands()
  return 1
end)
```

## Use instead

```lua
#!lua name=mylib
redis.register_function('f', function() return 1 end)
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import registrations
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("api-not-in-functions", "RL910", Group.CORRECTNESS, Severity.ERROR, needs=(b"name=",))


_SCRIPTS_ONLY: Final = ("redis.breakpoint", "redis.debug", "redis.replicate_commands")


def check(program: Program) -> Iterator[Report]:
    """Look at every call in a library."""
    if not program.is_library:
        return
    callbacks = {each.callback for each in registrations(program)}
    for call in program.of(ast.Call):
        name = program.builtin(call.callee)
        if name in _SCRIPTS_ONLY:
            yield Report.at(call.callee, f"functions have no {name}", "leave it out")
        elif name == "redis.register_function" and program.resolved.functions.get(call) in callbacks:
            yield Report.at(call.callee, "a function cannot register another", "register it while loading")
