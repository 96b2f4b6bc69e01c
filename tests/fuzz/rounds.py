"""Rounds of random calls to both servers: a fresh start, some calls, then a look at all there is.

After the first difference of a round the servers may hold different data, so the rest of it is not judged.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from ldbpy.commands import load_table
from ldbpy.flavors import Flavor
from ldbpy.resp import ErrorReply, Reply
from tests.fuzz.beginning import SETUP
from tests.fuzz.grammar import Grammar
from tests.fuzz.ledger import Known, what_differs
from tests.fuzz.mirror import Mirror
from tests.fuzz.wiretap import Heard, TappedClient

__all__ = ["Difference", "Outcome", "fuzz", "replay"]

_LENGTH: Final = 80
_NEWEST: Final = "valkey-9.1.2"
_READS: Final[dict[bytes, tuple[bytes, ...]]] = {
    b"string": (b"GET",),
    b"list": (b"LRANGE", b"0", b"-1"),
    b"set": (b"SMEMBERS",),
    b"hash": (b"HGETALL",),
    b"zset": (b"ZRANGE", b"0", b"-1", b"WITHSCORES"),
    b"stream": (b"XINFO", b"STREAM", b"FULL"),
    b"none": (b"GET",),
}


@dataclass(frozen=True)
class Difference:
    """A call the two servers answered differently."""

    kind: str
    """The command; ``data: command`` if it only showed in the look at the end."""
    differs: str
    text: str
    """Both answers."""
    story: tuple[list[bytes], ...]
    """The calls before it that share a word with it, and itself."""

    def __str__(self) -> str:
        calls = "\n    ".join(" ".join(repr(word)[1:] for word in call) for call in self.story)
        return f"{self.kind}: {self.differs}\n    {calls}\n  {self.text}"


@dataclass
class Outcome:
    """What came of all rounds against one server."""

    calls: int = 0
    errors: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def unknown(self, flavor: str, ledger: tuple[Known, ...]) -> list[Difference]:
        """The differences that are not in the ledger, one of a kind."""
        found: dict[tuple[str, str], Difference] = {}
        for each in self.differences:
            if not any(known.covers(flavor, each.kind, each.differs, each.text) for known in ledger):
                found.setdefault((each.kind, each.differs), each)
        return list(found.values())


def fuzz(flavor: Flavor, socket: str, *, calls: int, seed: int) -> Outcome:
    """Make so many calls that are judged, in RESP2 and RESP3. A round depends on the seed and its number alone."""
    rng = Random()
    own = Grammar(load_table(flavor.table), rng)
    newest = Grammar(load_table(_NEWEST), rng)
    outcome = Outcome()
    with TappedClient(socket) as second, TappedClient(socket, resp=3) as third:
        for number in itertools.count():
            if outcome.calls >= calls:
                return outcome
            rng.seed(f"{seed} {number}")
            setup = [command for command in SETUP if rng.random() < 0.85]
            grammars = rng.choices((own, newest), (9, 1), k=_LENGTH)
            resp = rng.choice((2, 2, 3))
            play = _Round(flavor, third if resp == 3 else second, resp, outcome)
            play.play(setup, [grammar.call() for grammar in grammars])
    raise AssertionError("numbers do not end")


def replay(flavor: Flavor, socket: str, calls: list[list[bytes]]) -> list[Difference]:
    """One round of those calls, after everything a round can begin with: what differs."""
    outcome = Outcome()
    with TappedClient(socket) as client:
        _Round(flavor, client, 2, outcome).play(SETUP, calls)
    return outcome.differences


class _Round:
    """One round."""

    def __init__(self, flavor: Flavor, client: TappedClient, resp: int, outcome: Outcome) -> None:
        self._flavor = flavor
        self._client = client
        self._resp = resp
        self._outcome = outcome
        self._story: list[list[bytes]] = []

    def play(self, setup: list[list[bytes]], calls: list[list[bytes]]) -> None:
        """Send everything to the real server, then go through it with the embedded one."""
        time = [b"TIME"]
        first, *heard, last = self._client.hear([time, [b"FLUSHALL"], *setup, *calls, [b"KEYS", b"*"], time])
        self._start = _microseconds(first.reply)
        self._mirror = Mirror(self._flavor, self._resp, self._start)
        self._mirror.elapsed = self._since(last)
        begun = 1 + len(setup)
        for command in setup:
            self._mirror.answers_alike(command, Heard(b"", None))
        if all(map(self._judge, calls, heard[begun:-1])) and not self._mirror.lost:
            self._look(heard[-1])

    def _since(self, time: Heard) -> int:
        """Milliseconds from the round's beginning to an answer to TIME."""
        return (_microseconds(time.reply) - self._start) // 1000 + 1

    def _judge(self, argv: list[bytes], heard: Heard) -> bool:
        """Whether both answer a call the same and the round can go on; count it and note the difference."""
        outcome, name = self._outcome, self._mirror.name(argv)
        outcome.calls += 1
        outcome.errors += isinstance(heard.reply, ErrorReply)
        if name:
            outcome.commands[name.partition("|")[0]] += 1
        return self._same(name, argv, heard) and not self._mirror.lost

    def _same(self, name: str, argv: list[bytes], heard: Heard) -> bool:
        self._story.append(argv)
        try:
            alike, ours = self._mirror.answers_alike(argv, heard)
        except Exception as crash:  # a crash of the embedded server is a finding like any other
            alike, ours = False, ErrorReply(f"{type(crash).__name__}: {crash}".encode())
        if not alike:
            shown = f"server: {heard.raw[:500]!r}\n  ours:   {ours!r}"
            self._outcome.differences.append(
                Difference(name, _what_differs(heard.reply, ours), shown, self._story_of(argv))
            )
        return alike

    def _story_of(self, argv: list[bytes]) -> tuple[list[bytes], ...]:
        words = {word for word in argv[1:] if len(word) == 2}
        before = [call for call in self._story[:-1] if words & set(call)]
        return (*before[-12:], argv)

    # -- the look at the end

    def _look(self, keys: Heard) -> None:
        """Compare all data."""
        if not self._same("data: keys", [b"KEYS", b"*"], keys) or not isinstance(keys.reply, list):
            return
        names = sorted(key for key in keys.reply if isinstance(key, bytes))
        reads = [read for key in names for read in self._reads(key)]
        *answers, time = self._client.hear([*reads, [b"TIME"]])
        self._mirror.elapsed = self._since(time)
        for argv, heard in zip(reads, answers, strict=True):
            if not self._same(f"data: {self._mirror.name(argv)}", argv, heard):
                return

    def _reads(self, key: bytes) -> Iterator[list[bytes]]:
        kind = self._mirror.ask(b"TYPE", key)
        name, *rest = _READS[kind if isinstance(kind, bytes) else b"none"]
        yield [name, rest[0], key, *rest[1:]] if name == b"XINFO" else [name, key, *rest]
        yield [b"OBJECT", b"ENCODING", key]
        yield [b"PTTL", key]


def _what_differs(theirs: Reply, ours: Reply) -> str:
    values = "value" if type(theirs) is type(ours) else "type"
    return what_differs(isinstance(theirs, ErrorReply), isinstance(ours, ErrorReply), values)


def _microseconds(reply: Reply) -> int:
    match reply:
        case [bytes() as seconds, bytes() as rest]:
            return int(seconds) * 10**6 + int(rest)
        case _:
            raise AssertionError(f"not an answer to TIME: {reply!r}")
