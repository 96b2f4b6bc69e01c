"""An option that the command does not have, or not beside another.

## What it does

Looks at the arguments that can only be options, as those behind the value of `SET` and the range of `ZRANGE`: whether
the command has them, whether their values are there, and whether they exclude each other (`NX` and `XX`).

## Why

The server answers with a syntax error when the call is reached.

## Example

```lua fails keys=k
return redis.call('SET', KEYS[1], 'v', 'EXP', 10)
```

## Use instead

```lua
return redis.call('SET', KEYS[1], 'v', 'EX', 10)
```

## Known limits

Only commands whose options stand in one place, at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.commands.table import Command, release_of
from ldbpy.flavors import Flavor
from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.options import TIME_OPTIONS, behind_options
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import close_name
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.lint.targets import find_command

RULE = Rule(
    "unknown-option",
    "RL207",
    Group.CORRECTNESS,
    Severity.ERROR,
    needs=(
        (
            b"set'",
            b'set"',
            b"set]",
            b"getex",
            b"expire",
            b"zrange",
            b"zrevrange",
            b"lpos",
            b"scan",
            b"restore",
            b"copy",
            b"xrange",
            b"zadd",
        ),
    ),
)


_FROM: Final = {
    b"SET": 3,
    b"GETEX": 2,
    b"EXPIRE": 3,
    b"PEXPIRE": 3,
    b"EXPIREAT": 3,
    b"PEXPIREAT": 3,
    b"ZRANGE": 4,
    b"ZREVRANGE": 4,
    b"ZRANGEBYSCORE": 4,
    b"ZREVRANGEBYSCORE": 4,
    b"ZRANGEBYLEX": 4,
    b"LPOS": 3,
    b"SCAN": 2,
    b"HSCAN": 3,
    b"SSCAN": 3,
    b"ZSCAN": 3,
    b"RESTORE": 4,
    b"COPY": 3,
    b"XRANGE": 4,
}
"""Where the options of a command begin."""
_ONE_OF: Final = {
    b"SET": ((b"NX", b"XX"), (*TIME_OPTIONS, b"KEEPTTL")),
    b"GETEX": ((*TIME_OPTIONS, b"PERSIST"),),
    b"ZADD": ((b"NX", b"XX"), (b"NX", b"GT", b"LT")),
    **dict.fromkeys((b"EXPIRE", b"PEXPIRE", b"EXPIREAT", b"PEXPIREAT"), ((b"NX", b"XX"), (b"NX", b"GT", b"LT"))),
}
"""Options of which servers take one. (Of those of ``EXPIRE`` and ``ZADD``, ``XX`` may stand beside ``GT``.)"""


def check(program: Program) -> Iterator[Report]:
    """Read the options of every command that has them at its end."""
    for site in program.call_sites.values():
        if program.command(site) is None:
            continue
        if site.name in _ONE_OF:
            yield from _excluded(site, site.name)
        if site.name not in _FROM:
            continue
        wrong = None
        for flavor in program.targets.flavors:
            found = _unknown(flavor, site)
            if found is not None:
                wrong = found
                if program.targets.named:
                    break
            elif not program.targets.named:
                wrong = None
                break
        if wrong is not None:
            yield _report(program, site, wrong)


def _report(program: Program, site: CallSite, place: int) -> Report:
    word, command = site.words[place], program.command(site)
    assert word is not None
    assert command is not None
    assert site.name is not None
    shown = word.decode("utf-8", "backslashreplace")
    known = _tokens(command, None)
    close = close_name(shown.upper(), (token.decode() for token in known))
    listed = ", ".join(token.decode() for token in known)
    helped = f"did you mean {close}?" if close else f"there are {listed}" if listed else "it has no options"
    values = known.get(word.upper())
    if values is not None:
        wanted = "its value" if values == 1 else f"its {values} values"
        return Report.at(site.args[place], f"{shown.upper()} of {site.name.decode()} lacks {wanted}")
    return Report.at(site.args[place], f"{site.name.decode()} has no option '{shown}'", helped)


def _excluded(site: CallSite, name: bytes) -> Iterator[Report]:
    """The second of two options of which the command takes one."""
    start, end = (_FROM[name], len(site.words)) if name in _FROM else (2, behind_options(site) or 2)
    places = [place for place in range(start, end) if (site.words[place - 1] or b"").upper() not in TIME_OPTIONS]
    for options in _ONE_OF[name]:
        given = [place for place in places if (site.words[place] or b"").upper() in options]
        if len(given) > 1:
            first, second = ((site.words[place] or b"").upper().decode() for place in given[:2])
            if first != second:
                told = f"{name.decode()} takes {first} or {second}, not both"
                yield Report.at(site.args[given[1]], told, labels=(_label(site, given[0]),))


def _label(site: CallSite, place: int) -> Label:
    return Label(site.args[place].start, site.args[place].end, "the other")


def _unknown(flavor: Flavor, site: CallSite) -> int | None:
    """The first argument that is no option of the command on that server."""
    command = find_command(flavor, site.words)
    if command is None or site.name is None:
        return None
    tokens = _tokens(command, flavor)
    place = _FROM[site.name]
    end = len(site.words) - (1 if site.more else 0)
    while place < end:
        word = site.words[place]
        if word is None:
            return None
        values = tokens.get(word.upper())
        if values is None:
            return place
        if place + values >= end and not site.more:
            return place
        place += 1 + values
    return None


def _tokens(command: Command, flavor: Flavor | None) -> dict[bytes, int]:
    """Each option with how many values follow it; of all releases if no server is given."""
    found: dict[bytes, int] = {}
    stack = [each for each in command.arguments if "optional" in each.get("flags", ())]
    while stack:
        argument = stack.pop(0)
        if flavor is not None and flavor.product != "valkey" and release_of(argument.get("since", "")) > flavor.version:
            continue
        token = argument.get("token")
        inner = argument.get("arguments", [])
        if token is not None:
            block = argument["type"] == "block"
            found[token.encode()] = 0 if argument["type"] == "pure-token" else len(inner) if block else 1
        if argument["type"] != "block" or token is None:
            stack += inner
    return found
