"""Replies as text: as redis-cli shows them on a terminal and in a pipe, as JSON, as they go over the wire."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from ldbpy.render.text import cut, readable
from ldbpy.resp import (
    Double,
    DoubleStyle,
    ErrorReply,
    MapReply,
    NilArray,
    Reply,
    SetReply,
    Status,
    Verbatim,
    encode,
    format_double,
)
from ldbpy.resp.quoting import quote

__all__ = ["ReplyFormat", "inline", "json_text", "render_reply"]


class ReplyFormat(StrEnum):
    """How a reply is written."""

    TTY = "tty"
    """As redis-cli on a terminal: types named, strings quoted."""
    RAW = "raw"
    """As redis-cli in a pipe: strings as they are, one element a line."""
    JSON = "json"
    RESP = "resp"
    """As it goes over the wire, RESP2."""


def render_reply(reply: Reply, form: ReplyFormat) -> bytes:
    """The reply, with the newline that ends it."""
    match form:
        case ReplyFormat.TTY:
            return _tty(reply).encode("utf-8", "surrogateescape")
        case ReplyFormat.RAW:
            return _raw(reply) + b"\n"
        case ReplyFormat.JSON:
            return json_text(reply).encode("ascii") + b"\n"
        case ReplyFormat.RESP:
            return encode(reply)


def _double(value: float) -> str:
    return format_double(value, DoubleStyle.SHORTEST).decode("ascii")


def _text(data: bytes) -> str:
    return bytes(data).decode("utf-8", "surrogateescape")


# A reply may be nested thousands of levels deep. So no writer calls itself for what is inside: each keeps a stack of
# what is left to write of the aggregates it is in.

_ARROW: Final = " => "


def _tty(reply: Reply) -> str:
    """Follows ``cliFormatReplyTTY``: the first element goes on the line its parent has begun."""
    out: list[str] = []
    left = [iter((("", reply, 0),))]
    while left:
        for before, item, indent in left[-1]:
            if before.startswith(_ARROW):
                out[-1] = out[-1].removesuffix("\n")
            out.append(before)
            inside = _tty_elements(item, indent)
            if inside is not None:
                left.append(inside)
                break
            out.append(_tty_simple(item) + "\n")
        else:
            left.pop()
    return "".join(out)


def _tty_elements(reply: Reply, indent: int) -> Iterator[tuple[str, Reply, int]] | None:
    """What to write before each element, the element, and how far to indent within it. None: there are no elements."""
    if isinstance(reply, MapReply):
        return _tty_pairs(reply, indent) if reply.pairs else None
    if isinstance(reply, list) and reply:
        width, mark = len(str(len(reply))), "~" if isinstance(reply, SetReply) else ")"
        return (
            (f"{' ' * indent * (index > 1)}{index:{width}}{mark} ", item, indent + width + 2)
            for index, item in enumerate(reply, 1)
        )
    return None


def _tty_pairs(reply: MapReply, indent: int) -> Iterator[tuple[str, Reply, int]]:
    """A value whose elements take more than one line begins on a new one."""
    width = len(str(len(reply.pairs)))
    inner = indent + width + 2
    for index, (key, value) in enumerate(reply.pairs, 1):
        yield f"{' ' * indent * (index > 1)}{index:{width}}# ", key, inner
        yield (f"{_ARROW}\n{' ' * inner}" if _has_lines(value) else _ARROW), value, inner


def _has_lines(reply: Reply) -> bool:
    """Whether its elements, or theirs, take more than one line."""
    left = [reply]
    while left:
        item = left.pop()
        if isinstance(item, MapReply):
            if len(item.pairs) > 1:
                return True
            left += [part for pair in item.pairs for part in pair]
        elif isinstance(item, list):
            if len(item) > 1:
                return True
            left += item
    return False


def _tty_simple(reply: Reply) -> str:
    match reply:
        case None | NilArray():
            return "(nil)"
        case bool():
            return "(true)" if reply else "(false)"
        case int():
            return f"(integer) {reply}"
        case Double():
            return f"(double) {_double(reply)}"
        case ErrorReply():
            return f"(error) {_text(reply.message)}"
        case Status() | Verbatim():
            return _text(reply)
        case bytes():
            return quote(reply).decode("ascii")
        case MapReply():
            return "(empty hash)"
        case _:
            return "(empty set)" if isinstance(reply, SetReply) else "(empty array)"


def _raw(reply: Reply) -> bytes:
    """Follows ``cliFormatReplyRaw``."""
    out: list[bytes] = []
    left = [iter(((b"", reply),))]
    while left:
        for before, item in left[-1]:
            out.append(before)
            if isinstance(item, list | MapReply):
                left.append(_raw_elements(item))
                break
            out.append(_raw_simple(item))
        else:
            left.pop()
    return b"".join(out)


def _raw_elements(reply: list[Reply] | MapReply) -> Iterator[tuple[bytes, Reply]]:
    """What to write before each element, and the element."""
    if isinstance(reply, MapReply):
        for index, (key, value) in enumerate(reply.pairs):
            yield (b"\n" if index else b""), key
            yield b" ", value
    else:
        for index, item in enumerate(reply):
            yield (b"\n" if index else b""), item


def _raw_simple(reply: Reply) -> bytes:
    match reply:
        case bool():
            return b"(true)" if reply else b"(false)"
        case int():
            return b"%d" % reply
        case Double():
            return _double(reply).encode("ascii")
        case ErrorReply():
            return reply.message + b"\n"
        case bytes():
            return bytes(reply)
        case _:
            return b""


def json_text(reply: Reply) -> str:
    """The reply as JSON, in ASCII.

    Bytes that are no UTF-8 become lone surrogates (U+DC80 to U+DCFF), so nothing is lost. An error is
    ``{"error": text}``.
    """
    out: list[str] = []
    left = [iter((("", reply),))]
    closing = [""]
    while left:
        for before, item in left[-1]:
            out.append(before)
            if isinstance(item, list | MapReply):
                opening, end = "{}" if isinstance(item, MapReply) else "[]"
                out.append(opening)
                closing.append(end)
                left.append(_json_elements(item))
                break
            out.append(json.dumps(_json_simple(item)))
        else:
            left.pop()
            out.append(closing.pop())
    return "".join(out)


def _json_elements(reply: list[Reply] | MapReply) -> Iterator[tuple[str, Reply]]:
    """What to write before each element, and the element."""
    if isinstance(reply, MapReply):
        for index, (key, value) in enumerate(reply.pairs):
            name = _text(key) if isinstance(key, bytes) else json_text(key)
            yield f"{', ' if index else ''}{json.dumps(name)}: ", value
    else:
        for index, item in enumerate(reply):
            yield (", " if index else ""), item


def _json_simple(reply: Reply) -> object:
    match reply:
        case bool() | int():
            return reply
        case Double():
            return float(reply) if math.isfinite(reply) else _double(reply)
        case ErrorReply():
            return {"error": _text(reply.message)}
        case bytes():
            return _text(reply)
        case _:
            return None


def inline(reply: Reply, limit: int = 60) -> str:
    """The reply on one line, cut to about ``limit`` characters."""
    return cut(_inline(reply), limit)


def _inline(reply: Reply) -> str:
    match reply:
        case None | NilArray():
            return "nil"
        case bool():
            return "true" if reply else "false"
        case int():
            return str(reply)
        case Double():
            return _double(reply)
        case ErrorReply():
            return f"(error) {readable(reply.message)}"
        case Status():
            return readable(reply)
        case bytes():
            return quote(bytes(reply[:200])).decode("ascii")
        case MapReply():
            return "{" + ", ".join(f"{_inline(key)}: {_inline(value)}" for key, value in reply.pairs[:50]) + "}"
        case _:
            return "[" + ", ".join(_inline(item) for item in reply[:50]) + "]"
