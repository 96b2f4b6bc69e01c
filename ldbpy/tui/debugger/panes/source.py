"""The script, with marks for where it stands, where it may stop and what has run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ldbpy.engine.backend import Program
from ldbpy.engine.session import State
from ldbpy.render.stops import source_text
from ldbpy.tui.debugger.highlight import Highlighter
from ldbpy.tui.debugger.layout import PaneName
from ldbpy.tui.debugger.lines import Fragment, Line, clipped, filled, line_width, restyled, scrolled
from ldbpy.tui.debugger.listing import Listing
from ldbpy.tui.debugger.sight import Sight, SightBreakpoint

__all__ = ["SourcePane"]

_STEP: Final = 8
"""Columns of a step to the side."""


class SourcePane:
    """Shows lines of the source, coloured when they come into sight."""

    def __init__(self) -> None:
        self.name: Final = PaneName.SOURCE
        self.listing: Final = Listing()
        self.left = 0
        """Columns scrolled to the right."""
        self.found = ""
        """What was searched for last."""
        self._sight = Sight()
        self._program: Program | None = None
        self._highlighter = Highlighter(())
        self._breakpoints: dict[int, list[SightBreakpoint]] = {}
        self._bring_in_sight = False
        self._followed: tuple[int, int] | None = None

    @property
    def line(self) -> int:
        """The line that is chosen."""
        return self.listing.chosen + 1

    @property
    def spot(self) -> str:
        """The line that is chosen, for the debugger's commands: ``12``, in a script of parts ``helper.lua:12``."""
        if self._program is None or not self._program.places.places:
            return str(self.line)
        return str(self._program.places.locate(self.line))

    @property
    def source(self) -> tuple[bytes, ...]:
        """The script's lines."""
        return self._program.lines if self._program is not None else ()

    def take(self, sight: Sight) -> None:
        """Show what is there now; go where the script stands, if it has come to stand elsewhere."""
        self._sight = sight
        if sight.program is not self._program:
            self._program = sight.program
            self._highlighter = Highlighter(self.source)
        self._breakpoints = {}
        for each in sight.breakpoints:
            self._breakpoints.setdefault(each.line, []).append(each)
        place = (sight.stopped.seq, sight.frame) if sight.stopped is not None else None
        if place is not None and place != self._followed and sight.line:
            self.show(sight.line)
        self._followed = place

    def show(self, line: int) -> None:
        """Choose a line; bring it in sight with lines around it."""
        listing = self.listing
        listing.count = len(self.source)
        listing.choose(line - 1)
        self._bring_in_sight = True

    def _scroll(self, height: int) -> None:
        """Have lines around the one that was gone to in a window of that height, if it is near its border."""
        listing, margin = self.listing, min(3, height // 4)
        if self._bring_in_sight and not listing.top + margin <= listing.chosen < listing.top + height - margin:
            listing.top = max(listing.chosen - height // 2, 0)
        self._bring_in_sight = False

    def sideways(self, steps: int) -> None:
        """Scroll to the side."""
        self.left = max(self.left + steps * _STEP, 0)

    def breakpoints_at(self, line: int) -> list[SightBreakpoint]:
        """The breakpoints on a line."""
        return self._breakpoints.get(line, [])

    def search(self, text: str, *, backwards: bool = False) -> bool:
        """Go to the next line that has a text in it; small letters find large ones too."""
        self.found = text
        small = text == text.lower()
        count = len(self.source)
        for step in range(1, count + 1):
            index = (self.listing.chosen + (-step if backwards else step)) % count
            line = source_text(self.source[index])
            if text in (line.lower() if small else line):
                self.show(index + 1)
                return True
        return False

    def title(self) -> str:
        """See ``Pane``."""
        name = self._program.file if self._program is not None else "source"
        return str(self._program.places.locate(self.line)) if self._program is not None and self.source else name

    def lines(self, width: int, height: int, *, focused: bool) -> Sequence[Line]:
        """See ``Pane``."""
        self._scroll(height)
        return [self._row(index, width, focused) for index in self.listing.fit(len(self.source), height)]

    def _row(self, index: int, width: int, focused: bool) -> Line:
        number, sight = index + 1, self._sight
        standing = sight.state is State.STOPPED and sight.line == number
        gutter = self._gutter(number, standing)
        text = self._matches(scrolled(self._highlighter.line(index), self.left))
        hits = sum(each.breakpoint.hits for each in self.breakpoints_at(number))
        told = f" ×{hits}" if hits else ""
        room = max(width - line_width(gutter) - len(told), 0)
        line = (*gutter, *clipped(text, room))
        if told:
            line = (*filled(line, width - len(told)), ("class:dim", told))
        style = "" if not standing else "class:source.current" if sight.frame == 0 else "class:source.frame"
        if focused and index == self.listing.chosen:
            style += " class:source.cursor"
        return restyled(filled(line, width), style.strip()) if style else line

    def _gutter(self, number: int, standing: bool) -> Line:
        digits = max(len(str(len(self.source))), 3)
        ran = self._sight.executed is not None and number in self._sight.executed
        arrow = ("→" if self._sight.frame == 0 else "▸") if standing else " "
        return (
            self._mark(number),
            ("class:good", arrow),
            (
                "class:source.number",
                f"{self._program.places.locate(number).line if self._program else number:>{digits}}",
            ),
            ("class:source.executed", "· " if ran else "  "),
        )

    def _mark(self, number: int) -> Fragment:
        found = self.breakpoints_at(number)
        enabled = [each.breakpoint for each in found if each.breakpoint.enabled]
        if not found:
            return "", " "
        if not enabled:
            return "class:source.disabled", "○"
        if all(each.log is not None for each in enabled):
            return "class:source.breakpoint", "■"
        conditional = all(each.condition is not None or each.hit_condition is not None for each in enabled)
        return ("class:source.breakpoint", "◆") if conditional else ("class:source.breakpoint", "●")

    def _matches(self, line: Line) -> Line:
        """The line with what was searched for marked."""
        if not self.found:
            return line
        small = self.found == self.found.lower()
        marked: list[Fragment] = []
        whole = "".join(text for _, text in line)
        where, at = whole.lower() if small else whole, 0
        spots = set()
        while len(where) == len(whole) and (at := where.find(self.found, at)) >= 0:
            spots |= set(range(at, at + len(self.found)))
            at += len(self.found)
        if not spots:
            return line
        at = 0
        for style, text in line:
            for char in text:
                marked.append((f"{style} class:source.found".strip() if at in spots else style, char))
                at += 1
        return tuple(marked)
