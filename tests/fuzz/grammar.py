"""Random calls, made of what a server's command table says of its commands' arguments."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Final

from ldbpy.commands import Command, CommandTable
from ldbpy.commands.table import Argument
from tests.fuzz.words import (
    ALL_KEYS,
    ARGUMENTS,
    CALMER,
    INTEGERS,
    KEYS,
    ODD_INTEGERS,
    ODD_NUMBERS,
    ODD_WORDS,
    TAME,
    TYPES,
    UNKNOWN,
)

__all__ = ["GROUPS", "LEFT_OUT", "Grammar"]

GROUPS: Final = frozenset(KEYS)
"""The groups of the data commands."""

LEFT_OUT: Final = {
    "migrate": "talks to another server",
    "wait": "is about replicas, of which the embedded server has none",
    "waitaof": "is about a file, which the embedded server does not have",
    "restore": "takes what DUMP gives: tests/conformance has that",
    "restore-asking": "takes what DUMP gives",
    "dump": "gives the plain form of a value, where a server gives the packed one",
    "pfdebug": "shows the server's inside",
    "pfselftest": "shows the server's inside",
    "object|help": "a text of the server's; so are those of XGROUP and XINFO, but they are there",
}
"""Commands of the groups of data commands that are not called, and why.

Of the other groups (connection, server, scripting, pub/sub, transactions, cluster) only what is named in ``_MORE``
is: the rest has no data, stops the server, or changes how the connection answers. The blocking commands are
called, with a timeout of one millisecond; BLOCK of XREAD and XREADGROUP is not, it counts whole milliseconds and 0
is for ever.
"""

_MORE: Final = ("dbsize", "echo", "ping", "time", "memory|usage")
_TIMES: Final = frozenset(
    {"min-idle-time", "ms", "seconds", "milliseconds", "unix-time", "unix-time-seconds", "unix-time-milliseconds"}
)
_COUNTS: Final = frozenset({"numkeys", "numfields", "num-vertices"})
_WITHOUT: Final = {("xread", "milliseconds"), ("xreadgroup", "milliseconds")}


class Grammar:
    """Makes calls from one command table. The same ``rng`` makes the same calls."""

    def __init__(self, table: CommandTable, rng: Random) -> None:
        self._rng: Final = rng
        self._commands: Final = {command.name: command for command in _callable(table)}
        self._names: Final = sorted(self._commands)
        self._timed: Final = self._that_take(_TIMES)
        self._blocking: Final = self._that_take(frozenset({"timeout"}))
        self._group = ""
        self._command = ""
        self._keys = 1

    @property
    def names(self) -> list[str]:
        """The commands it makes calls of; a container's are ``xgroup|create``."""
        return list(self._names)

    def _that_take(self, names: frozenset[str]) -> frozenset[str]:
        """The commands that take an argument of one of those names."""
        return frozenset(name for name, command in self._commands.items() if _takes(command.arguments, names))

    def call(self) -> list[bytes]:
        """The next call."""
        rng = self._rng
        if rng.random() < 0.01:
            return [rng.choice(UNKNOWN), *rng.choices(ODD_WORDS, k=rng.choice((0, 1, 3)))]
        command = self._commands[rng.choice(self._names)]
        self._group, self._command = command.group, command.name
        name, _, sub = command.name.partition("|")
        words = [self._cased(name)] + ([self._cased(sub)] if sub else [])
        words += self._sequence(command.arguments)
        self._spoil(words)
        return words

    # -- arguments

    def _sequence(self, arguments: Iterable[Argument]) -> list[bytes]:
        """The words of arguments side by side; a number of keys or fields is that of the ones that follow it."""
        words: list[bytes] = []
        pending: int | None = None
        for argument in arguments:
            if argument["name"] in _COUNTS:
                words += self._token(argument)
                pending = len(words)
                words.append(b"1")
                continue
            parts = self._repeated(argument)
            if pending is not None:
                self._keys = len(parts)
                words[pending] = self._count(len(parts))
                pending = None
            words += [word for part in parts for word in part]
        return words

    def _count(self, real: int) -> bytes:
        return b"%d" % real if self._rng.random() < 0.92 else self._rng.choice(INTEGERS + ODD_INTEGERS)

    def _repeated(self, argument: Argument) -> list[list[bytes]]:
        """The words of one argument, as often as it stands there; its token is part of the first or of each."""
        rng, flags = self._rng, argument.get("flags", ())
        if (self._command, argument["name"]) in _WITHOUT or ("optional" in flags and rng.random() < 0.62):
            return []
        count = self._repetitions(argument["name"]) if "multiple" in flags else 1
        parts = [self._once(argument) for _ in range(count)]
        if argument["type"] == "key":
            self._keys = count
        for part in parts if "multiple_token" in flags else parts[:1]:
            part[:0] = self._token(argument)
        return parts

    def _repetitions(self, name: str) -> int:
        same = name == "weight" or (name == "id" and self._command in ("xread", "xreadgroup"))
        if same and self._rng.random() < 0.9:
            return self._keys
        if name == "vertices":
            return self._rng.choice((3, 3, 4, 2))
        return self._rng.choice((1, 1, 2, 3))

    def _token(self, argument: Argument) -> list[bytes]:
        token = argument.get("token", "")
        return [self._cased(token)] if token and argument["type"] != "pure-token" else []

    def _once(self, argument: Argument) -> list[bytes]:
        match argument["type"]:
            case "pure-token":
                return [self._cased(argument["token"])]
            case "oneof":
                return [word for part in self._repeated(self._rng.choice(argument["arguments"])) for word in part]
            case "block":
                return self._sequence(argument["arguments"])
            case "key":
                return [self._key()]
            case kind:
                return [self._value(kind, argument["name"])]

    def _key(self) -> bytes:
        rng = self._rng
        return rng.choice(KEYS[self._group] if rng.random() < 0.85 and self._group in KEYS else ALL_KEYS)

    def _value(self, kind: str, name: str) -> bytes:
        group = self._group
        if group == "sorted-set" and "lex" in self._command and name in ("min", "max"):
            group = "lexical"
        if self._command in ("zrange", "zrangestore") and name in ("start", "stop", "min", "max"):
            group, name = "any-range", {"min": "start", "max": "stop"}.get(name, name)
        words = ARGUMENTS.get((group, name)) or ARGUMENTS.get(("", name)) or TYPES[kind]
        chance = self._rng.random()
        if chance < 0.08 and name not in TAME:
            return self._made_up(kind)
        return self._rng.choice(words[chance < 0.18])

    def _made_up(self, kind: str) -> bytes:
        """A value of no list: numbers of all sizes, short texts of awkward characters, long ones, ids."""
        rng = self._rng
        match kind if kind in ("integer", "double") else rng.choice(("integer", "double", "text", "long", "id")):
            case "integer":
                return b"%d" % (rng.choice((-1, 1)) * int(2 ** rng.uniform(0, 64)))
            case "double":
                return b"%.*g" % (rng.randrange(1, 19), rng.choice((-1, 1)) * rng.lognormvariate(0, 20))
            case "text":
                return bytes(rng.choices(b"abc*?[]\\^-019. \n\x00\xff", k=rng.randrange(6)))
            case "long":
                return rng.choice(ODD_WORDS) * rng.randrange(1, 12)
            case _:
                return b"%d-%d" % (rng.randrange(30), rng.randrange(6))

    # -- disorder

    def _cased(self, word: str) -> bytes:
        chance = self._rng.random()
        if chance < 0.9:
            return word.encode()
        return word.lower().encode() if chance < 0.95 else word.title().encode()

    def _spoil(self, words: list[bytes]) -> None:
        """Take one argument away, add one, change one, or none of that, which is most often."""
        rng, chance = self._rng, self._rng.random()
        place = rng.randrange(1, len(words) + 1)
        if chance < 0.04 and place < len(words):
            del words[place]
        elif chance < 0.06:
            words.insert(place, self._odd())
        elif chance < 0.09 and place < len(words):
            words[place] = self._odd()
        elif chance < 0.10:
            words.append(words[-1])

    def _odd(self) -> bytes:
        if self._command in self._blocking:
            return self._rng.choice(ODD_WORDS[:4])
        if self._command in self._timed:
            return self._rng.choice(ODD_WORDS[:4] + CALMER)
        return self._rng.choice(ODD_WORDS + ODD_INTEGERS + ODD_NUMBERS)


def _callable(table: CommandTable) -> Iterable[Command]:
    for command in table.commands.values():
        for each in command.subcommands.values() or (command,):
            data = command.group in GROUPS and command.name not in LEFT_OUT and each.name not in LEFT_OUT
            if data or each.name in _MORE:
                yield each


def _takes(arguments: Iterable[Argument], names: frozenset[str]) -> bool:
    return any(argument["name"] in names or _takes(argument.get("arguments", ()), names) for argument in arguments)
