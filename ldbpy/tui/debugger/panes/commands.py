"""The Redis commands the script has called, with replies and times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ldbpy.model.calls import CommandCall
from ldbpy.render.replies import inline
from ldbpy.render.runs import call_text
from ldbpy.resp import ErrorReply
from ldbpy.tui.debugger.layout import PaneName
from ldbpy.tui.debugger.lines import Line, clipped, filled, line_width
from ldbpy.tui.debugger.listing import Listing

__all__ = ["CommandsPane"]

_AT_ONCE: Final = 5000
"""Calls that are held against the filter in one drawing."""


class CommandsPane:
    """Shows calls as they come, the last one in sight unless another is chosen."""

    def __init__(self, calls: Callable[[], Sequence[CommandCall]]) -> None:
        """``calls`` gives those of the run so far; they may grow at any time."""
        self.name: Final = PaneName.COMMANDS
        self.listing: Final = Listing()
        self._calls: Final = calls
        self.filter = ""
        self._looked_at = 0
        self._list: Sequence[CommandCall] = ()
        self._found: list[int] = []

    def filtered(self, text: str) -> None:
        """Show only calls that have this in them; all, if it is empty."""
        self.filter = text.lower()
        self._looked_at, self._found = 0, []
        self.listing.choose(0)

    @property
    def behind(self) -> bool:
        """Whether there are calls that have not been held against the filter."""
        return bool(self.filter) and self._looked_at < len(self._calls())

    @property
    def call(self) -> CommandCall | None:
        """The call that is chosen."""
        calls = self._calls()
        row = self.listing.chosen
        if self.filter:
            return calls[self._found[row]] if row < len(self._found) else None
        return calls[row] if row < len(calls) else None

    def title(self) -> str:
        """See ``Pane``."""
        count = len(self._calls())
        told = f"commands · {count}" if count else "commands"
        return f"{told} · with {self.filter}" if self.filter else told

    def lines(self, width: int, height: int, *, focused: bool) -> Sequence[Line]:
        """See ``Pane``."""
        calls, last = self._calls(), self.listing.chosen >= self.listing.count - 1
        if calls is not self._list:
            self._list, self._looked_at, self._found = calls, 0, []
        count = self._matching(calls) if self.filter else len(calls)
        if last:
            self.listing.count = count
            self.listing.choose(count - 1)
        rows = self.listing.fit(count, height)
        return [_row(calls[self._found[row] if self.filter else row], width) for row in rows]

    def _matching(self, calls: Sequence[CommandCall]) -> int:
        end = min(self._looked_at + _AT_ONCE, len(calls))
        for index in range(self._looked_at, end):
            call = calls[index]
            if self.filter in f"{call_text(call)} → {inline(call.reply)}".lower():
                self._found.append(index)
        self._looked_at = end
        return len(self._found)


def _row(call: CommandCall, width: int) -> Line:
    time = f"{call.microseconds:>6.0f} µs" if call.microseconds else ""
    reply = ("class:error" if isinstance(call.reply, ErrorReply) else "", inline(call.reply))
    head: Line = (
        ("class:source.number", f"{call.line or '?':>4} "),
        ("class:code.builtin", call_text(call)),
        ("", " "),
    )
    told: Line = (("class:dim", "→ "), reply)
    room = max(width - len(time) - 1, 0)
    short = room - line_width(head) - line_width(told)
    line = (*head, ("", " " * max(short, 0)), *told)
    return clipped((*filled(line, room), ("class:dim", f" {time}")), width)
