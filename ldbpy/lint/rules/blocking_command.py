"""A command that waits, which a script cannot.

## What it does

Finds `BLPOP`, `BLMOVE`, `WAIT`, `XREAD` with `BLOCK` and their like, on servers that allow them in scripts.

## Why

Inside a script they never wait: the reply is what it would be after the timeout. Before Redis 7.2 they are an error.

## Example

```lua keys=k
return redis.call('BLPOP', KEYS[1], 0)
```

## Use instead

```lua
return redis.call('LPOP', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule(
    "blocking-command", "RL210", Group.SUSPICIOUS, Severity.WARNING, needs=((b"'b", b'"b', b"[b", b"wait", b"xread"),)
)


_READS: Final = (b"XREAD", b"XREADGROUP")


def check(program: Program) -> Iterator[Report]:
    """Look at the flags of every command."""
    for site in program.call_sites.values():
        command = program.command(site)
        if command is None or "noscript" in command.flags or site.name is None:
            continue
        if "blocking" not in command.flags or (site.name in _READS and not _asks_to_block(site)):
            continue
        told = f"{site.name.decode()} does not wait inside a script"
        helped = f"use {site.name[1:].decode()}" if site.name.startswith(b"B") else "leave out BLOCK"
        yield Report.at(site.args[0], told, helped)


def _asks_to_block(site: CallSite) -> bool:
    words = [(word or b"").upper() for word in site.words]
    streams = words.index(b"STREAMS") if b"STREAMS" in words else len(words)
    return b"BLOCK" in words[:streams]
