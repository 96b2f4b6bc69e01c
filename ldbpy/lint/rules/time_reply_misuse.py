"""A table is calculated with or compared by size.

## What it does

Finds arithmetic, `..`, `<` and `>` on array replies, as `redis.call('TIME') + 5`.

## Why

An array is a table: Lua raises an error.

## Example

```lua fails on=redis>=6.2,valkey
return redis.call('TIME') + 5
```

## Use instead

```lua
return tonumber(redis.call('TIME')[1]) + 5
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "time-reply-misuse",
    "RL318",
    Group.CORRECTNESS,
    Severity.ERROR,
    needs=((b"+", b"-", b"*", b"/", b"%", b"^", b"..", b"<", b">"),),
)


_OPERATORS: Final = frozenset({*ast.ARITHMETIC, *ast.ORDER, ".."})
_WORDS: Final = {"..": "joined to a text"}


def check(program: Program) -> Iterator[Report]:
    """Look at the operands of every operator that takes no tables."""
    for node in program.of(ast.Binary):
        if node.operator not in _OPERATORS:
            continue
        for operand in (node.left, node.right):
            value = program.value(operand)
            reply = value.reply
            if reply is None or not value.only("table") or reply.shape not in ("array", "cursor", "status"):
                continue
            what = _WORDS.get(node.operator, "calculated with" if node.operator in "+-*/%^" else "compared by size")
            helped = "take an element: TIME gives {seconds, microseconds}" if reply.shape == "array" else "take a field"
            labels = reply_label(operand, value, "a table")
            yield Report.at(operand, f"a table cannot be {what}", helped, labels=labels)
