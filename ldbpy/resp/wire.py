"""The wire form of replies, what a RESP2 client gets of a RESP3 value, and what fits on a line.

A script may return tables nested thousands of levels deep, so nothing here calls itself.
"""

from __future__ import annotations

from collections.abc import Iterator

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

__all__ = ["c_string", "downgrade", "encode", "one_line"]

_NEWLINES = bytes.maketrans(b"\r\n", b"  ")
_RESP2_ALREADY = frozenset((int, bytes, Status, type(None), ErrorReply, NilArray))


def c_string(text: bytes) -> bytes:
    """What C's ``%s`` makes of a text: all of it before its first zero byte."""
    return text.partition(b"\0")[0]


def one_line(text: bytes) -> bytes:
    """What a server sends of a text that has to be one line: spaces for its line breaks."""
    return text.translate(_NEWLINES)


def downgrade(reply: Reply, style: DoubleStyle) -> Reply:
    """What a RESP2 client gets of ``reply``: maps and sets as arrays, doubles as strings, booleans as 1 and 0."""
    kind = type(reply)
    if kind in _RESP2_ALREADY or (kind is list and all(type(item) in _RESP2_ALREADY for item in _items(reply))):
        return reply
    out: list[Reply] = []
    stack: list[tuple[Iterator[Reply], list[Reply]]] = [(iter((reply,)), out)]
    while stack:
        items, copy = stack[-1]
        for item in items:
            if isinstance(item, list | MapReply):
                nested: list[Reply] = []
                copy.append(nested)
                stack.append((iter(_items(item)), nested))
                break
            copy.append(item if type(item) in _RESP2_ALREADY else _downgrade_simple(item, style))
        else:
            stack.pop()
    return out[0]


def _items(reply: Reply) -> list[Reply]:
    """The elements of an aggregate; a map's keys and values by turns."""
    if isinstance(reply, MapReply):
        return [item for pair in reply.pairs for item in pair]
    return reply if isinstance(reply, list) else []


def _downgrade_simple(reply: Reply, style: DoubleStyle) -> Reply:
    if isinstance(reply, Double):
        return format_double(reply, style)
    if isinstance(reply, bytes):
        return bytes(reply)
    return int(reply) if isinstance(reply, bool) else reply


def encode(reply: Reply, *, protocol: int = 2, style: DoubleStyle = DoubleStyle.SHORTEST) -> bytes:
    """The bytes a server sends for ``reply`` to a client of that protocol (2 or 3)."""
    parts: list[bytes] = []
    left = [reply if protocol == 3 else downgrade(reply, style)]
    while left:
        item = left.pop()
        kind = type(item)
        if kind is bytes and isinstance(item, bytes):
            parts.append(b"$%d\r\n%s\r\n" % (len(item), item))
        elif kind is int and isinstance(item, int):
            parts.append(b":%d\r\n" % item)
        elif isinstance(item, list | MapReply):
            parts.append(_opening(item))
            left.extend(reversed(_items(item)))
        else:
            parts.append(_simple(item, protocol, style))
    return b"".join(parts)


def _opening(reply: list[Reply] | MapReply) -> bytes:
    if isinstance(reply, MapReply):
        return b"%%%d\r\n" % len(reply.pairs)
    return (b"~%d\r\n" if isinstance(reply, SetReply) else b"*%d\r\n") % len(reply)


def _simple(reply: Reply, protocol: int, style: DoubleStyle) -> bytes:
    match reply:
        case bool():
            return b"#t\r\n" if reply else b"#f\r\n"
        case int():
            return b":%d\r\n" % reply
        case Status():
            return b"+%s\r\n" % reply
        case BigNumber():
            return b"(%s\r\n" % reply
        case Verbatim():
            return b"=%d\r\n%s:%s\r\n" % (len(reply) + 4, reply.format, bytes(reply))
        case bytes():
            return b"$%d\r\n%s\r\n" % (len(reply), reply)
        case ErrorReply():
            return b"-%s\r\n" % reply.message
        case Double():
            return b",%s\r\n" % format_double(reply, style)
        case None | NilArray() if protocol == 3:
            return b"_\r\n"
        case NilArray():
            return b"*-1\r\n"
        case _:
            return b"$-1\r\n"
