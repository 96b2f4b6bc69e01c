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
    c_string,
    one_line,
)

__all__ = ["ReturnValue", "TableMaker", "to_lua"]

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
    if kind is Double and resp == 2:  # only where scripts get doubles as numbers are they still doubles here
        return _whole(float(reply))  # type: ignore[arg-type]
    return table(_fields(reply, table, resp))


def _whole(number: float) -> int | float:
    """An integer where the number is one, so that it is written without a fraction."""
    return int(number) if number.is_integer() and abs(number) < 2.0**63 else number


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
        """The reply for a table, which may be thousands of levels deep: nothing here calls itself."""
        parts = iter(flat)
        outside: list[tuple[bytes, int, list[Reply]]] = []
        kind, size = b"", 1  # of the aggregate being filled; the outermost holds the reply alone
        items: list[Reply] = []
        for mark in parts:
            if mark in _CONTAINERS:
                outside.append((kind, size, items))
                kind, size, items = mark, next(parts) * _CONTAINERS[mark], []
            else:
                items.append(self._leaf(mark, parts))
            while len(items) == size and outside:
                whole = _container(kind, items)
                kind, size, items = outside.pop()
                items.append(whole)
        return items[0]

    def _leaf(self, mark: bytes, parts: Iterator[Any]) -> Reply:
        if mark in _SIMPLE:
            return self.simple(next(parts))
        match mark:
            case b"_":
                next(parts)
                return None
            case b"+":
                return Status(one_line(c_string(next(parts))))
            case b"-":
                return ErrorReply(one_line(c_string(next(parts)).rstrip(b"\r\n")))
            case b",":
                return Double(next(parts))
            case b"(":
                return BigNumber(one_line(next(parts)))
            case b"=":
                style = c_string(next(parts))[:3].ljust(3)
                return Verbatim(next(parts), style)
            case _:
                raise AssertionError(f"no value is marked {mark!r}")


_SIMPLE: Final = frozenset((b"$", b":", b"#"))
_CONTAINERS: Final = {b"*": 1, b"~": 1, b"%": 2}
"""The marks of aggregates, and how many values make an element of one."""


def _container(mark: bytes, items: list[Reply]) -> Reply:
    if mark == b"%":
        return MapReply(list(zip(items[::2], items[1::2], strict=True)))
    return SetReply(items) if mark == b"~" else items


def _truncated(number: float) -> int:
    """A number as a C cast makes an integer of it."""
    if isinstance(number, float) and not math.isfinite(number):
        return INT64_MIN
    integer = int(number)
    return integer if INT64_MIN <= integer < -INT64_MIN else INT64_MIN
