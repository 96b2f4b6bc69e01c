"""Stream entries: adding, reading, deleting and trimming them. The replies were taken from the servers."""

from __future__ import annotations

import pytest

from ldbpy.resp import NIL_ARRAY, ErrorReply, MapReply, Reply, Status
from tests.unit.store import servers
from tests.unit.store.servers import INVALID_ID, OK, SYNTAX


class Server(servers.Server):
    """A server whose stream is s."""

    def fill(self, count: int) -> None:
        """Add entries 1-0, 2-0, … to s."""
        for number in range(1, count + 1):
            self(f"XADD s {number}-0 f {number}")


# -- XADD


def test_xadd_answers_the_id() -> None:
    """XADD answers the id it was given, in full."""
    assert Server()("XADD s 5 f v") == b"5-0"


def test_xadd_auto_id_is_the_time() -> None:
    """``*`` is the time in milliseconds and 0."""
    server = Server("redis-8")
    assert server("XADD s * f v") == b"1700000000000-0"


def test_xadd_auto_id_within_one_millisecond() -> None:
    """``*`` in the same millisecond counts the second number up."""
    server = Server("redis-8")
    server("XADD s * f v")
    assert server("XADD s * f v") == b"1700000000000-1"


def test_xadd_auto_id_after_a_later_one() -> None:
    """``*`` never goes back: after an id from the future it counts on from there."""
    server = Server()
    server("XADD s 9000000000000-7 f v")
    assert server("XADD s * f v") == b"9000000000000-8"


def test_xadd_auto_id_carries_over() -> None:
    """``*`` after the highest second number goes to the next millisecond."""
    server = Server()
    server("XADD s 9000000000000-18446744073709551615 f v")
    assert server("XADD s * f v") == b"9000000000001-0"


@pytest.mark.parametrize(("id_", "answer"), [("5-*", b"5-4"), ("6-*", b"6-0"), ("4-*", None)])
def test_xadd_auto_sequence(id_: str, answer: bytes | None) -> None:
    """``5-*`` counts on among the ids of 5, starts at 0 for a later one, and is refused for an earlier one."""
    server = Server()
    server("XADD s 5-3 f v")
    too_small = ErrorReply(b"ERR The ID specified in XADD is equal or smaller than the target stream top item")
    assert server(f"XADD s {id_} f v") == (answer or too_small)


def test_xadd_auto_sequence_of_zero() -> None:
    """``0-*`` on a new stream is 0-1, for 0-0 is no id."""
    assert Server()("XADD s 0-* f v") == b"0-1"


def test_xadd_auto_sequence_is_unknown_to_redis_6() -> None:
    """Redis 6.2 has no ``5-*``."""
    assert Server("redis-6.2")("XADD s 5-* f v") == INVALID_ID


@pytest.mark.parametrize(
    ("flavor", "message"),
    [
        ("redis-7.0", b"ERR Elements are too large to be stored"),
        ("valkey-9", b"ERR The ID specified in XADD is equal or smaller than the target stream top item"),
    ],
)
def test_xadd_auto_sequence_overflows(flavor: str, message: bytes) -> None:
    """``5-*`` after 5 and the highest number is refused; Redis 7.0 gives the wrong reason."""
    server = Server(flavor)
    server("XADD s 5-18446744073709551615 f v")
    assert server("XADD s 5-* f v") == ErrorReply(message)


def test_xadd_refuses_zero_and_makes_no_key() -> None:
    """0-0 is refused before a stream is made."""
    server = Server()
    assert server("XADD s 0-0 f v") == ErrorReply(b"ERR The ID specified in XADD must be greater than 0-0")
    assert server("EXISTS s") == 0


def test_xadd_refuses_what_is_not_above_the_last_id() -> None:
    """The last id counts even when its entry is gone."""
    server = Server()
    server("XADD s 5-0 f v")
    server("XDEL s 5-0")
    too_small = ErrorReply(b"ERR The ID specified in XADD is equal or smaller than the target stream top item")
    assert server("XADD s 5-0 f v") == too_small


def test_xadd_after_the_highest_id() -> None:
    """After the highest id there is none to be had."""
    server = Server()
    server("XADD s 18446744073709551615-18446744073709551615 f v")
    exhausted = ErrorReply(b"ERR The stream has exhausted the last possible ID, unable to add more items")
    assert server("XADD s * f v") == exhausted


@pytest.mark.parametrize(
    ("flavor", "message"),
    [
        ("redis-6.2", b"ERR wrong number of arguments for XADD"),
        ("redis-7.0", b"ERR wrong number of arguments for 'xadd' command"),
    ],
)
def test_xadd_odd_fields(flavor: str, message: bytes) -> None:
    """A field without a value is a wrong number of arguments, each server in its words."""
    assert Server(flavor)("XADD s * f v g") == ErrorReply(message)


def test_xadd_nomkstream() -> None:
    """With NOMKSTREAM a key that is not there stays so."""
    server = Server()
    assert server("XADD s NOMKSTREAM * f v") is None
    assert server("EXISTS s") == 0


def test_xadd_wrong_type() -> None:
    """The ids are read before the key is looked at."""
    server = Server()
    server("SET s x")
    assert server("XADD s nonsense f v") == INVALID_ID
    assert server("XADD s * f v") == ErrorReply(b"WRONGTYPE Operation against a key holding the wrong kind of value")


def test_xadd_trims() -> None:
    """MAXLEN trims after the entry was added."""
    server = Server()
    server.fill(3)
    server("XADD s MAXLEN 2 4-0 f 4")
    assert server("XRANGE s - +") == [[b"3-0", [b"f", b"3"]], [b"4-0", [b"f", b"4"]]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("MAXLEN 1 MINID 1", b"ERR syntax error, MAXLEN and MINID options at the same time are not compatible"),
        ("MAXLEN 1 LIMIT 1", b"ERR syntax error, LIMIT cannot be used without the special ~ option"),
        ("LIMIT 1", b"ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"),
        ("LIMIT 0", b"ERR syntax error, LIMIT cannot be used without the special ~ option"),
        ("MAXLEN ~ 1 LIMIT -1", b"ERR The LIMIT argument must be >= 0."),
        ("MAXLEN -1", b"ERR The MAXLEN argument must be >= 0."),
        ("MAXLEN x", b"ERR value is not an integer or out of range"),
    ],
)
def test_xadd_refuses_trimming_options(options: str, message: bytes) -> None:
    """What does not go together, or is no number, is refused."""
    assert Server()(f"XADD s {options} * f v") == ErrorReply(message)


# -- ids


@pytest.mark.parametrize(
    "text", ["", "-", "+", "$", "1-", "-1", "1-1-1", "1--1", "18446744073709551616", "a", "9" * 128]
)
def test_ids_that_are_none(text: str) -> None:
    """What is no id is refused, ``-`` and ``+`` too where an entry is meant."""
    assert Server()(f"XADD s {text} f v") == INVALID_ID


@pytest.mark.parametrize(
    ("text", "id_"), [("007-01", b"7-1"), ("+5-+3", b"5-3"), ("\t5-1", b"5-1"), ("5-\n-1", b"5-18446744073709551615")]
)
def test_ids_that_strtoull_reads(text: str, id_: bytes) -> None:
    """Zeros, signs and blanks before a number are fine, and a minus after a blank wraps around."""
    assert Server()(f"XADD s {text} f v") == id_


# -- XRANGE and XREVRANGE


def test_xrange_whole() -> None:
    """``-`` and ``+`` are the ends."""
    server = Server()
    server.fill(2)
    assert server("XRANGE s - +") == [[b"1-0", [b"f", b"1"]], [b"2-0", [b"f", b"2"]]]


def test_xrange_incomplete_ids() -> None:
    """An id without its second number starts at 0 and ends at the highest."""
    server = Server()
    server("XADD s 1-1 f v")
    server("XADD s 1-9 g w")
    assert server("XRANGE s 1 1") == [[b"1-1", [b"f", b"v"]], [b"1-9", [b"g", b"w"]]]


def test_xrange_exclusive() -> None:
    """``(`` leaves an end out."""
    server = Server()
    server.fill(4)
    assert server("XRANGE s (1-0 (4-0") == [[b"2-0", [b"f", b"2"]], [b"3-0", [b"f", b"3"]]]


def test_xrange_count() -> None:
    """COUNT cuts; 0 and less give a null array, which an empty range does not."""
    server = Server()
    server.fill(3)
    assert server("XRANGE s - + COUNT 1") == [[b"1-0", [b"f", b"1"]]]
    assert server("XRANGE s - + COUNT 0") is NIL_ARRAY
    assert server("XRANGE s - + COUNT -1") is NIL_ARRAY
    assert server("XRANGE s 7 8") == []
    assert server("XRANGE missing - + COUNT 0") == []


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("XRANGE s (- +", INVALID_ID),
        ("XRANGE s ( +", INVALID_ID),
        (
            "XRANGE s (18446744073709551615-18446744073709551615 +",
            ErrorReply(b"ERR invalid start ID for the interval"),
        ),
        ("XRANGE s - (0-0", ErrorReply(b"ERR invalid end ID for the interval")),
        ("XRANGE s - + COUNT", SYNTAX),
        ("XRANGE s - + LIMIT 1", SYNTAX),
    ],
)
def test_xrange_refuses(line: str, reply: Reply) -> None:
    """Ends that cannot be, and options that are none."""
    assert Server()(line) == reply


def test_xrevrange() -> None:
    """XREVRANGE takes the end first and goes back."""
    server = Server()
    server.fill(3)
    assert server("XREVRANGE s + 2 COUNT 2") == [[b"3-0", [b"f", b"3"]], [b"2-0", [b"f", b"2"]]]


# -- XDEL, XTRIM, XSETID


def test_xdel_counts_and_keeps_the_key() -> None:
    """XDEL counts what was there; an empty stream stays."""
    server = Server()
    server.fill(2)
    assert server("XDEL s 1-0 2-0 3-0 1-0") == 2
    assert server("XLEN s") == 0
    assert server("TYPE s") == Status(b"stream")


def test_xdel_all_or_nothing() -> None:
    """A wrong id refuses the whole call; for a missing key it is not even read."""
    server = Server()
    server.fill(2)
    assert server("XDEL s 1-0 x") == INVALID_ID
    assert server("XLEN s") == 2
    assert server("XDEL missing x") == 0


def test_xtrim_exact() -> None:
    """XTRIM MAXLEN leaves the last entries."""
    server = Server()
    server.fill(5)
    assert server("XTRIM s MAXLEN = 2") == 3
    assert server("XRANGE s - + COUNT 1") == [[b"4-0", [b"f", b"4"]]]


def test_xtrim_minid() -> None:
    """XTRIM MINID leaves that id and all above."""
    server = Server()
    server.fill(5)
    assert server("XTRIM s MINID 3") == 2
    assert server("XLEN s") == 3


@pytest.mark.parametrize(
    ("entries", "options", "trimmed"),
    [
        (99, "MAXLEN ~ 10", 0),
        (100, "MAXLEN ~ 0", 100),
        (250, "MAXLEN ~ 150", 100),
        (250, "MAXLEN ~ 151", 0),
        (250, "MAXLEN ~ 0 LIMIT 200", 200),
        (250, "MAXLEN ~ 0 LIMIT 199", 100),
        (250, "MAXLEN ~ 0 LIMIT 99", 0),
        (250, "MAXLEN ~ 0 LIMIT 0", 250),
        (250, "MINID ~ 201", 200),
        (250, "MINID ~ 200", 100),
    ],
)
def test_xtrim_approximately_takes_whole_nodes(entries: int, options: str, trimmed: int) -> None:
    """``~`` takes nodes of a hundred entries, whole or not at all."""
    server = Server()
    server.fill(entries)
    assert server(f"XTRIM s {options}") == trimmed


def test_nodes_of_large_entries_hold_fewer() -> None:
    """A node is full at 4096 bytes, so ``~`` can take fewer than a hundred entries."""
    server = Server()
    for number in range(1, 11):
        server(f"XADD s {number}-0 f {'x' * 1000}")
    assert server("XTRIM s MAXLEN ~ 5") == 4


def test_deleted_entries_keep_their_place_in_a_node() -> None:
    """What XDEL removes counts towards the hundred of its node."""
    server = Server()
    server.fill(100)
    server("XDEL s 50-0 51-0")
    server("XADD s 101-0 f v")
    assert server("XTRIM s MAXLEN ~ 1") == 98


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("XTRIM s NOMKSTREAM x", b"ERR syntax error"),
        ("XTRIM s LIMIT 0", b"ERR syntax error, XTRIM must be called with a trimming strategy"),
        ("XTRIM s MINID -", b"ERR Invalid stream ID specified as stream command argument"),
    ],
)
def test_xtrim_refuses(line: str, message: bytes) -> None:
    """XTRIM has the trimming options only, and needs one."""
    assert Server()(line) == ErrorReply(message)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("XSETID missing 1-0", b"ERR no such key"),
        ("XSETID s 1-0", b"ERR The ID specified in XSETID is smaller than the target stream top item"),
        (
            "XSETID s 9 ENTRIESADDED 2",
            b"ERR The entries_added specified in XSETID is smaller than the target stream length",
        ),
        ("XSETID s 9 ENTRIESADDED -1", b"ERR entries_added must be positive"),
        (
            "XSETID s 9 MAXDELETEDID 10",
            b"ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
        ),
    ],
)
def test_xsetid_refuses(line: str, message: bytes) -> None:
    """XSETID keeps ids rising and counts plausible."""
    server = Server()
    server.fill(3)
    assert server(line) == ErrorReply(message)


@pytest.mark.parametrize(
    ("flavor", "reply"),
    [
        ("redis-7.0", OK),
        ("valkey-8", ErrorReply(b"ERR The ID specified in XSETID is smaller than current max_deleted_entry_id")),
    ],
)
def test_xsetid_below_what_was_deleted(flavor: str, reply: Reply) -> None:
    """Redis 7.0 lets the last id fall below the highest deleted one."""
    server = Server(flavor)
    server.fill(3)
    server("XDEL s 3-0")
    assert server("XSETID s 2-0") == reply


def test_xsetid_looks_at_the_key_first_in_redis_6() -> None:
    """Redis 6.2 misses the key before it reads the id."""
    assert Server("redis-6.2")("XSETID missing x") == ErrorReply(b"ERR no such key")
    assert Server("redis-7.0")("XSETID missing x") == INVALID_ID


# -- XREAD


def test_xread_after_an_id() -> None:
    """XREAD gives what is above the id, stream by stream, and leaves out those with nothing."""
    server = Server()
    server.fill(2)
    server("XADD t 1-0 a b")
    reply = [[b"s", [[b"2-0", [b"f", b"2"]]]], [b"t", [[b"1-0", [b"a", b"b"]]]]]
    assert server("XREAD STREAMS s missing t 1-0 0 0") == reply


def test_xread_nothing() -> None:
    """``$`` is the last id, so there is nothing after it."""
    server = Server()
    server.fill(1)
    assert server("XREAD STREAMS s $") is NIL_ARRAY


def test_xread_resp3_is_a_map() -> None:
    """RESP3 has a map from key to entries."""
    server = Server(resp=3)
    server.fill(1)
    assert server("XREAD STREAMS s 0") == MapReply([(b"s", [[b"1-0", [b"f", b"1"]]])])


@pytest.mark.parametrize(
    ("flavor", "reply"),
    [
        ("redis-7.0", INVALID_ID),
        ("redis-7.2", INVALID_ID),
        ("redis-7.4", [[b"s", [[b"2-0", [b"f", b"2"]]]]]),
        ("valkey-8", [[b"s", [[b"2-0", [b"f", b"2"]]]]]),
    ],
)
def test_xread_last_entry(flavor: str, reply: Reply) -> None:
    """``+`` is the last entry, where it is known."""
    server = Server(flavor)
    server.fill(2)
    assert server("XREAD STREAMS s +") == reply


@pytest.mark.parametrize(
    ("flavor", "reply"), [("valkey-9", NIL_ARRAY), ("redis-8", [[b"s", [[b"1-0", [b"f", b"1"]]]]])]
)
def test_xread_last_entry_deleted(flavor: str, reply: Reply) -> None:
    """``+`` goes by the last id on Valkey, and finds nothing where its entry is gone."""
    server = Server(flavor)
    server.fill(2)
    server("XDEL s 2-0")
    assert server("XREAD STREAMS s +") == reply


@pytest.mark.parametrize(
    ("flavor", "reply"), [("valkey-8", ErrorReply(b"ERR the stream last element ID is 0-0")), ("valkey-9", NIL_ARRAY)]
)
def test_xread_last_entry_of_none(flavor: str, reply: Reply) -> None:
    """``+`` of a stream that never had an entry was an error once."""
    server = Server(flavor)
    server("XGROUP CREATE s g 0 MKSTREAM")
    assert server("XREAD STREAMS s +") == reply


@pytest.mark.parametrize(
    ("flavor", "message"),
    [
        ("redis-7.0", b"ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified."),
        ("valkey-9", b"ERR Unbalanced 'xread' list of streams: for each stream key an ID or '$' must be specified."),
        (
            "redis-8",
            b"ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must be specified.",
        ),
    ],
)
def test_xread_unbalanced(flavor: str, message: bytes) -> None:
    """Keys and ids must be as many, each server in its words."""
    assert Server(flavor)("XREAD STREAMS s t 0") == ErrorReply(message)


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("XREAD COUNT 1 s 0", SYNTAX),
        ("XREAD COUNT 1 STREAMS", SYNTAX),
        ("XREAD NOACK STREAMS s 0", b"ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead."),
        (
            "XREAD STREAMS s >",
            b"ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
        ),
        ("XREAD BLOCK -1 STREAMS s 0", b"ERR timeout is negative"),
        ("XREAD BLOCK x STREAMS s 0", b"ERR timeout is not an integer or out of range"),
        ("XREAD BLOCK 9223372036854775807 STREAMS s 0", b"ERR timeout is out of range"),
    ],
)
def test_xread_refuses(line: str, reply: ErrorReply | bytes) -> None:
    """What XREAD does not take."""
    assert Server()(line) == (ErrorReply(reply) if isinstance(reply, bytes) else reply)


@pytest.mark.parametrize("flavor", ["redis-6.2", "redis-7.0", "redis-7.2"])
def test_xread_block_is_refused_in_scripts(flavor: str) -> None:
    """Older servers refuse BLOCK in a script before they read its number, and name the command as it was written."""
    message = b"ERR xRead command is not allowed with BLOCK option from scripts"
    assert Server(flavor, in_script=True)("xRead BLOCK x STREAMS s 0") == ErrorReply(message)


@pytest.mark.parametrize("flavor", ["redis-7.4", "redis-8", "valkey-8", "valkey-9"])
def test_xread_block_in_scripts_times_out_at_once(flavor: str) -> None:
    """Newer servers read without waiting."""
    assert Server(flavor, in_script=True)("XREAD BLOCK 0 STREAMS s 0") is NIL_ARRAY
