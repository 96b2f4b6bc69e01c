"""An embedded server that is called with one line of words, and what many of its answers are."""

from __future__ import annotations

import random
from typing import Final

from ldbpy.flavors import FLAVORS
from ldbpy.resp import ErrorReply, Reply, Status
from ldbpy.store.memory import MemoryStore

__all__ = ["INVALID_ID", "NOT_INTEGER", "NOW", "OK", "SYNTAX", "WRONG_TYPE", "Server"]

NOW: Final = 1_700_000_000_000
OK: Final = Status(b"OK")
SYNTAX: Final = ErrorReply(b"ERR syntax error")
WRONG_TYPE: Final = ErrorReply(b"WRONGTYPE Operation against a key holding the wrong kind of value")
NOT_INTEGER: Final = ErrorReply(b"ERR value is not an integer or out of range")
INVALID_ID: Final = ErrorReply(b"ERR Invalid stream ID specified as stream command argument")


class Server:
    """Its time stands at ``NOW`` until ``sleep``; ``setup`` are the lines it is called with first."""

    def __init__(self, flavor: str = "valkey-9", *setup: str, resp: int = 2, in_script: bool = False) -> None:
        self.now = NOW
        self.store = MemoryStore(FLAVORS[flavor], clock=lambda: self.now * 1000, rng=random.Random(1))
        self.client = self.store.client(resp=resp, in_script=in_script)
        for line in setup:
            self(line)

    def __call__(self, line: str) -> Reply:
        """Run a command, its words parted by one space each."""
        return self.client.call(line.encode().split(b" "))

    def sleep(self, milliseconds: int) -> None:
        """Let time pass."""
        self.now += milliseconds

    def changed_by(self, line: str) -> list[bytes]:
        """The keys that listeners hear of while a command runs."""
        told: list[bytes] = []
        self.store.listeners.append(lambda argv, db, keys: told.extend(keys))
        self(line)
        return told
