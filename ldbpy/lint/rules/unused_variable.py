"""A local that nothing reads.

## What it does

Finds locals and local functions whose value is never used. A name that begins with `_` is left alone, as are parameters
and loop variables.

## Why

It is a slip, or left over.

## Example

```lua keys=k
local value = redis.call('GET', KEYS[1])
return 1
```

## Use instead

```lua
redis.call('GET', KEYS[1])
return 1
```

## Known limits

Of `local a, b = f()` only the last names are told: those before them keep the place.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.resolver import Variable
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unused-variable", "RL020", Group.LUA, Severity.WARNING, needs=(b"local",))


def check(program: Program) -> Iterator[Report]:
    """Look at every local."""
    for variable in program.resolved.variables:
        if variable.kind not in ("local", "function") or variable.name.startswith("_") or variable.reads:
            continue
        if _keeps_place(program, variable):
            continue
        kind = "function" if variable.kind == "function" else "variable"
        told = f"the {kind} '{variable.name}' is never used"
        if variable.mutations:
            told = f"the table '{variable.name}' is filled and never used"
        elif len(variable.writes) > 1:
            told = f"the variable '{variable.name}' is written and never used"
        yield Report.at(variable.declared, told, "remove it, or call it _")


def _keeps_place(program: Program, variable: Variable) -> bool:
    """Whether a later name of the same ``local`` is used."""
    statement = program.parent(variable.declared)
    if not isinstance(statement, ast.Local):
        return False
    place = next((i for i, name in enumerate(statement.names) if name is variable.declared), 0)
    later = [program.variable(name) for name in statement.names[place + 1 :]]
    return any(other is not None and (other.reads or other.mutations) for other in later)
