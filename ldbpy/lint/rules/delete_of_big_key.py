"""A collection is deleted at once.

## What it does

Finds `DEL` of a key that the script uses as a list, hash, set, sorted set or stream.

## Why

`DEL` frees all elements before the server goes on. `UNLINK` leaves that to another thread.

## Example

```lua keys=l
local all = redis.call('LRANGE', KEYS[1], 0, -1)
redis.call('DEL', KEYS[1])
return all
```

## Use instead

```lua keys=l
local all = redis.call('LRANGE', KEYS[1], 0, -1)
redis.call('UNLINK', KEYS[1])
return all
```

## Known limits

Off by default: it makes a difference from some ten thousand elements on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import command_keys, same
from ldbpy.lint.findings import Edit, Fix, Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("delete-of-big-key", "RL807", Group.PERF, Severity.INFO, on=False, fixable=True, needs=(b"del",))


_COLLECTIONS: Final = frozenset({"list", "hash", "set", "sorted-set", "sorted_set", "stream"})


def check(program: Program) -> Iterator[Report]:
    """Look at what is deleted, and at what else is done with it."""
    used: dict[str, list[tuple[CallSite, ast.Expression]]] = {}
    for site, place in command_keys(program):
        if _is_of_collection(program, site):
            used.setdefault(program.text(site.args[place]), []).append((site, site.args[place]))
    for site, place in command_keys(program):
        if site.name != b"DEL":
            continue
        alike = used.get(program.text(site.args[place]), ())
        other = next((by for by, key in alike if same(program, key, site.args[place])), None)
        if other is not None:
            labels = (Label(other.node.start, other.node.end, "a collection"),)
            told = "the server stands still while all elements are freed"
            yield Report.at(site.args[place], told, "UNLINK frees them aside", labels=labels, fix=_fix(site))


def _is_of_collection(program: Program, site: CallSite) -> bool:
    command = program.command(site)
    return command is not None and command.group in _COLLECTIONS


def _fix(site: CallSite) -> Fix | None:
    name = site.args[0]
    return Fix((Edit(name.start, name.end, b"'UNLINK'"),), safe=False) if isinstance(name, ast.String) else None
