"""Bytes as people read them."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "counted",
    "cut",
    "display_width",
    "harmless",
    "printable",
    "printable_in",
    "quoted",
    "readable",
    "shortened",
    "word",
]

_HARMFUL: Final = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]"
"""Control characters but tab and newline, which may tell a terminal anything; what turns text around; the BOM."""


def harmless(text: str) -> str:
    """The text with what must not reach a terminal escaped."""
    if text.isprintable():
        return text
    return re.sub(_HARMFUL, lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def readable(data: bytes) -> str:
    """As UTF-8; other bytes, and what must not reach a terminal, escaped."""
    return harmless(data.decode("utf-8", "backslashreplace"))


def quoted(data: bytes) -> str:
    """In double quotes: UTF-8 as it is, everything that is no printable text escaped as redis-cli does."""
    text = data.decode("utf-8", "surrogateescape")  # a surrogate is not printable
    if text.isprintable():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    from ldbpy.resp.quoting import quote  # rarely needed, and comes with all that speaks to servers

    return quote(data).decode("ascii")


def shortened(data: bytes, longest: int = 60) -> str:
    """In double quotes; of what is long the beginning, and its size."""
    return quoted(data) if len(data) <= longest else f"{quoted(data[:longest])}… ({len(data)} bytes)"


def printable(text: str) -> str:
    """The text with all that is no printable character escaped, tabs and line breaks as well."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def cut(text: str, longest: int) -> str:
    """The text, or of a longer one the beginning and a sign that there is more, ``longest`` characters in all."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def counted(number: int, what: str) -> str:
    """``1 key``, ``2 keys``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def word(data: bytes) -> str:
    """As it could be typed: bare if it is one plain word, else quoted."""
    text = readable(data)
    plain = bool(text) and text.isprintable() and not set(text) & set(" \"'\\")
    return text if plain else quoted(data)


def display_width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # with tables of all characters

    return sum(0 if combining(char) else 1 + (east_asian_width(char) in "WF") for char in text)


_ASCII: Final = str.maketrans({"│": "|", "→": "->", "…": "...", "µ": "u", "●": "*", "–": "-"})


def printable_in(encoding: str | None, text: str) -> str:
    """The text for a stream of that encoding: our own signs have a stand-in, the rest is escaped."""
    encoding = encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_ASCII).encode(encoding, "backslashreplace").decode(encoding)
    return text
