"""Commands that come one after the other: the same steps are made in one go, which nobody can tell."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ldbpy.errors import LdbpyError
from ldbpy.testing import At
from tests.unit.console.consoles import told_by

_STEPS = [At(line, locals={"n": line}) for line in (1, 2, 3, 2, 3, 4, 5, 6)]
_LINES = st.sampled_from(
    ("step", "next", "s", "s 2", "finish", "", "x", "break 3", "display n", "print n", "#", "nosuch")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_LINES, st.integers(1, 6))))
@example([("step", 20)])
@example([("break 3", 1), ("step", 20)])
@example([("x", 4), ("", 4), ("c", 2), ("restart", 1), ("step", 3)])
def test_row_tells_what_single_commands_tell(runs: list[tuple[str, int]]) -> None:
    """Breakpoints, aliases, empty lines, the end of the script: what is told is the same, in the same order."""
    lines = [line for line, times in runs for _ in range(times)]
    with told_by(_STEPS) as told:
        told.console.execute("alias x step")
        for line in lines:
            told.console.execute(line)
        singly = list(told.lines)
    with told_by(_STEPS) as told:
        told.console.execute("alias x step")
        told.console.run(lines)
        assert told.lines == singly


def test_row_is_one_go() -> None:
    """All but the last stop of a row are told on the thread of the script."""
    with told_by(_STEPS) as told:
        told.by("step", "step", "step")
        assert [each is threading.main_thread() for each in told.threads] == [True, False, False, True]


def test_interrupted_row() -> None:
    """Ctrl-C ends the row: nothing of it is made with a later step."""
    with told_by(_STEPS) as told:
        tell_error = told.console.tell_error

        def interrupt(error: LdbpyError) -> None:
            raise KeyboardInterrupt

        told.console.tell_error = interrupt  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            told.console.run(["nosuch"] * 5)
        told.console.tell_error = tell_error  # type: ignore[method-assign]
        told.lines.clear()
        told.console.execute("step")
        assert told.lines == ["  →    2  line 2      n = 2"]


def test_file_in_a_row(tmp_path: Path) -> None:
    """Steps in a file are no steps of the row that the file is asked for in."""
    (tmp_path / "two").write_text("step\nstep\n")
    lines = ["step", *[f"source {tmp_path / 'two'}"] * 2, "step"]
    with told_by(_STEPS) as told:
        for line in lines:
            told.console.execute(line)
        singly = list(told.lines)
    with told_by(_STEPS) as told:
        told.console.run(lines)
        assert told.lines == singly
    assert sum("→" in line for line in singly) == 7
