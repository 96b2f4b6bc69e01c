"""What Redis 8 has for streams and no other server: references, idempotent producers, CLAIM.

There was no Redis 8 to ask: the replies follow t_stream.c of 8.6 and the tests beside it.
"""

from __future__ import annotations

import pytest

from ldbpy.resp import NIL_ARRAY, ErrorReply
from tests.unit.store import servers
from tests.unit.store.servers import OK, SYNTAX


class Server(servers.Server):
    """A Redis 8 whose stream is s, or another server."""

    def __init__(self, flavor: str = "redis-8", *, resp: int = 2, in_script: bool = False) -> None:
        super().__init__(flavor, resp=resp, in_script=in_script)

    def fill(self, *groups: str) -> None:
        """Add two entries to s, and groups whose one consumer has read both."""
        self("XADD s 1-0 f 1")
        self("XADD s 2-0 f 2")
        for group in groups:
            self(f"XGROUP CREATE s {group} 0")
            self(f"XREADGROUP GROUP {group} c STREAMS s >")


NOTHING_PENDING = [0, None, None, NIL_ARRAY]
BOTH_PENDING = [2, b"1-0", b"2-0", [[b"c", b"2"]]]


# -- trimming and references


def test_trim_keeps_references() -> None:
    """KEEPREF, the usual, leaves pending entries whose entry is gone."""
    server = Server()
    server.fill("g")
    assert server("XTRIM s MAXLEN 0 KEEPREF") == 2
    assert server("XPENDING s g") == BOTH_PENDING


def test_trim_drops_references() -> None:
    """DELREF takes the entries out of every group."""
    server = Server()
    server.fill("g", "h")
    assert server("XTRIM s MAXLEN 0 DELREF") == 2
    assert (server("XPENDING s g"), server("XPENDING s h")) == (NOTHING_PENDING, NOTHING_PENDING)


def test_trim_respects_references() -> None:
    """ACKED trims only what every group has read and acknowledged, and goes on after what it leaves."""
    server = Server()
    server.fill("g", "h")
    server("XACK s g 2-0")
    server("XACK s h 1-0 2-0")
    assert server("XTRIM s MAXLEN 0 ACKED") == 1
    assert server("XRANGE s - +") == [[b"1-0", [b"f", b"1"]]]


def test_trim_respects_groups_that_have_yet_to_read() -> None:
    """For ACKED an entry that a group has not reached is referenced."""
    server = Server()
    server.fill()
    server("XGROUP CREATE s g 0")
    assert server("XADD s MAXLEN 0 ACKED 3-0 f 3") == b"3-0"
    assert server("XLEN s") == 3


def test_trim_approximately_with_references() -> None:
    """``~`` goes entry by entry where references have to be looked at."""
    server = Server()
    server.fill("g")
    assert server("XTRIM s MAXLEN ~ 1 DELREF") == 1


@pytest.mark.parametrize("flavor", ["redis-7.4", "valkey-9"])
def test_reference_words_are_unknown_elsewhere(flavor: str) -> None:
    """Other servers take the words for a syntax error."""
    server = Server(flavor)
    server.fill()
    assert server("XTRIM s MAXLEN 0 ACKED") == SYNTAX


# -- XDELEX and XACKDEL


def test_xdelex() -> None:
    """XDELEX answers 1 for what it deleted and -1 for what is not there."""
    server = Server()
    server.fill("g")
    assert server("XDELEX s IDS 3 1-0 7-0 1-0") == [1, -1, -1]
    assert server("XPENDING s g") == BOTH_PENDING


def test_xdelex_drops_references() -> None:
    """XDELEX DELREF drops references even to what is not there any more."""
    server = Server()
    server.fill("g")
    server("XDEL s 1-0")
    assert server("XDELEX s DELREF IDS 2 1-0 2-0") == [-1, 1]
    assert server("XPENDING s g") == NOTHING_PENDING


def test_xdelex_respects_references() -> None:
    """XDELEX ACKED answers 2 for what is referenced, and for ids that a group has yet to reach."""
    server = Server()
    server.fill("g")
    server("XACK s g 1-0")
    assert server("XDELEX s ACKED IDS 3 1-0 2-0 9-9") == [1, 2, 2]


def test_xackdel() -> None:
    """XACKDEL acknowledges and deletes; what is not pending is -1, there or not."""
    server = Server()
    server.fill("g", "h")
    assert server("XACKDEL s g IDS 2 1-0 9-9") == [1, -1]
    assert server("XLEN s") == 1
    assert server("XACKDEL s nog IDS 1 2-0") == [-1]


def test_xackdel_respects_references() -> None:
    """XACKDEL ACKED deletes once the last group has acknowledged."""
    server = Server()
    server.fill("g", "h")
    assert server("XACKDEL s g ACKED IDS 1 1-0") == [2]
    assert server("XACKDEL s h ACKED IDS 1 1-0") == [1]
    assert server("XLEN s") == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("XDELEX s IDS x 1-1", b"ERR Number of IDs must be a positive integer"),
        ("XDELEX s IDS 0 1-1", b"ERR Number of IDs must be a positive integer"),
        ("XDELEX s IDS 3 1-1", b"ERR The `numids` parameter must match the number of arguments"),
        ("XDELEX s IDS 1 1-1 2-2", b"ERR syntax error"),
        ("XDELEX s ACKED DELREF IDS 1 1-1", b"ERR syntax error"),
        ("XDELEX s ACKED 1 1-1", b"ERR syntax error"),
        ("XACKDEL s g KEEPREF ACKED 1 1-1", b"ERR syntax error"),
        ("XACKDEL s g IDS 1 x", b"ERR Invalid stream ID specified as stream command argument"),
    ],
)
def test_xdelex_and_xackdel_refuse(line: str, message: bytes) -> None:
    """What the two do not take."""
    server = Server()
    server.fill("g")
    assert server(line) == ErrorReply(message)


# -- IDMP


def test_idmp_adds_once() -> None:
    """A producer's message is added once, whatever its fields the second time."""
    server = Server()
    first = server("XADD s IDMP p m * f 1")
    assert server("XADD s IDMP p m * f 2") == first
    assert server("XADD s IDMP q m * f 3") != first
    assert server("XLEN s") == 2


def test_idmpauto_goes_by_the_fields() -> None:
    """IDMPAUTO knows a message by its fields and values, in any order."""
    server = Server()
    first = server("XADD s IDMPAUTO p * a 1 b 2")
    assert server("XADD s IDMPAUTO p * b 2 a 1") == first
    assert server("XADD s IDMPAUTO p * a 12 b 2") != first


def test_idmp_forgets_after_a_while() -> None:
    """After IDMP-DURATION the message is a new one."""
    server = Server()
    server("XADD s IDMP p m * f v")
    server.now += 100_000
    assert server("XADD s IDMP p m * f v") == b"1700000100000-0"


def test_idmp_forgets_the_oldest() -> None:
    """Of each producer IDMP-MAXSIZE messages are remembered."""
    server = Server()
    server("XADD s 1-0 f v")
    server("XCFGSET s IDMP-MAXSIZE 2")
    first = server("XADD s IDMP p 1 * f v")
    server("XADD s IDMP p 2 * f v")
    third = server("XADD s IDMP p 3 * f v")
    assert server("XADD s IDMP p 3 * f v") == third
    assert server("XADD s IDMP p 1 * f v") != first


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("XADD s IDMP p m 1-1 f v", b"ERR syntax error, IDMP/IDMPAUTO can be used only with auto-generated IDs"),
        ("XADD s IDMP p m IDMPAUTO q * f v", b"ERR syntax error, IDMP/IDMPAUTO specified multiple times"),
        ("XADD s IDMP  m * f v", b"ERR syntax error, IDMP requires a non-empty producer ID"),
        ("XADD s IDMP p  * f v", b"ERR syntax error, IDMP requires a non-empty idempotent ID"),
        ("XADD s IDMPAUTO  * f v", b"ERR syntax error, IDMPAUTO requires a non-empty producer ID"),
        ("XADD s IDMP p * f v", b"ERR Invalid stream ID specified as stream command argument"),
    ],
)
def test_idmp_refuses(line: str, message: bytes) -> None:
    """Producer and message must have names, and the id is the server's to give."""
    assert Server()(line) == ErrorReply(message)


def test_xcfgset_forgets_on_a_new_value_only() -> None:
    """The same value again changes nothing, another one makes the stream forget."""
    server = Server()
    first = server("XADD s IDMP p m * f v")
    assert server("XCFGSET s IDMP-DURATION 100") == OK
    assert server("XADD s IDMP p m * f v") == first
    server("XCFGSET s IDMP-DURATION 101")
    assert server("XADD s IDMP p m * f v") != first


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("XCFGSET missing IDMP-DURATION 1", b"ERR no such key"),
        ("XCFGSET s", b"ERR At least one parameter must be specified"),
        ("XCFGSET s IDMP-DURATION 0", b"ERR IDMP-DURATION must be between 1 and 86400 seconds"),
        ("XCFGSET s IDMP-MAXSIZE 10001", b"ERR IDMP-MAXSIZE must be between 1 and 10000 entries"),
        ("XCFGSET s IDMP-MAXSIZE 1 IDMP-MAXSIZE 1", b"ERR IDMP-MAXSIZE specified multiple times"),
        ("XCFGSET s IDMP-MAXSIZE", b"ERR syntax error"),
    ],
)
def test_xcfgset_refuses(line: str, message: bytes) -> None:
    """What XCFGSET does not take."""
    server = Server()
    server.fill()
    assert server(line) == ErrorReply(message)


def test_xidmprecord() -> None:
    """XIDMPRECORD remembers a message for an entry that is there, and only one entry for it."""
    server = Server()
    entry = server("XADD s * f v")
    assert isinstance(entry, bytes)
    server("XADD s * f w")
    assert server(f"XIDMPRECORD s p m {entry.decode()}") == OK
    assert server("XADD s IDMP p m * f x") == entry
    other = ErrorReply(b"ERR IID already exists for this producer with a different stream ID")
    assert server("XIDMPRECORD s p m 1700000000000-1") == other
    assert server("XIDMPRECORD s p m 1-1") == ErrorReply(b"ERR No such message in stream")


# -- XREADGROUP CLAIM


def test_claim_gives_idle_entries_before_new_ones() -> None:
    """Idle pending entries come first, each with its idle time and deliveries; new ones have zeros."""
    server = Server()
    server.fill("g")
    server("XADD s 3-0 f 3")
    server.now += 100
    rows = [[b"1-0", [b"f", b"1"], 100, 1], [b"2-0", [b"f", b"2"], 100, 1], [b"3-0", [b"f", b"3"], 0, 0]]
    assert server("XREADGROUP GROUP g d CLAIM 100 STREAMS s >") == [[b"s", rows]]
    assert server("XPENDING s g - + 9 d") == [[b"1-0", b"d", 0, 2], [b"2-0", b"d", 0, 2], [b"3-0", b"d", 0, 1]]


def test_claim_counts() -> None:
    """COUNT is for claimed and new entries together."""
    server = Server()
    server.fill("g")
    server("XADD s 3-0 f 3")
    assert server("XREADGROUP GROUP g d CLAIM 0 COUNT 1 STREAMS s >") == [[b"s", [[b"1-0", [b"f", b"1"], 0, 1]]]]


def test_claim_nothing_idle_enough() -> None:
    """What was delivered lately is not claimed."""
    server = Server()
    server.fill("g")
    assert server("XREADGROUP GROUP g d CLAIM 1 STREAMS s >") is NIL_ARRAY


def test_claim_does_not_go_with_history() -> None:
    """With an id CLAIM is ignored."""
    server = Server()
    server.fill("g")
    assert server("XREADGROUP GROUP g c CLAIM 0 COUNT 1 STREAMS s 0") == [[b"s", [[b"1-0", [b"f", b"1"]]]]]


@pytest.mark.parametrize(
    ("idle", "message"),
    [
        ("x", b"ERR min-idle-time is not an integer or out of range"),
        ("-1", b"ERR min-idle-time must be a positive integer"),
    ],
)
def test_claim_refuses(idle: str, message: bytes) -> None:
    """The idle time is a number from 0 on."""
    assert Server()(f"XREADGROUP GROUP g c CLAIM {idle} STREAMS s >") == ErrorReply(message)


def test_claim_is_for_groups() -> None:
    """XREAD has no CLAIM, and says so."""
    message = b"ERR The CLAIM option is only supported by XREADGROUP. You called XREAD instead."
    assert Server()("XREAD CLAIM 0 STREAMS s 0") == ErrorReply(message)


@pytest.mark.parametrize("name", ["XDELEX s IDS 1 1-1", "XACKDEL s g IDS 1 1-1", "XCFGSET s IDMP-DURATION 1"])
def test_commands_are_unknown_elsewhere(name: str) -> None:
    """Other servers do not have the commands."""
    reply = Server("valkey-9")(name)
    assert isinstance(reply, ErrorReply)
    assert reply.message.startswith(b"ERR unknown command '")
