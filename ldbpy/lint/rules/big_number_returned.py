"""A number too big for the reply.

## What it does

Finds returned constants above 2^53, `math.huge`, and divisions by zero.

## Why

Lua holds whole numbers exactly up to 2^53 only. What is no number, or too big for 64 bits, reaches the client as
-9223372036854775808.

## Example

```lua
return math.huge
```

## Use instead

```lua
return 'inf'
```
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.constants import constant
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("big-number-returned", "RL602", Group.SUSPICIOUS, Severity.INFO, needs=(b"return",))


_HELD: Final = 2.0**53
_SENT: Final = 2.0**63


def check(program: Program) -> Iterator[Report]:
    """Look at the numbers that go to the client."""
    for _, values in returned_values(program):
        for value in values:
            items = value.items if isinstance(value, ast.Table) else []
            for part in [item.value for item in items if isinstance(item, ast.ListItem)] or [value]:
                yield from _looked_at(program, part)


def _looked_at(program: Program, node: ast.Expression) -> Iterator[Report]:
    value = constant(program, node)
    if value is None:
        return
    if not math.isfinite(value) or abs(value) >= _SENT:
        yield Report.at(node, "the client gets -9223372036854775808", "return a text")
    elif abs(value) > _HELD:
        yield Report.at(node, "above 2^53 a number is not exact", "return a text")
