from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ldbpy.cli.remembering import remembering
from ldbpy.console.commands.kept import kept_of, offer
from ldbpy.console.console import Console
from ldbpy.render.style import PLAIN
from ldbpy.script.source import Script, SourceMap
from ldbpy.settings.remembered import KeptBreakpoint, Remembered
from ldbpy.targets.run_options import RunOptions
from ldbpy.wiring import open_embedded, open_session

LINES = ["local function f(x)", "  return x + 1", "end", "local n = f(1)", "redis.call('SET', KEYS[1], n)", "return n"]


@contextmanager
def console(lines: list[str], file: str = "t.lua") -> Iterator[tuple[Console, list[str]]]:
    """A console on a script that stands at its beginning, and what it wrote."""
    script = Script("\n".join(lines).encode(), SourceMap(file))
    session = open_session(open_embedded(), lambda: script, [b"k"], [], RunOptions())
    session.load()
    told: list[str] = []
    made = Console(session, session.backend.script, told.append, PLAIN)
    made.start()
    told.clear()
    try:
        yield made, told
    finally:
        session.close()


@pytest.mark.parametrize(
    "line",
    [
        "break 4",
        "break 4 if n ~= 3 hits >=2",
        "break f",
        "break on set",
        "break on after @write",
        'break on set "two words"',
        "break key k:*",
        'log 5 "n is {n} and {{that}}"',
        "log 5 'say \"{n}\"'",
        "watch n",
        "catch raised",
    ],
)
def test_breakpoint_and_back(line: str) -> None:
    """A breakpoint is kept as the command that sets it again, with all that belongs to it."""
    with console(LINES) as (made, _):
        made.run([line])
        kept = kept_of(made)
        assert [each.command for each in kept.breakpoints] == [line]
        before = [(each.place, each.condition, each.hit_condition, each.log) for each in made.session.breakpoints]
    with console(LINES) as (made, _):
        made.remembered = kept
        made.run(["recall"])
        after = [(each.place, each.condition, each.hit_condition, each.log) for each in made.session.breakpoints]
    assert after == before


def test_line_that_moved() -> None:
    """When lines came in above, the breakpoint is set where its line is now, however the script is called."""
    with console(LINES) as (made, _):
        made.run(["break 5"])
        kept = kept_of(made)
    assert kept.breakpoints == (KeptBreakpoint("break 5", 5, "redis.call('SET', KEYS[1], n)"),)
    with console(["-- new", "-- lines", *LINES], "elsewhere/t.lua") as (made, told):
        made.remembered = kept
        made.run(["recall"])
    assert told == ["breakpoint 1 at elsewhere/t.lua:7"]


def test_displays() -> None:
    """What was shown at every stop is shown again, once."""
    with console(LINES) as (made, _):
        made.run(["display #KEYS"])
        kept = kept_of(made)
        made.remembered = kept
        made.run(["recall"])
        assert list(made.displays.values()) == ["#KEYS"]


def test_what_cannot_be_set_again() -> None:
    """What has no place any more is told of, and the rest is set."""
    with console(LINES) as (made, told):
        made.remembered = Remembered((KeptBreakpoint("break nosuch"), KeptBreakpoint("break 4", 4, LINES[3])))
        made.run(["recall"])
    assert told == ["break nosuch: the script has no function nosuch", "breakpoint 1 at t.lua:4"]


def test_offer() -> None:
    """What is remembered is named in one line, and nothing is said when there is nothing."""
    with console(LINES) as (made, told):
        offer(made)
        made.remembered = Remembered(tuple(KeptBreakpoint(f"break {number}") for number in (1, 2, 3, 4)), ("n",))
        offer(made)
    assert told == ["last time: break 1 · break 2 · break 3 and 2 more; recall sets them again"]


def test_what_stays_remembered() -> None:
    """What was not recalled stays, unless something else was set; what was recalled and taken away is forgotten."""
    before = Remembered((KeptBreakpoint("break 4", 4, LINES[3]),), (), {"width": 3})
    with console(LINES) as (made, _):
        made.remembered = before
        assert kept_of(made) == before
        made.run(["break f"])
        assert kept_of(made) == Remembered((KeptBreakpoint("break f"),), (), {"width": 3})
        made.run(["delete", "recall", "delete"])
        assert kept_of(made) == Remembered((), (), {"width": 3})


def test_nothing_remembered() -> None:
    """Without anything remembered that is said."""
    with console(LINES) as (made, told):
        made.run(["recall", "tbreak 4"])
        assert kept_of(made).breakpoints == ()
    assert told[0] == "error: nothing is remembered of this script"


def test_through_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set when a session ends is there in the next; what holds a password is not kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with console(LINES) as (made, _), remembering(made, "t.lua"):
        made.run(["break 4", "break 5 if n == redis.call('AUTH', 'hunter2')", "display 'redis://u:hunter2@h'"])
    (kept,) = (file for file in tmp_path.rglob("*") if file.is_file())
    assert "break 4" in kept.read_text()
    assert "hunter2" not in kept.read_text()
    with console(LINES) as (made, told), remembering(made, "t.lua"):
        made.run(["recall"])
    assert told == ["breakpoint 1 at t.lua:4"]
    with console(LINES) as (made, told), remembering(made, None):
        made.run(["recall"])
    assert told[0] == "error: nothing is remembered of this script"
