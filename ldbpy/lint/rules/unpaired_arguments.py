"""Arguments that come in pairs, and one is missing.

## What it does

Counts the arguments of commands that take them in groups: fields and values (`HSET`, `XADD`), keys and values (`MSET`),
scores and members (`ZADD`), positions and members (`GEOADD`).

## Why

The arity of these commands allows any number, but the command refuses a group that is not whole.

## Example

```lua fails keys=k
return redis.call('HSET', KEYS[1], 'name', 'anna', 'age')
```

## Use instead

```lua
return redis.call('HSET', KEYS[1], 'name', 'anna', 'age', 30)
```

## Known limits

Silent when the last argument is a call, `...` or `unpack(t)`, and when an option may be hidden in a variable.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("unpaired-arguments", "RL206", Group.CORRECTNESS, Severity.ERROR, needs=(b"set", b"zadd", b"geoadd"))


_GROUPS: Final = {
    b"HSET": (2, 2, "a field and a value"),
    b"HMSET": (2, 2, "a field and a value"),
    b"MSET": (1, 2, "a key and a value"),
    b"MSETNX": (1, 2, "a key and a value"),
    b"ZADD": (2, 2, "a score and a member"),
    b"GEOADD": (2, 3, "longitude, latitude and a member"),
}
_OPTIONS: Final = {
    b"ZADD": (b"NX", b"XX", b"GT", b"LT", b"CH", b"INCR"),
    b"GEOADD": (b"NX", b"XX", b"CH"),
}


def check(program: Program) -> Iterator[Report]:
    """Count what comes in groups."""
    for site in program.call_sites.values():
        if site.more or site.name not in _GROUPS:
            continue
        first, size, what = _GROUPS[site.name]
        options = _OPTIONS.get(site.name, ())
        while first < len(site.words) and (site.words[first] or b"").upper() in options:
            first += 1
        count = len(site.words) - first
        if count <= 0 or count % size == 0:
            continue
        if options and not _is_score(program, site, first):
            continue
        yield Report.at(site.args[-1], f"{count} arguments where {what} belong together", mark="one is missing")


def _is_score(program: Program, site: CallSite, place: int) -> bool:
    """Whether the argument cannot be an option."""
    return site.words[place] is not None or program.value(site.args[place]).only("number")
