"""A command is called through pcall of Lua.

## What it does

Finds `pcall(redis.call, ...)`.

## Why

`redis.pcall` does the same, and gives the error as a table with its code; from `pcall` it is a text.

## Example

```lua keys=k
local ok, value = pcall(redis.call, 'GET', KEYS[1])
return {ok, value}
```

## Use instead

```lua
return redis.pcall('GET', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("pcall-around-call", "RL321", Group.SUSPICIOUS, Severity.INFO, needs=(b"pcall",))


def check(program: Program) -> Iterator[Report]:
    """Look for ``pcall`` with ``redis.call`` as its first argument."""
    for site in program.call_sites.values():
        if not site.gives_reply and site.via is None:
            yield Report.at(site.node.callee, "redis.pcall does this by itself", "write redis.pcall(...)")
