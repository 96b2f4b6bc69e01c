"""Source in colours, a line when it is looked at: what the lines before mean for it is found once, fast."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from threading import Event
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ldbpy.render.stops import source_text
from ldbpy.tui.debugger.lines import Line

if TYPE_CHECKING:
    from pygments.token import _TokenType

__all__ = ["Highlighter", "load"]

_LONG: Final = re.compile(
    rb"--\[(=*)\[.*?(?:\]\1\]|\Z)|--[^\n]*|\[(=*)\[.*?(?:\]\2\]|\Z)|"
    rb'"(?:\\.|[^"\\\n])*|\'(?:\\.|[^\'\\\n])*',
    re.DOTALL,
)
"""What may hold the beginning of a comment or a string that is none, and what may reach over lines."""
_CLASSES: Final = {
    "keyword": "class:code.keyword",
    "operator": "class:code.operator",
    "comment": "class:code.comment",
    "literal.string": "class:code.string",
    "literal.number": "class:code.number",
    "name.builtin": "class:code.builtin",
    "name.function": "class:code.builtin",
}
"""By the lexer's kind of token."""
_LONGEST: Final = 2000
"""Characters of a line that are coloured; what follows is seen when it is scrolled to, plain."""


class _Span(NamedTuple):
    """A string or comment of several lines; lines from 0, columns in bytes."""

    first: int
    column: int
    last: int
    end: int
    style: str


class Highlighter:
    """Colours the lines of one script."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines: Final = lines
        self._spans: Final = _spans(lines)
        self._starts: Final = [span.first for span in self._spans]
        self._known: dict[int, Line] = {}

    def line(self, index: int) -> Line:
        """A line, by its index from 0; plain before ``load``."""
        if not _loaded.is_set():
            text = source_text(self._lines[index])
            return (("", text),) if text else ()
        found = self._known.get(index)
        if found is None:
            found = self._known[index] = self._coloured(index)
        return found

    def _coloured(self, index: int) -> Line:
        data, parts, done = self._lines[index], [], 0
        text = source_text(data)
        at = max(bisect_right(self._starts, index) - 1, 0)
        while at > 0 and self._spans[at - 1].last >= index:
            at -= 1
        for span in self._spans[at:]:
            if span.first > index:
                break
            if span.last < index:
                continue
            begin = len(source_text(data[: span.column])) if span.first == index else 0
            end = len(source_text(data[: span.end])) if span.last == index else len(text)
            parts += [*_tokens(text[done:begin]), (span.style, text[begin:end])]
            done = end
        return tuple(part for part in (*parts, *_tokens(text[done:])) if part[1])


def _spans(lines: Sequence[bytes]) -> list[_Span]:
    whole = b"\n".join(lines)
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    spans = []
    for match in _LONG.finditer(whole):
        if b"\n" in match[0]:
            first, last = (bisect_right(starts, place) - 1 for place in (match.start(), match.end()))
            style = "class:code.comment" if match[0].startswith(b"--") else "class:code.string"
            spans.append(_Span(first, match.start() - starts[first], last, match.end() - starts[last], style))
    return spans


_loaded: Final = Event()


def load() -> None:
    """Load what finds the colours. That takes as long as the first screen may wait, so it comes after it."""
    _tokens("return")
    _loaded.set()


@lru_cache(maxsize=1)
def _lexer() -> Any:
    from pygments.lexers.scripting import LuaLexer

    return LuaLexer(stripnl=False, ensurenl=False)


@lru_cache(maxsize=4096)
def _tokens(text: str) -> Line:
    if not text:
        return ()
    coloured, rest = text[:_LONGEST], text[_LONGEST:]
    found = [(_class(kind), part) for kind, part in _lexer().get_tokens(coloured) if part]
    return (*found, ("", rest)) if rest else tuple(found)


@lru_cache(maxsize=256)
def _class(kind: _TokenType) -> str:
    names = [".".join(part).lower() for part in (kind[:2], kind[:1])]
    return next((_CLASSES[name] for name in names if name in _CLASSES), "")
