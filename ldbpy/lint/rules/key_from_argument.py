"""A key that comes from ARGV.

## What it does

Finds elements of ARGV where a command wants a key: directly, by a local, a field of a table, or a local function. Keys
made of one and something else are told by `key-built-from-argument`.

## Why

A cluster sends a script to the node that has its KEYS: what is in ARGV may be elsewhere.

## Example

```lua args=k
return redis.call('GET', ARGV[1])
```

## Use instead

```lua keys=k
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.origins import Source
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import command_keys
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("key-from-argument", "RL102", Group.CLUSTER, Severity.WARNING, on=False, needs=((b"argv", b"#!"),))


def check(program: Program) -> Iterator[Report]:
    """Look at the keys of every command."""
    for site, place in command_keys(program):
        origin = program.origins.of(site.args[place])
        if Source.ARGUMENT in origin.sources and Source.DATA not in origin.sources and not origin.built:
            yield Report.at(site.args[place], "this key comes from ARGV, and is not in KEYS", "pass it as a key")
