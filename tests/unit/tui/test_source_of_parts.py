"""The source pane of a script that is put together from files."""

from __future__ import annotations

import pytest

from ldbpy.engine.backend import Program
from ldbpy.script.source import SourceMap
from ldbpy.tui.debugger.panes.source import SourcePane
from ldbpy.tui.debugger.sight import Sight

PARTS = SourceMap("main.lua", (("main.lua", 1), ("lib/a.lua", 1), ("lib/a.lua", 2), ("main.lua", 3)))
LINES = (b"local x", b"local a", b"local b", b"return x")


def _pane(places: SourceMap, line: int) -> SourcePane:
    pane = SourcePane()
    pane.take(Sight(program=Program(places, LINES)))
    pane.lines(40, 10, focused=True)
    pane.show(line)
    return pane


@pytest.mark.parametrize(("line", "spot"), [(1, "main.lua:1"), (3, "lib/a.lua:2"), (4, "main.lua:3")])
def test_chosen_line(line: int, spot: str) -> None:
    """Title and commands speak of the file and line that is chosen."""
    pane = _pane(PARTS, line)
    assert (pane.title(), pane.spot) == (spot, spot)


def test_numbers() -> None:
    """Lines have the numbers they have in their files."""
    told = ["".join(text for _, text in line).split() for line in _pane(PARTS, 1).lines(40, 10, focused=False)]
    assert [words[0] for words in told] == ["1", "1", "2", "3"]


def test_one_file() -> None:
    """In a script of one file the number says enough."""
    assert _pane(SourceMap("main.lua"), 3).spot == "3"
