"""Help while typing, themes and settings on a real terminal, at the plain prompt of the debugger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal, on_terminal

SCRIPT = """local user = {id = 7, name = 'Ada'}
redis.call('SET', KEYS[1], user.name)
return user.id
"""
COLOUR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-7]|38|4[0-7]|48|9[0-7])[0-9;]*m")
DEBUG = ["-m", "ldbpy", "debug", "--plain", "t.lua", "user:1"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a script, for what is kept and for settings."""
    (tmp_path / "t.lua").write_text(SCRIPT)
    return tmp_path


def raw(terminal: Terminal) -> bytes:
    """All that was written, with what colours it."""
    return terminal._raw


def test_a_session_and_the_next(folder: Path) -> None:
    """Tab completes names and keys, mistakes are underlined, and the next session knows what was typed and set."""
    with on_terminal(DEBUG, folder) as terminal:
        before = terminal.modes
        terminal.expect("ldb>")
        terminal.ask("next", "Ada")
        terminal.type("p us\t")
        terminal.expect("user")
        terminal.type(".na\t")
        terminal.expect("name")
        terminal.type("\r")
        terminal.expect('"Ada"')
        terminal.expect("ldb>")
        terminal.type("p nosuch")
        terminal.expect("nosuch")
        terminal.type("\x15")
        terminal.ask("redis AUTH hunter2", "ERR")
        terminal.ask("break 3 if user.id > 5", "breakpoint 1")
        assert terminal.leave("quit\r") == 0
        assert re.search(rb"\x1b\[0;(?:[0-9;]*;)?4(?:;[0-9;]*)?mnosuch", raw(terminal)) is not None
        assert terminal.modes == before
    kept = "".join(file.read_text() for file in folder.rglob("*") if file.is_file())
    assert "nosuch" not in kept
    assert "+p user.name" in kept
    assert "hunter2" not in kept
    with on_terminal(DEBUG, folder) as terminal:
        terminal.expect("last time: break 3 if user.id > 5; recall sets them again")
        terminal.expect("ldb>")
        terminal.ask("recall", "breakpoint 1 at t.lua:3, when user.id > 5")
        terminal.type("\x12na")
        terminal.expect("p user.name")
        terminal.type("\x03")
        terminal.expect("ldb>")
        terminal.leave("quit\r")


@pytest.mark.parametrize("setting", ["--no-remember", "LDBPY_REMEMBER"])
def test_nothing_is_remembered(folder: Path, setting: str) -> None:
    """Who does not want it has nothing kept, by an option or a setting."""
    more, variables = ([setting], {}) if setting.startswith("-") else ([], {setting: "no"})
    with on_terminal([*DEBUG, *more], folder, variables={**variables, "LDBPY_HISTORY": "no"}) as terminal:
        terminal.expect("ldb>")
        terminal.ask("break 3", "breakpoint 1")
        terminal.leave("quit\r")
    assert [file.name for file in folder.rglob("*") if file.is_file()] == ["t.lua"]


def test_broken_settings(folder: Path) -> None:
    """Who types is told what is wrong with a file, and goes on with the default."""
    (folder / "ldbpy.toml").write_text("theme = 'drak'\n")
    with on_terminal(DEBUG, folder) as terminal:
        terminal.expect("warning: ldbpy.toml:1: theme must be one of auto, dark")
        terminal.expect("ldb>")
        terminal.ask("p 1 + 1", "2")
        assert terminal.leave("quit\r") == 0


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"LDBPY_THEME": "none", "LDBPY_COLOR": "never"}, False),
    ],
)
def test_colours(folder: Path, variables: dict[str, str], coloured: bool) -> None:
    """Colours are written unless the environment or a setting says otherwise; all works without."""
    with on_terminal(DEBUG, folder, variables=variables) as terminal:
        terminal.expect("ldb>")
        terminal.type("p KEYS[1]\r")
        terminal.expect('"user:1"')
        terminal.expect("ldb>")
        assert terminal.leave("quit\r") == 0
        assert bool(COLOUR.search(raw(terminal))) is coloured
