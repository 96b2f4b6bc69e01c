"""Arguments that come in pairs, and one is missing.

## What it does

Counts the arguments of commands that take them in groups: fields and values (`HSET`, `XADD`), keys and values (`MSET`),
scores and members (`ZADD`), positions and members (`GEOADD`), streams and IDs (`XREAD`, `XREADGROUP`).

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
from ldbpy.lint.analysis.options import behind_options
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule(
    "unpaired-arguments",
    "RL206",
    Group.CORRECTNESS,
    Severity.ERROR,
    needs=((b"hset", b"mset", b"zadd", b"geoadd", b"xadd", b"xread"),),
)


_GROUPS: Final = {
    b"HSET": (2, 2, "a field and a value"),
    b"HMSET": (2, 2, "a field and a value"),
    b"MSET": (1, 2, "a key and a value"),
    b"MSETNX": (1, 2, "a key and a value"),
}
_AFTER_OPTIONS: Final = {
    b"ZADD": (0, 2, "a score and a member"),
    b"GEOADD": (0, 3, "longitude, latitude and a member"),
    b"XADD": (1, 2, "a field and a value"),
}
"""Of these the groups begin so many places behind the options."""
_STREAMS: Final = {b"XREAD": 1, b"XREADGROUP": 4}
"""Where the word ``STREAMS`` may stand first."""


def check(program: Program) -> Iterator[Report]:
    """Count what comes in groups."""
    for site in program.call_sites.values():
        if site.more:
            continue
        first, size, what = _groups(program, site)
        count = len(site.words) - first
        if count <= 0 or count % size == 0 or _is_short(program, site):
            continue
        yield Report.at(site.args[-1], f"{_told(count)} where {what} belong together", mark="one is missing")


def _groups(program: Program, site: CallSite) -> tuple[int, int, str]:
    """Where the groups begin, how many arguments each has, and which; at the end where that is not known."""
    nowhere = len(site.words), 1, ""
    name = site.name or b""
    if name in _GROUPS:
        return _GROUPS[name]
    if name in _STREAMS:
        places = [place for place in range(_STREAMS[name], len(site.words)) if _is_streams(site.words[place])]
        return (places[0] + 1, 2, "a stream and an ID") if places else nowhere
    if name in _AFTER_OPTIONS:
        first = behind_options(site)
        if first is not None and (site.words[first] is not None or program.value(site.args[first]).only("number")):
            behind, size, what = _AFTER_OPTIONS[name]
            return first + behind, size, what
    return nowhere


def _is_streams(word: bytes | None) -> bool:
    return word is not None and word.upper() == b"STREAMS"


def _is_short(program: Program, site: CallSite) -> bool:
    """Whether there are too few arguments in any case, which another rule tells."""
    command = program.command(site)
    return command is not None and len(site.words) < abs(command.arity)


def _told(count: int) -> str:
    return "1 argument" if count == 1 else f"{count} arguments"
