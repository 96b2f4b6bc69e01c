"""Two branches that do the same.

## What it does

Finds neighbouring branches of an `if` with the same statements.

## Why

One of them was to be changed, or the test is needless.

## Example

```lua
if #KEYS == 1 then
  return 1
else
  return 1
end
```

## Use instead

```lua
return 1
```
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("same-branches", "RL032", Group.LUA, Severity.WARNING, needs=(b"else",))


def check(program: Program) -> Iterator[Report]:
    """Compare each branch with the one before it."""
    for node in program.of(ast.If):
        bodies = [clause.body for clause in node.clauses] + ([node.orelse] if node.orelse is not None else [])
        for one, other in pairwise(bodies):
            if one.statements and _text(program, one) == _text(program, other):
                first, last = other.statements[0], other.statements[-1]
                labels = (Label(one.statements[0].start, one.statements[-1].end, "the same"),)
                yield Report(first.start, last.end, "this is what the branch before it does", labels=labels)


def _text(program: Program, block: ast.Block) -> list[bytes]:
    if not block.statements:
        return []
    return program.source[block.statements[0].start : block.statements[-1].end].split()
