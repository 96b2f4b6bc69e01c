"""What every pane is to the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ldbpy.tui.debugger.layout import PaneName
from ldbpy.tui.debugger.lines import Line
from ldbpy.tui.debugger.listing import Listing

__all__ = ["Pane"]


class Pane(Protocol):
    """One pane. Everything is called on the screen's thread."""

    @property
    def name(self) -> PaneName:
        """Which it is."""

    @property
    def listing(self) -> Listing:
        """Its rows: which are in sight, and which is chosen."""

    def title(self) -> str:
        """What its border says."""

    def lines(self, width: int, height: int, *, focused: bool) -> Sequence[Line]:
        """What it shows in so many columns and rows, at most."""
