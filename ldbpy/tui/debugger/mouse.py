"""What the mouse does: it chooses rows and panes, scrolls, and drags borders."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from prompt_toolkit.mouse_events import MouseButton, MouseEventType

from ldbpy.tui.debugger.actions.breakpoints import toggle
from ldbpy.tui.debugger.debugger import Debugger
from ldbpy.tui.debugger.layout import PaneName, shares_at

if TYPE_CHECKING:
    from prompt_toolkit.key_binding.key_bindings import NotImplementedOrNone
    from prompt_toolkit.mouse_events import MouseEvent

    from ldbpy.tui.debugger.view import View

__all__ = ["Mouse"]

_ROWS: Final = 3
"""Rows of a turn of the wheel."""


class Mouse:
    """Called with each event of the mouse."""

    def __init__(self, debugger: Debugger, view: View, after: Callable[[], None]) -> None:
        self._debugger, self._view, self._after = debugger, view, after
        self._dragged: PaneName | None = None
        self._moved = False
        """Whether the border that is held was moved."""

    def __call__(self, event: MouseEvent) -> NotImplementedOrNone:
        """Do what an event means; NotImplemented if that is nothing."""
        x, y = event.position.x, event.position.y
        match event.event_type:
            case MouseEventType.MOUSE_DOWN if event.button is MouseButton.LEFT:
                self._press(x, y)
            case MouseEventType.MOUSE_UP if self._dragged is not None:
                self._release()
            case MouseEventType.MOUSE_MOVE if self._dragged is not None:
                self._drag(x, y)
            case MouseEventType.SCROLL_UP:
                self._turn(x, y, -_ROWS)
            case MouseEventType.SCROLL_DOWN:
                self._turn(x, y, _ROWS)
            case _:
                return NotImplemented
        self._after()
        return None

    def _at(self, x: int, y: int) -> PaneName | None:
        return next((name for name, rect in self._view.panes.items() if rect.holds(x, y)), None)

    def _press(self, x: int, y: int) -> None:
        debugger, name = self._debugger, self._at(x, y)
        if debugger.overlay is not None or debugger.question is not None:
            debugger.overlay = debugger.question = None
            return
        if name is None:
            return
        rect = self._view.panes[name]
        if (y == rect.y and y > 0) or (x == rect.x and x > 0):
            self._dragged, self._moved = name, False
            return
        debugger.look_at(name)
        pane = debugger.panes[name]
        row = pane.listing.at(y - rect.y - 1)
        if row is None or name is PaneName.CONSOLE:
            return
        chosen = pane.listing.chosen == row
        pane.listing.choose(row)
        if name is PaneName.SOURCE and x - rect.x <= 2:
            toggle(debugger)
        elif name is PaneName.VARIABLES and chosen:
            debugger.variables.toggle()

    def _release(self) -> None:
        """A border that was only clicked is the title of its pane."""
        if self._dragged is not None and not self._moved:
            self._debugger.look_at(self._dragged)
        self._dragged = None

    def _drag(self, x: int, y: int) -> None:
        self._moved = True
        shown, edge = self._view.panes, self._dragged
        if edge is not None and edge in shown:
            self._debugger.arrangement = shares_at(self._debugger.arrangement, shown, edge, x, y)

    def _turn(self, x: int, y: int, rows: int) -> None:
        debugger, name = self._debugger, self._at(x, y)
        if debugger.overlay is not None:
            debugger.overlay.move(rows)
        elif name is PaneName.CONSOLE:
            debugger.feed.scroll(rows)
        elif name is not None:
            debugger.panes[name].listing.wheel(rows)
