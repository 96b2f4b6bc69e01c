"""A field of a local that never gets a value is set.

## What it does

Finds `t.x = 1` and `t[i] = 1` where `local t` is all that `t` got on every way there.

## Why

`t` is nil: `attempt to index local 't' (a nil value)`.

## Example

```lua fails
local seen
seen[1] = true
return #seen
```

## Use instead

```lua
local seen = {}
seen[1] = true
return #seen
```

## Known limits

Locals that an inner function uses are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("field-of-nothing", "RL046", Group.LUA, Severity.ERROR, fixable=True, needs=(b"local",))


def check(program: Program) -> Iterator[Report]:
    """Ask the flow for fields of nothing."""
    told = set()
    for variable, name in program.flow.fields_of_nothing:
        if variable not in told:
            told.add(variable)
            labels = (Label(variable.declared.start, variable.declared.end, "declared without a value"),)
            helped = f"write local {variable.name} = {{}}"
            message = f"'{variable.name}' is nil here: it has no fields"
            yield Report.at(name, message, helped, labels=labels, fix=_fix(program.parent(variable.declared)))


def _fix(statement: ast.Node | None) -> Fix | None:
    alone = isinstance(statement, ast.Local) and len(statement.names) == 1
    return Fix((Edit(statement.end, statement.end, b" = {}"),), safe=False) if alone and statement is not None else None
