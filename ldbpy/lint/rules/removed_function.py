"""A function that newer releases took away.

## What it does

Finds `setfenv`, `getfenv` and `newproxy`.

## Why

The security releases of late 2025 removed them on all servers, unless the configuration brings them back.

## Example

```lua
local environment = getfenv and 1 or 0
return environment
```

## Use instead

```lua
return 1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("removed-function", "RL506", Group.COMPAT, Severity.WARNING, needs=((b"setfenv", b"getfenv", b"newproxy"),))


def check(program: Program) -> Iterator[Report]:
    """Look at every global."""
    for name in program.resolved.global_reads:
        if name.name in ("setfenv", "getfenv", "newproxy"):
            yield Report.at(name, f"newer releases have no {name.name}: it was unsafe", "do without it")
