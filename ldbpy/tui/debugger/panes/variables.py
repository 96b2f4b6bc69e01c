"""The variables of the frame that is looked at, tables as trees that open in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ldbpy.console.novelty import Novelty, NoveltyKind
from ldbpy.model.debugging import Page, Value, ValueKind, Variable
from ldbpy.render.text import display_width
from ldbpy.render.values import count_text, value_text
from ldbpy.tui.debugger.layout import PaneName
from ldbpy.tui.debugger.lines import Line, clipped, filled, line_width
from ldbpy.tui.debugger.listing import Listing
from ldbpy.tui.debugger.sight import PAGE, Path, Sight, Watched
from ldbpy.tui.debugger.tree import Node, Spot, Wanted, nested

__all__ = ["VariablesPane"]

_STYLES: Final = {
    ValueKind.NIL: "class:value.nil",
    ValueKind.BOOLEAN: "class:value.number",
    ValueKind.NUMBER: "class:value.number",
    ValueKind.STRING: "class:value.string",
}
_NOVEL: Final = {NoveltyKind.NEW: "class:value.new", NoveltyKind.CHANGED: "class:value.changed"}
_NAMES: Final = 14
"""Columns that values begin at, for names that are shorter."""


class VariablesPane:
    """Shows variables; what is new or has changed since the last stop in the same call is marked."""

    def __init__(self) -> None:
        self.name: Final = PaneName.VARIABLES
        self.listing: Final = Listing()
        self.wanted: list[Wanted] = []
        """Pages that were in sight when the pane was drawn last, and are not known."""
        self.watched: Watched = ()
        """What has to be there at the next stop."""
        self._sight = Sight()
        self._root = Node((), 0, 0)
        self._opened: dict[str, set[Path]] = {}
        self._novelty: Final = Novelty()
        self._marks: dict[Path, NoveltyKind] = {}
        self._names = 0

    # -- what is there

    def take(self, sight: Sight) -> None:
        """Show what is there now: the same rows as before, as far as they are still there."""
        if sight.stopped is None:
            self._sight = sight
            if sight.ended is not None:
                self._novelty.clear()
                self._root = Node((), 0, 0)
            return
        stood, self._sight = self._sight, sight
        self._marks = {} if stood.stopped is not sight.stopped else self._marks
        variables = tuple(each.variable for each in sight.roots)
        self._root = Node((), 0, len(variables))
        self._names = max((min(len(each.name), _NAMES) for each in variables), default=0)
        for number in range(0, len(variables), PAGE):
            part = variables[number : number + PAGE]
            self._put(self._root, number // PAGE, Page(part, number, more=False))
        self.listing.count = self._root.rows

    @property
    def _open(self) -> set[Path]:
        """What is open in the function that is looked at."""
        frames = self._sight.frames
        function = frames[self._sight.frame].function if frames else ""
        return self._opened.setdefault(function, set())

    def _put(self, node: Node, number: int, page: Page) -> None:
        marks = self._novelty.look((self._sight.place, node.path, number), page.items)
        self._marks |= {(*node.path, name): mark for name, mark in marks.items()}
        node.put(number, page, self._open)
        for child in node.open.values():
            for wanted, told in self._sight.pages.get(child.path, {}).items():
                if wanted not in child.pages:
                    self._put(child, wanted, told)

    def give(self, wanted: Wanted, page: Page) -> None:
        """Take a page that was asked for; nothing if the script has gone on since."""
        node = self._node(wanted.path)
        if node is not None and node.handle == wanted.handle:
            self._put(node, wanted.page, page)

    def _node(self, path: Path) -> Node | None:
        node: Node | None = self._root
        for depth in range(1, len(path) + 1):
            node = next((each for each in node.open.values() if each.path == path[:depth]), None) if node else None
        return node

    # -- what is chosen

    @property
    def chosen(self) -> tuple[Path, Variable] | None:
        """The variable or element that is chosen, with its path."""
        spot = self._spot
        return ((*spot.path, spot.variable.name), spot.variable) if spot is not None and spot.variable else None

    @property
    def _spot(self) -> Spot | None:
        return self._root.at(self.listing.chosen) if self.listing.chosen < self._root.rows else None

    @property
    def expression(self) -> str | None:
        """What is chosen, as an expression of Lua."""
        if self.chosen is None:
            return None
        first, *rest = (name.decode("utf-8", "replace") for name in self.chosen[0])
        return first + "".join(name if name.startswith("[") else f".{name}" for name in rest)

    def open(self) -> bool:
        """Open the table that is chosen; whether it was closed."""
        spot = self._spot
        if spot is None or spot.variable is None or not spot.variable.value.handle or spot.place in spot.node.open:
            return False
        path = (*spot.path, spot.variable.name)
        self._open.add(path)
        spot.node.open[spot.place] = nested(path, spot.variable.value)
        self.listing.count = self._root.rows
        return True

    def close(self) -> None:
        """Close the table that is chosen, or go to the one that what is chosen stands in."""
        spot = self._spot
        if spot is None:
            return
        if spot.place in spot.node.open:
            del spot.node.open[spot.place]
            self._open.discard((*spot.path, spot.variable.name) if spot.variable else spot.path)
        elif spot.path and (row := self._root.row_of(spot.path)) is not None:
            self.listing.choose(row)
        self.listing.count = self._root.rows

    def toggle(self) -> None:
        """Open or close the table that is chosen."""
        if not self.open():
            self.close()

    # -- what is shown

    def title(self) -> str:
        """See ``Pane``."""
        sight = self._sight
        if sight.frame and sight.frames:
            name = sight.frames[sight.frame].function or "the script"
            return f"variables · frame {sight.frame}, {name}"
        return "variables"

    def lines(self, width: int, height: int, *, focused: bool) -> Sequence[Line]:
        """See ``Pane``."""
        self.wanted = []
        if self._sight.problem:
            return [clipped((("class:dim", self._sight.problem),), width)]
        if not self._root.rows:
            return [clipped((("class:dim", "no variables here"),), width)]
        seen: dict[Path, set[int]] = {}
        shown = []
        for row in self.listing.fit(self._root.rows, height):
            spot = self._root.at(row)
            seen.setdefault(spot.path, set()).add(spot.place // PAGE)
            shown.append(self._row(spot, width))
        self._note(seen)
        return shown

    def _note(self, seen: dict[Path, set[int]]) -> None:
        """Keep what has to be asked for, now and at the next stop."""
        self.watched = tuple((path, tuple(sorted(pages))) for path, pages in seen.items() if path)
        for path, pages in seen.items():
            node = self._node(path)
            if node is not None and path:
                self.wanted += [Wanted(path, node.handle, page) for page in pages if page not in node.pages]

    def _row(self, spot: Spot, width: int) -> Line:
        variable, indent = spot.variable, "  " * len(spot.path)
        if variable is None:
            return (("class:dim", f"{indent}  …"),)
        opened = spot.place in spot.node.open
        sign = "▾ " if opened else "▸ " if variable.value.handle else "  "
        name = variable.name.decode("utf-8", "backslashreplace")
        space = " " * (max(self._names - display_width(name), 0) + 2)
        mark = self._mark(spot, variable)
        room = width - len(indent) - display_width(name + space) - len(sign) - line_width(mark)
        value = _value(variable.value, room, opened=opened)
        style = _STYLES.get(variable.value.kind, "")
        line: Line = (("", indent), ("class:dim", sign), ("class:value.name", name), ("", space), (style, value))
        return _marked(line, mark, width)

    def _mark(self, spot: Spot, variable: Variable) -> Line:
        note = "" if spot.path else self._sight.roots[spot.place].note
        novelty = self._marks.get((*spot.path, variable.name))
        told = (("class:dim", f" {note}"),) if note else ()
        return (*told, (_NOVEL[novelty], f" {novelty.value}")) if novelty is not None else told


def _value(value: Value, room: int, *, opened: bool) -> str:
    """A value in so many columns: of a long string the beginning and its size."""
    if opened:
        return f"table of {count_text(value)}"
    text = value_text(value, depth=1)
    if value.kind is ValueKind.STRING and display_width(text) > room:
        return value_text(value, longest=max(room - len(f'""… ({value.size} bytes)'), 4))
    return text


def _marked(line: Line, mark: Line, width: int) -> Line:
    """A line with something at its right end."""
    room = max(width - line_width(mark), 0)
    return clipped((*filled(line, room), *mark), width) if mark else clipped(line, width)
