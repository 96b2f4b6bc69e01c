"""KEYS or ARGV in a library.

## What it does

Finds the globals `KEYS` and `ARGV` in libraries.

## Why

A function gets its keys and arguments as parameters: the globals are not there.

## Example

```lua fails keys=k on=redis>=7.0,valkey
#!lua name=mylib
redis.register_function('f', function() return redis.call('GET', KEYS[1]) end)
```

## Use instead

```lua
#!lua name=mylib
redis.register_function('f', function(keys) return redis.call('GET', keys[1]) end)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("keys-in-function", "RL909", Group.CORRECTNESS, Severity.ERROR, needs=(b"name=",))


def check(program: Program) -> Iterator[Report]:
    """Look at every global of a library."""
    if not program.is_library:
        return
    for name in program.resolved.global_reads:
        if name.name in ("KEYS", "ARGV"):
            helped = "write function(keys, args), and use these"
            yield Report.at(name, f"a library has no {name.name}", helped)
