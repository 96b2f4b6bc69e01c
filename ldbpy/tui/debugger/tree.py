"""Tables inside tables as rows: which are open, what of them is known, where a row is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ldbpy.model.debugging import Page, Value, Variable
from ldbpy.tui.debugger.sight import PAGE, Path

__all__ = ["Node", "Spot", "Wanted", "nested"]


class Wanted(NamedTuple):
    """A page of an open table that is in sight and not known."""

    path: Path
    handle: int
    page: int


class Spot(NamedTuple):
    """What is on a row: an element, or None where its page is not known yet."""

    path: Path
    """Of the table it is in."""
    variable: Variable | None
    node: Node
    place: int
    """Its index there."""


@dataclass(slots=True)
class Node:
    """An open table, or the list of variables."""

    path: Path
    handle: int
    count: int
    """Its elements, as far as is known."""
    pages: dict[int, tuple[Variable, ...]] = field(default_factory=dict)
    open: dict[int, Node] = field(default_factory=dict)
    """The open tables in it, by their index."""

    @property
    def rows(self) -> int:
        """How many rows it takes, its own excluded."""
        return self.count + sum(child.rows for child in self.open.values())

    def put(self, number: int, page: Page, opened: Collection[Path]) -> None:
        """Take a page; what is open of it is found again."""
        self.pages[number] = page.items
        first = number * PAGE
        end = first + len(page.items)
        if page.more:
            self.count = max(self.count, end + 1)
        elif len(page.items) < PAGE:
            self.count = end
        for index, each in enumerate(page.items, first):
            self._reopen(index, each, opened)

    def _reopen(self, index: int, variable: Variable, opened: Collection[Path]) -> None:
        path = (*self.path, variable.name)
        if path in opened and variable.value.handle:
            self.open[index] = nested(path, variable.value)

    def at(self, row: int) -> Spot:
        """What is on one of its rows."""
        before = 0
        for index in sorted(self.open):
            child, place = self.open[index], index + before
            if row <= place:
                break
            if row <= place + child.rows:
                return child.at(row - place - 1)
            before += child.rows
        index = row - before
        page = self.pages.get(index // PAGE)
        known = page is not None and index % PAGE < len(page)
        return Spot(self.path, page[index % PAGE] if known and page is not None else None, self, index)

    def row_of(self, path: Path) -> int | None:
        """The row of an element that is known."""
        for index, variable in self.known():
            own = index + sum(child.rows for place, child in self.open.items() if place < index)
            here = (*self.path, variable.name)
            if here == path:
                return own
            if path[: len(here)] == here and index in self.open:
                inside = self.open[index].row_of(path)
                return None if inside is None else own + 1 + inside
        return None

    def known(self) -> Iterator[tuple[int, Variable]]:
        """The elements that are known, with their indexes."""
        for number in sorted(self.pages):
            yield from enumerate(self.pages[number], number * PAGE)


def nested(path: Path, value: Value) -> Node:
    """A table that is open, with nothing known of what is in it."""
    return Node(path, value.handle, value.size if value.counted else max(value.size, value.length))
