"""What the panes of the full-screen debugger are made of, without a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldbpy.model.debugging import Page, Value, ValueKind, Variable
from ldbpy.tui.debugger.actions import ACTIONS
from ldbpy.tui.debugger.highlight import Highlighter, load
from ldbpy.tui.debugger.layout import Arrangement, PaneName, arrange, arrangement_of, grown, layout_of, shares_at
from ldbpy.tui.debugger.lines import clipped, filled, line_width, plain, scrolled
from ldbpy.tui.debugger.listing import Listing
from ldbpy.tui.debugger.overlays import Palette, score
from ldbpy.tui.debugger.panes.console import ConsolePane
from ldbpy.tui.debugger.sight import PAGE
from ldbpy.tui.debugger.tree import Node


@given(st.integers(1, 300), st.integers(1, 100), st.sampled_from(PaneName), st.sets(st.sampled_from(PaneName)))
def test_panes_never_overlap_nor_leave_the_screen(
    width: int, height: int, focus: PaneName, hidden: set[PaneName]
) -> None:
    """On any terminal each cell belongs to one pane at most, and the pane that has the keys is there."""
    shown = arrange(width, height, Arrangement(frozenset(hidden)), focus)
    assert focus in shown
    cells = [
        (x, y)
        for rect in shown.values()
        for x in range(rect.x, rect.x + rect.width)
        for y in range(rect.y, rect.y + rect.height)
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < max(width, 2)
    assert max(y for _, y in cells) < max(height, 2)


def test_arrangement_is_remembered() -> None:
    """What is written of an arrangement is read again; what makes no sense is left out."""
    wanted = grown(Arrangement(frozenset({PaneName.KEYS})), PaneName.STACK, 3)
    assert arrangement_of(layout_of(wanted)) == wanted
    assert arrangement_of({"hidden": "source nowhere", "right": "wide", "console": 10_000}) == Arrangement(console=90)


def test_border_is_dragged() -> None:
    """The border follows the mouse: between the columns, above the console, and between two panes of a column."""
    start = Arrangement()
    shown = arrange(100, 40, start, PaneName.SOURCE)
    wider = shares_at(start, shown, PaneName.VARIABLES, 40, 5)
    assert arrange(100, 40, wider, PaneName.SOURCE)[PaneName.VARIABLES].x in (40, 41)
    higher = shares_at(start, shown, PaneName.CONSOLE, 5, 20)
    assert arrange(100, 40, higher, PaneName.SOURCE)[PaneName.CONSOLE].y in (20, 21)
    rect = shown[PaneName.STACK]
    moved = shares_at(start, shown, PaneName.STACK, rect.x, rect.y + 2)
    assert arrange(100, 40, moved, PaneName.SOURCE)[PaneName.STACK].y > rect.y


@given(st.lists(st.text(st.characters(exclude_categories=["C"])), max_size=4), st.integers(0, 40))
def test_clipped_line_has_room(texts: list[str], width: int) -> None:
    """A line never takes more columns than it is given, and one that is filled takes them all."""
    line = tuple(("", text) for text in texts)
    assert line_width(clipped(line, width)) <= width
    assert line_width(filled(line, width)) <= width


def test_half_of_a_wide_character_is_a_blank() -> None:
    """Scrolling by one column through a character of two keeps the columns of the rest."""
    assert plain(scrolled((("", "日本"), ("", "x")), 1)) == " 本x"


def test_listing_keeps_what_is_chosen_in_sight() -> None:
    """Going far away scrolls, the wheel does not choose, and what is chosen exists."""
    listing = Listing()
    listing.fit(100, 10)
    listing.choose(50)
    assert 50 in listing.fit(100, 10)
    listing.wheel(-30)
    assert (50 in listing.fit(100, 10), listing.chosen) == (False, 50)
    assert listing.fit(3, 10) == range(3)
    assert listing.chosen == 2


def _table(size: int) -> Value:
    return Value(ValueKind.TABLE, size=size, length=size, handle=1)


def test_rows_of_a_tree_are_found_without_its_elements() -> None:
    """A million elements cost nothing; those below an open table move down by its rows."""
    elements = tuple(Variable(b"[%d]" % index, _table(10)) for index in range(1, PAGE + 1))
    node = Node((b"t",), 1, 1_000_000)
    node.put(0, Page(elements, 0, more=True), {(b"t", b"[3]")})
    assert node.rows == 1_000_010
    assert (node.at(2).place, node.at(3).path, node.at(13).place) == (2, (b"t", b"[3]"), 3)
    far = node.at(1_000_009)
    assert (far.place, far.variable) == (999_999, None)
    assert node.row_of((b"t", b"[5]")) == 14


def test_table_turns_out_larger_or_smaller() -> None:
    """Where not all elements were counted, pages tell how many there are."""
    node = Node((b"t",), 1, 150)
    some = tuple(Variable(b"k%d" % index, Value(ValueKind.NIL)) for index in range(PAGE))
    node.put(1, Page(some, PAGE, more=True), set())
    assert node.count == 2 * PAGE + 1
    node.put(2, Page(some[:5], 2 * PAGE, more=False), set())
    assert node.count == 2 * PAGE + 5


def test_source_is_coloured_across_lines() -> None:
    """A comment or string that began lines ago colours a line that is looked at alone."""
    load()
    highlighter = Highlighter([b"local s = [[one", b"two", b"]] -- [[ no", b"return s"])
    assert highlighter.line(1) == (("class:code.string", "two"),)
    assert highlighter.line(2)[0] == ("class:code.string", "]]")
    assert highlighter.line(2)[-1] == ("class:code.comment", "-- [[ no")
    assert highlighter.line(3)[0] == ("class:code.keyword", "return")


@given(st.lists(st.binary(max_size=30), max_size=8))
def test_any_bytes_are_coloured(lines: list[bytes]) -> None:
    """Whatever a script holds, its lines are shown, with nothing in them a terminal would obey."""
    load()
    lines = [line.replace(b"\n", b"") for line in lines]
    highlighter = Highlighter(lines)
    for index in range(len(lines)):
        assert plain(highlighter.line(index)).isprintable()


def test_output_is_bounded() -> None:
    """Of many lines the last are kept, of a long line its beginning, and it is said how much more there was."""
    feed = ConsolePane()
    feed.tell("\n".join(f"line {number}" for number in range(50_000)))
    feed.tell("x" * 10_000_000)
    shown = [plain(line) for line in feed.lines(80, 60, focused=False)]
    assert shown[-1].endswith("more characters")
    assert "the last 10000 of 50001 lines" in feed.title()
    feed.scroll(-100_000)
    assert plain(feed.lines(80, 5, focused=False)[-1]) == "line 40001"


def test_escape_sequences_are_not_obeyed() -> None:
    """What a script logs cannot move the cursor."""
    feed = ConsolePane()
    feed.tell("a\x1b[2Jb\x07")
    assert plain(feed.lines(80, 5, focused=False)[0]) == "a\\x1b[2Jb\\x07"


@pytest.mark.parametrize(("typed", "first"), [("brk", "breakpoint"), ("cond", "condition"), ("tbr", "tbreak")])
def test_palette_finds_by_letters(typed: str, first: str) -> None:
    """Letters in their order find what they begin or are scattered in; the best is first."""
    assert ACTIONS  # made known by the import
    palette = Palette()
    palette.find(typed)
    assert palette.chosen is not None
    assert palette.chosen.name == first


def test_score_wants_every_letter() -> None:
    """A letter that is missing is not found."""
    assert score("breakpoint", "bkx") is None
