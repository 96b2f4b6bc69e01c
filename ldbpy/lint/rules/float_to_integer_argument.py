"""A number with a fraction where the command wants a whole one.

## What it does

Finds divisions, multiplications with a fraction, `math.sqrt`, `os.clock` and the like where a command takes an integer:
times, counts, places, increments.

## Why

The server refuses such a number: `value is not an integer or out of range`. While the division comes out even, nothing
is seen of that.

## Example

```lua keys=k args=1500 setup="SET k v"
return redis.call('EXPIRE', KEYS[1], ARGV[1] / 1000)
```

## Use instead

```lua keys=k args=1500 setup="SET k v"
return redis.call('EXPIRE', KEYS[1], math.ceil(ARGV[1] / 1000))
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.constants import constant
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "float-to-integer-argument",
    "RL405",
    Group.SUSPICIOUS,
    Severity.WARNING,
    fixable=True,
    needs=((b"/", b".0", b".1", b".2", b".3", b".4", b".5", b".6", b".7", b".8", b".9", b"e-", b"math", b"clock"),),
)


_FUNCTIONS: Final = frozenset({"math.sqrt", "math.log", "math.exp", "os.clock"})
_INTEGERS: Final = frozenset({"integer", "unix-time"})
_OPTIONS: Final = {b"EX": 1, b"PX": 1, b"EXAT": 1, b"PXAT": 1, b"COUNT": 1, b"LIMIT": 2}
_WHOLE: Final = (ast.String, ast.Index)
"""Expressions that no script computes."""
_DEEPEST: Final = 20


def check(program: Program) -> Iterator[Report]:
    """Look at the arguments that must be whole numbers."""
    for site in program.call_sites.values():
        wrong = [place for place, arg in enumerate(site.args) if _has_fraction(program, arg)]
        for place in sorted({*wrong}.intersection(_integer_places(program, site))) if wrong else ():
            arg = site.args[place]
            fix = Fix((Edit(arg.start, arg.start, b"math.ceil("), Edit(arg.end, arg.end, b")")), safe=False)
            told = "this may have a fraction, and the command wants a whole number"
            yield Report.at(arg, told, "write math.ceil(...) or math.floor(...)", fix=fix)


def _integer_places(program: Program, site: CallSite) -> Iterator[int]:
    """Where a call has arguments that the server reads as integers."""
    command = program.command(site)
    if command is None:
        return
    place = 2 if "|" in command.name else 1
    for argument in command.arguments:
        flags = argument.get("flags", ())
        if "optional" in flags or "multiple" in flags or argument["type"] in ("oneof", "block"):
            break
        place += "token" in argument
        if argument["type"] in _INTEGERS:
            yield place
        place += 1
    for at in range(place, len(site.words)):
        for after in range(_OPTIONS.get((site.words[at] or b"").upper(), 0)):
            yield at + 1 + after


def _has_fraction(program: Program, node: ast.Expression, depth: int = _DEEPEST) -> bool:
    if isinstance(node, _WHOLE):
        return False
    node = program.literal(node)
    if isinstance(node, ast.Call):
        name = program.builtin(node.callee)
        return name in _FUNCTIONS or (name == "math.random" and not node.args)
    if not isinstance(node, ast.Binary) or not depth:
        return False
    value = constant(program, node)
    if value is not None:
        return not value.is_integer()
    if node.operator in ("+", "-", "*"):
        return any(_is_fraction(side) or _has_fraction(program, side, depth - 1) for side in (node.left, node.right))
    return node.operator == "/"


def _is_fraction(node: ast.Expression) -> bool:
    return isinstance(node, ast.Number) and not node.value.is_integer()
