"""Lines of the source on a terminal that is narrower than they are."""

from __future__ import annotations

import pytest

from ldbpy.render.stops import source_lines
from ldbpy.render.style import PLAIN
from ldbpy.render.text import display_width
from ldbpy.script.source import SourceMap

LINES = (b"local n = " + b"n + " * 20 + b"1", "-- ключ 漢字漢字漢字漢字漢字漢字".encode(), b"return n")


@pytest.mark.parametrize("width", [30, 31, 40, 57, 200])
def test_lines_fit(width: int) -> None:
    """No line takes more columns than there are; what is cut says so."""
    shown = source_lines(LINES, 1, 3, 1, (), PLAIN, width=width, places=SourceMap("x.lua"))
    assert len(shown) == 3
    assert all(display_width(line) <= width for line in shown)
    assert [line.endswith("…") for line in shown] == [width < 101, width < 42, False]


def test_lines_are_whole_without_a_width() -> None:
    """In a pipe nothing is cut."""
    assert source_lines(LINES, 1, 1, 1, (), PLAIN, places=SourceMap("x.lua"))[0].endswith("n + 1")
