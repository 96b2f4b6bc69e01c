"""A command with too few or too many arguments.

## What it does

Counts the arguments of each command, and compares with what the server's table says.

## Why

The server refuses the call when it is reached.

## Example

```lua fails keys=k
return redis.call('SET', KEYS[1])
```

## Use instead

```lua
return redis.call('SET', KEYS[1], 'v')
```

## Known limits

When the last argument is a call, `...` or `unpack(t)`, only what is too many without it is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.commands.table import Command
from ldbpy.flavors import Flavor
from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.targets import find_command

RULE = Rule("wrong-arity", "RL203", Group.CORRECTNESS, Severity.ERROR)


def check(program: Program) -> Iterator[Report]:
    """Count the arguments of every call."""
    for site in program.call_sites.values():
        if not site.words or site.words[0] is None:
            continue
        if program.targets.where(lambda flavor, site=site: _is_wrong(flavor, site)):  # type: ignore[misc]
            command = program.command(site)
            assert command is not None
            yield Report.at(site.node, _told(command, len(site.words)), mark=_wanted(command))


def _is_wrong(flavor: Flavor, site: CallSite) -> bool:
    command = find_command(flavor, site.words)
    if command is None or (command.subcommands and len(site.words) > 1):
        return False
    if site.more:
        return 0 < command.arity < len(site.words) - 1
    return not command.accepts(len(site.words))


def _told(command: Command, count: int) -> str:
    name = command.name.replace("|", " ").upper()
    own = 1 + command.name.count("|")
    few = count < abs(command.arity)
    given = count - own
    return f"too {'few' if few else 'many'} arguments for {name}: {given if given > 0 else 'none'}"


def _wanted(command: Command) -> str:
    own = 1 + command.name.count("|")
    least = "" if command.arity > 0 else "at least "
    return f"{name_of(command)} takes {least}{abs(command.arity) - own}"


def name_of(command: Command) -> str:
    """The command as people write it."""
    return command.name.replace("|", " ").upper()
