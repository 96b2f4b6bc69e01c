"""A reply that may be missing is calculated with.

## What it does

Finds replies that may be `false` as operands of `+ - * / % ^`, also through `tonumber`, where nothing in the script
tests them.

## Why

`attempt to perform arithmetic on a boolean value`: the script fails when the key is missing.

## Example

```lua keys=k
return redis.call('GET', KEYS[1]) + 1
```

## Use instead

```lua
return (redis.call('GET', KEYS[1]) or 0) + 1
```

## Known limits

The data may make sure that it is there: the linter cannot know.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.conversions import conversion
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import missing, reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "nullable-in-arithmetic", "RL308", Group.SUSPICIOUS, Severity.WARNING, needs=((b"+", b"-", b"*", b"/", b"%", b"^"),)
)


def check(program: Program) -> Iterator[Report]:
    """Look at the operands of arithmetic."""
    for node in program.of(ast.Binary):
        if node.operator in ast.ARITHMETIC:
            yield from _operand(program, node.left)
            yield from _operand(program, node.right)
    for unary in program.of(ast.Unary):
        if unary.operator == "-":
            yield from _operand(program, unary.operand)


def _operand(program: Program, operand: ast.Expression) -> Iterator[Report]:
    if isinstance(operand, ast.Number | ast.Binary):
        return
    value = missing(program, operand)
    absent = value.absent if value is not None else ""
    if value is None:
        call = conversion(program, operand)
        value, absent = (missing(program, call.args[0]) if call is not None else None), "nil"
    if value is not None and "table" not in value.types:
        name = program.text(operand) if isinstance(operand, ast.Name) else "..."
        labels = reply_label(operand, value, "may be missing")
        yield Report.at(operand, f"this may be {absent}, which is no number", f"write ({name} or 0)", labels=labels)
