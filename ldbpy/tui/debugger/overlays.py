"""What lies over the panes for a while: help, and the palette of everything that can be done."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Final, NamedTuple, Protocol

from ldbpy.console.commands import all_commands
from ldbpy.tui.debugger.keys import ACTIONS, Action, Topic, Where, keys_text
from ldbpy.tui.debugger.lines import Line, clipped, filled, restyled
from ldbpy.tui.debugger.listing import Listing

__all__ = ["Help", "Overlay", "Palette", "PaletteEntry", "score"]


class Overlay(Protocol):
    """Something that lies over the panes."""

    @property
    def width(self) -> int:
        """Columns it would like to have."""

    def title(self) -> str:
        """What its border says, of the lines that were shown last."""

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """What it shows in so many columns and rows, at most."""

    def move(self, rows: int) -> None:
        """Go so many rows further."""


_KEYS: Final = 17
"""Columns for keys."""
_CONSOLE: Final = (
    "help tells its commands; : or a click goes there",
    "Anything that is no command is an expression of Lua: n * 2, KEYS[1]",
)


def _help_lines(width: int) -> list[Line]:
    lines: list[Line] = []
    for topic in Topic:
        lines += [(), (("class:title", topic.value),)]
        for each in ACTIONS:
            if each.topic is topic:
                lines += _told(each, width)
    lines += [(), (("class:title", "the console"),)]
    lines += [(("", f"  {line}"),) for text in _CONSOLE for line in wrap(text, max(width - 2, 1))]
    return lines[1:]


def _told(each: Action, width: int) -> list[Line]:
    """What an action's keys do, in as many lines as that takes: beside the keys, or below them."""
    beside = width >= 2 * _KEYS
    indent = _KEYS if beside else 4
    room = max(width - indent, 1)
    where = "" if each.where is Where.PANES else f"({each.where.value})"
    whole = f"{each.summary} {where.replace(' ', _UNBROKEN) if len(where) <= room else where}"
    lines: list[Line] = [(("", " " * indent), *_dimmed(text, where)) for text in wrap(whole, room)]
    keys = ("class:bar.key", f"  {keys_text(each.keys)}".ljust(indent))
    return [(keys, *lines[0][1:]), *lines[1:]] if beside else [(keys,), *lines]


_UNBROKEN: Final = "\xa0"


def _dimmed(text: str, end: str) -> Line:
    text = text.replace(_UNBROKEN, " ")
    if not end or not text.endswith(end):
        return (("", text),)
    return (("", text.removesuffix(end)), ("class:dim", end))


class Help:
    """Every key, and what it does."""

    def __init__(self) -> None:
        self.width: Final = 100
        self._listing: Final = Listing()
        self._told: tuple[int, list[Line]] = 0, []

    def title(self) -> str:
        """See ``Overlay``."""
        seen, last = self._listing, min(self._listing.top + self._listing.height, self._listing.count)
        return f"keys · lines {seen.top + 1} to {last} of {seen.count} · Esc closes"

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """See ``Overlay``."""
        if self._told[0] != width:
            self._told = width, _help_lines(width)
        lines = self._told[1]
        return [clipped(lines[row], width) for row in self._listing.fit(len(lines), height)]

    def move(self, rows: int) -> None:
        """See ``Overlay``. There is nothing to choose."""
        self._listing.wheel(rows)


class PaletteEntry(NamedTuple):
    """Something that can be done."""

    name: str
    summary: str
    keys: str
    action: Action | None
    """What a key would do; None: it is a command of the console's."""
    asks: bool = False
    """Whether the command has to be told more."""


def _entries() -> list[PaletteEntry]:
    found = [PaletteEntry(each.name, each.summary, keys_text(each.keys), each) for each in ACTIONS]
    known = {each.command for each in ACTIONS}
    return found + [
        PaletteEntry(each.name, each.summary.removesuffix("."), "", None, bool(each.usage))
        for each in all_commands()
        if each.name not in known
    ]


def score(text: str, wanted: str) -> int | None:
    """How well a text has the letters wanted, in their order: the less the better; None if it has not."""
    text, at, last, total = text.lower(), 0, -1, 0
    for char in wanted.lower():
        at = text.find(char, last + 1)
        if at < 0:
            return None
        begins = at == 0 or not text[at - 1].isalnum()
        total += 0 if at == last + 1 else 2 if begins else 4 + min(at - last, 20)
        last = at
    return total


def _rank(entry: PaletteEntry, text: str) -> int | None:
    """Names come before what things do."""
    by_name, by_summary = score(entry.name, text), score(entry.summary, text)
    if by_name is not None:
        return by_name
    return None if by_summary is None else 1000 + by_summary


class Palette:
    """Finds what can be done by some letters of its name or of what it does."""

    def __init__(self) -> None:
        self.width: Final = 76
        self._listing: Final = Listing()
        self._all: Final = _entries()
        self._found: list[PaletteEntry] = self._all
        self._text = ""

    def find(self, text: str) -> None:
        """Show what has these letters, the best first."""
        if text == self._text:
            return
        self._text = text
        ranked = [(rank, each) for each in self._all if (rank := _rank(each, text)) is not None]
        self._found = [each for _, each in sorted(ranked, key=lambda item: item[0])]
        self._listing.choose(0)

    @property
    def chosen(self) -> PaletteEntry | None:
        """What is chosen."""
        return self._found[self._listing.chosen] if self._listing.chosen < len(self._found) else None

    def title(self) -> str:
        """See ``Overlay``."""
        return "everything that can be done"

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """See ``Overlay``."""
        if not self._found:
            return [(("class:dim", "nothing has these letters"),)]
        return [self._row(row, width) for row in self._listing.fit(len(self._found), height)]

    def move(self, rows: int) -> None:
        """See ``Overlay``."""
        self._listing.move(rows)

    def _row(self, row: int, width: int) -> Line:
        each = self._found[row]
        keys = f" {each.keys} "
        sign = "▸ " if row == self._listing.chosen else "  "
        line: Line = (("", sign), ("class:value.name", f"{each.name:<22} "), ("", each.summary))
        line = (*filled(line, max(width - len(keys), 0)), ("class:bar.key", keys))
        return restyled(line, "class:selected") if row == self._listing.chosen else line
