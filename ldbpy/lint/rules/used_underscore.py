"""A variable that says it is not used, and is.

## What it does

Finds reads of locals whose name begins with `_`.

## Why

Such a name tells readers, and linters, that nobody uses it.

## Example

```lua args=a
local _first = ARGV[1]
return _first
```

## Use instead

```lua args=a
local first = ARGV[1]
return first
```

## Known limits

Off by default: some write `_name` for what is private.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity

RULE = Rule("used-underscore", "RL048", Group.LUA, Severity.INFO, on=False, needs=(b"_",))


def check(program: Program) -> Iterator[Report]:
    """Look at the reads of every local."""
    for variable in program.resolved.variables:
        if variable.name.startswith("_") and variable.reads:
            first = variable.reads[0]
            labels = (Label(variable.declared.start, variable.declared.end, "named as unused"),)
            yield Report.at(first, f"'{variable.name}' is used here", "give it a name without _", labels=labels)
