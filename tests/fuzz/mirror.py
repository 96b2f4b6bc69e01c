"""The embedded server as the mirror of a real one: it follows what the real one left to chance and to the clock."""

from __future__ import annotations

import random
from typing import Final

from ldbpy.flavors import Flavor
from ldbpy.resp import ErrorReply, Reply, encode
from ldbpy.targets.embedded import EmbeddedServer
from tests.fuzz.answers import Answers
from tests.fuzz.unspecified import RULES, is_hash_table, is_range_by_chance
from tests.fuzz.wiretap import Heard

__all__ = ["Mirror"]

_STORES_A_SET: Final = frozenset({"sunionstore", "sinterstore", "sdiffstore"})


class Mirror:
    """An empty embedded server and one client of it.

    ``start`` and ``elapsed``: the real server's time at the beginning of the round in microseconds, and the
    milliseconds the round has taken it.
    """

    def __init__(self, flavor: Flavor, resp: int, start: int) -> None:
        self._now = start
        self.elapsed = 0
        self._server: Final = EmbeddedServer(flavor, clock=lambda: self._now, rng=random.Random(start))
        self._client: Final = self._server.client(resp=resp)
        self._asker: Final = self._server.client(resp=resp)
        self._resp: Final = resp
        self.order_lost = False
        """A set was made out of a hash table, so even a small one's order is by chance."""
        self.lost = False
        """Chance decided what the last call left: nothing that follows can be foretold."""

    def ask(self, *words: bytes) -> Reply:
        """Look something up on the embedded server."""
        return self._asker.call(list(words))

    def name(self, argv: list[bytes]) -> str:
        """The command's name in the table, ``container|sub`` for a subcommand; empty if there is no such command."""
        table = self._server.store.table
        command = table.lookup(argv) or table.container_or_command(argv[0])
        return command.name if command else ""

    def answers_alike(self, argv: list[bytes], heard: Heard) -> tuple[bool, Reply]:
        """Run a call; whether the reply is the real server's, and the reply."""
        name = self.name(argv)
        self._follow_clock(name, argv, heard.reply)
        if name == "spop" and not isinstance(heard.reply, ErrorReply):
            return self._popped(argv, heard)
        if name in _STORES_A_SET and any(is_hash_table(self, word) for word in argv[2:]):
            self.order_lost = True
        self.lost = self._is_lost(name, argv)
        ours = self._client.call(list(argv))
        if encode(ours, protocol=self._resp, style=self._server.flavor.doubles) == heard.raw:
            return True, ours
        if self.lost and type(ours) is type(heard.reply):
            return True, ours
        rule = RULES.get(name)
        return rule is not None and rule(self, Answers(argv, heard.reply, ours, self.elapsed)), ours

    def _is_lost(self, name: str, argv: list[bytes]) -> bool:
        """Whether chance decides what the call leaves behind."""
        if name in ("zrangestore", "zremrangebylex"):
            return is_range_by_chance(self, name, argv)
        words = set(map(bytes.upper, argv))
        return name == "sort" and {b"BY", b"STORE"} <= words and is_hash_table(self, argv[1])

    def _follow_clock(self, name: str, argv: list[bytes], theirs: Reply) -> None:
        """Let it be the moment at which the real server made an id for ``XADD key *``."""
        if name == "xadd" and b"*" in argv and isinstance(theirs, bytes):
            milliseconds = int(theirs.partition(b"-")[0])
            if self._now // 1000 < milliseconds <= self._now // 1000 + self.elapsed + 1:
                self._now = milliseconds * 1000

    def _popped(self, argv: list[bytes], heard: Heard) -> tuple[bool, Reply]:
        """SPOP: pick at random, put that back, and take what the real server took."""
        before = self.ask(b"SMEMBERS", argv[1])
        savepoint = self._server.store.savepoint()
        ours = self._client.call(list(argv))
        self._server.store.rollback(savepoint)
        rule = RULES["srandmember"]
        alike = rule(self, Answers(argv, heard.reply, ours, self.elapsed)) if before else heard.reply == ours
        taken = [heard.reply] if isinstance(heard.reply, bytes) else heard.reply
        if isinstance(taken, list) and taken:
            self.ask(b"SREM", argv[1], *(item for item in taken if isinstance(item, bytes)))
        return alike, ours
