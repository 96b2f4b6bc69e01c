"""A command that scripts may not call.

## What it does

Finds commands the server refuses inside scripts: `MULTI`, `SUBSCRIBE`, `WATCH`, `EVAL`, `AUTH`, and on older servers
those that block.

## Why

The server refuses the call when it is reached.

## Example

```lua fails
return redis.call('MULTI')
```

## Use instead

```lua
return redis.call('PING')
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ldbpy.flavors import Flavor
from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.targets import find_command, names

RULE = Rule("not-allowed-in-script", "RL209", Group.CORRECTNESS, Severity.ERROR)


def check(program: Program) -> Iterator[Report]:
    """Look at the flags of every command."""
    for site in program.call_sites.values():
        if not site.words or site.words[0] is None:
            continue
        refusing = program.targets.where(lambda flavor, site=site: _is_refused(flavor, site))  # type: ignore[misc]
        if refusing:
            command = program.command(site)
            assert command is not None
            name = command.name.replace("|", " ").upper()
            yield Report.at(
                site.args[0], f"scripts may not call {name}", _instead(name), mark=_where(program, refusing)
            )


def _is_refused(flavor: Flavor, site: CallSite) -> bool:
    command = find_command(flavor, site.words)
    return command is not None and "noscript" in command.flags


def _where(program: Program, refusing: Sequence[Flavor]) -> str:
    return "" if len(refusing) == len(program.targets.flavors) else f"on {names(refusing)}"


def _instead(name: str) -> str | None:
    if name in ("MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH"):
        return "leave it out: nothing comes between the commands of a script anyway"
    if name.startswith(("EVAL", "FCALL")):
        return "make it a local function of this script"
    if name.startswith("B"):
        return f"use {name[1:]}: a script cannot wait"
    return None
