"""What XINFO tells of a stream, and undoing changes to it. The replies were taken from the servers."""

from __future__ import annotations

import pytest

from ldbpy.resp import ErrorReply, MapReply, Reply, Status
from tests.unit.store import servers


class Server(servers.Server):
    """A server that tells what it knows as a dictionary."""

    def info(self, line: str) -> dict[Reply, Reply]:
        """A flat reply of names and values as a dictionary."""
        return _pairs(self(line))


def _pairs(reply: Reply) -> dict[Reply, Reply]:
    assert isinstance(reply, list)
    return dict(zip(reply[::2], reply[1::2], strict=True))


def _group(server: Server) -> dict[Reply, Reply]:
    """XINFO GROUPS of the only group of s."""
    reply = server("XINFO GROUPS s")
    assert isinstance(reply, list)
    return _pairs(reply[0])


# -- XINFO STREAM


def test_info_stream() -> None:
    """The short form counts, and has the first and the last entry."""
    server = Server("redis-7.0")
    server("XADD s 1-0 f v")
    server("XADD s 2-0 f w")
    server("XADD s 3-0 f x")
    server("XDEL s 3-0")
    assert server("XINFO STREAM s") == [
        *[b"length", 2, b"radix-tree-keys", 1, b"radix-tree-nodes", 2, b"last-generated-id", b"3-0"],
        *[b"max-deleted-entry-id", b"3-0", b"entries-added", 3, b"recorded-first-entry-id", b"1-0"],
        *[b"groups", 0, b"first-entry", [b"1-0", [b"f", b"v"]], b"last-entry", [b"2-0", [b"f", b"w"]]],
    ]


def test_info_stream_of_redis_6() -> None:
    """Redis 6.2 keeps no counters; an empty stream has no ends."""
    server = Server("redis-6.2")
    server("XGROUP CREATE s g 0 MKSTREAM")
    assert server("XINFO STREAM s") == [
        *[b"length", 0, b"radix-tree-keys", 0, b"radix-tree-nodes", 1, b"last-generated-id", b"0-0"],
        *[b"groups", 1, b"first-entry", None, b"last-entry", None],
    ]


def test_info_stream_of_redis_8() -> None:
    """Redis 8.6 tells of idempotent producers besides."""
    server = Server("redis-8")
    server("XADD s IDMP p 1 * f v")
    server("XADD s IDMP p 1 * f v")
    info = server.info("XINFO STREAM s")
    names = (b"idmp-duration", b"idmp-maxsize", b"pids-tracked", b"iids-tracked", b"iids-added", b"iids-duplicates")
    assert [info[name] for name in names] == [100, 100, 1, 1, 1, 1]


def test_info_stream_full() -> None:
    """The full form has entries, groups, their consumers, and what is pending for each."""
    server = Server("redis-7.2", resp=3)
    server("XADD s 1-0 f v")
    server("XGROUP CREATE s g 0")
    server("XREADGROUP GROUP g c STREAMS s >")
    reply = server("XINFO STREAM s FULL")
    assert isinstance(reply, MapReply)
    consumer = MapReply(
        [
            (b"name", b"c"),
            (b"seen-time", server.now),
            (b"active-time", server.now),
            (b"pel-count", 1),
            (b"pending", [[b"1-0", server.now, 1]]),
        ]
    )
    group = MapReply(
        [
            (b"name", b"g"),
            (b"last-delivered-id", b"1-0"),
            (b"entries-read", 1),
            (b"lag", 0),
            (b"pel-count", 1),
            (b"pending", [[b"1-0", b"c", server.now, 1]]),
            (b"consumers", [consumer]),
        ]
    )
    assert reply.pairs[-2:] == [(b"entries", [[b"1-0", [b"f", b"v"]]]), (b"groups", [group])]


@pytest.mark.parametrize(
    ("options", "entries"), [("FULL", 10), ("FULL COUNT 3", 3), ("FULL COUNT 0", 12), ("FULL COUNT -1", 10)]
)
def test_info_stream_full_count(options: str, entries: int) -> None:
    """Ten entries unless told otherwise; 0 is all of them."""
    server = Server()
    for number in range(1, 13):
        server(f"XADD s {number}-0 f v")
    shown = server.info(f"XINFO STREAM s {options}")[b"entries"]
    assert isinstance(shown, list)
    assert len(shown) == entries


def test_info_stream_nodes_of_the_radix_tree() -> None:
    """Nodes are counted as the radix tree shares them."""
    server = Server()
    for number in range(1, 301):
        server(f"XADD s {number}-0 f v")
    info = server.info("XINFO STREAM s")
    assert (info[b"radix-tree-keys"], info[b"radix-tree-nodes"]) == (3, 8)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("XINFO STREAM missing", b"ERR no such key"),
        ("XINFO STREAM missing NONSENSE", b"ERR no such key"),
        (
            "XINFO STREAM s NONSENSE",
            b"ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.",
        ),
        (
            "XINFO STREAM s FULL COUNT",
            b"ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.",
        ),
        ("XINFO STREAM s FULL COUNT x", b"ERR value is not an integer or out of range"),
        ("XINFO CONSUMERS s nog", b"NOGROUP No such consumer group 'nog' for key name 's'"),
        ("XINFO GROUPS t", b"WRONGTYPE Operation against a key holding the wrong kind of value"),
        ("XINFO GROUPS", b"ERR wrong number of arguments for 'xinfo|groups' command"),
    ],
)
def test_xinfo_refuses(line: str, message: bytes) -> None:
    """What XINFO does not take."""
    server = Server()
    server("XADD s 1-0 f v")
    server("SET t x")
    assert server(line) == ErrorReply(message)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("XINFO NONSENSE", b"ERR Unknown subcommand or wrong number of arguments for 'NONSENSE'. Try XINFO HELP."),
        ("XINFO NONSENSE missing", b"ERR no such key"),
        ("XINFO GROUPS s x", b"ERR Unknown subcommand or wrong number of arguments for 'GROUPS'. Try XINFO HELP."),
    ],
)
def test_redis_6_looks_at_the_key_before_the_subcommand(line: str, message: bytes) -> None:
    """In Redis 6.2 XINFO is one command, with checks in an order of its own."""
    server = Server("redis-6.2")
    server("XADD s 1-0 f v")
    assert server(line) == ErrorReply(message)


# -- XINFO CONSUMERS, XINFO GROUPS


def test_info_consumers() -> None:
    """Idle since it last asked, inactive since it last got something, -1 for never; in order of name."""
    server = Server("redis-8")
    server("XADD s 1-0 f v")
    server("XGROUP CREATE s g 0")
    server("XREADGROUP GROUP g b STREAMS s >")
    server.now += 100
    server("XREADGROUP GROUP g a STREAMS s >")
    server("XREADGROUP GROUP g b STREAMS s >")
    server.now += 10
    assert server("XINFO CONSUMERS s g") == [
        [b"name", b"a", b"pending", 0, b"idle", 10, b"inactive", -1],
        [b"name", b"b", b"pending", 1, b"idle", 10, b"inactive", 110],
    ]


def test_info_consumers_of_redis_7_0() -> None:
    """Before Redis 7.2 asking in vain is not being seen, and there is no time of activity."""
    server = Server("redis-7.0")
    server("XADD s 1-0 f v")
    server("XGROUP CREATE s g 0")
    server("XREADGROUP GROUP g b STREAMS s >")
    server.now += 100
    server("XREADGROUP GROUP g b STREAMS s >")
    assert server("XINFO CONSUMERS s g") == [[b"name", b"b", b"pending", 1, b"idle", 100]]


def test_info_groups() -> None:
    """A group's row, by name and in order."""
    server = Server("redis-7.0")
    server("XADD s 1-0 f v")
    server("XGROUP CREATE s h $")
    server("XGROUP CREATE s g 0")
    assert server("XINFO GROUPS s") == [
        [
            *[b"name", b"g", b"consumers", 0, b"pending", 0],
            *[b"last-delivered-id", b"0-0", b"entries-read", None, b"lag", 1],
        ],
        [
            *[b"name", b"h", b"consumers", 0, b"pending", 0],
            *[b"last-delivered-id", b"1-0", b"entries-read", None, b"lag", 0],
        ],
    ]


def _read_two_of_five(server: Server) -> None:
    for number in range(1, 6):
        server(f"XADD s {number}-0 f v")
    server("XGROUP CREATE s g 0")
    server("XREADGROUP GROUP g c COUNT 2 STREAMS s >")


@pytest.mark.parametrize("flavor", ["redis-7.0", "redis-7.4", "redis-8", "valkey-8", "valkey-9"])
def test_lag(flavor: str) -> None:
    """The lag is what is yet to be read."""
    server = Server(flavor)
    _read_two_of_five(server)
    group = _group(server)
    assert (group[b"entries-read"], group[b"lag"]) == (2, 3)


@pytest.mark.parametrize("flavor", ["redis-7.0", "redis-8", "valkey-9"])
def test_lag_with_a_gap_ahead(flavor: str) -> None:
    """Where XDEL took an entry that was not read, the lag is not known."""
    server = Server(flavor)
    _read_two_of_five(server)
    server("XDEL s 4-0")
    assert _group(server)[b"lag"] is None


@pytest.mark.parametrize(("flavor", "lag"), [("redis-7.0", 3), ("redis-7.4", 3), ("valkey-9", None), ("redis-8", 2)])
def test_lag_with_a_gap_before_the_first_entry(flavor: str, lag: int | None) -> None:
    """A gap before the first entry, but after the group's last id: three rules for three kinds of server."""
    server = Server(flavor)
    _read_two_of_five(server)
    server("XDEL s 1-0 2-0 3-0")
    assert _group(server)[b"lag"] == lag


@pytest.mark.parametrize(("flavor", "lag"), [("redis-7.0", 3), ("valkey-9", 3), ("redis-8", 1)])
def test_lag_after_trimming(flavor: str, lag: int) -> None:
    """Redis 8 knows that trimmed entries cannot be read any more."""
    server = Server(flavor)
    _read_two_of_five(server)
    server("XTRIM s MAXLEN 1")
    assert _group(server)[b"lag"] == lag


@pytest.mark.parametrize(("flavor", "read"), [("redis-7.0", 3), ("valkey-8", 5), ("valkey-9", 5), ("redis-8", 5)])
def test_entries_read_after_trimming(flavor: str, read: int) -> None:
    """A group whose last id was trimmed away counts anew, except on older servers."""
    server = Server(flavor)
    _read_two_of_five(server)
    server("XTRIM s MAXLEN 1")
    server("XREADGROUP GROUP g c STREAMS s >")
    assert _group(server)[b"entries-read"] == read


@pytest.mark.parametrize(("flavor", "read"), [("redis-7.0", 50), ("valkey-9", 50), ("redis-8", 1)])
def test_entries_read_given(flavor: str, read: int) -> None:
    """ENTRIESREAD is taken as it is, but for Redis 8, where no group has read more than there was."""
    server = Server(flavor)
    server("XADD s 1-0 f v")
    server("XGROUP CREATE s g $ ENTRIESREAD 50")
    assert _group(server)[b"entries-read"] == read


# -- HELP


@pytest.mark.parametrize(
    ("flavor", "last"), [("redis-7.0", b"    Prints this help."), ("redis-7.2", b"    Print this help.")]
)
def test_help(flavor: str, last: bytes) -> None:
    """XINFO HELP is lines of status replies."""
    assert Server(flavor)("XINFO HELP") == [
        Status(b"XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"),
        Status(b"CONSUMERS <key> <groupname>"),
        Status(b"    Show consumers of <groupname>."),
        Status(b"GROUPS <key>"),
        Status(b"    Show the stream consumer groups."),
        Status(b"STREAM <key> [FULL [COUNT <count>]"),
        Status(b"    Show information about the stream."),
        Status(b"HELP"),
        Status(last),
    ]


def test_help_of_redis_6_lacks_a_line_break() -> None:
    """XGROUP HELP of Redis 6.2 runs two lines into one."""
    reply = Server("redis-6.2")("XGROUP HELP")
    assert isinstance(reply, list)
    assert Status(b"DESTROY <key> <groupname>    Remove the specified group.") in reply


# -- undo


_CHANGES = [
    "XADD s * f v",
    "XADD s NOMKSTREAM MAXLEN 1 9-0 f v",
    "XADD new 1-0 f v",
    "XDEL s 1-0 2-0",
    "XTRIM s MAXLEN 0",
    "XTRIM s MINID 2",
    "XSETID s 9-9 ENTRIESADDED 99 MAXDELETEDID 9-8",
    "XGROUP CREATE s h $",
    "XGROUP CREATE new g $ MKSTREAM",
    "XGROUP SETID s g 0",
    "XGROUP DESTROY s g",
    "XGROUP CREATECONSUMER s g d",
    "XGROUP DELCONSUMER s g c",
    "XREADGROUP GROUP g c STREAMS s >",
    "XREADGROUP GROUP g d NOACK STREAMS s >",
    "XREADGROUP GROUP g c STREAMS s 0",
    "XACK s g 1-0",
    "XCLAIM s g d 0 1-0 3-0 FORCE RETRYCOUNT 9 LASTID 3-0",
    "XAUTOCLAIM s g d 0 0",
    "DEL s",
]


def _prepared() -> Server:
    """A server with three entries in s and a group that has read two."""
    server = Server("redis-8")
    for number in range(1, 4):
        server(f"XADD s {number}-0 f v")
    server("XGROUP CREATE s g 0")
    server("XREADGROUP GROUP g c COUNT 2 STREAMS s >")
    server.now += 1000
    return server


def _everything(server: Server) -> list[Reply]:
    return [server(f"XINFO STREAM {key} FULL COUNT 0") for key in ("s", "new")]


@pytest.mark.parametrize("change", _CHANGES)
def test_rollback(change: str) -> None:
    """Whatever a command changes, a rollback puts back: entries, groups, consumers, pending entries, times."""
    server = _prepared()
    before = _everything(server)
    savepoint = server.store.savepoint()
    server(change)
    assert _everything(server) != before
    server.store.rollback(savepoint)
    assert _everything(server) == before


def test_rollback_of_many_changes() -> None:
    """One rollback puts back a row of changes, and the stream goes on as if there had been none."""
    server = _prepared()
    before = _everything(server)
    savepoint = server.store.savepoint()
    for change in _CHANGES:
        server(change)
    server.store.rollback(savepoint)
    assert _everything(server) == before
    assert server("XADD s 4-0 f v") == b"4-0"


def test_nested_savepoints() -> None:
    """An inner rollback leaves the outer changes."""
    server = _prepared()
    outer = server.store.savepoint()
    server("XACK s g 1-0")
    inner = server.store.savepoint()
    server("XACK s g 2-0")
    server.store.rollback(inner)
    assert server("XPENDING s g") == [1, b"2-0", b"2-0", [[b"c", b"1"]]]
    server.store.rollback(outer)
    assert server("XPENDING s g") == [2, b"1-0", b"2-0", [[b"c", b"2"]]]


def test_changes_list_the_entries() -> None:
    """A change of entries shows them before and after."""
    server = _prepared()
    savepoint = server.store.savepoint()
    server("XDEL s 1-0 2-0")
    [change] = server.store.changes(savepoint)
    assert change.after is not None
    assert (change.kind, change.after.type, change.after.content) == ("changed", "stream", ((b"3-0", ((b"f", b"v"),)),))


@pytest.mark.parametrize(
    "line",
    [
        "XLEN s",
        "XRANGE s - +",
        "XREAD STREAMS s 0",
        "XPENDING s g - + 9",
        "XINFO STREAM s FULL",
        "XDEL s 7-0",
        "XTRIM s MAXLEN 3",
        "XTRIM s MAXLEN ~ 1",
        "XACK s g 3-0",
        "XGROUP DESTROY s nog",
        "XGROUP CREATECONSUMER s g c",
        "XGROUP CREATE s g 0",
        "XCLAIM s g c x 1-0",
        "XADD s 3-0 f v",
        "XADD s 3-x f v",
        "XDELEX s IDS 1 7-0",
        "XACKDEL s g IDS 1 3-0",
        "XCFGSET s IDMP-DURATION 100",
    ],
)
def test_nothing_changed_is_told_to_nobody(line: str) -> None:
    """A command that changes nothing reports no key."""
    server = _prepared()
    told: list[list[bytes]] = []
    server.store.listeners.append(lambda argv, db, keys: told.append(keys))
    server.client.db.changed.clear()
    server(line)
    assert told == []


def test_copy_shares_nothing() -> None:
    """A copied stream, groups and pending entries included, goes its own way."""
    server = _prepared()
    server("COPY s t")
    server("XACK t g 1-0 2-0")
    server("XDEL t 1-0")
    assert server("XPENDING s g") == [2, b"1-0", b"2-0", [[b"c", b"2"]]]
    assert server("XLEN s") == 3
