"""A key that is made with a part from ARGV.

## What it does

Finds keys that are joined, formatted or cut from elements of ARGV: `'job:' .. ARGV[1]`.

## Why

A cluster sends a script to the node that has its KEYS: a key that is made in the script may be elsewhere, and access
lists are not asked before the script runs.

## Example

```lua args=7
return redis.call('GET', 'job:' .. ARGV[1])
```

## Use instead

```lua keys=job:7
return redis.call('GET', KEYS[1])
```

## Known limits

A key that has the same hash tag as one of KEYS is in the same slot: what is in the texts is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.origins import Source
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import command_keys
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("key-built-from-argument", "RL103", Group.CLUSTER, Severity.WARNING, on=False, needs=((b"argv", b"#!"),))


def check(program: Program) -> Iterator[Report]:
    """Look at the keys of every command."""
    for site, place in command_keys(program):
        origin = program.origins.of(site.args[place])
        if Source.ARGUMENT in origin.sources and Source.DATA not in origin.sources and origin.built:
            told = "this key is made with a part from ARGV, and is not in KEYS"
            yield Report.at(site.args[place], told, "pass the whole name as a key")
