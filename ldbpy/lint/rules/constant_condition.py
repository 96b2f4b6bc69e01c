"""A condition that is always the same.

## What it does

Finds literals, tables and functions as conditions of `if` and `elseif`, and in `while` and `until` those that are not
`true` or `false`.

## Why

Only one branch ever runs.

## Example

```lua
if 0 then
  return 'always'
end
return 'never'
```

## Use instead

```lua
if #KEYS == 0 then
  return 'none'
end
return 'some'
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("constant-condition", "RL031", Group.LUA, Severity.WARNING, needs=((b"if", b"while", b"until"),))


def check(program: Program) -> Iterator[Report]:
    """Look at the conditions."""
    for clause in program.of(ast.IfClause):
        yield from _report(clause.test)
    tests = [loop.test for loop in program.of(ast.While)] + [loop.test for loop in program.of(ast.Repeat)]
    for test in tests:
        if not isinstance(test, ast.Boolean):
            yield from _report(test)


def _report(test: ast.Expression) -> Iterator[Report]:
    if isinstance(test, ast.Number | ast.String | ast.Table | ast.Function):
        yield Report.at(test, "this is always true: only nil and false are not")
    elif isinstance(test, ast.Boolean | ast.Nil):
        yield Report.at(test, f"this is always {'true' if isinstance(test, ast.Boolean) and test.value else 'false'}")
