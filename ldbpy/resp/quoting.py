"""Words as redis-cli and the servers quote them (``sdssplitargs`` and ``sdscatrepr`` in ``sds.c``)."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["quote", "split_words"]

_SPACE: Final = b" \n\r\t\v\f\0"
_ENDS: Final = b" \n\r\t\0"
"""What ends a word that is not quoted: less than what may stand before one."""
_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"a": b"\a"}
# Not compiled before there are words to split: who only quotes does not wait for that.
_DOUBLE: Final = rb'(?s)"((?:[^"\\]|\\.)*)"(?=[ \n\r\t\v\f\0]|\Z)'
_SINGLE: Final = rb"(?s)'((?:[^'\\]|\\.)*)'(?=[ \n\r\t\v\f\0]|\Z)"
_BARE: Final = rb"""[^ \n\r\t\0"']+"""
_ESCAPE: Final = rb"(?s)\\(x[0-9a-fA-F]{2}|.)"


def split_words(line: bytes) -> list[bytes] | None:
    """The words of a line; None if a quote is not closed, or something follows a closing quote without a space."""
    bare, double, single = map(re.compile, (_BARE, _DOUBLE, _SINGLE))
    words: list[bytes] = []
    at = _skip_space(line, 0)
    while at < len(line):
        word = bytearray()
        while at < len(line) and line[at] not in _ENDS:
            match = bare.match(line, at)
            if match:
                word += match[0]
                at = match.end()
                continue
            if match := double.match(line, at):
                word += re.sub(_ESCAPE, _unescape, match[1])
            elif match := single.match(line, at):
                word += match[1].replace(b"\\'", b"'")
            else:
                return None
            at = match.end()
            break  # a closing quote ends the word
        words.append(bytes(word))
        at = _skip_space(line, at)
    return words


def _skip_space(line: bytes, at: int) -> int:
    while at < len(line) and line[at] in _SPACE:
        at += 1
    return at


def _unescape(match: re.Match[bytes]) -> bytes:
    text = match[1]
    if len(text) == 3:
        return bytes((int(text[1:], 16),))
    return _ESCAPES.get(text, text)


_REPR: Final = {
    **{byte: b"\\x%02x" % byte for byte in range(256) if not 32 <= byte < 127},
    **{byte: bytes((byte,)) for byte in range(32, 127)},
    0x5C: b"\\\\",
    0x22: b'\\"',
    0x0A: b"\\n",
    0x0D: b"\\r",
    0x09: b"\\t",
    0x07: b"\\a",
    0x08: b"\\b",
}


def quote(text: bytes) -> bytes:
    """The text in double quotes, with everything that is not printable ASCII escaped."""
    return b'"' + b"".join([_REPR[byte] for byte in text]) + b'"'
