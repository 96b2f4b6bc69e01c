"""What the console has told: bounded, so that a script may say as much as it likes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from ldbpy.render.text import display_width, harmless
from ldbpy.tui.debugger.layout import PaneName
from ldbpy.tui.debugger.lines import Line
from ldbpy.tui.debugger.listing import Listing

__all__ = ["PROMPT", "ConsolePane"]

PROMPT: Final = "ldb> "
_KEPT: Final = 10_000
_LONGEST: Final = 4000
"""Characters of a line that are kept."""
_STYLES: Final = (
    ("ldb> ", "class:prompt"),
    ("error:", "class:error"),
    ("hint:", "class:dim"),
    ("●", "class:warning"),
)


class ConsolePane:
    """Keeps the last lines that were told. ``tell`` may be called from any thread."""

    def __init__(self) -> None:
        self.name: Final = PaneName.CONSOLE
        self.listing: Final = Listing()
        self.told = 0
        """How many lines were told in all."""
        self._lines: Final[deque[str]] = deque(maxlen=_KEPT)
        self.up = 0
        """How many lines below those in sight there are."""

    def tell(self, text: str) -> None:
        """Keep what was told."""
        for line in text.split("\n"):
            more = len(line) - _LONGEST
            self._lines.append(harmless(line[:_LONGEST]) + (f"… {more} more characters" if more > 0 else ""))
            self.told += 1

    def clear(self) -> None:
        """Forget what was told."""
        self._lines.clear()
        self.up = 0

    def scroll(self, rows: int) -> None:
        """Look further up, or down if ``rows`` is positive."""
        self.up = min(max(self.up - rows, 0), max(len(self._lines) - 1, 0))

    def title(self) -> str:
        """See ``Pane``."""
        lost = self.told - len(self._lines)
        if self.up:
            return f"console · {self.up} lines further down"
        return f"console · the last {len(self._lines)} of {self.told} lines" if lost > 0 and self._lines else "console"

    def lines(self, width: int, height: int, *, focused: bool) -> Sequence[Line]:
        """See ``Pane``."""
        rows: list[Line] = []
        for text in islice(self._upwards(), self.up, None):
            if len(rows) >= height:
                break
            style = next((style for begin, style in _STYLES if text.startswith(begin)), "")
            rows += [((style, part),) for part in reversed(_wrapped(text, max(width, 1)))]
        return list(reversed(rows[:height]))

    def _upwards(self) -> Iterator[str]:
        """From the last line; the script may go on talking meanwhile."""
        for back in range(1, len(self._lines) + 1):
            try:
                yield self._lines[-back]
            except IndexError:
                return


def _wrapped(text: str, width: int) -> list[str]:
    """The text in rows, each ended at a blank where one is in its second half."""
    text = text.replace("\t", "    ")
    if display_width(text) <= width:
        return [text]
    parts, part, room = [], "", width
    for char in text:
        wide = display_width(char)
        if wide > room:
            blank = part.rfind(" ")
            end = blank + 1 if blank >= len(part) // 2 and char != " " else len(part)
            parts.append(part[:end])
            part = part[end:]
            room = width - display_width(part)
            if char == " ":
                continue
        part += char
        room -= wide
    return [*parts, part]
