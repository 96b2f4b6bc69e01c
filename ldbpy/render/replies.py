"""Replies as text: as redis-cli shows them on a terminal and in a pipe, as JSON, as they go over the wire."""

from __future__ import annotations

import json
from enum import StrEnum

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

__all__ = ["ReplyFormat", "inline", "json_value", "render_reply"]


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
            return _tty(reply, "").encode("utf-8", "surrogateescape")
        case ReplyFormat.RAW:
            return _raw(reply) + b"\n"
        case ReplyFormat.JSON:
            return json.dumps(json_value(reply)).encode("ascii") + b"\n"
        case ReplyFormat.RESP:
            return encode(reply)


def _double(value: float) -> str:
    return format_double(value, DoubleStyle.SHORTEST).decode("ascii")


def _text(data: bytes) -> str:
    return bytes(data).decode("utf-8", "surrogateescape")


def _tty(reply: Reply, prefix: str) -> str:
    """Follows ``cliFormatReplyTTY``: the first element goes on the line its parent has begun."""
    match reply:
        case None | NilArray():
            return "(nil)\n"
        case bool():
            return "(true)\n" if reply else "(false)\n"
        case int():
            return f"(integer) {reply}\n"
        case Double():
            return f"(double) {_double(reply)}\n"
        case ErrorReply():
            return f"(error) {_text(reply.message)}\n"
        case Status() | Verbatim():
            return f"{_text(reply)}\n"
        case bytes():
            return quote(reply).decode("ascii") + "\n"
        case MapReply():
            lines = [f"{_tty(key, prefix)[:-1]} => {_tty(value, '')}" for key, value in reply.pairs]
            return _numbered(lines, "#", prefix) if lines else "(empty hash)\n"
        case _:
            if not reply:
                return "(empty set)\n" if isinstance(reply, SetReply) else "(empty array)\n"
            indent = prefix + " " * (len(str(len(reply))) + 2)
            lines = [_tty(item, indent) for item in reply]
            return _numbered(lines, "~" if isinstance(reply, SetReply) else ")", prefix)


def _numbered(lines: list[str], mark: str, prefix: str) -> str:
    width = len(str(len(lines)))
    parts = [f"{'' if index == 1 else prefix}{index:{width}}{mark} {line}" for index, line in enumerate(lines, 1)]
    return "".join(parts)


def _raw(reply: Reply) -> bytes:
    match reply:
        case None | NilArray():
            return b""
        case bool():
            return b"(true)" if reply else b"(false)"
        case int():
            return b"%d" % reply
        case Double():
            return _double(reply).encode("ascii")
        case ErrorReply():
            return reply.message
        case bytes():
            return bytes(reply)
        case MapReply():
            return b"\n".join(_raw(key) + b" " + _raw(value) for key, value in reply.pairs)
        case _:
            return b"\n".join(_raw(item) for item in reply)


def json_value(reply: Reply) -> object:
    """The reply as JSON knows values.

    Bytes that are no UTF-8 become lone surrogates (U+DC80 to U+DCFF), so nothing is lost. An error is
    ``{"error": text}``.
    """
    match reply:
        case None | NilArray():
            return None
        case bool() | int():
            return reply
        case Double():
            return float(reply) if float(reply).is_integer() or abs(reply) < float("inf") else _double(reply)
        case ErrorReply():
            return {"error": _text(reply.message)}
        case bytes():
            return _text(reply)
        case MapReply():
            return {_json_key(key): json_value(value) for key, value in reply.pairs}
        case _:
            return [json_value(item) for item in reply]


def _json_key(key: Reply) -> str:
    return _text(key) if isinstance(key, bytes) else json.dumps(json_value(key))


def inline(reply: Reply, limit: int = 60) -> str:
    """The reply on one line, cut to about ``limit`` characters."""
    text = _inline(reply)
    return text if len(text) <= limit else text[: limit - 1] + "…"


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
            return f"(error) {_text(reply.message)}".encode("utf-8", "backslashreplace").decode()
        case Status():
            return bytes(reply).decode("utf-8", "backslashreplace")
        case bytes():
            return quote(bytes(reply[:200])).decode("ascii")
        case MapReply():
            return "{" + ", ".join(f"{_inline(key)}: {_inline(value)}" for key, value in reply.pairs[:50]) + "}"
        case _:
            return "[" + ", ".join(_inline(item) for item in reply[:50]) + "]"
