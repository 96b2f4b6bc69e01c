"""A library keeps something between two calls.

## What it does

Finds functions of a library that write locals of the library, or fields of tables that are such locals.

## Why

The value stays until the server restarts, on that server only: replicas and other nodes of a cluster do not have it.

## Example

```lua on=redis>=7.0,valkey
#!lua name=mylib
local calls = 0
redis.register_function('f', function()
  calls = calls + 1
  return calls
end)
```

## Use instead

```lua
#!lua name=mylib
redis.register_function('f', function(keys) return redis.call('INCR', keys[1]) end)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.callgraph import reached_from
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import registrations
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("library-state", "RL911", Group.SUSPICIOUS, Severity.WARNING, needs=(b"name=",))


def check(program: Program) -> Iterator[Report]:
    """Look at the writes to the locals of the library."""
    if not program.is_library:
        return
    called = reached_from(program, (each.callback for each in registrations(program) if each.callback is not None))
    for variable in program.resolved.variables:
        if variable.function is not None:
            continue
        for write in variable.writes:
            if program.resolved.functions.get(write.name) is not None:
                told = f"'{variable.name}' keeps its value between calls, on this server only"
                yield Report.at(write.name, told, "keep it in a key")
        for name in variable.mutations:
            if program.resolved.functions.get(name) in called:
                told = f"what is in '{variable.name}' stays between calls, on this server only"
                yield Report.at(name, told, "keep it in a key")
