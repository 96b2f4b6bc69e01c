"""Evaluates expressions in a server's debugger: exactly, whatever the dialect, and without an error getting out.

``eval`` runs code in a frame of its own, shows one value, shortens numbers, and on some servers dies of an error that
is no text. So code is put into a function that is called protected, with the local variables as literals in front, and
what it gives is written by Lua as text that can be read back: ``s5,5:hello``, ``d0.10000000000000001;``,
``{2,2;`` keys and values in turn ``}``.
"""

from __future__ import annotations

import re
from typing import Final

from ldbpy.backends.ldb.driver import Driver
from ldbpy.backends.ldb.values import NIL, Node, quoted_literal, read_value
from ldbpy.errors import BackendError, UsageError
from ldbpy.model.debugging import ValueKind

__all__ = ["Outcome", "evaluate"]

_MOST_ELEMENTS: Final = 2000
"""Elements of tables that are told of one evaluation."""
_LONGEST_LITERALS: Final = 256 * 1024

_HEAD: Final = b"local _=function() "
_TAIL: Final = (
    b" end local n,o=0,{}local function w(v,d)local t=type(v)local k=#o+1 o[k]=''"
    b"if t=='string'then local s=v:sub(1,99999):gsub('[%z%c\\128-\\255\\\\]',"
    b"function(c)return('\\\\%03d'):format(c:byte())end)o[k]='s'..#v..','..#s..':'..s "
    b"elseif t=='number'then o[k]=('d%.17g;'):format(v)"
    b"elseif t=='table'then local m=0 for a,b in next,v do m=m+1 if n<" + b"%d" % _MOST_ELEMENTS + b" and d<10 "
    b"then n=n+1 w(a,d+1)w(b,d+1)end end "
    b"o[k]='{'..m..','..#v..';'o[#o+1]='}'else o[k]=t:sub(1,1)..tostring(v)..';'end end "
    b"local function c(...)for i=1,select('#',...)do w((select(i,...)),0)end return table.concat(o)end "
    b"return c(pcall(_))"
)
_STORE: Final = b"(function()local m=getmetatable(KEYS)or{}setmetatable(KEYS,m)m[1]=%b end)()"
_CALL: Final = (
    b"(function()local m=getmetatable(KEYS)local c=m[1]setmetatable(KEYS,nil)return loadstring(c,'@ldb_eval')()end)()"
)
_PIECE: Final = 800
_RETURNED: Final = b"<retval> "
_PLACE: Final = re.compile(rb"@?(?:ldb_eval|user_script): ?\d+: ")
_UNKNOWN: Final = re.compile(
    rb"(?:Script|user_script) attempted to access (?:non|un)exist(?:ent|ing) global variable '(.*)'"
)
_ESCAPED: Final = re.compile(rb"\\(\d{3})")

Outcome = tuple[list[Node], bytes | None]
"""The values, or an error."""


def evaluate(driver: Driver, code: bytes, variables: dict[bytes, bytes], *, quotes: bool) -> Outcome:
    """Run code, an expression as ``return EXPRESSION``, with variables given as expressions of Lua.

    Raises:
        UsageError: the variables are too large to hand over.
    """
    declared = b"".join(b"local %b=%b " % pair for pair in variables.items())
    if len(declared) + len(code) > _LONGEST_LITERALS:
        raise UsageError(
            "the variables in it are too large to be handed to the server's debugger",
            hint="look at one with print or elements",
        )
    whole = _HEAD + declared + code + b"\n" + _TAIL
    for line in _sent(driver, whole):
        if line.startswith(_RETURNED):
            return _read(_text(line.removeprefix(_RETURNED), quotes=quotes))
        if line.startswith((b"<error> ", b"Error compiling code: ")):
            return [], _PLACE.sub(b"", line.partition(b"> ")[2] or line, count=1)
    raise BackendError("the server's debugger did not tell what the expression gives")


def _sent(driver: Driver, code: bytes) -> list[bytes]:
    """Send code, in pieces where it is too long for one command; what is told."""
    flat = code.replace(b"\n", b" ") if b"--" not in code else code
    if driver.fits(b"eval", flat):
        return driver.ask(b"eval", flat)
    before = b""
    for at in range(0, len(code), _PIECE // 4):
        piece = before + quoted_literal(code[at : at + _PIECE // 4])
        told = driver.ask(b"eval", _STORE % piece)
        if not any(line.startswith(_RETURNED) for line in told):
            return told
        before = b"m[1].."
    return driver.ask(b"eval", _CALL)


def _text(told: bytes, *, quotes: bool) -> bytes:
    if not quotes:
        return told
    node = read_value(told, quotes=True)
    return node.data if isinstance(node.data, bytes) else b""


def _read(text: bytes) -> Outcome:
    nodes = []
    reader = _Reader(text)
    try:
        while reader.at < len(text):
            nodes.append(reader.node())
    except (ValueError, RecursionError):
        nodes = []
    if not nodes:
        return [], b"what it gives cannot be read: the script may have changed functions of Lua's libraries"
    if nodes[0].data is True:
        return nodes[1:], None
    return [], error_text(nodes[1] if len(nodes) > 1 else NIL)


def error_text(node: Node) -> bytes:
    """What an error object says."""
    if node.kind is ValueKind.TABLE:
        for key, item in node.items:
            if key.data == b"err" and isinstance(item.data, bytes):
                return item.data
        return b"(an error object that is a table)"
    if isinstance(node.data, bytes):
        text = _PLACE.sub(b"", node.data, count=1)
        unknown = _UNKNOWN.match(text)
        return text if unknown is None else b"there is no variable '%b' here" % unknown[1]
    return b"nil" if node.data is None else str(node.data).encode()


class _Reader:
    """Reads what the Lua above writes; raises ValueError for anything else, which a script can bring about."""

    def __init__(self, text: bytes) -> None:
        self._text: Final = text
        self.at = 0

    def _until(self, end: bytes) -> bytes:
        stop = self._text.index(end, self.at)
        word = self._text[self.at : stop]
        self.at = stop + len(end)
        return word

    def _count(self, end: bytes) -> int:
        word = self._until(end)
        if not word.isdigit():
            raise ValueError(word)
        return int(word)

    def node(self) -> Node:
        kind = self._text[self.at : self.at + 1]
        self.at += 1
        match kind:
            case b"s":
                return self._string()
            case b"d":
                return Node(ValueKind.NUMBER, float(self._until(b";").replace(b"-nan", b"nan")))
            case b"b":
                return Node(ValueKind.BOOLEAN, self._until(b";") == b"true")
            case b"n":
                self._until(b";")
                return NIL
            case b"{":
                return self._table()
            case _:
                kinds = {b"f": ValueKind.FUNCTION, b"t": ValueKind.THREAD}
                return Node(kinds.get(kind, ValueKind.USERDATA), self._until(b";"))

    def _string(self) -> Node:
        size, count = self._count(b","), self._count(b":")
        told = self._text[self.at : self.at + count]
        self.at += count
        data = _ESCAPED.sub(lambda match: bytes([int(match[1])]), told)
        return Node(ValueKind.STRING, data, size=size, whole=len(data) == size)

    def _table(self) -> Node:
        size, length = self._count(b","), self._count(b";")
        items = []
        while not self._text.startswith(b"}", self.at):
            if self.at >= len(self._text):
                raise ValueError(self._text)
            key = self.node()
            items.append((key, self.node()))
        self.at += 1
        whole = len(items) == size and all(item.whole for _, item in items)
        return Node(ValueKind.TABLE, items=tuple(items), size=size, length=length, whole=whole)
