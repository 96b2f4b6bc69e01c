"""Bits beyond the 32nd.

## What it does

Finds `bit.lshift` and the like by 32 or more or less than 0, and bit operations on constants that need more than 32
bits.

## Why

The `bit` library works with 32 bits: `bit.lshift(1, 32)` is 1, and higher bits are cut off.

## Example

```lua
return bit.lshift(1, 40)
```

## Use instead

```lua
return 2 ^ 40
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.constants import constant
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "bit-width",
    "RL706",
    Group.SUSPICIOUS,
    Severity.WARNING,
    needs=(b"bit", (b"shift", b"rol", b"ror", b"band", b"bor", b"bxor", b"bnot", b"bswap", b"tohex")),
)


_SHIFTS: Final = frozenset({"bit.lshift", "bit.rshift", "bit.arshift", "bit.rol", "bit.ror"})
_OTHERS: Final = frozenset({"bit.band", "bit.bor", "bit.bxor", "bit.bnot", "bit.bswap", "bit.tohex"})


def check(program: Program) -> Iterator[Report]:
    """Look at the constants among the arguments."""
    for call in program.of(ast.Call):
        name = program.builtin(call.callee)
        if name in _SHIFTS and len(call.args) == 2:
            count = constant(program, call.args[1])
            if count is not None and not 0 <= count < 32:
                yield Report.at(call.args[1], f"only the lowest five bits of this count: it is {int(count) % 32}")
            yield from _too_wide(program, call.args[:1])
        elif name in _OTHERS:
            yield from _too_wide(program, call.args[:1] if name == "bit.tohex" else call.args)


def _too_wide(program: Program, args: list[ast.Expression]) -> Iterator[Report]:
    for arg in args:
        value = constant(program, arg)
        if value is not None and not -(2.0**31) <= value < 2.0**32:
            yield Report.at(arg, "this needs more than 32 bits: the higher ones are cut off")
