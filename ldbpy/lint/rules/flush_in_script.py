"""The whole database is deleted.

## What it does

Finds `FLUSHALL`, `FLUSHDB` and `SWAPDB`.

## Why

One call too early, and everything is gone.

## Example

```lua
return redis.call('FLUSHALL')
```

## Use instead

```lua keys=k
return redis.call('DEL', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("flush-in-script", "RL811", Group.SUSPICIOUS, Severity.WARNING, needs=((b"flush", b"swapdb"),))


def check(program: Program) -> Iterator[Report]:
    """Look for the commands."""
    for site in program.call_sites.values():
        if site.name in (b"FLUSHALL", b"FLUSHDB", b"SWAPDB"):
            yield Report.at(site.args[0], f"{site.name.decode()} is for all keys there are")
