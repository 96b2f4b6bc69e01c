"""A command that a target server does not have.

## What it does

Finds commands and subcommands that some known server has, but not every server the script is for (`--target`). Without
`--target` those that no current Redis or Valkey has.

## Why

The call fails there as any unknown command does.

## Example

```lua fails keys=k target=redis-6.2
return redis.call('EXPIRETIME', KEYS[1])
```

## Use instead

```lua target=redis-6.2
return redis.call('TTL', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ldbpy.flavors import FLAVORS, Flavor
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.targets import find_command, names

RULE = Rule("command-not-in-target", "RL202", Group.COMPAT, Severity.ERROR)


def check(program: Program) -> Iterator[Report]:
    """Look every command up on every target."""
    for site in program.call_sites.values():
        if not site.words or site.words[0] is None:
            continue
        words = site.words[:2]
        lacking = program.targets.where(lambda flavor, words=words: not _has(flavor, words))  # type: ignore[misc]
        if not lacking:
            continue
        having = [flavor for flavor in FLAVORS.values() if _has(flavor, words)]
        if not having:
            continue
        name = b" ".join(word for word in _named(having[0], words) if word is not None).decode().upper()
        yield Report.at(site.args[0], f"{names(lacking)} has no {name}", f"known to have it: {names(having)}")


def _has(flavor: Flavor, words: Sequence[bytes | None]) -> bool:
    return find_command(flavor, words) is not None


def _named(flavor: Flavor, words: Sequence[bytes | None]) -> Sequence[bytes | None]:
    command = find_command(flavor, words)
    return words if command is not None and "|" in command.name else words[:1]
