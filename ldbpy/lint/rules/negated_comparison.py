"""`not (a == b)`, where `a ~= b` says it.

## What it does

Finds `not` before `==` and `~=` in parentheses.

## Why

It reads easier without.

## Example

```lua args=x
if not (ARGV[1] == 'x') then
  return 1
end
return 0
```

## Use instead

```lua args=x
if ARGV[1] ~= 'x' then
  return 1
end
return 0
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("negated-comparison", "RL047", Group.LUA, Severity.INFO, on=False, fixable=True, needs=(b"not",))


_OPPOSITE: Final = {"==": b"~=", "~=": b"=="}
_LOOSER: Final = (ast.Paren, ast.IfClause, ast.While, ast.Repeat, ast.Local, ast.Assignment, ast.Return)
"""Around these the comparison needs no parentheses."""


def check(program: Program) -> Iterator[Report]:
    """Look at what is negated."""
    for node in program.of(ast.Unary):
        inner = node.operand.expression if node.operator == "not" and isinstance(node.operand, ast.Paren) else None
        if not isinstance(inner, ast.Binary) or inner.operator not in _OPPOSITE:
            continue
        opposite = _OPPOSITE[inner.operator]
        operator = Edit(inner.operator_start, inner.operator_start + 2, opposite)
        bare = isinstance(program.parent(node), _LOOSER)
        before, after = (b"", b"") if bare else (b"(", b")")
        edits = (Edit(node.start, inner.start, before), operator, Edit(inner.end, node.end, after))
        yield Report.at(node, f"this is {opposite.decode()}", fix=Fix(edits, safe=True))
