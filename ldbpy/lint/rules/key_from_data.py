"""A key that comes from the database.

## What it does

Finds replies of commands, and texts made with them, where a command wants a key.

## Why

Nobody can know before the script runs which keys it uses: a cluster cannot send it to the right node, and access lists
cannot be asked.

## Example

```lua keys=current setup="SET current job:7"
return redis.call('HGET', redis.call('GET', KEYS[1]), 'state')
```

## Use instead

Ask in a step of its own, and call the script with the key it gave.

```lua keys=job:7
return redis.call('HGET', KEYS[1], 'state')
```

## Known limits

Off by default: on a single server it works.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.origins import Source
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import command_keys
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("key-from-data", "RL105", Group.CLUSTER, Severity.WARNING, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at the keys of every command."""
    for site, place in command_keys(program):
        if Source.DATA in program.origins.of(site.args[place]).sources:
            told = "this key comes from the database: nobody knows it before the script runs"
            yield Report.at(site.args[place], told, "pass it as a key")
