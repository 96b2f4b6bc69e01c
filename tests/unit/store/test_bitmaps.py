"""Bitmaps: the replies were taken from the servers."""

from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.resp import ErrorReply, Reply
from ldbpy.store.memory import MemoryStore

SYNTAX = ErrorReply(b"ERR syntax error")
WRONG_TYPE = ErrorReply(b"WRONGTYPE Operation against a key holding the wrong kind of value")


@pytest.mark.parametrize(
    ("flavor", "missing", "wrong"),
    [("redis-6.2", -1, WRONG_TYPE), ("redis-7.0", -1, WRONG_TYPE), ("valkey-8", SYNTAX, SYNTAX)],
)
def test_bitpos_with_too_many_words(flavor: str, missing: Reply, wrong: Reply) -> None:
    """Older servers look at the key first."""
    client = MemoryStore(FLAVORS[flavor]).client()
    client.call(b"SET s a".split())
    client.call(b"RPUSH l a".split())
    replies = [client.call(b"BITPOS %s 1 0 -1 BIT BIT".replace(b"%s", key).split()) for key in (b"none", b"s", b"l")]
    assert replies == [missing, SYNTAX, wrong]
