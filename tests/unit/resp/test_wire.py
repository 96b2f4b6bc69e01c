"""Replies over the wire: what is encoded is read back, by a RESP3 reader and by the one that reads real servers."""

from __future__ import annotations

import io
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis._parsers.socket import SocketBuffer

from ldbpy.resp import (
    NIL_ARRAY,
    BigNumber,
    Double,
    DoubleStyle,
    ErrorReply,
    MapReply,
    NilArray,
    Reply,
    SetReply,
    Status,
    Verbatim,
    downgrade,
    encode,
)
from ldbpy.store.server.parser import FaithfulParser
from tests.servers.wire import WireClient

BUSY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For a machine that has other things to do."""
LINES = st.binary(max_size=20).map(lambda data: data.replace(b"\r", b"").replace(b"\n", b""))
SIMPLE_2: st.SearchStrategy[Reply] = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.binary(max_size=40),
    st.none(),
    st.just(NIL_ARRAY),
    LINES.map(Status),
    LINES.map(lambda line: ErrorReply(b"ERR " + line)),
)
SIMPLE_3: st.SearchStrategy[Reply] = st.one_of(
    SIMPLE_2.filter(lambda reply: reply is not NIL_ARRAY),
    st.booleans(),
    st.floats(allow_nan=False).map(Double),
    st.integers().map(lambda number: BigNumber(b"%d" % number)),
    st.binary(max_size=40).map(Verbatim),
)
REPLIES_2: st.SearchStrategy[Reply] = st.recursive(SIMPLE_2, lambda inner: st.lists(inner, max_size=5), max_leaves=20)
REPLIES_3: st.SearchStrategy[Reply] = st.recursive(
    SIMPLE_3,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.lists(inner, max_size=5).map(SetReply),
        st.lists(st.tuples(inner, inner), max_size=4).map(MapReply),
    ),
    max_leaves=20,
)


def _read_3(data: bytes) -> Reply:
    """What a client makes of the bytes."""
    client: Any = WireClient.__new__(WireClient)
    client._file, client._taken = io.BytesIO(data), None
    reply: Reply = client.read()
    assert client._file.read() == b"", "all of it was read"
    return reply


class _Buffer:
    """The part of redis-py's buffer a parser reads from."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def readline(self) -> bytes:
        return self._file.readline()[:-2]

    def read(self, length: int) -> bytes:
        return self._file.read(length + 2)[:-2]

    @property
    def rest(self) -> bytes:
        return self._file.read()


def _read_2(data: bytes) -> Reply:
    """What the parser for real servers makes of the bytes."""
    parser: Any = FaithfulParser.__new__(FaithfulParser)
    parser._buffer = buffer = _Buffer(data)
    reply: Reply = parser._read()
    assert buffer.rest == b"", "all of it was read"
    return reply


def _types(reply: Reply) -> object:
    """The types inside, which equality alone does not see: ``Status(b"x") == b"x"``, ``True == 1``."""
    if isinstance(reply, MapReply):
        return [MapReply, *((_types(key), _types(value)) for key, value in reply.pairs)]
    if isinstance(reply, list):
        return [type(reply), *map(_types, reply)]
    return type(reply)


@BUSY
@given(REPLIES_2)
def test_round_trip_in_protocol_two(reply: Reply) -> None:
    """What is written is read back, types included."""
    for read in (_read_2, _read_3):
        back = read(encode(reply))
        assert back == reply
        assert _types(back) == _types(reply)


@BUSY
@given(st.one_of(st.lists(LINES.map(Status), max_size=5), REPLIES_2), REPLIES_2, st.data())
def test_lines_at_one_go(reply: Reply, behind: Reply, data: st.DataObject) -> None:
    """Wherever the bytes are cut, whatever they are and follows them, the quick way reads what the other reads."""
    sent, rest = encode(reply), encode(behind)
    cut = data.draw(st.integers(1, len(sent) + len(rest)))
    here, there = socket.socketpair()
    with here, there:
        parser: Any = FaithfulParser.__new__(FaithfulParser)
        parser._buffer = SocketBuffer(here, 65536, 5.0)
        there.sendall((sent + rest)[:cut])
        assert parser._buffer.can_read(5.0)
        there.sendall((sent + rest)[cut:])
        assert parser.read_lines() == reply
        assert parser._read() == behind


@pytest.mark.parametrize("head", [b"*1\r\n", b"\0\0\0\0"])
@pytest.mark.parametrize("reply", [b"a" * 100, [b"x", 1], [], 1, Status(b"OK")])
def test_head_that_a_copy_of_a_server_forgets(head: bytes, reply: Reply) -> None:
    """Redis 7.0 was seen to send zeros for it: what is behind is the reply, and nothing else is taken."""
    here, there = socket.socketpair()
    with here, there:
        parser: Any = FaithfulParser.__new__(FaithfulParser)
        parser._buffer = SocketBuffer(here, 65536, 5.0)
        there.sendall(head + encode(reply) + b"+next\r\n")
        assert parser.read_executed() == reply
        assert parser._read() == b"next"


@BUSY
@given(REPLIES_3)
def test_round_trip_in_protocol_three(reply: Reply) -> None:
    """So are the types of RESP3."""
    back = _read_3(encode(reply, protocol=3))
    assert back == reply
    assert _types(back) == _types(reply)


@BUSY
@given(REPLIES_3, st.sampled_from(DoubleStyle))
def test_downgrade(reply: Reply, style: DoubleStyle) -> None:
    """What a RESP2 client gets can be written in RESP2, and is not changed again."""
    old = downgrade(reply, style)
    assert _read_2(encode(reply, style=style)) == old
    assert downgrade(old, style) == old


@pytest.mark.parametrize(
    ("reply", "two", "three"),
    [
        (1, b":1\r\n", b":1\r\n"),
        (b"a", b"$1\r\na\r\n", b"$1\r\na\r\n"),
        (b"", b"$0\r\n\r\n", b"$0\r\n\r\n"),
        (None, b"$-1\r\n", b"_\r\n"),
        (NIL_ARRAY, b"*-1\r\n", b"_\r\n"),
        (True, b":1\r\n", b"#t\r\n"),
        (False, b":0\r\n", b"#f\r\n"),
        (Status(b"OK"), b"+OK\r\n", b"+OK\r\n"),
        (ErrorReply(b"ERR x"), b"-ERR x\r\n", b"-ERR x\r\n"),
        (Double(0.1), b"$3\r\n0.1\r\n", b",0.1\r\n"),
        (Double("-inf"), b"$4\r\n-inf\r\n", b",-inf\r\n"),
        (BigNumber(b"12"), b"$2\r\n12\r\n", b"(12\r\n"),
        (Verbatim(b"a", b"mkd"), b"$1\r\na\r\n", b"=5\r\nmkd:a\r\n"),
        ([], b"*0\r\n", b"*0\r\n"),
        (SetReply([1]), b"*1\r\n:1\r\n", b"~1\r\n:1\r\n"),
        (MapReply([(b"a", [])]), b"*2\r\n$1\r\na\r\n*0\r\n", b"%1\r\n$1\r\na\r\n*0\r\n"),
    ],
    ids=repr,
)
def test_bytes(reply: Reply, two: bytes, three: bytes) -> None:
    """Byte for byte."""
    assert (encode(reply), encode(reply, protocol=3)) == (two, three)


def test_doubles_of_old_servers() -> None:
    """As the flavor writes them."""
    assert encode(Double(0.1), style=DoubleStyle.G17) == b"$19\r\n0.10000000000000001\r\n"
    assert encode([Double(1)], style=DoubleStyle.G17) == b"*1\r\n$1\r\n1\r\n"


def test_deep_replies() -> None:
    """No depth is too deep."""
    reply: Reply = 1
    for _ in range(20_000):
        reply = [reply]
    data = encode(reply)
    assert data == b"*1\r\n" * 20_000 + b":1\r\n"
    back = _read_2(data)
    for _ in range(20_000):
        assert isinstance(back, list)
        (back,) = back
    assert back == 1


@pytest.mark.parametrize(
    "data", [b"%1\r\n", b":x\r\n", b"$x\r\n", b"$-2\r\n", b"*-5\r\n", b"\r\n", b"HTTP/1.1\r\n", b":1.5\r\n"]
)
def test_what_is_no_reply(data: bytes) -> None:
    """Refused, with what came."""
    import redis

    with pytest.raises(redis.InvalidResponse, match="b'"):
        _read_2(data)


def test_equality() -> None:
    """Replies are equal by what they hold, and can be keys."""
    assert ErrorReply(b"ERR x").code == b"ERR"
    assert len({ErrorReply(b"ERR x"), ErrorReply(b"ERR x")}) == 1
    assert MapReply([(1, 2)]) != MapReply([(1, 3)])
    assert len({MapReply([]), MapReply([])}) == 1
    assert isinstance(NIL_ARRAY, NilArray)
    assert (repr(NIL_ARRAY), repr(ErrorReply(b"E"))) == ("NIL_ARRAY", "ErrorReply(b'E')")
