"""The words of a line for redis-cli, also while a quote is still open."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["Word", "words_of"]

# A quote that is not closed goes to the end. What follows a closing quote without a space is part of the word here.
_WORD: Final = re.compile(r"""(?:"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|'(?:[^'\\]|\\.)*+(?:'|\\?\Z)|[^\s"'])++""", re.DOTALL)


class Word(NamedTuple):
    """One word."""

    start: int
    end: int
    text: str
    """Without quotes around it; escapes stay as they are typed."""
    quote: str
    """The quote it begins with, if it does."""


def words_of(text: str, start: int = 0) -> list[Word]:
    """The words from ``start`` on. Takes any text."""
    return [_word(match) for match in _WORD.finditer(text, start)]


def _word(match: re.Match[str]) -> Word:
    text = match[0]
    quote = text[0] if text[0] in "\"'" else ""
    if quote:
        text = text[1:-1] if len(text) > 1 and text[-1] == quote else text[1:]
    return Word(match.start(), match.end(), text, quote)
