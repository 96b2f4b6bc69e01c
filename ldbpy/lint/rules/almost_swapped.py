"""Two assignments that were to swap.

## What it does

Finds `a = b` followed by `b = a`.

## Why

After the first, both are `b`: the second does nothing.

## Example

```lua
local a, b = 1, 2
a = b
b = a
return {a, b}
```

## Use instead

```lua
local a, b = 1, 2
a, b = b, a
return {a, b}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import same
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("almost-swapped", "RL041", Group.LUA, Severity.WARNING, fixable=True, needs=(b"=",))


def check(program: Program) -> Iterator[Report]:
    """Look at each two statements that follow each other."""
    for block in program.of(ast.Block):
        for one, other in pairwise(block.statements):
            if not (isinstance(one, ast.Assignment) and isinstance(other, ast.Assignment)):
                continue
            if not len(one.targets) == len(one.values) == len(other.targets) == len(other.values) == 1:
                continue
            if same(program, one.targets[0], other.values[0]) and same(program, one.values[0], other.targets[0]):
                left, right = program.text(one.targets[0]), program.text(one.values[0])
                text = f"{left}, {right} = {right}, {left}"
                fix = Fix((Edit(one.start, other.end, text.encode("utf-8", "surrogateescape")),), safe=False)
                yield Report(one.start, other.end, "this does not swap them", f"write {text}", fix=fix)
