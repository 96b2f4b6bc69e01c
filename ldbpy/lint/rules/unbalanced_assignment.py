"""More names than values, or more values than names.

## What it does

Finds `local a, b = 1` and `a, b = 1, 2, 3`, where the last value is no call and no `...`.

## Why

What is left over becomes `nil`, or is thrown away.

## Example

```lua
local a, b = 1
return {a, b}
```

## Use instead

```lua
local a, b = 1, 2
return {a, b}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.calls import may_be_several
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unbalanced-assignment", "RL042", Group.LUA, Severity.WARNING, needs=(b"=",))


def check(program: Program) -> Iterator[Report]:
    """Count both sides of every assignment."""
    statements: list[ast.Local | ast.Assignment] = [*program.of(ast.Local), *program.of(ast.Assignment)]
    for statement in statements:
        count = len(statement.names if isinstance(statement, ast.Local) else statement.targets)
        given = len(statement.values)
        if not given or given == count:
            continue
        last = statement.values[-1]
        if given < count and (may_be_several(program, last) or isinstance(last, ast.Nil)):
            continue
        told = f"{count} names and {given} values: {'the rest is nil' if given < count else 'the rest is thrown away'}"
        yield Report.at(statement, told)
