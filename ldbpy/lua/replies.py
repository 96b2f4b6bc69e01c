"""Replies into Lua values, and a script's return value into a reply (``script_lua.c``)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from ldbpy.resp import (
    INT64_MIN,
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

__all__ = ["ReturnValue", "to_lua"]

TableMaker = Callable[[Any], Any]
"""Makes a Lua table of a dict or a list."""


def to_lua(reply: Reply, table: TableMaker, resp: int) -> Any:
    """The Lua value of a reply that is no error, as a script gets it after ``redis.setresp(resp)``."""
    kind = type(reply)
    if kind is bytes or kind is int or kind is bool:
        return reply
    if reply is None or kind is NilArray:
        return None if resp == 3 else False
    if kind is list:
        return table([to_lua(item, table, resp) for item in reply])  # type: ignore[union-attr]
    return table(_fields(reply, table, resp))


def _fields(reply: Reply, table: TableMaker, resp: int) -> dict[bytes, Any]:
    """The one field of the table that stands for a reply with a type of its own."""
    match reply:
        case Status():
            return {b"ok": bytes(reply)}
        case ErrorReply():
            return {b"err": reply.message, b"ignore_error_stats_update": True}
        case Double():
            return {b"double": float(reply)}
        case MapReply():
            pairs = [(to_lua(key, table, resp), to_lua(value, table, resp)) for key, value in reply.pairs]
            return {b"map": table(dict(pairs))}
        case SetReply():
            return {b"set": table({to_lua(member, table, resp): True for member in reply})}
        case BigNumber():
            return {b"big_number": bytes(reply)}
        case Verbatim():
            return {b"verbatim_string": table({b"format": reply.format, b"string": bytes(reply)})}
        case _:
            raise AssertionError(f"no Lua value for {reply!r}")


_NEWLINES: Final = bytes.maketrans(b"\r\n", b"  ")


class ReturnValue:
    """A script's return value, flattened by the prelude (``flatten`` in ``api.lua``), on its way to a reply.

    ``resp``: the protocol the script had chosen when it ended.
    """

    def __init__(self, resp: int) -> None:
        self._resp = resp

    def simple(self, value: Any) -> Reply:
        """The reply for a value that is no table."""
        if value is None or isinstance(value, bytes):
            return value
        if isinstance(value, bool):
            return value if self._resp == 3 else (1 if value else None)
        return _truncated(value)

    def table(self, flat: Sequence[Any]) -> Reply:
        """The reply for a table."""
        return self._read(iter(flat))

    def _read(self, parts: Iterator[Any]) -> Reply:
        match next(parts):
            case b"$" | b":" | b"#":
                return self.simple(next(parts))
            case b"_":
                next(parts)
                return None
            case b"*":
                return [self._read(parts) for _ in range(next(parts))]
            case b"+":
                return Status(_c_string(next(parts)).translate(_NEWLINES))
            case b"-":
                return ErrorReply(_c_string(next(parts)).rstrip(b"\r\n").translate(_NEWLINES))
            case b",":
                return Double(next(parts))
            case b"%":
                return MapReply([(self._read(parts), self._read(parts)) for _ in range(next(parts))])
            case b"~":
                return SetReply([self._read(parts) for _ in range(next(parts))])
            case b"(":
                return BigNumber(next(parts).translate(_NEWLINES))
            case b"=":
                style = next(parts)
                return Verbatim(next(parts), style[:3])
            case mark:
                raise AssertionError(f"no value is marked {mark!r}")


def _c_string(text: bytes) -> bytes:
    """What C makes of a string with zero bytes in it."""
    return text.split(b"\0", 1)[0]


def _truncated(number: float) -> int:
    """A number as a C cast makes an integer of it."""
    if isinstance(number, float) and not math.isfinite(number):
        return INT64_MIN
    integer = int(number)
    return integer if INT64_MIN <= integer < -INT64_MIN else INT64_MIN
