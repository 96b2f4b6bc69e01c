"""Who called whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ldbpy.render.stops import frame_line
from ldbpy.tui.debugger.layout import PaneName
from ldbpy.tui.debugger.lines import Line, clipped
from ldbpy.tui.debugger.listing import Listing
from ldbpy.tui.debugger.sight import Sight

__all__ = ["StackPane"]


class StackPane:
    """Shows the frames, the one that is looked at marked."""

    def __init__(self, place: Callable[[int], str]) -> None:
        """``place`` gives a line of the script as a place in its file."""
        self.name: Final = PaneName.STACK
        self.listing: Final = Listing()
        self._place: Final = place
        self._sight = Sight()

    def take(self, sight: Sight) -> None:
        """Show what is there now."""
        moved = sight.frame != self._sight.frame or sight.stopped is not self._sight.stopped
        self._sight = sight
        self.listing.count = len(sight.frames)
        if moved:
            self.listing.choose(sight.frame)

    @property
    def frame(self) -> int | None:
        """The frame that is chosen."""
        return self.listing.chosen if self._sight.frames else None

    def title(self) -> str:
        """See ``Pane``."""
        frames = self._sight.frames
        thread = f", coroutine {frames[0].thread}" if frames and frames[0].thread != 1 else ""
        return f"stack · {len(frames)}{thread}" if len(frames) > 1 or thread else "stack"

    def lines(self, width: int, height: int, *, focused: bool) -> Sequence[Line]:
        """See ``Pane``."""
        return [self._row(index, width) for index in self.listing.fit(len(self._sight.frames), height)]

    def _row(self, index: int, width: int) -> Line:
        frames = self._sight.frames
        frame, current = frames[index], index == self._sight.frame
        text = frame_line(frame, self._place(frame.line) if frame.own else "", current=current)
        resumed = "   resumed it" if index and frames[index - 1].thread != frame.thread else ""
        style = "class:source.frame" if current else ""
        return clipped(((style, text), ("class:dim", resumed)), width)
