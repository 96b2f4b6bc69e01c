"""Two commands where one does.

## What it does

Finds pairs on the same key, such as `EXISTS` and then `GET`, `HEXISTS` and then `HSET`, `GET` and then `DEL`.

## Why

One command can do it: `GET` tells by false that there is nothing, `HSETNX` writes only if there is nothing, `GETDEL`
takes and deletes.

## Example

```lua keys=k
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('GET', KEYS[1])
end
return 'none'
```

## Use instead

```lua keys=k
return redis.call('GET', KEYS[1]) or 'none'
```

## Known limits

Off by default: two commands may be clearer, and they are atomic in a script anyhow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.order import runs_before
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import function_around, same
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("redundant-roundtrip", "RL809", Group.PERF, Severity.INFO, on=False)


_PAIRS: Final = {
    (b"EXISTS", b"GET"): (1, "GET alone tells: it gives false if there is nothing"),
    (b"EXISTS", b"SET"): (1, "SET with NX or XX does both"),
    (b"EXISTS", b"DEL"): (1, "DEL alone tells: it counts what was there"),
    (b"GET", b"DEL"): (1, "GETDEL does both"),
    (b"GET", b"SET"): (1, "SET with GET gives the old value"),
    (b"HEXISTS", b"HGET"): (2, "HGET alone tells: it gives false if there is nothing"),
    (b"HEXISTS", b"HSET"): (2, "HSETNX writes only if there is nothing"),
    (b"HEXISTS", b"HDEL"): (2, "HDEL alone tells: it counts what was there"),
    (b"SISMEMBER", b"SADD"): (2, "SADD alone tells: it counts what is new"),
    (b"SISMEMBER", b"SREM"): (2, "SREM alone tells: it counts what was there"),
    (b"ZSCORE", b"ZADD"): (1, "ZADD with NX, XX, GT or LT does both"),
}
"""How many arguments must be the same, and what to do instead."""


_FIRSTS: Final = {second: [first for first, other in _PAIRS if other == second] for _, second in _PAIRS}
"""Which commands the first of a pair may be, by the second."""


def check(program: Program) -> Iterator[Report]:
    """Look at every two calls in a function, the second behind the first."""
    sites: dict[tuple[ast.Function | None, bytes], list[CallSite]] = {}
    by_key: dict[tuple[ast.Function | None, bytes, bytes], list[CallSite]] = {}
    for site in program.call_sites.values():
        if site.name is not None:
            function = function_around(program, site.node)
            sites.setdefault((function, site.name), []).append(site)
            by_key.setdefault((function, site.name, _key(program, site)), []).append(site)
    for (function, name), seconds in sites.items():
        for first_name in _FIRSTS.get(name, ()):
            for second in seconds:
                firsts = by_key.get((function, first_name, _key(program, second)), [])
                yield from _reported(program, firsts, second, *_PAIRS[first_name, name])


def _key(program: Program, site: CallSite) -> bytes:
    """The text of its key, without regard to blanks: where that differs, nothing is the same."""
    key = site.args[1] if len(site.args) > 1 else None
    return b" ".join(program.source[key.start : key.end].split()) if key is not None else b""


def _reported(program: Program, firsts: list[CallSite], second: CallSite, count: int, instead: str) -> Iterator[Report]:
    for first in firsts:
        if _is_same(program, first, second, count) and runs_before(program, first.node, second.node):
            labels = (Label(first.node.start, first.node.end, "first here"),)
            yield Report.at(second.node, "one command can do this and the one before", instead, labels=labels)
            return


def _is_same(program: Program, one: CallSite, other: CallSite, count: int) -> bool:
    if len(one.args) != count + 1 or len(other.args) <= count or one.more or other.more:
        return one.name == b"ZSCORE" and len(one.args) == 3 and same(program, one.args[1], other.args[1])
    return all(same(program, one.args[place], other.args[place]) for place in range(1, count + 1))
