"""The panes drawn on the terminal, and where the mouse is on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from prompt_toolkit.layout.containers import Container, Window
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.layout.screen import Char, Screen, WritePosition

from ldbpy.tui.debugger.borders import border_rows
from ldbpy.tui.debugger.cells import Cells
from ldbpy.tui.debugger.debugger import Debugger
from ldbpy.tui.debugger.keys import ACTIONS, Action, key_text
from ldbpy.tui.debugger.layout import PaneName, Rect, arrange
from ldbpy.tui.debugger.lines import Fragment, Line, clipped, filled, line_width, restyled
from ldbpy.tui.debugger.panes.console import PROMPT
from ldbpy.tui.debugger.signs import Signs

if TYPE_CHECKING:
    from prompt_toolkit.key_binding.key_bindings import NotImplementedOrNone
    from prompt_toolkit.layout.mouse_handlers import MouseHandlers
    from prompt_toolkit.mouse_events import MouseEvent

__all__ = ["View", "Windows"]

_BLANK: Final = Char()
MouseHandler = Callable[["MouseEvent"], "NotImplementedOrNone"]


class Windows(NamedTuple):
    """The terminal library's own windows."""

    idle: Window
    """Has the keys when nobody types."""
    typing: Window
    """The console's line."""
    asking: Window
    """The answer to a question."""
    searching: Window
    """What is searched in the history."""


def _keys_told(actions: Sequence[Action]) -> Line:
    line: list[Fragment] = [("class:bar", " ")]
    for each in actions:
        line += [("class:bar.key", key_text(each.keys[0])), ("class:bar", f" {each.label}  ")]
    return tuple(line)


class View(Container):
    """Everything on the screen. Lines are typed in two windows of the terminal library's own."""

    def __init__(self, debugger: Debugger, signs: Signs, windows: Windows) -> None:
        self.panes: dict[PaneName, Rect] = {}
        """Where each pane is, as it was drawn last."""
        self.before: Callable[[], Screen | None] = lambda: None
        """Gives the screen that the terminal shows; None: it is to be drawn anew."""
        self.hint: Callable[[int], Line] = lambda width: ()
        """Gives what is to be said of what is being typed at the console."""
        self.searches: Callable[[], bool] = lambda: False
        """Whether the history is being searched."""
        self.covered: Callable[[], bool] = lambda: False
        """Whether the library draws a menu over this."""
        self.mouse: MouseHandler = lambda event: NotImplemented
        self._debugger: Final = debugger
        self._signs: Final = signs
        self._cells: Final = Cells(signs)
        self._windows: Final = windows
        self._rows: dict[int, defaultdict[int, Char]] = {}
        self._covered = False
        self._borders: tuple[object, dict[int, dict[int, Char]]] = (None, {})

    # -- the library's side

    def reset(self) -> None:
        """See ``Container``."""

    def preferred_width(self, max_available_width: int) -> Dimension:
        """See ``Container``."""
        return Dimension()

    def preferred_height(self, width: int, max_available_height: int) -> Dimension:
        """See ``Container``."""
        return Dimension()

    def get_children(self) -> list[Container]:
        """See ``Container``."""
        return list(self._windows)

    def write_to_screen(
        self,
        screen: Screen,
        mouse_handlers: MouseHandlers,
        write_position: WritePosition,
        parent_style: str,
        erase_bg: bool,
        z_index: int | None,
    ) -> None:
        """See ``Container``."""
        width, height = write_position.width, write_position.height
        screen.width, screen.height = width, height
        for y in range(height):
            mouse_handlers.mouse_handlers[y] = defaultdict(lambda: self.mouse)
        debugger = self._debugger
        debugger.take()
        self.panes = arrange(width, height, debugger.arrangement, debugger.focus)
        self._draw_borders(screen, width, height)
        for name, rect in self.panes.items():
            self._draw_pane(screen, mouse_handlers, name, rect)
        self._draw_bar(screen, mouse_handlers, width, height)
        if debugger.overlay is not None:
            self._draw_overlay(screen, width, height)
        debugger.fetch()
        self._spare(screen, height)

    def _spare(self, screen: Screen, height: int) -> None:
        """Take rows that are as they were out of the library's comparison, which goes cell by cell.

        The library keeps the screen as what the terminal shows; what it really shows is kept here.
        """
        before, rows = self.before(), {y: screen.data_buffer[y] for y in range(height)}
        if before is not None:
            keep = self._covered or self.covered()
            for y, row in rows.items():
                known = self._rows.get(y)
                if known is None:
                    continue
                if known == row and not keep:
                    screen.data_buffer[y] = before.data_buffer[y] = defaultdict(lambda: _BLANK)
                    rows[y] = known
                else:
                    before.data_buffer[y] = known
        self._rows, self._covered = rows, self.covered()

    # -- panes

    def _put(self, screen: Screen, x: int, y: int, line: Line, width: int) -> None:
        if width > 0:
            screen.data_buffer[y].update(zip(range(x, x + width), self._cells.of(line, width), strict=True))

    def _draw_borders(self, screen: Screen, width: int, height: int) -> None:
        key = (tuple(self.panes.items()), width, height)
        if self._borders[0] != key:
            rows = border_rows(self.panes, width, height, self._signs)
            made = {
                y: {x: self._cells.char(sign, "class:border") for x, sign in row.items()} for y, row in rows.items()
            }
            self._borders = key, made
        for y, row in self._borders[1].items():
            screen.data_buffer[y].update(row)
        for name, rect in self.panes.items():
            self._draw_title(screen, name, rect)

    def _draw_title(self, screen: Screen, name: PaneName, rect: Rect) -> None:
        debugger = self._debugger
        focused = name is debugger.focus
        sign = "▶" if focused else ""
        style = "class:title.focused" if focused else "class:title"
        title: Line = ((style, f" {sign}{debugger.panes[name].title()} "),)
        room = max(rect.width - 3, 0)
        title = clipped(title, room)
        self._put(screen, rect.x + 1, rect.y, title, line_width(title))
        if rect.y == 0 and rect.x == 0:
            status = debugger.status()
            told = clipped(((status[0], f" {status[1]} "),), room - line_width(title) - 1)
            self._put(screen, rect.x + rect.width - line_width(told) - 1, 0, told, line_width(told))

    def _draw_pane(self, screen: Screen, mouse_handlers: MouseHandlers, name: PaneName, rect: Rect) -> None:
        pane, focused = self._debugger.panes[name], name is self._debugger.focus
        typing = name is PaneName.CONSOLE
        pad = name is not PaneName.SOURCE
        width, height = rect.inner_width - pad, rect.inner_height - typing
        lines = pane.lines(width, height, focused=focused)
        chooses = focused and name not in (PaneName.CONSOLE, PaneName.SOURCE)
        chosen = pane.listing.chosen - pane.listing.top if chooses else -1
        for at, line in enumerate(lines):
            if at == chosen:
                line = restyled(filled(line, width), "class:selected")
            self._put(screen, rect.x + 1 + pad, rect.y + 1 + at, line, width)
        if typing and height >= 0:
            self._type(screen, mouse_handlers, rect, rect.y + 1 + min(len(lines), height))

    def _type(self, screen: Screen, mouse_handlers: MouseHandlers, rect: Rect, y: int) -> None:
        prompt: Line = (("class:prompt", PROMPT if not self._debugger.late else "…    "[: len(PROMPT)]),)
        left, width = rect.x + 2, rect.inner_width - 1 - len(PROMPT)
        self._put(screen, left, y, prompt, len(PROMPT))
        self._window(screen, mouse_handlers, self._windows.typing, left + len(PROMPT), y, width)

    def _window(self, screen: Screen, handlers: MouseHandlers, window: Window, x: int, y: int, width: int) -> None:
        if width > 0:
            window.write_to_screen(screen, handlers, WritePosition(x, y, width, 1), "", False, None)

    # -- the last line

    def _draw_bar(self, screen: Screen, mouse_handlers: MouseHandlers, width: int, height: int) -> None:
        debugger, y = self._debugger, height - 1
        if debugger.question is not None:
            label = clipped((("class:bar.key", debugger.question.label),), max(width - 8, 0))
            self._put(screen, 0, y, label, line_width(label))
            window = self._windows.asking
            self._window(screen, mouse_handlers, window, line_width(label), y, width - line_width(label))
            return
        if self.searches():
            self._window(screen, mouse_handlers, self._windows.searching, 0, y, width)
            return
        line: Line = (("class:bar", f" {debugger.note}"),) if debugger.note else self.hint(width) or self._bar(width)
        self._put(screen, 0, y, filled(line, width, "class:bar"), width)

    def _bar(self, width: int) -> Line:
        """Keys for what is done most. Where there is no room for all, the way to help stays."""
        shown = [each for each in ACTIONS if each.label]
        while len(shown) > 2 and line_width(_keys_told(shown)) - 2 > width:
            shown.pop(-2 if shown[-1].name == "help" else -1)
        return _keys_told(shown)

    # -- what lies over the panes

    def _draw_overlay(self, screen: Screen, width: int, height: int) -> None:
        overlay = self._debugger.overlay
        assert overlay is not None
        wide = max(min(overlay.width, width - 4), 1)
        high = max(min(height - 4, 28), 1)
        left, top = (width - wide) // 2, max((height - 1 - high) // 2, 0)
        lines = self._overlay_lines(overlay.lines(max(wide - 4, 1), high - 2), wide, high - 2)
        corners = self._signs.corners
        edge, side = corners[10], ("class:border.focused", corners[5])
        head: Line = (("class:border.focused", corners[6]), ("class:title.focused", f" {overlay.title()} "))
        head = (*clipped(head, wide - 1), ("class:border.focused", edge * max(wide - 1 - line_width(head), 0)))
        self._put(screen, left, top, (*head, ("class:border.focused", corners[12])), wide)
        for at, line in enumerate(lines):
            self._put(screen, left, top + 1 + at, (side, *line, side), wide)
        foot: Line = (("class:border.focused", corners[3] + edge * (wide - 2) + corners[9]),)
        self._put(screen, left, top + high - 1, foot, wide)

    def _overlay_lines(self, lines: Sequence[Line], wide: int, high: int) -> list[Line]:
        full = [filled((("", " "), *line), max(wide - 2, 1), "") for line in lines]
        full += [(("", " " * max(wide - 2, 1)),)] * max(high - len(full), 0)
        return [tuple((f"class:overlay {style}".strip(), text) for style, text in line) for line in full]
