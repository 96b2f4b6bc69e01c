"""A reply that may be missing is calculated with.

## What it does

Finds replies that may be `false` as operands of `+ - * / % ^`, where nothing in the script tests them.

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

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import missing, reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "nullable-in-arithmetic", "RL308", Group.SUSPICIOUS, Severity.WARNING, needs=(b"+", b"-", b"*", b"/", b"%", b"^")
)


def check(program: Program) -> Iterator[Report]:
    """Look at the operands of arithmetic."""
    for node in program.of(ast.Binary):
        if node.operator not in ("+", "-", "*", "/", "%", "^"):
            continue
        for operand in (node.left, node.right):
            value = missing(program, operand)
            if value is not None and "table" not in value.types:
                told = f"this may be {value.absent}, which is no number"
                helped = (
                    f"write ({program.text(operand)} or 0)" if isinstance(operand, ast.Name) else "write (... or 0)"
                )
                yield Report.at(operand, told, helped, labels=reply_label(operand, value, "may be missing"))
