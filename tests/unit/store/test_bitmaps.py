"""Bitmaps: the replies were taken from the servers."""

from __future__ import annotations

import pytest

from ldbpy.resp import Reply
from tests.unit.store.servers import SYNTAX, WRONG_TYPE, Server


@pytest.mark.parametrize(
    ("flavor", "missing", "wrong"),
    [("redis-6.2", -1, WRONG_TYPE), ("redis-7.0", -1, WRONG_TYPE), ("valkey-8", SYNTAX, SYNTAX)],
)
def test_bitpos_with_too_many_words(flavor: str, missing: Reply, wrong: Reply) -> None:
    """Older servers look at the key first."""
    server = Server(flavor, "SET s a", "RPUSH l a")
    replies = [server(f"BITPOS {key} 1 0 -1 BIT BIT") for key in ("none", "s", "l")]
    assert replies == [missing, SYNTAX, wrong]
