"""The list of breakpoints."""

from __future__ import annotations

import pytest

from ldbpy.engine.breakpoints import BreakpointList, KeyPlace
from ldbpy.errors import UsageError


def test_numbers_are_never_used_again() -> None:
    """A number means one breakpoint for the whole session."""
    breakpoints = BreakpointList()
    first = breakpoints.add(KeyPlace(b"a"))
    breakpoints.remove(first.number)
    second = breakpoints.add(KeyPlace(b"b"))
    assert breakpoints.clear() == 1
    third = breakpoints.add(KeyPlace(b"c"))
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert [each.number for each in breakpoints] == [3]


def test_change_keeps_the_rest() -> None:
    """A change of one field leaves the others, and the order."""
    breakpoints = BreakpointList()
    breakpoints.add(KeyPlace(b"a"), temporary=True)
    breakpoints.add(KeyPlace(b"b"))
    changed = breakpoints.change(1, enabled=False, hits=3)
    assert (changed.place, changed.temporary, changed.enabled, changed.hits) == (KeyPlace(b"a"), True, False, 3)
    assert [each.number for each in breakpoints] == [1, 2]


@pytest.mark.parametrize("known", [0, 2])
def test_unknown_number_is_told_with_those_there_are(known: int) -> None:
    """Whoever asks for a breakpoint that is not there is told which are."""
    breakpoints = BreakpointList()
    for _ in range(known):
        breakpoints.add(KeyPlace(b"k"))
    for ask in (breakpoints.get, breakpoints.remove, breakpoints.change):
        with pytest.raises(UsageError, match="there is no breakpoint 7") as refused:
            ask(7)
        assert refused.value.hint == ("there are: 1, 2" if known else "there are: none")


def test_list_may_change_while_it_is_gone_through() -> None:
    """Going through the list is not upset by what is removed meanwhile."""
    breakpoints = BreakpointList()
    for _ in range(3):
        breakpoints.add(KeyPlace(b"k"))
    assert [breakpoints.remove(each.number).number for each in breakpoints] == [1, 2, 3]
    assert len(breakpoints) == 0
