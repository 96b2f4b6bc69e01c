"""Parentheses around a whole condition.

## What it does

Finds `if (x) then`, `while (x) do` and `until (x)`.

## Why

Lua needs none: they come from other languages.

## Example

```lua
if (#KEYS == 0) then
  return 0
end
return 1
```

## Use instead

```lua
if #KEYS == 0 then
  return 0
end
return 1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("parenthesised-condition", "RL051", Group.LUA, Severity.INFO, on=False, fixable=True, needs=(b"(",))


def check(program: Program) -> Iterator[Report]:
    """Look at the conditions of ``if``, ``while`` and ``until``."""
    conditions: list[ast.IfClause | ast.While | ast.Repeat] = [*program.of(ast.IfClause), *program.of(ast.While)]
    for node in [*conditions, *program.of(ast.Repeat)]:
        test = node.test
        if isinstance(test, ast.Paren):
            inside = test.expression
            # `if(x)then` keeps its words apart.
            edits = (Edit(test.start, inside.start, b" "), Edit(inside.end, test.end, b" "))
            spaced = program.source[test.start - 1 : test.start].isspace()
            after = program.source[test.end : test.end + 1]
            if spaced and (not after or after.isspace()):
                edits = (Edit(test.start, inside.start, b""), Edit(inside.end, test.end, b""))
            yield Report.at(test, "a condition needs no parentheses", fix=Fix(edits, safe=True))
