"""A counter with a limit that never expires.

## What it does

Finds `INCR` and `INCRBY` of a key whose result is compared with an argument, where nothing in the script gives that key
an expiry.

## Why

A rate limit that counts forever: once it is reached, it stays.

## Example

```lua keys=k args=5
local n = redis.call('INCR', KEYS[1])
if n > tonumber(ARGV[1]) then
  return 0
end
return 1
```

## Use instead

```lua keys=k args=5
local n = redis.call('INCR', KEYS[1])
if n == 1 then
  redis.call('EXPIRE', KEYS[1], 60)
end
if n > tonumber(ARGV[1]) then
  return 0
end
return 1
```

## Known limits

Off by default: the expiry may be given elsewhere, or the counter is meant to stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.origins import Source
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons, key_text
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity

RULE = Rule("counter-without-expiry", "RL221", Group.SUSPICIOUS, Severity.INFO, on=False, needs=(b"incr",))

_COUNT: Final = frozenset({b"INCR", b"INCRBY"})
_EXPIRE: Final = frozenset(
    {b"EXPIRE", b"PEXPIRE", b"EXPIREAT", b"PEXPIREAT", b"SETEX", b"PSETEX", b"SET", b"GETEX", b"DEL"}
)
"""Commands that give a key an expiry, or may, or take it away."""


def check(program: Program) -> Iterator[Report]:
    """Look at the counters that are compared."""
    counters = {site.node: site for site in program.call_sites.values() if site.name in _COUNT and len(site.args) > 1}
    limited = {}
    for node, counter, limit in comparisons(program, "<", ">", "<=", ">=", "==") if counters else ():
        counting = program.literal(counter)
        if counting in counters and Source.ARGUMENT in program.origins.of(limit).sources:
            limited[counting] = node
    for site in counters.values():
        if site.node in limited and not _expires(program, site):
            compared = limited[site.node]
            label = Label(compared.start, compared.end, "its limit")
            yield Report.at(site.node, "this counter never expires", "give its key an EXPIRE", labels=(label,))


def _expires(program: Program, counter: CallSite) -> bool:
    key = key_text(program, counter)
    return any(
        site.name is None or (site.name in _EXPIRE and key_text(program, site) == key)
        for site in program.call_sites.values()
    )
