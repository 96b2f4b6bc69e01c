"""Strings: how they are kept, as OBJECT tells it. Taken from the servers."""

from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.resp import Reply
from ldbpy.store.memory import MemoryStore
from ldbpy.targets.embedded import EmbeddedServer


def last_of(flavor: str, *lines: str) -> Reply:
    """What the last of some commands answers."""
    client = MemoryStore(FLAVORS[flavor]).client()
    return [client.call(line.encode().split()) for line in lines][-1]


@pytest.mark.parametrize(("flavor", "room"), [("redis-7.0", 44), ("valkey-8", 40), ("valkey-9", 112)])
@pytest.mark.parametrize("before", ["DEL k", "SET k a", "RPUSH k a"])
def test_encoding_of_a_string(flavor: str, room: int, before: str) -> None:
    """A string of up to so many bytes is embedded in its object, whatever the key held."""
    assert last_of(flavor, before, "SET k " + "v" * room, "OBJECT ENCODING k") == b"embstr"
    assert last_of(flavor, before, "SET k " + "v" * (room + 1), "OBJECT ENCODING k") == b"raw"


@pytest.mark.parametrize(("flavor", "room"), [("redis-7.0", 44), ("valkey-8", 32), ("valkey-9", 104)])
@pytest.mark.parametrize(
    ("before", "write"),
    [
        ("SET k a EX 100", "SET k {}"),
        ("SET k a EX 100", "SET k {} KEEPTTL"),
        ("SET k 10 EX 100", "GETSET k {}"),
        ("SETEX k 100 a", "MSET k {}"),
        ("SETEX k 100 a", "SETEX k 100 {}"),
    ],
)
def test_encoding_in_place_of_what_expires(flavor: str, room: int, before: str, write: str) -> None:
    """Where the time is kept beside key and value, it takes room from a value written over one with a time."""
    assert last_of(flavor, before, write.format("v" * room), "OBJECT ENCODING k") == b"embstr"
    assert last_of(flavor, before, write.format("v" * (room + 1)), "OBJECT ENCODING k") == b"raw"


@pytest.mark.parametrize("flavor", ["valkey-8", "valkey-9"])
@pytest.mark.parametrize(
    "lines",
    [
        ("SET k {} EX 100",),
        ("SET k {}", "EXPIRE k 100"),
        ("SET k a EX 100", "SET j {}", "RENAME j k"),
        ("SET k a EX 100", "SET j {} EX 100", "COPY j k REPLACE"),
    ],
)
def test_encoding_with_a_time_that_comes_later(flavor: str, lines: tuple[str, ...]) -> None:
    """A time given to what is there takes no room, nor does that of a value that goes first."""
    value = "v" * (40 if flavor == "valkey-8" else 112)
    assert last_of(flavor, *(line.format(value) for line in lines), "OBJECT ENCODING k") == b"embstr"


@pytest.mark.parametrize(
    ("flavor", "write", "count"),
    [
        ("redis-7.0", "SET b 5", 2**31 - 1),
        ("redis-7.0", "COPY a b", 1),
        ("redis-7.0", "RENAME a b", 2**31 - 1),
        ("valkey-9", "SET b 5", 1),
        ("valkey-9", "COPY a b", 1),
    ],
)
def test_refcount_of_a_small_number(flavor: str, write: str, count: int) -> None:
    """Redis shares small numbers, but COPY makes one of its own."""
    assert last_of(flavor, "SET a 5", write, "OBJECT REFCOUNT b") == count
    assert last_of(flavor, "SET a 5", write, "OBJECT ENCODING b") == b"int"


def test_copy_of_a_small_number_is_a_string_like_any() -> None:
    """It can be read, counted up, and changed in place."""
    assert last_of("redis-7.0", "SET a 5", "COPY a b", "GET b") == b"5"
    assert last_of("redis-7.0", "SET a 5", "COPY a b", "INCR b", "OBJECT REFCOUNT b") == 2**31 - 1
    assert last_of("redis-7.0", "SET a 5", "COPY a b", "APPEND b 1", "OBJECT ENCODING b") == b"raw"
    assert last_of("redis-7.0", "SET a 5", "COPY a b", "APPEND b 1", "GET a") == b"5"


@pytest.mark.parametrize(("flavor", "encoding"), [("redis-7.0", b"int"), ("valkey-8", b"int"), ("valkey-9", b"embstr")])
@pytest.mark.parametrize(
    "line", ["SET k 10", "SET k 10 GET", "SETEX k 9 10", "GETSET k 10", "MSET k 10", "APPEND k 10"]
)
def test_encoding_of_a_number_from_a_script(flavor: str, encoding: bytes, line: str) -> None:
    """Valkey 9 does not make a number of it, until the script counts it up."""
    script = "redis.call(unpack(ARGV)) local before = redis.call('OBJECT', 'ENCODING', 'k') redis.call('INCR', 'k') "
    client = EmbeddedServer(FLAVORS[flavor]).client()
    told = client.call(
        [
            b"EVAL",
            (script + "return {before, redis.call('OBJECT', 'ENCODING', 'k')}").encode(),
            b"0",
            *line.encode().split(),
        ]
    )
    assert told == [encoding, b"int"]
    assert client.call(b"GET k".split()) == b"11"
