"""A block with nothing in it.

## What it does

Finds `if`, `else`, `for`, `while` and `do` without statements and without a comment inside.

## Why

Something is missing, or left over.

## Example

```lua
if KEYS[1] then
end
return 1
```

## Use instead

```lua
if KEYS[1] then
  return 2
end
return 1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("empty-block", "RL026", Group.LUA, Severity.WARNING, needs=((b"then", b"else", b"do", b"repeat"),))


def check(program: Program) -> Iterator[Report]:
    """Look at every block but those of functions."""
    for block in program.of(ast.Block):
        above = program.parent(block)
        if block.statements or above is None or isinstance(above, ast.Function):
            continue
        if any(block.start <= comment.start < block.end for comment in program.chunk.comments):
            continue
        clause = isinstance(above, ast.If) and above.orelse is block
        yield Report(block.start if clause else above.start, block.end, "there is nothing in this block")
