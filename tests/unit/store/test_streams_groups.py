"""Consumer groups: reading for one, and what is pending. The replies were taken from the servers."""

from __future__ import annotations

import pytest

from ldbpy.resp import NIL_ARRAY, ErrorReply, MapReply, Reply
from tests.unit.store import servers
from tests.unit.store.servers import INVALID_ID, OK, SYNTAX


class Server(servers.Server):
    """A server whose stream is s."""

    def fill(self, count: int, group: str = "g") -> None:
        """Add entries 1-0, 2-0, … to s, and a group that has read none."""
        for number in range(1, count + 1):
            self(f"XADD s {number}-0 f {number}")
        self(f"XGROUP CREATE s {group} 0")

    def deliver(self, count: int, consumer: str = "c") -> None:
        """Fill s and let a consumer of g read it all."""
        self.fill(count)
        self(f"XREADGROUP GROUP g {consumer} STREAMS s >")


NO_KEY = ErrorReply(
    b"ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM "
    b"option to create an empty stream automatically."
)

MEANINGLESS = (
    b"ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by "
    b"specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set."
)


# -- XGROUP


def test_create_needs_a_key() -> None:
    """XGROUP CREATE makes no stream unless told to."""
    server = Server()
    assert server("XGROUP CREATE s g $") == NO_KEY
    assert server("XGROUP CREATE s g $ MKSTREAM") == OK
    assert server("XLEN s") == 0


def test_create_twice() -> None:
    """A group's name is taken once."""
    server = Server()
    server.fill(1)
    assert server("XGROUP CREATE s g 0") == ErrorReply(b"BUSYGROUP Consumer Group name already exists")


def test_create_reads_the_id_before_it_makes_a_stream() -> None:
    """A wrong id leaves no key behind."""
    server = Server()
    assert server("XGROUP CREATE s g + MKSTREAM") == INVALID_ID
    assert server("EXISTS s") == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "XGROUP CREATE s g 0 NONSENSE",
            b"ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.",
        ),
        ("XGROUP CREATE s g 0 ENTRIESREAD -2", b"ERR value for ENTRIESREAD must be positive or -1"),
        ("XGROUP SETID s nog 0", b"NOGROUP No such consumer group 'nog' for key name 's'"),
        (
            "XGROUP SETID s g 0 MKSTREAM",
            b"ERR unknown subcommand or wrong number of arguments for 'SETID'. Try XGROUP HELP.",
        ),
        ("XGROUP DELCONSUMER s nog c", b"NOGROUP No such consumer group 'nog' for key name 's'"),
        ("XGROUP CREATECONSUMER s g", b"ERR wrong number of arguments for 'xgroup|createconsumer' command"),
        ("XGROUP NONSENSE s g", b"ERR unknown subcommand 'NONSENSE'. Try XGROUP HELP."),
    ],
)
def test_xgroup_refuses(line: str, message: bytes) -> None:
    """What XGROUP does not take."""
    server = Server()
    server.fill(1)
    assert server(line) == ErrorReply(message)


def test_group_names_with_line_breaks() -> None:
    """An error is one line, and ends a name at its first zero byte."""
    server = Server()
    server.fill(1)
    message = b"NOGROUP No such consumer group 'a b' for key name 's'"
    assert server("XGROUP SETID s a\nb\0c 0") == ErrorReply(message)


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("XGROUP NONSENSE missing g", NO_KEY),
        (
            "XGROUP NONSENSE s g",
            b"ERR Unknown subcommand or wrong number of arguments for 'NONSENSE'. Try XGROUP HELP.",
        ),
        ("XGROUP NONSENSE s", b"ERR Unknown subcommand or wrong number of arguments for 'NONSENSE'. Try XGROUP HELP."),
        ("XGROUP SETID s nog 0 x", b"NOGROUP No such consumer group 'nog' for key name 's'"),
        (
            "XGROUP CREATE s h 0 ENTRIESREAD",
            b"ERR Unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.",
        ),
    ],
)
def test_redis_6_looks_at_the_key_before_the_subcommand(line: str, reply: ErrorReply | bytes) -> None:
    """In Redis 6.2 XGROUP is one command, with checks in an order of its own."""
    server = Server("redis-6.2")
    server.fill(1)
    assert server(line) == (ErrorReply(reply) if isinstance(reply, bytes) else reply)


def test_setid_moves_the_group() -> None:
    """After SETID the group reads from there; ``-`` is an id here."""
    server = Server()
    server.deliver(2)
    assert server("XGROUP SETID s g -") == OK
    assert server("XREADGROUP GROUP g c COUNT 1 STREAMS s >") == [[b"s", [[b"1-0", [b"f", b"1"]]]]]


def test_destroy() -> None:
    """DESTROY says whether there was such a group."""
    server = Server()
    server.fill(1)
    assert server("XGROUP DESTROY s g") == 1
    assert server("XGROUP DESTROY s g") == 0


def test_createconsumer() -> None:
    """CREATECONSUMER says whether it is new."""
    server = Server()
    server.fill(1)
    assert server("XGROUP CREATECONSUMER s g c") == 1
    assert server("XGROUP CREATECONSUMER s g c") == 0


def test_delconsumer_takes_its_pending_entries_along() -> None:
    """DELCONSUMER answers how many entries were pending, which are so no more."""
    server = Server()
    server.deliver(2)
    assert server("XGROUP DELCONSUMER s g c") == 2
    assert server("XPENDING s g") == [0, None, None, NIL_ARRAY]
    assert server("XGROUP DELCONSUMER s g c") == 0


# -- XREADGROUP


def test_read_new_entries_once() -> None:
    """``>`` gives each entry to one consumer."""
    server = Server()
    server.fill(2)
    assert server("XREADGROUP GROUP g c COUNT 1 STREAMS s >") == [[b"s", [[b"1-0", [b"f", b"1"]]]]]
    assert server("XREADGROUP GROUP g d STREAMS s >") == [[b"s", [[b"2-0", [b"f", b"2"]]]]]
    assert server("XREADGROUP GROUP g d STREAMS s >") is NIL_ARRAY


def test_read_the_highest_id_means_new_entries() -> None:
    """The highest id is how the servers note ``>``, so it reads the same."""
    server = Server()
    server.fill(1)
    highest = "18446744073709551615-18446744073709551615"
    assert server(f"XREADGROUP GROUP g c STREAMS s {highest}") == [[b"s", [[b"1-0", [b"f", b"1"]]]]]


def test_read_history() -> None:
    """An id gives the consumer's own pending entries above it, and may give an empty list."""
    server = Server()
    server.deliver(2)
    assert server("XREADGROUP GROUP g c STREAMS s 1-0") == [[b"s", [[b"2-0", [b"f", b"2"]]]]]
    assert server("XREADGROUP GROUP g d STREAMS s 0") == [[b"s", []]]


def test_read_history_counts_as_a_delivery() -> None:
    """Reading history counts, for entries that are still there."""
    server = Server()
    server.deliver(2)
    server("XDEL s 1-0")
    assert server("XREADGROUP GROUP g c STREAMS s 0") == [[b"s", [[b"1-0", NIL_ARRAY], [b"2-0", [b"f", b"2"]]]]]
    assert server("XPENDING s g - + 9 c") == [[b"1-0", b"c", 0, 1], [b"2-0", b"c", 0, 2]]


def test_read_without_acknowledging() -> None:
    """NOACK leaves nothing pending."""
    server = Server()
    server.fill(1)
    server("XREADGROUP GROUP g c NOACK STREAMS s >")
    assert server("XPENDING s g") == [0, None, None, NIL_ARRAY]


def test_read_resp3_is_a_map() -> None:
    """RESP3 has a map from key to entries."""
    server = Server(resp=3)
    server.fill(1)
    assert server("XREADGROUP GROUP g c STREAMS s >") == MapReply([(b"s", [[b"1-0", [b"f", b"1"]]])])


def test_read_again_after_setid() -> None:
    """An entry that is pending for another consumer changes hands, and counts from 1 again."""
    server = Server()
    server.deliver(1)
    server("XGROUP SETID s g 0")
    server("XREADGROUP GROUP g d STREAMS s >")
    assert server("XPENDING s g - + 9") == [[b"1-0", b"d", 0, 1]]


@pytest.mark.parametrize(
    ("flavor", "consumers"), [("redis-6.2", 0), ("redis-7.0", 0), ("redis-7.2", 1), ("valkey-9", 1)]
)
def test_read_nothing_makes_the_consumer(flavor: str, consumers: int) -> None:
    """From Redis 7.2 on a consumer is there once it has asked."""
    server = Server(flavor)
    server("XGROUP CREATE s g 0 MKSTREAM")
    assert server("XREADGROUP GROUP g c STREAMS s >") is NIL_ARRAY
    reply = server("XINFO CONSUMERS s g")
    assert isinstance(reply, list)
    assert len(reply) == consumers


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "XREADGROUP GROUP nog c STREAMS s >",
            b"NOGROUP No such key 's' or consumer group 'nog' in XREADGROUP with GROUP option",
        ),
        ("XREADGROUP COUNT 1 STREAMS s s > >", b"ERR Missing GROUP option for XREADGROUP"),
        ("XREADGROUP GROUP g c CLAIM 0 STREAMS s >", b"ERR syntax error"),
        (
            "XREADGROUP GROUP g c STREAMS s $",
            MEANINGLESS,
        ),
        (
            "XREADGROUP GROUP g c STREAMS s s 0",
            b"ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be specified.",
        ),
    ],
)
def test_xreadgroup_refuses(line: str, message: bytes) -> None:
    """What XREADGROUP does not take."""
    server = Server()
    server.fill(1)
    assert server(line) == ErrorReply(message)


# -- XACK and XPENDING


def test_xack() -> None:
    """XACK counts what was pending; without key or group it does not even read the ids."""
    server = Server()
    server.deliver(2)
    assert server("XACK s g 1-0 1-0 7-0") == 1
    assert server("XACK s g 2-0 x") == INVALID_ID
    assert server("XACK s nog x") == 0
    assert server("XPENDING s g") == [1, b"2-0", b"2-0", [[b"c", b"1"]]]


def test_xpending_summary() -> None:
    """The summary has the ends and, by name, the consumers with something pending."""
    server = Server()
    server.deliver(3, "z")
    server("XCLAIM s g a 0 2-0")
    assert server("XPENDING s g") == [3, b"1-0", b"3-0", [[b"a", b"1"], [b"z", b"2"]]]


def test_xpending_rows() -> None:
    """A row has id, consumer, milliseconds since the delivery and number of deliveries."""
    server = Server("redis-8")
    server.deliver(2)
    server.now += 1500
    assert server("XPENDING s g - + 9") == [[b"1-0", b"c", 1500, 1], [b"2-0", b"c", 1500, 1]]
    assert server("XPENDING s g (1-0 + 9") == [[b"2-0", b"c", 1500, 1]]
    assert server("XPENDING s g - + 1 c") == [[b"1-0", b"c", 1500, 1]]
    assert server("XPENDING s g - + 9 nobody") == []


def test_xpending_idle() -> None:
    """IDLE leaves out what was delivered lately, and does not count it."""
    server = Server()
    server.deliver(3)
    server("XCLAIM s g c 0 2-0 IDLE 60000 JUSTID")
    reply = server("XPENDING s g IDLE 50000 - + 1")
    assert isinstance(reply, list)
    assert [row[0] for row in reply if isinstance(row, list)] == [b"2-0"]


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("XPENDING s g -", SYNTAX),
        ("XPENDING s g - + 1 c d e f", SYNTAX),
        ("XPENDING s g IDLE 1 - +", SYNTAX),
        ("XPENDING s g IDLE x - +", ErrorReply(b"ERR value is not an integer or out of range")),
        ("XPENDING s g x + y", ErrorReply(b"ERR value is not an integer or out of range")),
        ("XPENDING s g x + 1", INVALID_ID),
        ("XPENDING s nog - + 1", ErrorReply(b"NOGROUP No such key 's' or consumer group 'nog'")),
    ],
)
def test_xpending_refuses(line: str, reply: Reply) -> None:
    """The count is read before the ids, and all of them before the key is looked at."""
    server = Server()
    server.fill(1)
    assert server(line) == reply


# -- XCLAIM


def test_xclaim_moves_and_counts() -> None:
    """XCLAIM gives the entry, and counts a delivery; JUSTID does neither."""
    server = Server()
    server.deliver(2)
    assert server("XCLAIM s g d 0 1-0") == [[b"1-0", [b"f", b"1"]]]
    assert server("XCLAIM s g d 0 2-0 JUSTID") == [b"2-0"]
    assert server("XPENDING s g - + 9") == [[b"1-0", b"d", 0, 2], [b"2-0", b"d", 0, 1]]


def test_xclaim_min_idle() -> None:
    """What was delivered lately stays where it is."""
    server = Server("redis-8")
    server.deliver(1)
    server.now += 100
    assert server("XCLAIM s g d 101 1-0 JUSTID") == []
    assert server("XCLAIM s g d 100 1-0 JUSTID") == [b"1-0"]


@pytest.mark.parametrize(
    ("options", "row"),
    [
        ("RETRYCOUNT 7", [b"1-0", b"d", 0, 7]),
        ("RETRYCOUNT -7", [b"1-0", b"d", 0, 2]),
        ("TIME 99999999999999", [b"1-0", b"d", 0, 2]),
        ("IDLE -5", [b"1-0", b"d", 0, 2]),
        ("RETRYCOUNT 9223372036854775807", [b"1-0", b"d", 0, 9223372036854775807]),
    ],
)
def test_xclaim_sets(options: str, row: list[Reply]) -> None:
    """Counts below 0 and times to come are as if they were not given."""
    server = Server()
    server.deliver(1)
    server(f"XCLAIM s g d 0 1-0 {options}")
    assert server("XPENDING s g - + 9") == [row]


def test_xclaim_force() -> None:
    """FORCE claims what is not pending, if it is in the stream."""
    server = Server()
    server.fill(1)
    assert server("XCLAIM s g d 0 1-0 2-0 JUSTID") == []
    assert server("XCLAIM s g d 0 1-0 2-0 FORCE JUSTID") == [b"1-0"]


def test_xclaim_last_id() -> None:
    """LASTID moves the group on, never back."""
    server = Server()
    server.fill(3)
    server("XCLAIM s g d 0 9-9 LASTID 2-0")
    server("XCLAIM s g d 0 9-9 LASTID 1-0")
    assert server("XREADGROUP GROUP g c STREAMS s >") == [[b"s", [[b"3-0", [b"f", b"3"]]]]]


def test_xclaim_deleted_entries() -> None:
    """Redis 6.2 claims a deleted entry and answers null; later servers drop it."""
    old, new = Server("redis-6.2"), Server("redis-7.0")
    for server in (old, new):
        server.deliver(2)
        server("XDEL s 1-0")
    assert old("XCLAIM s g d 0 1-0 2-0") == [None, [b"2-0", [b"f", b"2"]]]
    assert old("XPENDING s g") == [2, b"1-0", b"2-0", [[b"d", b"2"]]]
    assert new("XCLAIM s g d 0 1-0 2-0") == [[b"2-0", [b"f", b"2"]]]
    assert new("XPENDING s g") == [1, b"2-0", b"2-0", [[b"d", b"1"]]]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("XCLAIM s g d x 1-0", b"ERR Invalid min-idle-time argument for XCLAIM"),
        ("XCLAIM s g d 0 1-0 IDLE x", b"ERR Invalid IDLE option argument for XCLAIM"),
        ("XCLAIM s g d 0 1-0 Nonsense", b"ERR Unrecognized XCLAIM option 'Nonsense'"),
        ("XCLAIM s g d 0 1-0 IDLE", b"ERR Unrecognized XCLAIM option 'IDLE'"),
        ("XCLAIM s nog d x 1-0", b"NOGROUP No such key 's' or consumer group 'nog'"),
    ],
)
def test_xclaim_refuses(line: str, message: bytes) -> None:
    """The group is looked for before the arguments are read."""
    server = Server()
    server.deliver(1)
    assert server(line) == ErrorReply(message)


# -- XAUTOCLAIM


def test_xautoclaim_goes_on() -> None:
    """The first element is where to go on, 0-0 at the end."""
    server = Server()
    server.deliver(3)
    assert server("XAUTOCLAIM s g d 0 0 COUNT 2 JUSTID") == [b"3-0", [b"1-0", b"2-0"], []]
    assert server("XAUTOCLAIM s g d 0 3-0 COUNT 2") == [b"0-0", [[b"3-0", [b"f", b"3"]]], []]


def test_xautoclaim_deleted_entries() -> None:
    """Deleted entries are dropped and named, and count; Redis 6.2 claims them and has no third element."""
    new, old = Server("redis-7.0"), Server("redis-6.2")
    for server in (new, old):
        server.deliver(3)
        server("XDEL s 1-0 3-0")
    assert new("XAUTOCLAIM s g d 0 0 COUNT 2") == [b"3-0", [[b"2-0", [b"f", b"2"]]], [b"1-0"]]
    assert old("XAUTOCLAIM s g d 0 0 COUNT 2") == [b"3-0", [None, [b"2-0", [b"f", b"2"]]]]


def test_xautoclaim_looks_at_ten_times_count() -> None:
    """What is not idle enough costs attempts, ten for each of COUNT."""
    server = Server()
    server.deliver(15)
    assert server("XAUTOCLAIM s g d 60000 0 COUNT 1") == [b"11-0", [], []]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("XAUTOCLAIM s g d x 0", b"ERR Invalid min-idle-time argument for XAUTOCLAIM"),
        ("XAUTOCLAIM s g d 0 0 COUNT 0", b"ERR COUNT must be > 0"),
        ("XAUTOCLAIM s g d 0 0 COUNT x", b"ERR COUNT must be > 0"),
        ("XAUTOCLAIM s g d 0 0 COUNT", b"ERR syntax error"),
        ("XAUTOCLAIM s nog d 0 x", b"ERR Invalid stream ID specified as stream command argument"),
        ("XAUTOCLAIM s nog d 0 0", b"NOGROUP No such key 's' or consumer group 'nog'"),
    ],
)
def test_xautoclaim_refuses(line: str, message: bytes) -> None:
    """The arguments are read before the group is looked for."""
    server = Server()
    server.deliver(1)
    assert server(line) == ErrorReply(message)
