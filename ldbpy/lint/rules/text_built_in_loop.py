"""A text grows in a loop.

## What it does

Finds `text = text .. more` in a loop, where `text` is a local from outside of it.

## Why

Each time round all of it is copied: ten times the elements take a hundred times as long.

## Example

```lua
local text = ''
for i, key in ipairs(KEYS) do
  text = text .. key
end
return text
```

## Use instead

```lua
local parts = {}
for i, key in ipairs(KEYS) do
  parts[i] = key
end
return table.concat(parts)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.order import enclosing_loops
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("text-built-in-loop", "RL808", Group.PERF, Severity.INFO, needs=(b"..", (b"for", b"while", b"repeat")))


def check(program: Program) -> Iterator[Report]:
    """Look at what is assigned in loops."""
    for statement in program.of(ast.Assignment):
        if len(statement.targets) != 1 or len(statement.values) != 1:
            continue
        target, value = statement.targets[0], statement.values[0]
        if not isinstance(target, ast.Name) or not isinstance(value, ast.Binary) or value.operator != "..":
            continue
        variable = program.variable(target)
        if variable is None or not isinstance(value.left, ast.Name) or program.variable(value.left) is not variable:
            continue
        loops = enclosing_loops(program, statement)
        if loops and not loops[0].start <= variable.declared.start < loops[0].end:
            yield Report.at(statement, "all of the text is copied each time round", "collect parts, and table.concat")
