"""Several statements on one line.

## What it does

Finds statements that begin on the line on which another of the same block begins.

## Why

The debugger stops at lines, errors name lines, and diffs show lines: a statement of its own line is easier to follow.

## Example

```lua
local a = 1 local b = 2
return a + b
```

## Use instead

```lua
local a = 1
local b = 2
return a + b
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("several-statements", "RL052", Group.LUA, Severity.INFO, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at the lines of every block's statements."""
    line_of = program.chunk.lines.line
    for block in program.of(ast.Block):
        last = 0
        for statement in block.statements:
            line = line_of(statement.start)
            if line == last:
                yield Report.at(statement, "this is not the first statement of the line")
            last = line
