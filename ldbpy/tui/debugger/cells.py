"""Lines as cells of the terminal. Lines are drawn again and again, so their cells are kept."""

from __future__ import annotations

from typing import Final

from prompt_toolkit.layout.screen import Char
from prompt_toolkit.utils import get_cwidth

from ldbpy.tui.debugger.lines import Line
from ldbpy.tui.debugger.signs import Signs

__all__ = ["Cells"]

_KEPT: Final = 20_000


class Cells:
    """Makes cells for a terminal of one encoding."""

    def __init__(self, signs: Signs) -> None:
        self._signs: Final = signs
        self._chars: Final[dict[tuple[str, str], Char]] = {}
        self._lines: Final[dict[tuple[Line, int], list[Char]]] = {}
        self._nothing: Final = Char("", "")

    def char(self, text: str, style: str) -> Char:
        """One cell."""
        key = (text, style)
        found = self._chars.get(key)
        if found is None:
            if len(self._chars) > _KEPT:
                self._chars.clear()
            found = self._chars[key] = Char(text, style)
        return found

    def of(self, line: Line, width: int) -> list[Char]:
        """A line in exactly so many cells."""
        key = (line, width)
        found = self._lines.get(key)
        if found is None:
            if len(self._lines) > _KEPT:
                self._lines.clear()
            found = self._lines[key] = self._made(line, width)
        return found

    def _made(self, line: Line, width: int) -> list[Char]:
        cells: list[Char] = []
        for style, text in line:
            for char in self._shown(text):
                wide = get_cwidth(char)
                if wide == 0 and cells:
                    last = cells.pop()
                    cells.append(self.char(last.char + char, last.style))
                elif len(cells) + wide > width:
                    break
                else:
                    cells += [self.char(char, style), *[self._nothing] * (wide - 1)]
        return cells + [self.char(" ", "")] * (width - len(cells))

    def _shown(self, text: str) -> str:
        """The text as far as the terminal has the characters."""
        if text.isascii() or not self._signs.replaced:
            return text
        return "".join(map(self._stand_in, text))

    def _stand_in(self, char: str) -> str:
        known = self._signs.replaced.get(char)
        if known is not None:
            return known
        try:
            char.encode(self._signs.encoding)
        except UnicodeEncodeError:
            return "?" * get_cwidth(char)
        return char
