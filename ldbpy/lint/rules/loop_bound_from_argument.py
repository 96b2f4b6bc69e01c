"""How often a loop runs is up to the caller.

## What it does

Finds `for` loops to a number from `ARGV` that no `math.min` bounds.

## Why

With a large enough number the server answers nobody for minutes.

## Example

```lua keys=l args=3
for i = 1, tonumber(ARGV[1]) do
  redis.call('LPOP', KEYS[1])
end
```

## Use instead

```lua keys=l args=3
for i = 1, math.min(tonumber(ARGV[1]) or 0, 1000) do
  redis.call('LPOP', KEYS[1])
end
```

## Known limits

Off by default: it matters where callers are not trusted. A comparison of the number anywhere silences it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("loop-bound-from-argument", "RL805", Group.PERF, Severity.INFO, on=False, needs=(b"for",))


_DEEPEST: Final = 20


def check(program: Program) -> Iterator[Report]:
    """Look at what every loop counts to."""
    for loop in program.of(ast.NumericFor):
        if _is_argument(program, loop.last, _DEEPEST) and not _is_compared(program, loop.last):
            yield Report.at(loop.last, "the caller says how often this runs", "bound it with math.min")


def _is_argument(program: Program, node: ast.Expression, depth: int) -> bool:
    node = program.literal(node)
    if program.value(node).argument:
        return True
    if not depth:
        return False
    if isinstance(node, ast.Call) and node.args:
        return program.builtin(node.callee) == "tonumber" and _is_argument(program, node.args[0], depth - 1)
    if isinstance(node, ast.Binary) and node.operator in ("or", "+", "-", "*", "/"):
        return _is_argument(program, node.left, depth - 1) or _is_argument(program, node.right, depth - 1)
    return False


def _is_compared(program: Program, node: ast.Expression) -> bool:
    variable = program.variable(node) if isinstance(node, ast.Name) else None
    above = [program.parent(read) for read in variable.reads] if variable is not None else []
    return any(isinstance(each, ast.Binary) and each.operator in ast.ORDER for each in above)
