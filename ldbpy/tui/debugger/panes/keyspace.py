"""The keys the script was given and those it touched, and what they hold now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ldbpy.model.changes import KeyState
from ldbpy.render.runs import state_text
from ldbpy.render.text import word
from ldbpy.tui.debugger.layout import PaneName
from ldbpy.tui.debugger.lines import Line, clipped, filled, line_width
from ldbpy.tui.debugger.listing import Listing
from ldbpy.tui.debugger.sight import KeySight

__all__ = ["KeysPane"]

_MARKS: Final = {
    "created": ("class:value.new", " new"),
    "deleted": ("class:value.removed", " deleted"),
    "changed": ("class:value.changed", " changed"),
    "expiry": ("class:value.changed", " ttl changed"),
}


class KeysPane:
    """Shows keys with type, value and time to live; what has changed since the entry is marked."""

    def __init__(self) -> None:
        self.name: Final = PaneName.KEYS
        self.listing: Final = Listing()
        self._sight = KeySight()

    def take(self, sight: KeySight) -> None:
        """Show what is there now."""
        self._sight = sight
        self.listing.count = len(sight.keys)

    @property
    def key(self) -> bytes | None:
        """The key that is chosen."""
        keys = self._sight.keys
        return keys[self.listing.chosen][0] if self.listing.chosen < len(keys) else None

    def title(self) -> str:
        """See ``Pane``."""
        changed = len(self._sight.changes)
        return f"keys · {changed} changed" if changed else "keys"

    def lines(self, width: int, height: int, *, focused: bool) -> Sequence[Line]:
        """See ``Pane``."""
        keys, more = self._sight.keys, self._sight.more
        if self._sight.problem:
            return [clipped((("class:dim", self._sight.problem),), width)]
        if not keys:
            return [clipped((("class:dim", "no keys"),), width)]
        rows = self.listing.fit(len(keys) + bool(more), height)
        return [self._row(*keys[row], width) if row < len(keys) else _more(more) for row in rows]

    def _row(self, key: bytes, state: KeyState | None, width: int) -> Line:
        change = self._sight.changes.get(key)
        style, mark = _MARKS[change.kind] if change is not None else ("", "")
        told = "no such key" if state is None else state_text(state, self._sight.now)
        line: Line = (("class:value.name", word(key)), ("", "  "), ("class:dim" if state is None else "", told))
        room = max(width - len(mark), 0)
        if not mark or line_width(line) + len(mark) <= width:
            return clipped((*filled(line, room), (style, mark)), width)
        return (*clipped(line, room), (style, mark))


def _more(count: int) -> Line:
    return (("class:dim", f"… {count} more"),)
