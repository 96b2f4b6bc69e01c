"""A list that is looked at through a window: a row that is chosen, and what of the list is in sight."""

from __future__ import annotations

__all__ = ["Listing"]


class Listing:
    """Which of ``count`` rows are shown, and which is chosen."""

    def __init__(self) -> None:
        self.count = 0
        self.chosen = 0
        self.top = 0
        """The first row in sight."""
        self.height = 1
        """Rows of the window, as they were drawn last."""
        self._follow = True

    def fit(self, count: int, height: int) -> range:
        """The rows in sight in a window of that height; the chosen one is among them unless the wheel was turned."""
        self.count, self.height = count, max(height, 1)
        self.chosen = min(max(self.chosen, 0), max(count - 1, 0))
        if self._follow:
            self.top = min(max(self.top, self.chosen - self.height + 1), self.chosen)
        self.top = min(max(self.top, 0), max(count - self.height, 0))
        return range(self.top, min(self.top + self.height, count))

    def move(self, rows: int) -> None:
        """Choose another row, so many further."""
        self.choose(self.chosen + rows)

    def choose(self, row: int) -> None:
        """Choose a row, or the first or the last if there is no such row."""
        self.chosen = min(max(row, 0), max(self.count - 1, 0))
        self._follow = True

    def page(self, pages: int) -> None:
        """Choose a row so many windows further."""
        self.move(pages * max(self.height - 1, 1))

    def wheel(self, rows: int) -> None:
        """Look at other rows without choosing one."""
        self._follow = False
        self.top = min(max(self.top + rows, 0), max(self.count - self.height, 0))

    def at(self, y: int) -> int | None:
        """The row on a line of the window."""
        row = self.top + y
        return row if 0 <= y < self.height and row < self.count else None
