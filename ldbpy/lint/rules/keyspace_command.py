"""A command for all keys of a node.

## What it does

Finds `KEYS`, `SCAN`, `RANDOMKEY`, `DBSIZE`, `FLUSHALL` and `FLUSHDB`.

## Why

In a cluster each node has a part of the keys, and the script runs on one.

## Example

```lua
return redis.call('DBSIZE')
```

## Use instead

```lua keys=k
return redis.call('SCARD', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("keyspace-command", "RL112", Group.CLUSTER, Severity.WARNING, on=False)


_NAMES: Final = frozenset({b"KEYS", b"SCAN", b"RANDOMKEY", b"DBSIZE", b"FLUSHALL", b"FLUSHDB"})


def check(program: Program) -> Iterator[Report]:
    """Look for the commands."""
    for site in program.call_sites.values():
        if site.name in _NAMES:
            yield Report.at(site.args[0], f"{site.name.decode()} is for the keys of one node only")
