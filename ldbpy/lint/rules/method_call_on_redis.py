"""A colon where a dot is meant.

## What it does

Finds `redis:call(...)`, `cjson:encode(...)` and the like.

## Why

The colon passes the table itself as the first argument.

## Example

```lua fails keys=k
return redis:call('GET', KEYS[1])
```

## Use instead

```lua
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.environment import LIBRARIES
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("method-call-on-redis", "RL004", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=(b":",))


def check(program: Program) -> Iterator[Report]:
    """Look at the object of every method call."""
    for call in program.of(ast.MethodCall):
        name = program.builtin(call.object)
        if name in LIBRARIES:
            colon = program.source.rfind(b":", call.object.end, call.method.start)
            fix = Fix((Edit(colon, colon + 1, b"."),), safe=True)
            told = f"the colon passes {name} itself as the first argument"
            yield Report(call.object.start, call.method.end, told, f"write {name}.{call.method.name}", fix=fix)
