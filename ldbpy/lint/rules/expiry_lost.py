"""A key loses the expiry the script gave it.

## What it does

Finds `SET` without `KEEPTTL`, `EX` and the like, and `GETSET`, of a key that the script gave an expiry before, and
gives none after.

## Why

`SET` takes the expiry away: the key stays forever.

## Example

```lua keys=k
redis.call('EXPIRE', KEYS[1], 60)
redis.call('SET', KEYS[1], 'v')
return redis.call('TTL', KEYS[1])
```

## Use instead

```lua keys=k
redis.call('SET', KEYS[1], 'v', 'EX', 60)
return redis.call('TTL', KEYS[1])
```

## Known limits

Only keys that are written the same way are known to be the same, and only what runs before on every way counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.order import runs_before
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import key_text
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity

RULE = Rule("expiry-lost", "RL220", Group.SUSPICIOUS, Severity.WARNING, needs=((b"set'", b'set"', b"set]"),))

_EXPIRE: Final = frozenset({b"EXPIRE", b"PEXPIRE", b"EXPIREAT", b"PEXPIREAT", b"SETEX", b"PSETEX"})
_GONE: Final = frozenset({b"DEL", b"UNLINK", b"GETDEL", b"PERSIST"})
_KEEP: Final = frozenset({b"KEEPTTL", b"EX", b"PX", b"EXAT", b"PXAT"})


def check(program: Program) -> Iterator[Report]:
    """Look at the commands on each key, in their order."""
    by_key: dict[str, list[CallSite]] = {}
    for site in program.call_sites.values():
        if len(site.args) > 1 and not site.more:
            by_key.setdefault(key_text(program, site), []).append(site)
    for sites in by_key.values():
        yield from _lost(program, sites)


def _lost(program: Program, sites: list[CallSite]) -> Iterator[Report]:
    """The commands that take away the expiry of one key, behind the last that gave it one."""
    last = max((place for place, site in enumerate(sites) if _gives_expiry(site)), default=0)
    given: CallSite | None = None
    for place, site in enumerate(sites):
        if site.name in _GONE:
            given = None
        elif _gives_expiry(site):
            given = site
        elif given is not None and place > last and _takes_expiry(site) and runs_before(program, given.node, site.node):
            label = Label(given.node.start, given.node.end, "the expiry")
            told = "this takes away the expiry the key was given: it stays forever"
            yield Report.at(site.node, told, "add 'KEEPTTL', or the expiry itself ('EX', seconds)", labels=(label,))


def _gives_expiry(site: CallSite) -> bool:
    return site.name in _EXPIRE or (site.name == b"SET" and _has(site, _KEEP - {b"KEEPTTL"}))


def _takes_expiry(site: CallSite) -> bool:
    if site.name == b"GETSET":
        return True
    unknown = any(word is None for word in site.words[3:])
    return site.name == b"SET" and not unknown and not _has(site, _KEEP)


def _has(site: CallSite, words: frozenset[bytes]) -> bool:
    return any(word is not None and word.upper() in words for word in site.words[3:])
