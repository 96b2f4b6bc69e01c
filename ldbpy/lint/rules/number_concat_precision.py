"""A number of 15 digits or more becomes text with 14.

## What it does

Finds `..` and `tostring` of numbers that have more than 14 digits: microseconds made from `TIME`, constants. As a note
also of `tonumber(ARGV[1])`, which may be any number.

## Why

Lua writes 14 digits, and an exponent: `'' .. 1700000000000001` is `1.7e+15`. Keys and members that were
different become one.

## Example

```lua
local now = redis.call('TIME')
return 'id:' .. (tonumber(now[1]) * 1000000 + tonumber(now[2]))
```

## Use instead

```lua
local now = redis.call('TIME')
return 'id:' .. string.format('%.0f', tonumber(now[1]) * 1000000 + tonumber(now[2]))
```
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.constants import constant
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "number-concat-precision", "RL407", Group.SUSPICIOUS, Severity.WARNING, fixable=True, needs=((b"..", b"tostring"),)
)


_DEEPEST: Final = 20
_MICROSECONDS: Final = 100_000
"""Seconds since 1970 have ten digits: times this they have more than fourteen."""


def check(program: Program) -> Iterator[Report]:
    """Look at the numbers that become text."""
    for node in _written(program):
        severity = _how_bad(program, node)
        if severity is not None:
            edits = (Edit(node.start, node.start, b"string.format('%.0f', "), Edit(node.end, node.end, b")"))
            told = "of this number only 14 digits are written"
            if severity is Severity.INFO:
                told = "of a number with more than 14 digits only these are written"
            helped = "use string.format('%.0f', ...), or the text it came from"
            yield Report.at(node, told, helped, fix=Fix(edits, safe=False), severity=severity)


def _written(program: Program) -> Iterator[ast.Expression]:
    for node in program.of(ast.Binary):
        if node.operator == "..":
            yield node.left
            yield node.right
    for call in program.of(ast.Call):
        if call.args and program.builtin(call.callee) == "tostring":
            yield call.args[0]


def _how_bad(program: Program, node: ast.Expression) -> Severity | None:
    literal = program.literal(node)
    if isinstance(literal, ast.String | ast.Index | ast.Member | ast.Name):
        return None
    value = constant(program, literal)
    if value is not None:
        whole = math.isfinite(value) and value.is_integer()
        return Severity.WARNING if whole and float(b"%.14g" % value) != value else None
    if isinstance(literal, ast.Binary) and _is_microseconds(program, literal, _DEEPEST):
        return Severity.WARNING
    if isinstance(literal, ast.Call) and program.builtin(literal.callee) == "tonumber" and len(literal.args) == 1:
        return Severity.INFO if program.value(literal.args[0]).argument else None
    return None


def _is_microseconds(program: Program, node: ast.Expression, depth: int) -> bool:
    """Whether the seconds of TIME are multiplied into more than 14 digits somewhere in a sum."""
    node = program.literal(node)
    if not isinstance(node, ast.Binary) or not depth:
        return False
    if node.operator in ("+", "-"):
        return any(_is_microseconds(program, side, depth - 1) for side in (node.left, node.right))
    if node.operator != "*":
        return False
    for one, other in ((node.left, node.right), (node.right, node.left)):
        factor = constant(program, one)
        if factor is not None and factor >= _MICROSECONDS and _is_seconds(program, other):
            return True
    return False


def _is_seconds(program: Program, node: ast.Expression) -> bool:
    node = program.literal(node)
    if isinstance(node, ast.Call) and program.builtin(node.callee) == "tonumber" and node.args:
        node = program.literal(node.args[0])
    if not isinstance(node, ast.Index) or program.value(node.key).const != 1:
        return False
    source = program.literal(node.object)
    site = program.call_sites.get(source) if isinstance(source, ast.Call) else None
    return site is not None and site.name == b"TIME"
