"""KEYS goes through the whole database.

## What it does

Finds `redis.call('KEYS', ...)`.

## Why

It looks at every key there is, and nobody else is served meanwhile. In a cluster it sees one node.

## Example

```lua
return #redis.call('KEYS', 'job:*')
```

## Use instead

```lua keys=jobs
return redis.call('SCARD', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("keys-command", "RL801", Group.PERF, Severity.WARNING, needs=((b"keys'", b'keys"', b"keys]"),))


def check(program: Program) -> Iterator[Report]:
    """Look for the command."""
    for site in program.call_sites.values():
        if site.name == b"KEYS":
            yield Report.at(site.args[0], "KEYS goes through the whole database", "keep a set of the names")
