"""A command with a successor.

## What it does

Finds commands the server's own table calls deprecated, as `HMSET` and `SETEX`.

## Why

They go on working, but get no new options; some are absent from other implementations.

## Example

```lua keys=k
return redis.call('HMSET', KEYS[1], 'f', 'v')
```

## Use instead

```lua
return redis.call('HSET', KEYS[1], 'f', 'v')
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("deprecated-command", "RL211", Group.COMPAT, Severity.INFO, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at what the table says of every command."""
    for site in program.call_sites.values():
        command = program.command(site)
        if command is None or command.deprecated_since is None:
            continue
        told = f"{command.name.replace('|', ' ').upper()} is deprecated since {command.deprecated_since}"
        yield Report.at(site.args[0], told, f"use {command.replaced_by}" if command.replaced_by else None)
