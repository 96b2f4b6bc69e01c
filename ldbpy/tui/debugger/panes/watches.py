"""Expressions that are shown at every stop, and all breakpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ldbpy.engine.breakpoints import Breakpoint
from ldbpy.tui.debugger.layout import PaneName
from ldbpy.tui.debugger.lines import Line, clipped
from ldbpy.tui.debugger.listing import Listing
from ldbpy.tui.debugger.sight import Display, Sight, SightBreakpoint

__all__ = ["WatchesPane"]


class WatchesPane:
    """Shows displays first, then breakpoints."""

    def __init__(self) -> None:
        self.name: Final = PaneName.WATCHES
        self.listing: Final = Listing()
        self._displays: tuple[Display, ...] = ()
        self._breakpoints: tuple[SightBreakpoint, ...] = ()
        self._before: dict[str, str] = {}
        self._changed: frozenset[str] = frozenset()

    def take(self, sight: Sight) -> None:
        """Show what is there now. What was displayed stays until something else is."""
        self._breakpoints = sight.breakpoints
        if sight.stopped is not None:
            self._displays = sight.displays
            now = {each.expression: each.text for each in sight.displays}
            self._changed = frozenset(name for name, text in now.items() if self._before.get(name, text) != text)
            self._before = now
        self.listing.count = len(self._rows())

    @property
    def chosen(self) -> Display | Breakpoint | None:
        """What is chosen."""
        rows = self._rows()
        found = rows[self.listing.chosen] if self.listing.chosen < len(rows) else None
        return found.breakpoint if isinstance(found, SightBreakpoint) else found

    def _rows(self) -> list[Display | SightBreakpoint]:
        return [*self._displays, *self._breakpoints]

    def title(self) -> str:
        """See ``Pane``."""
        return "watches and breakpoints"

    def lines(self, width: int, height: int, *, focused: bool) -> Sequence[Line]:
        """See ``Pane``."""
        rows = self._rows()
        if not rows:
            return [clipped((("class:dim", "a: an expression, b: a breakpoint"),), width)]
        return [clipped(self._row(rows[index]), width) for index in self.listing.fit(len(rows), height)]

    def _row(self, row: Display | SightBreakpoint) -> Line:
        if isinstance(row, Display):
            style = "class:dim" if row.failed else ""
            mark = (("class:value.changed", "  changed"),) if row.expression in self._changed else ()
            return (("class:value.name", f"{row.expression} = "), (style, row.text), *mark)
        each = row.breakpoint
        sign = "○" if not each.enabled else "■" if each.log is not None else "●"
        hits = f"  ×{each.hits}" if each.hits else ""
        kind = "class:source.breakpoint" if each.enabled else "class:source.disabled"
        return (
            (kind, f"{sign} "), ("", row.text),
            ("class:dim", hits), ("class:dim", "" if each.enabled else "  disabled"),
        )  # fmt: skip
