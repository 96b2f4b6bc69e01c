"""Reads replies from a connection of redis-py as the server sent them.

redis-py's own parsers drop what ldbpy shows: the difference between ``+OK`` and a string, error codes, the kinds of
null. So a parser of ours sits on its buffer; this module alone knows of that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import redis
from redis._parsers.resp2 import _RESP2Parser

from ldbpy.resp import NIL_ARRAY, BigNumber, Double, ErrorReply, MapReply, Reply, SetReply, Status, Verbatim

__all__ = ["FaithfulParser"]


class FaithfulParser(_RESP2Parser):
    """Reads replies as they are, once the connection has been set up (which wants redis-py's own)."""

    faithful = False
    resp3 = False
    """Whether ``HELLO 3`` has been said: only then are its types answers."""

    def _read_response(self, *args: Any, **options: Any) -> Any:
        if not self.faithful:
            return super()._read_response(*args, **options)
        return self._read()

    @property
    def has_more(self) -> bool:
        """Whether something has come that nobody has read."""
        return self._buffer is not None and self._buffer.unread_bytes() > 0

    def read_many(self, count: int) -> list[Reply]:
        """The next replies, with less ado than one by one. What has come of them is lost if they do not all come."""
        replies = [self._read() for _ in range(count)]
        assert self._buffer is not None
        self._buffer.purge()
        return replies

    def read_lines(self) -> Reply:
        """The next reply; at one go if it is an array of lines that has come whole, with nothing behind it."""
        buffer = self._buffer
        assert buffer is not None
        at = buffer.get_pos()
        come = buffer._buffer.read()
        head, *lines = come.split(b"\r\n")
        if lines and not lines.pop() and head == b"*%d" % len(lines) and all(line[:1] == b"+" for line in lines):
            buffer.purge()
            return [line[1:] for line in lines]
        buffer.rewind(at)
        return self.read_many(1)[0]

    def read_executed(self) -> Reply:
        """The reply to the one command that EXEC has run in a copy of a server, which may have zeros for ``*1``.

        See ``forks``: the head was in the client's buffer for replies when the copy was made.
        """
        buffer = self._buffer
        assert buffer is not None
        at = buffer.get_pos()
        if buffer.read(len(_FORGOTTEN)) == _FORGOTTEN:  # with the end of the line
            return self.read_many(1)[0]
        buffer.rewind(at)
        reply = self.read_many(1)[0]
        return reply[0] if isinstance(reply, list) and reply else reply

    def read_transaction(self, count: int, raw: bytes = b"", known: Sequence[Reply] = ()) -> list[Reply]:
        """The replies to MULTI, so many commands and EXEC; quickly where all is well, and the first replies ``known``,
        which are sent as ``raw``.
        """
        first = self._read()
        buffer = self._buffer
        assert buffer is not None
        usual = b"%b*%d\r\n%b" % (_QUEUED_LINE * count, count, raw)
        if first == b"OK" and buffer.unread_bytes() > len(usual):
            at = buffer.get_pos()
            if buffer.read(len(usual) - 2) == usual[:-2]:
                done = [*known, *[self._read() for _ in range(count - len(known))]]
                buffer.purge()
                return [first, *[_QUEUED] * count, done]
            buffer.rewind(at)
        return [first, *self.read_many(count + 1)]

    def _read(self) -> Reply:
        """One reply. It may be thousands of levels deep, so this does not call itself."""
        kind, rest = self._line()
        if kind not in _AGGREGATES or rest == -1:
            return self._simple(kind, rest)
        return self._aggregate(kind, rest)

    def _aggregate(self, shape: bytes, length: int) -> Reply:
        """An array, a map or a set, of which the head was read."""
        outside: list[tuple[bytes, int, list[Reply]]] = []
        size = length * _AGGREGATES[shape]
        items: list[Reply] = []
        while len(items) < size or outside:
            if len(items) == size:
                whole = items if shape == b"*" else _shaped(shape, items)
                shape, size, items = outside.pop()
                items.append(whole)
                continue
            kind, rest = self._line()
            if kind in _AGGREGATES and rest != -1:
                outside.append((shape, size, items))
                shape, size, items = kind, rest * _AGGREGATES[kind], []
            else:
                items.append(self._simple(kind, rest))
        return items if shape == b"*" else _shaped(shape, items)

    def _line(self) -> tuple[bytes, Any]:
        """The type of the next value, and its text, number or length."""
        buffer = self._buffer
        assert buffer is not None, "the connection is open"
        line = buffer.readline()
        kind, rest = line[:1], line[1:]
        if kind == b"+" or kind == b"-":
            return kind, rest
        if kind in (_COUNTED if self.resp3 else _COUNTED_BEFORE) and _INTEGER.fullmatch(rest):
            number = int(rest)
            if kind == b":" or number >= -1:
                return kind, number
        if self.resp3 and kind in _RESP3_LINES and _RESP3_LINES[kind].fullmatch(rest):
            return kind, rest
        raise redis.InvalidResponse(f"{line[:40]!r}")

    def _simple(self, kind: bytes, rest: Any) -> Reply:
        match kind:
            case b"+":
                return Status(rest)
            case b"-":
                return ErrorReply(rest)
            case b":":
                return int(rest)
            case b"$":
                assert self._buffer is not None
                return None if rest == -1 else self._buffer.read(rest)
            case b"*":
                return NIL_ARRAY
            case b"_":
                return None
            case b"#":
                return bool(rest == b"t")
            case b",":
                return Double(rest)
            case b"(":
                return BigNumber(rest)
            case _:
                assert self._buffer is not None
                text = self._buffer.read(rest)
                return Verbatim(text[4:], text[:3])


def _shaped(shape: bytes, items: list[Reply]) -> Reply:
    if shape == b"~":
        return SetReply(items)
    return MapReply(list(zip(items[::2], items[1::2], strict=True)))


_FORGOTTEN: Final = bytes(len(b"*1"))
_QUEUED: Final = Status(b"QUEUED")
_QUEUED_LINE: Final = b"+QUEUED\r\n"
_INTEGER: Final = re.compile(rb"[-+]?[0-9]{1,20}")
_AGGREGATES: Final = {b"*": 1, b"~": 1, b"%": 2}
"""How an aggregate begins, and how many values make an element of it."""
_COUNTED_BEFORE: Final = frozenset((b":", b"$", b"*"))
_COUNTED: Final = _COUNTED_BEFORE | {b"=", *_AGGREGATES}
_RESP3_LINES: Final = {
    b"_": re.compile(rb""),
    b"#": re.compile(rb"[tf]"),
    b",": re.compile(rb"[-+]?(?:[0-9.]+(?:[eE][-+]?[0-9]+)?|inf|nan)"),
    b"(": re.compile(rb"[-+]?[0-9]+"),
}
"""What a connection answers in one line once ``HELLO 3`` has been said."""
