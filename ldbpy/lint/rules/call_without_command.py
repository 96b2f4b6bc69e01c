"""A call without a command.

## What it does

Finds `redis.call()` and `redis.pcall()` with no arguments.

## Why

The server refuses the call.

## Example

```lua fails
return redis.call()
```

## Use instead

```lua
return redis.call('PING')
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("call-without-command", "RL215", Group.CORRECTNESS, Severity.ERROR)


def check(program: Program) -> Iterator[Report]:
    """Look for calls without arguments."""
    for site in program.call_sites.values():
        if not site.args and site.via is None:
            yield Report.at(site.node, "the command is missing", "the first argument is its name")
