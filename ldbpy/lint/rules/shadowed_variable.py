"""A local hides another of the same name.

## What it does

Finds locals, parameters and loop variables named as one further out.

## Why

Whoever reads on may think of the other.

## Example

```lua
local n = 1
for i = 1, 2 do
  local n = i
  redis.log(redis.LOG_NOTICE, n)
end
return n
```

## Use instead

```lua
local n = 1
for i = 1, 2 do
  redis.log(redis.LOG_NOTICE, i)
end
return n
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.resolver import Variable
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity

RULE = Rule("shadowed-variable", "RL027", Group.LUA, Severity.INFO, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at every variable."""
    for variable in program.resolved.variables:
        outer = variable.outer
        if outer is None or variable.name.startswith("_") or variable.name == "self" or _same_block(program, variable):
            continue
        labels = (Label(outer.declared.start, outer.declared.end, "this one"),)
        yield Report.at(variable.declared, f"'{variable.name}' hides another variable", labels=labels)


def _same_block(program: Program, variable: Variable) -> bool:
    """Whether both are in one block: that is a matter of redefined-variable."""
    assert variable.outer is not None
    if variable.kind == "loop":
        return False
    one, other = program.parent(variable.declared), program.parent(variable.outer.declared)
    return one is not None and other is not None and program.parent(one) is program.parent(other)
