"""A loop variable that the loop does not use.

## What it does

Finds variables of `for` nothing reads, unless a later one is read or the name is `i` or begins with `_`.

## Why

It may be a slip.

## Example

```lua
local n = 0
for _, key in ipairs(KEYS) do n = n + 1 end
return n
```

## Use instead

```lua
local n = 0
for _ in ipairs(KEYS) do n = n + 1 end
return n
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unused-loop-variable", "RL022", Group.LUA, Severity.INFO, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at the variables of every loop, from the last on."""
    loops: list[list[ast.Name]] = [loop.names for loop in program.of(ast.GenericFor)]
    loops += [[loop.name] for loop in program.of(ast.NumericFor)]
    for names in loops:
        for name in reversed(names):
            variable = program.variable(name)
            if variable is None or variable.reads or variable.mutations:
                break
            if not name.name.startswith("_") and name.name != "i":
                yield Report.at(name, f"the loop variable '{name.name}' is never used", "call it _")
    for variable, write in program.flow.unused_writes:
        if variable.kind == "loop" and variable.reads and write.name is variable.declared:
            yield Report.at(write.name, f"the loop variable '{variable.name}' is overwritten", "use a local")
