"""A parameter that the function does not use.

## What it does

Finds parameters nothing reads, unless a later one is read or the name begins with `_`, and those that are overwritten
before anything reads them.

## Why

It may be a slip, or left over.

## Example

```lua
local function f(a, b) return a end
return f(1, 2)
```

## Use instead

```lua
local function f(a) return a end
return f(1)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unused-argument", "RL021", Group.LUA, Severity.INFO, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at the parameters of every function, from the last on."""
    for function in program.of(ast.Function):
        for name in reversed(function.params):
            variable = program.variable(name)
            if variable is None or variable.reads or variable.mutations:
                break
            if not name.name.startswith("_"):
                yield Report.at(name, f"the parameter '{name.name}' is never used", "remove it, or call it _")
    for variable in program.flow.overwritten_parameters:
        yield Report.at(variable.declared, f"what is passed for '{variable.name}' is overwritten", "make it a local")
