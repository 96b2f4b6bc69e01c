"""A local is read where nothing was assigned to it.

## What it does

Finds uses of a local declared without a value, which no way to them gives one.

## Why

It is `nil` there.

## Example

```lua
local total
redis.log(redis.LOG_NOTICE, total)
total = 1
return total
```

## Use instead

```lua
local total = 1
redis.log(redis.LOG_NOTICE, total)
return total
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity

RULE = Rule("read-before-assignment", "RL024", Group.LUA, Severity.WARNING, needs=(b"local",))


def check(program: Program) -> Iterator[Report]:
    """Ask the flow for reads of nothing."""
    for variable, name in program.flow.reads_of_nothing:
        labels = (Label(variable.declared.start, variable.declared.end, "declared without a value"),)
        yield Report.at(name, f"'{variable.name}' is nil here: nothing was assigned to it", labels=labels)
