"""Reads the values a server's debugger writes, and replies.

Most quote strings, and what they write is nearly Lua. Valkey 9 does not: there a text is taken for what it looks like.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ldbpy.model.debugging import ValueKind
from ldbpy.resp import ErrorReply, Reply, Status

__all__ = ["NIL", "Node", "lua_literal", "quoted_literal", "read_reply", "read_value", "read_values"]

_NESTED: Final = b"<max recursion level reached! Nested table?>"
_POINTER: Final = re.compile(rb' ?"?((?:light-)?(?:function|thread|userdata))@(?:0x[0-9a-f]+|\(nil\)|[0-9a-f]+)"?')
_NUMBER: Final = re.compile(rb"-?(?:\d+(?:\.\d+)?(?:e[-+]\d+)?|inf|nan)")
_PLAIN: Final = re.compile(rb"nil|true|false|" + _NUMBER.pattern)
_STRING: Final = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_ESCAPE: Final = re.compile(rb"\\(x[0-9a-f]{2}|.)", re.DOTALL)
_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b"}
_DIGITS: Final = 6
_ERROR: Final = re.compile(rb"-[A-Z]{3,} ")
"""Redis 6.2 does not tell errors that a script catches by a line of their own."""
_STATUS: Final = re.compile(rb"\+[A-Za-z][A-Za-z ]*")


class Node(NamedTuple):
    """A value of Lua as it was told."""

    kind: ValueKind
    data: bytes | float | bool | None = None
    items: tuple[tuple[Node, Node], ...] = ()
    """Keys and values of a table, as far as they were told."""
    size: int = 0
    """The bytes of a string, the elements of a table."""
    length: int = 0
    exact: bool = True
    """Whether a number was told with all its digits."""
    whole: bool = True
    """Whether all of it was told."""


NIL: Final = Node(ValueKind.NIL)


class _UnreadableError(Exception):
    """A text that is no value."""


def read_value(text: bytes, *, quotes: bool) -> Node:
    """The value a text means; what cannot be read is a string."""
    reader = _Reader(text, quotes=quotes)
    try:
        node = reader.value(b"")
        if reader.at == len(text):
            return node
    except (_UnreadableError, RecursionError):
        pass
    return _string(text)


def read_values(text: bytes, *, quotes: bool) -> list[Node]:
    """Values with commas between them, as ``redis.debug`` writes them."""
    if not text:
        return []
    if not quotes:
        return [read_value(part, quotes=False) for part in text.split(b", ")]
    reader = _Reader(text, quotes=True)
    found = []
    try:
        while True:
            found.append(reader.value(b""))
            if reader.at == len(text):
                return found
            reader.take(b", ")
    except (_UnreadableError, RecursionError):
        return [_string(text)]


class _Reader:
    """Reads one text."""

    def __init__(self, text: bytes, *, quotes: bool) -> None:
        self._text: Final = text
        self._quotes: Final = quotes
        self.at = 0

    def take(self, expected: bytes) -> None:
        if not self._text.startswith(expected, self.at):
            raise _UnreadableError
        self.at += len(expected)

    def value(self, end: bytes) -> Node:
        """A value, which ends before ``end`` if nothing else tells its end."""
        text = self._text
        if match := _POINTER.match(text, self.at):
            self.at = match.end()
            kind = match[1].decode().removeprefix("light-")
            return Node(ValueKind(kind), match[0].strip(b' "').replace(b"@", b": "))
        if text.startswith(_NESTED, self.at):
            self.take(_NESTED)
            return Node(ValueKind.TABLE, whole=False, size=1)
        if text.startswith(b"{", self.at):
            return self._table()
        return self._quoted() if self._quotes else self._bare(end)

    def _quoted(self) -> Node:
        if match := _STRING.match(self._text, self.at):
            self.at = match.end()
            return _string(_ESCAPE.sub(_unescaped, match[1]))
        if match := _PLAIN.match(self._text, self.at):
            self.at = match.end()
            return _plain(match[0])
        raise _UnreadableError

    def _bare(self, end: bytes) -> Node:
        """A string without quotes, or what looks like something else."""
        stop = self._text.find(end, self.at) if end else len(self._text)
        if stop < 0:
            raise _UnreadableError
        word = self._text[self.at : stop]
        self.at = stop
        return _plain(word) if _PLAIN.fullmatch(word) and _is_told_so(word) else _string(word)

    def _table(self) -> Node:
        self.take(b"{")
        items: list[tuple[Node, Node]] = []
        whole = True
        while not self._text.startswith(b"}", self.at):
            if self._text.startswith(b"[", self.at):
                self.at += 1
                key = self.value(b"]=")
                self.take(b"]=")
            else:
                key = Node(ValueKind.NUMBER, float(len(items) + 1))
            item = self.value(b"; ")
            whole = whole and key.whole and item.whole
            items.append((key, item))
            if not self._text.startswith(b"}", self.at):
                self.take(b"; ")
        self.take(b"}")
        return Node(ValueKind.TABLE, items=tuple(items), size=len(items), length=_length(items), whole=whole)


def _length(items: list[tuple[Node, Node]]) -> int:
    """What ``#`` gives: one of the borders."""
    keys = {key.data for key, _ in items if key.kind is ValueKind.NUMBER}
    length = 0
    while length + 1 in keys:
        length += 1
    return length


def _unescaped(match: re.Match[bytes]) -> bytes:
    told = match[1]
    return bytes([int(told[1:], 16)]) if told[:1] == b"x" and len(told) == 3 else _ESCAPES.get(told, told)


def _string(data: bytes) -> Node:
    return Node(ValueKind.STRING, data, size=len(data))


def _plain(word: bytes) -> Node:
    if word == b"nil":
        return NIL
    if word in (b"true", b"false"):
        return Node(ValueKind.BOOLEAN, word == b"true")
    return Node(ValueKind.NUMBER, float(word), exact=_is_exact(word))


def _is_told_so(word: bytes) -> bool:
    """Whether ``%g`` may have written a number so, which tells ``1.0`` and ``007`` from it as strings."""
    if not word.lstrip(b"-")[:1].isdigit():
        return True
    return b"%g" % float(word) == word


def _is_exact(word: bytes) -> bool:
    """Whether ``%g`` may not have cut digits off: it writes six, and of whole numbers below a million all."""
    mantissa = word.partition(b"e")[0].lstrip(b"-")
    digits = mantissa.replace(b".", b"").lstrip(b"0")
    return len(digits) < _DIGITS or (mantissa == word.lstrip(b"-") and b"." not in word)


def lua_literal(node: Node) -> bytes | None:
    """The value as an expression of Lua; None if there is none: coroutines, and what was told in part."""
    match node.kind:
        case ValueKind.NIL:
            return b"nil"
        case ValueKind.BOOLEAN:
            return b"true" if node.data else b"false"
        case ValueKind.NUMBER:
            assert isinstance(node.data, int | float)
            return _number_literal(float(node.data))
        case ValueKind.STRING:
            assert isinstance(node.data, bytes)
            return quoted_literal(node.data) if node.whole else None
        case ValueKind.TABLE:
            return _table_literal(node) if node.whole else None
        case ValueKind.FUNCTION:
            return _STUB
        case _:
            return None


_STUB: Final = b"function()error('a function of the script cannot be called from here',0)end"
"""Stands for a function, which the server cannot hand over."""


def _number_literal(number: float) -> bytes:
    if number != number:
        return b"(0/0)"
    if number in (float("inf"), float("-inf")):
        return b"(1/0)" if number > 0 else b"(-1/0)"
    return b"%.17g" % number if number >= 0 else b"(%.17g)" % number


def quoted_literal(data: bytes) -> bytes:
    """Bytes as a string of Lua that a debugger's command may hold."""
    return b'"' + re.sub(rb"[^ !#-\[\]-~]", lambda match: b"\\%03d" % match[0][0], data) + b'"'


def _table_literal(node: Node) -> bytes | None:
    parts = []
    for key, item in node.items:
        told = lua_literal(key), lua_literal(item)
        if told[0] is not None and told[1] is not None:  # coroutines are left out: they cannot be had
            parts.append(b"[%b]=%b" % (told[0], told[1]))
    return b"{" + b",".join(parts) + b"}"


# -- replies


def read_reply(text: bytes) -> Reply:
    """The reply of a command, as ``<reply>`` tells it."""
    reader = _ReplyReader(text)
    try:
        reply = reader.reply()
        if reader.at == len(text):
            return reply
    except (_UnreadableError, RecursionError):
        pass
    return text


class _ReplyReader:
    """Reads one reply."""

    def __init__(self, text: bytes) -> None:
        self._text: Final = text
        self.at = 0

    def reply(self) -> Reply:
        text = self._text
        if match := _STRING.match(text, self.at):
            self.at = match.end()
            data = _ESCAPE.sub(_unescaped, match[1])
            if _ERROR.match(data):
                return ErrorReply(data[1:])
            return Status(data[1:]) if _STATUS.fullmatch(data) else data
        if match := _WORD.match(text, self.at):
            self.at = match.end()
            return _reply_word(match[0])
        for opening, closing in ((b"[", b"]"), (b"~(", b")"), (b"{", b"}")):
            if text.startswith(opening, self.at):
                return self._several(opening, closing)
        raise _UnreadableError

    def _several(self, opening: bytes, closing: bytes) -> Reply:
        self.at += len(opening)
        found: list[Reply] = []
        while not self._text.startswith(closing, self.at):
            found.append(self.reply())
            for between in (b",", b" => "):
                if self._text.startswith(between, self.at):
                    self.at += len(between)
                    break
            else:
                break
        if not self._text.startswith(closing, self.at):
            raise _UnreadableError
        self.at += len(closing)
        return found


_WORD: Final = re.compile(rb"NULL|\(null\)|#true|#false|\(double\) [-+.\w]+|-?\d+")


def _reply_word(word: bytes) -> Reply:
    if word in (b"NULL", b"(null)"):
        return None
    if word.startswith(b"#"):
        return word == b"#true"
    return word.removeprefix(b"(double) ") if word.startswith(b"(") else int(word)
