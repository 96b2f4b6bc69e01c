"""The table of globals is used.

## What it does

Finds `_G`.

## Why

In scripts it cannot be written to, and a name it does not have is an error. What is wanted is a table of its own.

## Example

```lua
return _G['tonumber']('5')
```

## Use instead

```lua
return tonumber('5')
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("global-table", "RL055", Group.LUA, Severity.INFO, needs=(b"_g",))


def check(program: Program) -> Iterator[Report]:
    """Look at the globals."""
    for name in program.resolved.global_reads:
        if name.name == "_G":
            yield Report.at(name, "scripts have no globals of their own", "use a local table")
