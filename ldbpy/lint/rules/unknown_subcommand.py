"""A subcommand that no server knows.

## What it does

Finds commands that have subcommands, such as `OBJECT` and `XGROUP`, with a word that is none of theirs.

## Why

The server refuses the call when it is reached.

## Example

```lua fails keys=k setup="SET k v"
return redis.call('OBJECT', 'ENCODNG', KEYS[1])
```

## Use instead

```lua
return redis.call('OBJECT', 'ENCODING', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.flavors import FLAVORS
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import close_name
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.targets import find_command

RULE = Rule("unknown-subcommand", "RL204", Group.CORRECTNESS, Severity.ERROR)


def check(program: Program) -> Iterator[Report]:
    """Look at the second word of commands that have subcommands."""
    for site in program.call_sites.values():
        if len(site.words) < 2 or site.words[0] is None or site.words[1] is None:
            continue
        if program.command(site) is not None:
            continue
        tables = [find_command(flavor, site.words[:1]) for flavor in FLAVORS.values()]
        known = {name.decode() for command in tables if command for name in command.subcommands}
        word = site.words[1].decode("utf-8", "backslashreplace")
        if not known or word.lower() in known or any(command and not command.subcommands for command in tables[1:]):
            continue
        close = close_name(word.lower(), known)
        helped = f"did you mean {close.upper()}?" if close else f"one of: {', '.join(sorted(known)).upper()}"
        assert site.name is not None
        yield Report.at(site.args[1], f"{site.name.decode()} has no subcommand {word.upper()}", helped)
