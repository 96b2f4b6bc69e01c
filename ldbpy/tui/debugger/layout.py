"""Where the panes are: what a person arranged, fitted to the terminal there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, NamedTuple

__all__ = ["Arrangement", "PaneName", "Rect", "arrange", "arrangement_of", "grown", "layout_of", "shares_at"]


class PaneName(StrEnum):
    """The panes."""

    SOURCE = "source"
    COMMANDS = "commands"
    VARIABLES = "variables"
    STACK = "stack"
    WATCHES = "watches"
    KEYS = "keys"
    CONSOLE = "console"


_LEFT: Final = (PaneName.SOURCE, PaneName.COMMANDS)
_RIGHT: Final = (PaneName.VARIABLES, PaneName.WATCHES, PaneName.STACK, PaneName.KEYS)
_DROPPED: Final = (PaneName.WATCHES, PaneName.COMMANDS, PaneName.KEYS, PaneName.STACK, PaneName.VARIABLES)
"""Which panes give way first where there is no room for all."""

_WEIGHTS: Final[Mapping[PaneName, int]] = {
    PaneName.SOURCE: 70,
    PaneName.COMMANDS: 30,
    PaneName.VARIABLES: 40,
    PaneName.WATCHES: 18,
    PaneName.STACK: 18,
    PaneName.KEYS: 24,
}
_LEAST: Final = 3
"""Rows of a pane: its title and two lines."""
_LEAST_COLUMN: Final = 20
_LEAST_SOURCE: Final = 32
_NARROW: Final = 40
"""Columns, or rows times four, below which there is one pane at a time."""
_SHORT: Final = 10


class Rect(NamedTuple):
    """A pane on the screen: its first row is its title, its first column the line at its left."""

    x: int
    y: int
    width: int
    height: int

    @property
    def inner_width(self) -> int:
        """Columns inside."""
        return max(self.width - 1, 0)

    @property
    def inner_height(self) -> int:
        """Rows inside."""
        return max(self.height - 1, 0)

    def holds(self, x: int, y: int) -> bool:
        """Whether a cell is in it, its title and border included."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a person wants the panes. Shares are percents."""

    hidden: frozenset[PaneName] = frozenset()
    maximised: PaneName | None = None
    right: int = 38
    """Of the columns, for the panes at the right."""
    console: int = 26
    """Of the rows, for the console."""
    weights: Mapping[PaneName, int] = field(default_factory=lambda: {**_WEIGHTS})
    """How the panes of a column share its rows."""


def arrange(width: int, height: int, wanted: Arrangement, focus: PaneName) -> dict[PaneName, Rect]:
    """The panes that are shown, for a screen of that size whose last column and row are a border."""
    width, height = max(width - 1, 1), max(height - 1, 1)
    if wanted.maximised is not None or width < _NARROW or height < _SHORT:
        return {wanted.maximised or focus: Rect(0, 0, width, height)}
    hidden = wanted.hidden - {focus}
    console = 0
    if PaneName.CONSOLE not in hidden:
        console = _within(height * wanted.console // 100, _LEAST, height - 2 * _LEAST)
    body = height - console
    left = _fitting([name for name in _LEFT if name not in hidden], body, focus)
    right = _fitting([name for name in _RIGHT if name not in hidden], body, focus)
    if not left or not right:
        column = 0 if left else width
    else:
        column = _within(width * wanted.right // 100, _LEAST_COLUMN, max(width - _LEAST_SOURCE, _LEAST_COLUMN))
    shown = _stacked(left, Rect(0, 0, width - column, body), wanted.weights)
    shown |= _stacked(right, Rect(width - column, 0, column, body), wanted.weights)
    if not left and not right:
        return {PaneName.CONSOLE: Rect(0, 0, width, height)}
    if console:
        shown[PaneName.CONSOLE] = Rect(0, body, width, console)
    return shown


def layout_of(wanted: Arrangement) -> dict[str, str | int | bool]:
    """An arrangement as it is remembered. What is maximised is not."""
    weights = {f"rows-{name}": weight for name, weight in wanted.weights.items()}
    return {"hidden": " ".join(sorted(wanted.hidden)), "right": wanted.right, "console": wanted.console, **weights}


def arrangement_of(layout: Mapping[str, str | int | bool]) -> Arrangement:
    """What is remembered as an arrangement; what makes no sense is left out."""
    names = {name.value: name for name in PaneName}
    hidden = frozenset(names[each] for each in str(layout.get("hidden", "")).split() if each in names)

    def number(key: str, default: int, least: int, most: int) -> int:
        value = layout.get(key, default)
        return _within(value, least, most) if isinstance(value, int) else default

    return Arrangement(
        hidden - {PaneName.SOURCE},
        None,
        number("right", Arrangement().right, 10, 90),
        number("console", Arrangement().console, 5, 90),
        {name: number(f"rows-{name}", weight, 1, 1000) for name, weight in _WEIGHTS.items()},
    )


def _within(value: int, least: int, most: int) -> int:
    return max(min(value, most), least)


def _fitting(names: Sequence[PaneName], height: int, focus: PaneName) -> list[PaneName]:
    """As many of the panes of a column as have room."""
    kept = list(names)
    for name in _DROPPED:
        if len(kept) <= 1 or (_LEAST + 1) * len(kept) <= height:
            break
        if name in kept and name is not focus:
            kept.remove(name)
    return kept


def _stacked(names: Sequence[PaneName], space: Rect, weights: Mapping[PaneName, int]) -> dict[PaneName, Rect]:
    """Panes one above the other, in shares of their weights."""
    rects: dict[PaneName, Rect] = {}
    top, left, total = space.y, space.height, sum(weights[name] for name in names)
    for at, name in enumerate(names):
        after = len(names) - at - 1
        rows = left if not after else _within(left * weights[name] // total, _LEAST, left - after * _LEAST)
        rects[name] = Rect(space.x, top, space.width, rows)
        top, left, total = top + rows, left - rows, total - weights[name]
    return rects


def shares_at(wanted: Arrangement, shown: Mapping[PaneName, Rect], edge: PaneName, x: int, y: int) -> Arrangement:
    """The arrangement with the top or left border of a pane dragged to a cell."""
    width = max(rect.x + rect.width for rect in shown.values())
    height = max(rect.y + rect.height for rect in shown.values())
    if edge is PaneName.CONSOLE:
        return replace(wanted, console=_within(100 * (height - y) // height, 5, 90))
    column = [name for name in shown if shown[name].x == shown[edge].x and name is not PaneName.CONSOLE]
    if x != shown[edge].x:
        return replace(wanted, right=_within(100 * (width - x) // width, 10, 90))
    above = column[column.index(edge) - 1] if column.index(edge) else None
    if above is None:
        return wanted
    total = sum(shown[name].height for name in column)
    rows = {name: shown[name].height for name in column}
    moved = _within(y - shown[edge].y, _LEAST - rows[above], rows[edge] - _LEAST)
    rows[above] += moved
    rows[edge] -= moved
    share = sum(wanted.weights[name] for name in column)
    weights: dict[PaneName, int] = {name: max(rows[name] * share // total, 1) for name in column}
    return replace(wanted, weights={**wanted.weights, **weights})


def grown(wanted: Arrangement, name: PaneName, steps: int) -> Arrangement:
    """The arrangement with a pane larger, or smaller, by so many steps."""
    if name is PaneName.CONSOLE:
        return replace(wanted, console=_within(wanted.console + 5 * steps, 5, 90))
    if name is PaneName.SOURCE:
        return replace(wanted, right=_within(wanted.right - 5 * steps, 10, 90))
    weight = _within(wanted.weights[name] + 6 * steps, 6, 200)
    return replace(wanted, weights={**wanted.weights, name: weight})
