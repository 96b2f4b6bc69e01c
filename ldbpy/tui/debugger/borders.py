"""The lines between panes, with what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ldbpy.tui.debugger.layout import PaneName, Rect
from ldbpy.tui.debugger.signs import Signs

__all__ = ["border_rows"]

_UP, _RIGHT, _DOWN, _LEFT = 1, 2, 4, 8


def border_rows(panes: Mapping[PaneName, Rect], width: int, height: int, signs: Signs) -> dict[int, dict[int, str]]:
    """By row and column, the characters of the lines around panes on a screen of that size, its last row left free."""
    arms: Final[dict[tuple[int, int], int]] = {}

    def add(x: int, y: int, arm: int) -> None:
        arms[x, y] = arms.get((x, y), 0) | arm

    def down(x: int, top: int, bottom: int) -> None:
        for y in range(top, bottom):
            add(x, y, _DOWN)
            add(x, y + 1, _UP)

    for rect in panes.values():
        down(rect.x, rect.y, rect.y + rect.height)
        for x in range(rect.x, rect.x + rect.width):
            add(x, rect.y, _RIGHT)
            add(x + 1, rect.y, _LEFT)
    down(width - 1, 0, height - 1)
    rows: dict[int, dict[int, str]] = {}
    for (x, y), arm in arms.items():
        if x < width and y < height - 1:
            rows.setdefault(y, {})[x] = signs.corners[arm]
    return rows
