"""A format that struct does not know.

## What it does

Reads the literal format of `struct.pack`, `struct.unpack` and `struct.size`: letters, and the number of values to pack.

## Why

The script fails.

## Example

```lua fails
return struct.pack('I4Z', 1, 2)
```

## Use instead

```lua
return struct.pack('I4s', 1, 'x')
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import may_be_several
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("struct-format", "RL707", Group.CORRECTNESS, Severity.ERROR, needs=(b"struct",))


_ITEM: Final = re.compile(rb"\s*(?:([<>])|!([0-9]*)|([bBhHlLTfdxsiIc])([0-9]*)|( )|(.))", re.DOTALL)


def check(program: Program) -> Iterator[Report]:
    """Look at every format."""
    for call in program.of(ast.Call):
        name = program.builtin(call.callee)
        if name not in ("struct.pack", "struct.unpack", "struct.size") or not call.args:
            continue
        literal = program.literal(call.args[0])
        if not isinstance(literal, ast.String):
            continue
        problem = _problem(literal.value)
        if problem is not None:
            yield Report.at(call.args[0], problem)
        elif name == "struct.pack":
            yield from _count(program, call, literal.value)


def _problem(form: bytes) -> str | None:
    for match in _ITEM.finditer(form):
        if match[6] is not None and match[6].strip():
            return f"struct has no format {match[6].decode('latin-1')}"
        if match[3] in (b"i", b"I") and match[4] and not 1 <= int(match[4]) <= 32:
            return f"an integer of {int(match[4])} bytes is more than struct can hold"
    return None


def _count(program: Program, call: ast.Call, form: bytes) -> Iterator[Report]:
    """Compare the number of values with what the format wants."""
    count = sum(match[3] is not None and match[3] != b"x" for match in _ITEM.finditer(form))
    given = len(call.args) - 1
    if given < count and not (given and may_be_several(program, call.args[-1])):
        yield Report.at(call, f"the format wants {count} values, and there are {given}")
