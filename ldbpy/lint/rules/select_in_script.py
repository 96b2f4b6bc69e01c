"""Another database is chosen.

## What it does

Finds `SELECT`.

## Why

A cluster has database 0 only, or refuses the command in scripts.

## Example

```lua
return redis.call('SELECT', 1)
```

## Use instead

```lua keys=k
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("select-in-script", "RL111", Group.CLUSTER, Severity.WARNING, on=False, needs=(b"select",))


def check(program: Program) -> Iterator[Report]:
    """Look for the command."""
    for site in program.call_sites.values():
        if site.name == b"SELECT":
            yield Report.at(site.args[0], "a cluster has one database")
