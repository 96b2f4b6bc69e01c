"""A literal that the command cannot take.

## What it does

Looks at strings and numbers written out where a command wants a whole number, a number, a time above zero, or the end
of a range (`(5`, `-inf`, `[a`).

## Why

The server refuses the call when it is reached. A time to live of zero or less deletes the key at once (a warning).

## Example

```lua fails keys=k
return redis.call('ZADD', KEYS[1], 'anna', 5)
```

## Use instead

```lua
return redis.call('ZADD', KEYS[1], 5, 'anna')
```

## Known limits

Values of variables that are not literals are not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.options import TIME_OPTIONS, behind_options
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "bad-literal-argument",
    "RL208",
    Group.CORRECTNESS,
    Severity.ERROR,
    needs=(
        (
            b"set'",
            b'set"',
            b"set]",
            b"getex",
            b"expire",
            b"setex",
            b"incrby",
            b"decrby",
            b"range",
            b"trim",
            b"lindex",
            b"lset",
            b"lrem",
            b"bit",
            b"zrem",
            b"zadd",
            b"count",
            b"move'",
            b'move"',
            b"move]",
        ),
    ),
)


_INTEGERS: Final = {
    b"EXPIRE": (2,),
    b"PEXPIRE": (2,),
    b"EXPIREAT": (2,),
    b"PEXPIREAT": (2,),
    b"SETEX": (2,),
    b"PSETEX": (2,),
    b"INCRBY": (2,),
    b"DECRBY": (2,),
    b"HINCRBY": (3,),
    b"LRANGE": (2, 3),
    b"LTRIM": (2, 3),
    b"LINDEX": (2,),
    b"LSET": (2,),
    b"LREM": (2,),
    b"SETRANGE": (2,),
    b"GETRANGE": (2, 3),
    b"SETBIT": (2, 3),
    b"GETBIT": (2,),
    b"ZREMRANGEBYRANK": (2, 3),
    b"ZREVRANGE": (2, 3),
    b"MOVE": (2,),
}
_FLOATS: Final = {b"ZINCRBY": (2,), b"INCRBYFLOAT": (2,), b"HINCRBYFLOAT": (3,)}
_TIMES: Final = {b"SETEX": 2, b"PSETEX": 2}
_DELETING: Final = {b"EXPIRE": 2, b"PEXPIRE": 2}
_TIMES_FROM: Final = {b"SET": 3, b"GETEX": 2}
_SCORE_RANGES: Final = (b"ZRANGEBYSCORE", b"ZREVRANGEBYSCORE", b"ZCOUNT", b"ZREMRANGEBYSCORE")
_TEXT_RANGES: Final = (b"ZRANGEBYLEX", b"ZREVRANGEBYLEX", b"ZLEXCOUNT", b"ZREMRANGEBYLEX")
_INTEGER: Final = rb"-?(0|[1-9][0-9]{0,18})"
_FLOAT: Final = rb"(?i:[-+]?(?:inf|infinity|0x[0-9a-f]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?))"
_SCORE: Final = rb"\(?\s*(?:" + _FLOAT + rb")?"
"""The end of a range of scores: servers take nothing for 0."""


def check(program: Program) -> Iterator[Report]:
    """Look at the literals among the arguments."""
    for site in program.call_sites.values():
        name = site.name
        if name is None:
            continue
        for place in _INTEGERS.get(name, ()):
            yield from _not_whole(program, site, place)
        for place in (*_FLOATS.get(name, ()), *_scores(site)):
            word = site.words[place] if place < len(site.words) else None
            if word is not None and not re.fullmatch(_FLOAT, word):
                yield Report.at(site.args[place], f"{name.decode()} wants a number here", mark="no number")
        yield from _ranges(site, name)
        yield from _times(program, site, name)


def _not_whole(program: Program, site: CallSite, place: int) -> Iterator[Report]:
    if place >= len(site.args):
        return
    word = site.words[place]
    literal = program.literal(site.args[place])
    fraction = isinstance(literal, ast.Number) and not literal.value.is_integer()
    if fraction or (word is not None and not re.fullmatch(_INTEGER, word)):
        assert site.name is not None
        yield Report.at(site.args[place], f"{site.name.decode()} wants a whole number here", mark="no whole number")


def _scores(site: CallSite) -> Iterator[int]:
    """The places of the scores of ZADD."""
    if site.name != b"ZADD":
        return
    first = behind_options(site)
    if first is not None and site.words[first] is not None:
        yield from range(first, len(site.words), 2)


def _ranges(site: CallSite, name: bytes) -> Iterator[Report]:
    """What is no end of a range of scores or of texts."""
    scores = name in _SCORE_RANGES
    for place in (2, 3) if scores or name in _TEXT_RANGES else ():
        word = site.words[place] if place < len(site.words) else None
        if word is None or (re.fullmatch(_SCORE, word) if scores else word in (b"-", b"+") or word[:1] in (b"[", b"(")):
            continue
        told = "a number, (number, -inf or +inf" if scores else "[text, (text, - or +"
        yield Report.at(site.args[place], f"{name.decode()} wants {told} here", mark="no end of a range")


def _times(program: Program, site: CallSite, name: bytes) -> Iterator[Report]:
    places = [_TIMES[name]] if name in _TIMES else []
    for at in range(_TIMES_FROM.get(name, len(site.words)), len(site.words)):
        if (site.words[at] or b"").upper() in TIME_OPTIONS:
            places.append(at + 1)
            yield from _not_whole(program, site, at + 1)
    for place in places:
        if place < len(site.words) and _is_zero_or_less(site.words[place]):
            yield Report.at(site.args[place], f"{name.decode()} wants a time above zero", mark="invalid expire time")
    place = _DELETING.get(name, 0)
    if place and place < len(site.words) and _is_zero_or_less(site.words[place]):
        told = f"{name.decode()} with zero or less deletes the key"
        yield Report.at(site.args[place], told, "say DEL if that is meant", severity=Severity.WARNING)


def _is_zero_or_less(word: bytes | None) -> bool:
    return word is not None and bool(re.fullmatch(_INTEGER, word)) and int(word) <= 0
