"""A loop that counts down without a step, or up with one below zero.

## What it does

Finds `for i = #t, 1 do`, `for i = 10, 1 do` and `for i = 1, #t, -1 do`.

## Why

The step is 1 unless another is given: such a loop does not run, or once at most.

## Example

```lua differs keys="a b"
local out = {}
for i = #KEYS, 1 do
  out[#out + 1] = KEYS[i]
end
return out
```

## Use instead

```lua
local out = {}
for i = #KEYS, 1, -1 do
  out[#out + 1] = KEYS[i]
end
return out
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import is_length
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("backward-loop", "RL038", Group.LUA, Severity.ERROR, fixable=True, needs=(b"for",))


def check(program: Program) -> Iterator[Report]:
    """Look at every numeric loop."""
    for loop in program.of(ast.NumericFor):
        first, last = loop.first, loop.last
        if loop.step is None and isinstance(last, ast.Number):
            if (is_length(first) and last.value <= 1) or (isinstance(first, ast.Number) and first.value > last.value):
                fix = Fix((Edit(last.end, last.end, b", -1"),), safe=True)
                yield Report(first.start, last.end, "without a step this does not count down", "add , -1", fix=fix)
        elif _counts_down(loop.step) and isinstance(first, ast.Number):
            small = isinstance(last, ast.Number) and first.value < last.value
            if small or is_length(last):
                yield Report(first.start, last.end, "with this step the loop does not count up", "leave out the step")


def _counts_down(step: ast.Expression | None) -> bool:
    return isinstance(step, ast.Unary) and step.operator == "-"
