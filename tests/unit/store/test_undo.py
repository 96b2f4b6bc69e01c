"""What undoing on a live server rests on: fingerprints, whether a key is what it was, keys a command writes to."""

from __future__ import annotations

import struct

import pytest

from ldbpy.commands import load_table
from ldbpy.flavors import FLAVORS
from ldbpy.resp import Reply
from ldbpy.store.undo import roll_back
from ldbpy.store.undo.fingerprint import fingerprint
from ldbpy.store.undo.images import Image, Kept, KeyAt, is_same, mark_of, restoring
from ldbpy.store.undo.lasting import is_lasting, keys_written
from tests.servers.fixtures import RealServer

FOOTER = b"\x0a\0" + b"checksum"


def _dump(kind: int, *parts: bytes) -> bytes:
    return bytes((kind,)) + b"".join(parts) + FOOTER


def _string(text: bytes) -> bytes:
    return (bytes((len(text),)) if len(text) < 64 else b"\x80" + struct.pack(">I", len(text))) + text


A, LONG, NUMBER, SMALL = _string(b"a"), _string(b"x" * 100), b"\xc1\x39\x30", b"\xc0\x05"
COMPRESSED = b"\xc3\x04\x40\x50" + b"\x01aa@"


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        (2, [A, LONG, NUMBER, SMALL, COMPRESSED]),
        (4, [A + LONG, NUMBER + A, COMPRESSED + SMALL]),
        (22, [A + LONG + b"\0" * 8, NUMBER + A + b"\1" * 8]),
    ],
)
def test_members_of_a_table_in_any_order(kind: int, members: list[bytes]) -> None:
    """The same members are the same key; others are another."""
    count = bytes((len(members),))
    there = fingerprint(_dump(kind, count, *members))
    assert fingerprint(_dump(kind, count, *reversed(members))) == there
    assert fingerprint(_dump(kind, count, *members[:-1], members[0])) != there
    assert fingerprint(_dump(kind + 100, count, *members)) != there


@pytest.mark.parametrize("body", [b"\x02", b"\x02\x05\x01a", b"\x04\x01\x01a", b"\x02\x01\xc9", b"\x02\x00rest", b""])
def test_what_cannot_be_read_is_taken_as_it_is(body: bytes) -> None:
    """Whatever it is, the same bytes are the same key."""
    assert fingerprint(body + FOOTER) == fingerprint(body + FOOTER)
    assert fingerprint(body + FOOTER) != fingerprint(body + b"x" + FOOTER)


def test_tables_of_real_servers(every_server: RealServer) -> None:
    """Made in another order, restored, resized: the fingerprint stays while the content does."""
    with every_server.client() as client:
        fields = [f"field {number}" for number in range(700)]
        for key, order in (("one", fields), ("two", fields[::-1])):
            for field in order:
                client.call("HSET", key, field, field * 7)
                client.call("SADD", f"{key}:set", field * 7)
        for suffix in ("", ":set"):
            dumps = [client.call("DUMP", f"{key}{suffix}") for key in ("one", "two")]
            assert isinstance(dumps[0], bytes)
            assert isinstance(dumps[1], bytes)
            assert dumps[0] != dumps[1]
            assert fingerprint(dumps[0]) == fingerprint(dumps[1])
        client.call("HSET", "one", "field 3", "another")
        changed = client.call("DUMP", "one")
        unchanged = client.call("DUMP", "two")
        assert isinstance(changed, bytes)
        assert isinstance(unchanged, bytes)
        assert fingerprint(changed) != fingerprint(unchanged)


NOW = 1_000_000
HELD, OTHER, NONE = (
    mark_of(Image(b"\0\1a" + FOOTER, None)),
    mark_of(Image(b"\0\1b" + FOOTER, None)),
    mark_of(Image(None, None)),
)


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [
        (HELD, HELD, True),
        (HELD, OTHER, False),
        (HELD, NONE, False),
        (NONE, NONE, True),
        (NONE, HELD, False),
        (HELD._replace(expires_at=NOW - 1), NONE, True),
        (HELD._replace(expires_at=NOW + 60_000), NONE, False),
        (HELD._replace(expires_at=NOW), HELD._replace(expires_at=NOW + 5), True),
        (HELD._replace(expires_at=NOW), HELD._replace(expires_at=NOW + 500), False),
        (HELD._replace(expires_at=NOW), HELD, False),
        (HELD, HELD._replace(expires_at=NOW), False),
    ],
)
def test_whether_a_key_is_what_it_was(then: object, now: object, same: bool) -> None:
    """By content and time of expiry; one whose time ran out went by itself."""
    assert is_same(then, now, NOW) is same  # type: ignore[arg-type]


def test_what_restores() -> None:
    """A key that was not there is deleted, and so is one whose time has run out meanwhile."""
    at = KeyAt(0, b"k")
    assert restoring(at, Image(None, None), NOW) == [b"DEL", b"k"]
    assert restoring(at, Image(b"d", NOW - 1), NOW) == [b"DEL", b"k"]
    assert restoring(at, Image(b"d", NOW + 1), NOW) == [b"RESTORE", b"k", b"1000001", b"d", b"REPLACE", b"ABSTTL"]
    assert restoring(at, Image(b"d", None), NOW) == [b"RESTORE", b"k", b"0", b"d", b"REPLACE", b"ABSTTL"]


def test_a_server_far_away_tells_the_time_with_what_is_left() -> None:
    """Every answer takes a quarter of a second: a key that nobody wrote to is put back all the same."""
    now, ends = NOW, NOW + 60_000
    dump = b"\0\1a" + FOOTER
    sent: list[bytes] = []

    def ask(commands: list[list[bytes]]) -> list[Reply]:
        nonlocal now
        now += 250
        sent.extend(command[0] for command in commands)
        told: dict[bytes, Reply] = {
            b"DUMP": dump,
            b"PTTL": ends - now,
            b"TIME": [b"%d" % (now // 1000), b"%d" % (now % 1000 * 1000)],
            b"EXEC": [b"OK", 1],
        }
        return [told.get(command[0], b"OK") for command in commands]

    kept = Kept(KeyAt(0, b"k"), Image(None, None), mark_of(Image(dump, ends)))
    assert roll_back(ask, [kept], tells_expiry=False).restored == (kept.at,)
    assert sent[-3:] == [b"SELECT", b"DEL", b"EXEC"]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("GET k", []),
        ("SET k v", [(0, "k")]),
        ("MSET a 1 b 2 a 3", [(0, "a"), (0, "b")]),
        ("RENAME a b", [(0, "a"), (0, "b")]),
        ("COPY a b", [(0, "b")]),
        ("COPY a b REPLACE DB 3", [(0, "b"), (3, "b")]),
        ("MOVE a 2", [(0, "a"), (2, "a")]),
        ("SORT a BY w_* STORE b", [(0, "a"), (0, "b")]),
        ("SORT_RO a ALPHA", [(0, "a")]),
        ("XREADGROUP GROUP g c STREAMS a b > >", [(0, "a"), (0, "b")]),
        ("PFCOUNT a b", [(0, "a"), (0, "b")]),
        ("ZUNIONSTORE d 2 a b", [(0, "d")]),
        ("GEORADIUS a 1 1 5 km STORE d", [(0, "d")]),
        ("BITOP AND d a b", [(0, "d")]),
        ("XGROUP CREATE s g $", [(0, "s")]),
        ("FLUSHALL", None),
        ("PING", None),
    ],
)
def test_keys_a_command_writes_to(words: str, keys: list[tuple[int, str]] | None) -> None:
    """Those it only reads are not kept; None where it names none."""
    argv = [word.encode() for word in words.split()]
    command = load_table("valkey-9.1.2").lookup(argv)
    assert command is not None
    expected = None if keys is None else [KeyAt(db, key.encode()) for db, key in keys]
    assert keys_written(command, argv, 0) == expected


@pytest.mark.parametrize("flavor", FLAVORS.values(), ids=lambda flavor: flavor.name)
def test_every_command_that_writes_names_its_keys_or_cannot_be_undone(flavor: object) -> None:
    """Of those a script may call; what is left over is asked of the server."""
    table = load_table(flavor.table, flavor.table_until)  # type: ignore[attr-defined]
    everything = [sub for each in table.commands.values() for sub in (*each.subcommands.values(), each)]
    silent = {
        each.name
        for each in everything
        if "write" in each.flags and "noscript" not in each.flags and not each.subcommands
        if not each.key_specs and each.name != "sort" and is_lasting(each, []) is None
    }
    assert {name for name in silent if not name.startswith("ft.")} <= {"xgroup"}
