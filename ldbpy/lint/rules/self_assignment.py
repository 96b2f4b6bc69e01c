"""A variable is assigned to itself.

## What it does

Finds `x = x` and `t.a = t.a`.

## Why

It does nothing: another name was meant.

## Example

```lua keys=k
local value = redis.call('GET', KEYS[1])
value = value
return value
```

## Use instead

```lua
local value = redis.call('GET', KEYS[1])
return value
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import same
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("self-assignment", "RL040", Group.LUA, Severity.WARNING, needs=(b"=",))


def check(program: Program) -> Iterator[Report]:
    """Look at every assignment."""
    for statement in program.of(ast.Assignment):
        alone = len(statement.targets) == len(statement.values) == 1
        if alone and same(program, statement.targets[0], statement.values[0]):
            yield Report.at(statement, "this changes nothing", "another name was meant")
