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

RULE = Rule("unbalanced-assignment", "RL042", Group.LUA, Severity.WARNING, needs=(b"=", b","))


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
        values = "1 value" if given == 1 else f"{given} values"
        names = "1 name" if count == 1 else f"{count} names"
        told = f"{names} and {values}: the rest is {'nil' if given < count else 'thrown away'}"
        yield Report.at(statement, told, _help(program, last) if given < count else None)


def _help(program: Program, last: ast.Expression) -> str | None:
    """What who knows other languages may not know of the last value."""
    if isinstance(last, ast.Call) and program.builtin(last.callee) == "redis.pcall":
        return "redis.pcall gives one value: the reply, or a table with err"
    return None
