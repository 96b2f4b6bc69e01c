"""A key that is written into the script.

## What it does

Finds literal keys among the arguments of commands.

## Why

A cluster sends a script to the node that has its KEYS: other keys may be elsewhere. Access lists look at KEYS,
too.

## Example

```lua
return redis.call('GET', 'config')
```

## Use instead

```lua keys=config
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import command_keys
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("literal-key", "RL101", Group.CLUSTER, Severity.WARNING, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at the keys of every command."""
    for site, place in command_keys(program):
        if site.words[place] is not None:
            yield Report.at(site.args[place], "this key is not in KEYS", "pass it as a key")
