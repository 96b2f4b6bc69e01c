"""Lists: the replies were taken from the servers."""

from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.resp import Reply
from ldbpy.store.memory import MemoryStore


def positions(flavor: str, options: str) -> Reply:
    """What LPOS says of b in the list b c a 1 b c."""
    client = MemoryStore(FLAVORS[flavor]).client()
    client.call(b"RPUSH l b c a 1 b c".split())
    return client.call(b"LPOS l b".split() + options.encode().split())


@pytest.mark.parametrize("flavor", ["redis-6.2", "redis-7.0"])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", 4),
        ("COUNT 0", [4, 0]),
        ("COUNT 1", [4, 0]),
        ("COUNT 1 MAXLEN 2", [4]),
    ],
)
def test_lpos_with_the_smallest_rank(flavor: str, options: str, expected: Reply) -> None:
    """Servers that do not refuse it skip no match, and do not count the matches."""
    assert positions(flavor, "RANK -9223372036854775808 " + options) == expected


@pytest.mark.parametrize("flavor", ["redis-6.2", "valkey-9"])
def test_lpos_with_a_rank_beyond_all_matches(flavor: str) -> None:
    """There is no such match."""
    assert positions(flavor, "RANK -9223372036854775807") is None
