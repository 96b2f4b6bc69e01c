"""A number loses its fraction on the way to the client.

## What it does

Finds returned values that are divisions, literals with a fraction, or `math.sqrt` and the like.

## Why

Numbers become integers in the reply: `return 3.99` gives 3.

## Example

```lua keys=k
return redis.call('STRLEN', KEYS[1]) / 2
```

## Use instead

```lua
return tostring(redis.call('STRLEN', KEYS[1]) / 2)
```

## Known limits

A division that always comes out even is told, too, but for `(a - a % b) / b`: write `math.floor(a / b)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "float-returned",
    "RL601",
    Group.SUSPICIOUS,
    Severity.WARNING,
    needs=(
        b"return",
        (b"/", b".0", b".1", b".2", b".3", b".4", b".5", b".6", b".7", b".8", b".9", b"e-", b"math", b"clock"),
    ),
)


_FUNCTIONS: Final = frozenset({"math.sqrt", "math.log", "math.exp", "os.clock", "math.pi"})


def check(program: Program) -> Iterator[Report]:
    """Look at what goes to the client, and at what is in the tables that do."""
    for _, values in returned_values(program):
        for value in values:
            for part in _parts(value):
                literal = program.literal(part)
                if _has_fraction(program, literal):
                    yield Report.at(part, "the client gets this without its fraction", "return tostring(...)")


def _parts(node: ast.Expression) -> Iterator[ast.Expression]:
    if not isinstance(node, ast.Table):
        yield node
        return
    for item in node.items:
        if isinstance(item, ast.ListItem):
            yield item.value


def _has_fraction(program: Program, node: ast.Expression) -> bool:
    if isinstance(node, ast.Number):
        return not node.value.is_integer()
    if isinstance(node, ast.Call):
        return program.builtin(node.callee) in _FUNCTIONS
    if isinstance(node, ast.Binary) and node.operator in ("*", "+", "-"):
        return any(_has_fraction(program, program.literal(side)) for side in (node.left, node.right))
    if isinstance(node, ast.Binary) and node.operator == "/":
        return not any(isinstance(part, ast.Binary) and part.operator == "%" for part in ast.walk(node.left))
    return False
