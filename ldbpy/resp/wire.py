"""The wire form of replies, and what a RESP2 client gets of a RESP3 value."""

from __future__ import annotations

from ldbpy.resp.numbers import DoubleStyle, format_double
from ldbpy.resp.values import (
    BigNumber,
    Double,
    ErrorReply,
    MapReply,
    NilArray,
    Reply,
    SetReply,
    Status,
    Verbatim,
)

__all__ = ["downgrade", "encode"]

_RESP2_ALREADY = frozenset((int, bytes, Status, type(None), ErrorReply, NilArray))


def downgrade(reply: Reply, style: DoubleStyle) -> Reply:
    """What a RESP2 client gets of ``reply``: maps and sets as arrays, doubles as strings, booleans as 1 and 0."""
    kind = type(reply)
    if kind in _RESP2_ALREADY:
        return reply
    if isinstance(reply, MapReply):
        return [downgrade(item, style) for pair in reply.pairs for item in pair]
    if isinstance(reply, list):
        for item in reply:
            if type(item) not in _RESP2_ALREADY:
                return [downgrade(item, style) for item in reply]
        return list(reply) if kind is SetReply else reply
    if isinstance(reply, Double):
        return format_double(reply, style)
    if isinstance(reply, bytes):
        return bytes(reply)
    return int(reply) if isinstance(reply, bool) else reply


def encode(reply: Reply, *, protocol: int = 2, style: DoubleStyle = DoubleStyle.SHORTEST) -> bytes:
    """The bytes a server sends for ``reply`` to a client of that protocol (2 or 3)."""
    parts: list[bytes] = []
    _write(reply if protocol == 3 else downgrade(reply, style), protocol, style, parts)
    return b"".join(parts)


def _write(reply: Reply, protocol: int, style: DoubleStyle, parts: list[bytes]) -> None:
    match reply:
        case bool():
            parts.append(b"#t\r\n" if reply else b"#f\r\n")
        case int():
            parts.append(b":%d\r\n" % reply)
        case Status():
            parts.append(b"+%s\r\n" % reply)
        case BigNumber():
            parts.append(b"(%s\r\n" % reply)
        case Verbatim():
            parts.append(b"=%d\r\n%s:%s\r\n" % (len(reply) + 4, reply.format, bytes(reply)))
        case bytes():
            parts.append(b"$%d\r\n%s\r\n" % (len(reply), reply))
        case ErrorReply():
            parts.append(b"-%s\r\n" % reply.message)
        case Double():
            parts.append(b",%s\r\n" % format_double(reply, style))
        case None:
            parts.append(b"_\r\n" if protocol == 3 else b"$-1\r\n")
        case NilArray():
            parts.append(b"_\r\n" if protocol == 3 else b"*-1\r\n")
        case MapReply():
            parts.append(b"%%%d\r\n" % len(reply.pairs))
            for key, value in reply.pairs:
                _write(key, protocol, style, parts)
                _write(value, protocol, style, parts)
        case list():
            parts.append((b"~%d\r\n" if isinstance(reply, SetReply) else b"*%d\r\n") % len(reply))
            for item in reply:
                _write(item, protocol, style, parts)
