"""What a key holds, by its type: the first elements, how many there are, how long it lives. Reads little."""

from __future__ import annotations

from typing import Final

from ldbpy.errors import ServerRefusedError
from ldbpy.render.runs import ttl_text
from ldbpy.render.text import quoted, readable, shortened, word
from ldbpy.resp import ErrorReply, Reply, texts_in
from ldbpy.store.protocol import Call

__all__ = ["peek_lines"]

_SHOWN: Final = 20
_LONGEST: Final = 1000
"""Bytes of a string that are read."""
_CUT: Final = 200
"""Bytes of an element that are shown."""
_COUNTERS: Final = {
    b"string": (b"STRLEN", "bytes"),
    b"list": (b"LLEN", "items"),
    b"set": (b"SCARD", "members"),
    b"hash": (b"HLEN", "fields"),
    b"zset": (b"ZCARD", "members"),
    b"stream": (b"XLEN", "entries"),
}


def peek_lines(call: Call, key: bytes) -> list[str]:
    """A key as lines: what it is, then its elements.

    Raises:
        ServerRefusedError: the server does not tell.
    """
    kind = _asked(call, [b"TYPE", key])
    if not isinstance(kind, bytes) or kind == b"none":
        return [f"{word(key)}   no such key"]
    ttl = _asked(call, [b"PTTL", key])
    told = f"{word(key)}   {readable(kind)}"
    if kind not in _COUNTERS:
        return [f"{told}   {_ttl(ttl)}"]
    name, unit = _COUNTERS[kind]
    count = _asked(call, [name, key])
    assert isinstance(count, int)
    head = f"{told}   {count} {unit if count != 1 else _one(unit)}   {_ttl(ttl)}"
    lines = _elements(call, kind, key)
    if kind == b"string":
        more = f"… ({count} bytes)" if count > _LONGEST else ""
        return [head, f"  {lines[0]}{more}"]
    rest = [f"  … {count} in all"] if count > len(lines) else []
    return [head, *(f"  {line}" for line in lines), *rest]


def _one(unit: str) -> str:
    return {"entries": "entry"}.get(unit, unit.removesuffix("s"))


def _ttl(reply: Reply) -> str:
    return ttl_text(reply) if isinstance(reply, int) and reply >= 0 else "no ttl"


def _elements(call: Call, kind: bytes, key: bytes) -> list[str]:
    last = b"%d" % (_SHOWN - 1)
    count = b"%d" % _SHOWN
    match kind:
        case b"string":
            return [quoted(part) for part in texts_in([_asked(call, [b"GETRANGE", key, b"0", b"%d" % (_LONGEST - 1)])])]
        case b"list":
            items = texts_in(_asked(call, [b"LRANGE", key, b"0", last]))
            return [f"{index}  {shortened(item, _CUT)}" for index, item in enumerate(items)]
        case b"set":
            return [shortened(member, _CUT) for member in sorted(_scanned(call, b"SSCAN", key, 1))]
        case b"hash":
            words = _scanned(call, b"HSCAN", key, 2)
            return [
                f"{word(name)}: {shortened(value, _CUT)}" for name, value in zip(words[::2], words[1::2], strict=False)
            ]
        case b"zset":
            words = texts_in(_asked(call, [b"ZRANGE", key, b"0", last, b"WITHSCORES"]))
            return [
                f"{readable(score)}  {shortened(name, _CUT)}"
                for name, score in zip(words[::2], words[1::2], strict=False)
            ]
        case _:
            entries = _asked(call, [b"XRANGE", key, b"-", b"+", b"COUNT", count])
            return [_entry(entry) for entry in entries] if isinstance(entries, list) else []


def _scanned(call: Call, name: bytes, key: bytes, words_each: int) -> list[bytes]:
    """Some elements: as many as SCAN gives at once, which of a small key is all of them."""
    reply = _asked(call, [name, key, b"0", b"COUNT", b"%d" % _SHOWN])
    return texts_in(reply[1])[: _SHOWN * words_each] if isinstance(reply, list) and len(reply) == 2 else []


def _entry(entry: Reply) -> str:
    if not isinstance(entry, list) or len(entry) != 2:
        return "?"
    fields = texts_in(entry[1])
    told = ", ".join(
        f"{word(name)}: {shortened(value, _CUT)}" for name, value in zip(fields[::2], fields[1::2], strict=False)
    )
    return f"{readable(entry[0]) if isinstance(entry[0], bytes) else '?'}  {{{told}}}"


def _asked(call: Call, argv: list[bytes]) -> Reply:
    reply = call(argv)
    if isinstance(reply, ErrorReply):
        raise ServerRefusedError(f"{argv[0].decode()} is refused: {readable(reply.message)}")
    return reply
