"""redis.log with a wrong level or without one.

## What it does

Finds `redis.log` with fewer than two arguments, a level that is a text, or one that is not 0 to 3.

## Why

The server raises an error.

## Example

```lua fails
redis.log('hello')
return 1
```

## Use instead

```lua
redis.log(redis.LOG_NOTICE, 'hello')
return 1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.calls import may_be_several
from ldbpy.lint.analysis.constants import constant
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("log-arguments", "RL507", Group.CORRECTNESS, Severity.ERROR, needs=(b"log",))


def check(program: Program) -> Iterator[Report]:
    """Look at every ``redis.log``."""
    for call in program.of(ast.Call):
        if program.builtin(call.callee) != "redis.log":
            continue
        if not call.args or (len(call.args) == 1 and not may_be_several(program, call.args[0])):
            yield Report.at(call, "redis.log wants a level and a text", "redis.log(redis.LOG_NOTICE, ...)")
            continue
        literal = program.literal(call.args[0])
        level = constant(program, literal)
        if isinstance(literal, ast.String) or (level is not None and not 0 <= level <= 3):
            yield Report.at(call.args[0], "this is no level", "redis.LOG_DEBUG, _VERBOSE, _NOTICE or _WARNING")
