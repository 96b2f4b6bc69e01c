"""Lines to inputs, where they come one by one and not from an editor: when is an input complete?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

__all__ = ["InputLines", "is_command", "read_watched"]

_TOKENS: Final = re.compile(
    rb"""--\[(?P<comment>=*)\[|--[^\n]*|\[(?P<string>=*)\[|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?"""
    rb"""|\b(?P<word>function|do|if|repeat|end|until)\b|\w+|(?P<open>[({\[])|(?P<close>[)}\]])"""
)
_WATCHED: Final = re.compile(rb"\.(time|trace)\s+(?!(?:on|off)?\s*$)", re.IGNORECASE)
_OPENERS: Final = frozenset((b"function", b"do", b"if", b"repeat"))


def is_command(text: bytes) -> bool:
    """Whether a line is a command of the REPL's: no text of Lua begins with a dot and a letter."""
    return text[:1] == b"." and text[1:2].isalpha()


def read_watched(text: bytes) -> tuple[frozenset[bytes], bytes]:
    """What ``.time`` and ``.trace``, each or both, are to tell of an input: their names, and that input."""
    names = set()
    at = 0
    while match := _WATCHED.match(text, at):
        names.add(match[1].lower())
        at = match.end()
    return frozenset(names), text[at:]


class InputLines:
    """Collects lines until they are a whole input.

    Asking the parser at every line of a long function would take the square of its length: as long as a block or a
    bracket is plainly open, it is not asked.
    """

    def __init__(self, needs_more: Callable[[bytes], bool], stands_alone: Callable[[], bool] = lambda: False) -> None:
        """``needs_more`` asks the parser; ``stands_alone``: whether a line is an input now, as a Redis command is."""
        self._needs_more: Final = needs_more
        self._stands_alone: Final = stands_alone
        self._clear()

    def _clear(self) -> None:
        self._lines: list[bytes] = []
        self._depth = 0
        self._closing: bytes | None = None
        """What ends the long string or comment that is open."""

    @property
    def waits(self) -> bool:
        """Whether there are lines that are no whole input yet."""
        return bool(self._lines)

    def add(self, line: bytes) -> bytes | None:
        """The input that this line, without its end, completes; None if more has to follow."""
        self._lines.append(line)
        if len(self._lines) > 1 or not (is_command(line) or self._stands_alone()):
            self._count(line)
            if self._depth > 0 or self._closing is not None:
                return None
            if self._needs_more(b"\n".join(self._lines)):
                return None
        return self.rest()

    def rest(self) -> bytes:
        """What there is, complete or not."""
        text = b"\n".join(self._lines)
        self._clear()
        return text

    def _count(self, line: bytes) -> None:
        at = 0
        while at < len(line):
            if self._closing is not None:
                end = line.find(self._closing, at)
                if end < 0:
                    return
                at = end + len(self._closing)
                self._closing = None
                continue
            match = _TOKENS.search(line, at)
            if match is None:
                return
            at = match.end()
            level = match["comment"] if match["comment"] is not None else match["string"]
            if level is not None:
                self._closing = b"]" + level + b"]"
            elif match["open"] or match["word"] in _OPENERS:
                self._depth += 1
            elif match["close"] or match["word"]:
                self._depth -= 1
