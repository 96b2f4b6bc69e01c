"""All of a collection is read.

## What it does

Finds `SMEMBERS`, `HGETALL`, `LRANGE` and `ZRANGE` from 0 to -1, and the like.

## Why

The server does nothing else meanwhile: what takes a millisecond today takes a second when the data have grown.

## Example

```lua keys=l
return redis.call('LRANGE', KEYS[1], 0, -1)
```

## Use instead

```lua keys=l
return redis.call('LRANGE', KEYS[1], 0, 99)
```

## Known limits

Off by default: many collections stay small.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.bounds import is_unbounded
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("unbounded-read", "RL802", Group.PERF, Severity.INFO, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at every call."""
    for site in program.call_sites.values():
        if site.name is not None and is_unbounded(site):
            yield Report.at(site.node, f"{site.name.decode()} reads all there is, in one go", "read it in parts")
