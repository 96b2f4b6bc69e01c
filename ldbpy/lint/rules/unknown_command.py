"""A command that no server knows.

## What it does

Finds `redis.call` and `redis.pcall` with the name of a command that none of the target servers has, nor any other
known one.

## Why

The server looks the command up when the call is reached, so the script loads and fails on that branch only.

## Example

```lua fails keys=k
return redis.call('GTE', KEYS[1])
```

## Use instead

```lua
return redis.call('GET', KEYS[1])
```

## Known limits

Names with a dot are commands of modules; those that are not Redis' own are left alone, unless `--commands-from` tells
which there are. Names that are put together at run time are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.commands.table import load_table
from ldbpy.flavors import FLAVORS
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import close_name
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.targets import find_command

RULE = Rule("unknown-command", "RL201", Group.CORRECTNESS, Severity.ERROR)


def check(program: Program) -> Iterator[Report]:
    """Look every command up."""
    for site in program.call_sites.values():
        word = site.words[0] if site.words else None
        if word is None or program.command(site) is not None or b" " in word:
            continue
        if b"." in word and not program.targets.live:
            continue
        if any(find_command(flavor, [word]) is not None for flavor in FLAVORS.values()):
            continue
        shown = word.decode("utf-8", "backslashreplace")
        table = load_table(program.targets.flavors[0].table, program.targets.flavors[0].table_until)
        close = close_name(shown.lower(), (name.decode() for name in table.commands))
        helped = f"did you mean {close.upper()}?" if close else None
        yield Report.at(site.args[0], f"there is no command {shown.upper()}", helped)
