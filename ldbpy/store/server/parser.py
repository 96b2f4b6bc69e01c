"""Reads replies from a connection of redis-py as the server sent them.

redis-py's own parsers drop what ldbpy shows: the difference between ``+OK`` and a string, error codes, the kinds of
null. So a parser of ours sits on its buffer; this module alone knows of that.
"""

from __future__ import annotations

import re
from typing import Any, Final

import redis
from redis._parsers.resp2 import _RESP2Parser

from ldbpy.resp import NIL_ARRAY, ErrorReply, Reply, Status

__all__ = ["FaithfulParser"]


class FaithfulParser(_RESP2Parser):
    """Reads replies as they are, once the connection has been set up (which wants redis-py's own)."""

    faithful = False

    def _read_response(self, *args: Any, **options: Any) -> Any:
        if not self.faithful:
            return super()._read_response(*args, **options)
        return self._read()

    def _read(self) -> Reply:
        """One reply. It may be thousands of levels deep, so this does not call itself."""
        outside: list[tuple[int, list[Reply]]] = []
        size = 1  # of the array being filled; the outermost holds the reply alone
        items: list[Reply] = []
        while len(items) < size or outside:
            if len(items) == size:
                whole: list[Reply] = items
                size, items = outside.pop()
                items.append(whole)
                continue
            kind, rest = self._line()
            if kind == b"*" and rest != -1:
                outside.append((size, items))
                size, items = rest, []
            else:
                items.append(self._simple(kind, rest))
        return items[0]

    def _line(self) -> tuple[bytes, Any]:
        """The type of the next value, and its text, number or length."""
        buffer = self._buffer
        assert buffer is not None, "the connection is open"
        line = buffer.readline()
        kind, rest = line[:1], line[1:]
        if kind in (b"+", b"-"):
            return kind, rest
        if kind in (b":", b"$", b"*") and _INTEGER.fullmatch(rest):
            number = int(rest)
            if kind == b":" or number >= -1:
                return kind, number
        raise redis.InvalidResponse(f"{line[:40]!r}")

    def _simple(self, kind: bytes, rest: Any) -> Reply:
        match kind:
            case b"+":
                return Status(rest)
            case b"-":
                return ErrorReply(rest)
            case b":":
                return int(rest)
            case b"*":
                return NIL_ARRAY
            case _:
                assert self._buffer is not None
                return None if rest == -1 else self._buffer.read(rest)


_INTEGER: Final = re.compile(rb"[-+]?[0-9]{1,20}")
