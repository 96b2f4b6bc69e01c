"""A loop that counts down without a step.

## What it does

Finds `for i = #t, 1 do` and `for i = 10, 1 do`.

## Why

The step is 1 unless another is given: the loop does not run at all.

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
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("backward-loop", "RL038", Group.LUA, Severity.ERROR, fixable=True, needs=(b"for",))


def check(program: Program) -> Iterator[Report]:
    """Look at every numeric loop."""
    for loop in program.of(ast.NumericFor):
        if loop.step is not None or not isinstance(loop.last, ast.Number):
            continue
        length = isinstance(loop.first, ast.Unary) and loop.first.operator == "#" and loop.last.value <= 1
        down = isinstance(loop.first, ast.Number) and loop.first.value > loop.last.value
        if length or down:
            fix = Fix((Edit(loop.last.end, loop.last.end, b", -1"),), safe=True)
            span = (loop.first.start, loop.last.end)
            yield Report(*span, "without a step this does not count down", "add , -1", fix=fix)
