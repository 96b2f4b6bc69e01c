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
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import always_before, key_text
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity

RULE = Rule("expiry-lost", "RL220", Group.SUSPICIOUS, Severity.WARNING, needs=(b"set",))

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
        for place, site in enumerate(sites):
            given = _given_before(program, sites[:place], site) if _takes_expiry(site) else None
            if given is not None and not any(_gives_expiry(each) for each in sites[place + 1 :]):
                label = Label(given.node.start, given.node.end, "the expiry")
                told = "this takes away the expiry the key was given: it stays forever"
                helped = "add 'KEEPTTL', or the expiry itself ('EX', seconds)"
                yield Report.at(site.node, told, helped, labels=(label,))


def _given_before(program: Program, sites: list[CallSite], site: CallSite) -> CallSite | None:
    """The last command before it that surely gave the key an expiry, and nothing took it away since."""
    for earlier in reversed(sites):
        if earlier.name in _GONE:
            return None
        if _gives_expiry(earlier):
            return earlier if always_before(program, earlier.node, site.node) else None
    return None


def _gives_expiry(site: CallSite) -> bool:
    return site.name in _EXPIRE or (site.name == b"SET" and _has(site, _KEEP - {b"KEEPTTL"}))


def _takes_expiry(site: CallSite) -> bool:
    if site.name == b"GETSET":
        return True
    unknown = any(word is None for word in site.words[3:])
    return site.name == b"SET" and not unknown and not _has(site, _KEEP)


def _has(site: CallSite, words: frozenset[bytes]) -> bool:
    return any(word is not None and word.upper() in words for word in site.words[3:])
