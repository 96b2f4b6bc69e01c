"""The full-screen debugger on a real terminal."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.pty.screen import ScreenTerminal
from tests.pty.terminal import on_terminal, on_terminal_of

_EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "examples"
LOOP: Final = "redis.call('SET', KEYS[1], 1)\nlocal n = 0\nwhile true do n = n + 1 end\n"
TALK: Final = "for i = 1, 50000 do redis.log(redis.LOG_NOTICE, 'line ' .. i) end\nreturn 'said'\n"
LARGE: Final = "local t = {}\nfor i = 1, 1000000 do t[i] = i * 2 end\nreturn #t\n"
LONG: Final = "local s = string.rep('x', 10 * 1024 * 1024)\nredis.call('SET', KEYS[1], s)\nreturn #s\n"
FAILS: Final = "local t = {}\nredis.call('SET', KEYS[1], 1)\nreturn t.a.b\n"
CRASH: Final = """
from ldbpy.cli.main import main
from ldbpy.tui.debugger.debugger import Debugger

def crash(debugger):
    raise RuntimeError("a fault of ours")

Debugger.open_help = crash
main()
"""


@contextmanager
def debugging(
    folder: Path,
    source: str,
    *arguments: str,
    size: tuple[int, int] = (100, 30),
    variables: Mapping[str, str] | None = None,
    program: tuple[str, ...] = ("-m", "ldbpy"),
) -> Iterator[ScreenTerminal]:
    """A script on a full screen, from its first statement on."""
    (folder / "script.lua").write_text(source)
    command = [*program, "debug", "script.lua", "k", *arguments]
    with on_terminal_of(ScreenTerminal, command, folder, size=size, variables=variables) as terminal:
        terminal.resize(*size)
        terminal.see("entry", source[:8].split("\n")[0])  # the console may tell of the stop before its source is there
        yield terminal


def test_the_tutorial_with_keys_only(tmp_path: Path) -> None:
    """The planted bug is found, a correction is tried, and the terminal is as it was."""
    shutil.copy(_EXAMPLES / "claim.lua", tmp_path)
    command = ["-m", "ldbpy", "debug", "claim.lua", "job:7", ",", "anna", "30"]
    with on_terminal_of(ScreenTerminal, command, tmp_path, size=(100, 30)) as terminal:
        terminal.resize(100, 30)
        terminal.see("● entry", "job:7  no such key")
        terminal.press("\x1b[21~", "→  4", "holder  false", "new", "GET job:7")
        terminal.press("pholder == nil\r", "\n│ false")
        terminal.press("3", "▶variables")
        terminal.press("e", "holder = false")
        terminal.press("\x15nil\r", "holder  nil")
        terminal.press("n", "→  5")
        terminal.press("\x1b[15~", "finished 1", '+ job:7   string "anna"   ttl', "rolled back")
        assert terminal.leave("q") == 0
        assert terminal.text().rstrip().endswith("rolled back")
        assert terminal.is_clean()


def test_the_terminal_changes_its_size(tmp_path: Path) -> None:
    """The screen fits the terminal again, whatever its size, and the session goes on."""
    with debugging(tmp_path, FAILS) as terminal:
        for columns, rows in ((60, 20), (20, 5), (200, 60), (40, 12), (100, 30)):
            terminal.resize(columns, rows)
            terminal.until(lambda shown, rows=rows: "continue" in shown.split("\n")[rows - 1])  # type: ignore[misc]
            terminal.see("local t")
        for columns, rows in ((1, 1), (2, 1), (1, 30), (100, 1), (100, 30)):
            terminal.resize(columns, rows)
        terminal.see("local t", "console")
        terminal.press("n", "→  2")
        assert terminal.leave("q") == 0
        assert terminal.is_clean()


def test_a_script_of_10000_lines(tmp_path: Path) -> None:
    """One goes to its end, searches it, sets a breakpoint there and runs to it."""
    source = "local n = 0\n" + "".join(f"n = n + {number} -- line {number}\n" for number in range(2, 10001))
    with debugging(tmp_path, source) as terminal:
        terminal.press("G", "10000", "line 10000")
        terminal.press("/line 9876\r", "script.lua:9876")
        terminal.press("b", "●  9876")
        terminal.press("c", "● breakpoint 1", "●→ 9876")
        terminal.press("n", "n + 9877", "● step")
        assert terminal.leave("q") == 0


def test_a_table_of_a_million_elements(tmp_path: Path) -> None:
    """It is opened, its end is gone to at once, and it is there after a step again."""
    with debugging(tmp_path, LARGE) as terminal:
        terminal.press("n", "t     {}")
        terminal.press("g3\rt", "→  3")
        terminal.press("3\r", "▾ t", "[1]", "[5]")
        terminal.press("\x1b[F", "[1000000]  2000000", "[999999]  1999998")
        terminal.press("k" * 8, "[999994]  1999988")
        assert terminal.leave("q") == 0


def test_a_value_of_10_megabytes(tmp_path: Path) -> None:
    """Its beginning and its size are shown, as a variable and as a key."""
    with debugging(tmp_path, LONG, size=(140, 40)) as terminal:
        terminal.press("nn", "→  3", "(10485760 bytes)", "k  string")
        assert len(terminal.text()) < 200_000
        assert terminal.leave("q") == 0


def test_an_endless_loop_is_paused(tmp_path: Path) -> None:
    """Ctrl-C and F6 pause it, and it goes on."""
    with debugging(tmp_path, LOOP) as terminal:
        terminal.press("c", "running")
        terminal.press("\x03", "● pause", "→  3")
        terminal.press("c", "running")
        terminal.press("\x1b[17~", "● pause")
        assert terminal.leave("q") == 0
        assert "rolled back" in terminal.text().rstrip().split("\n")[-1]
        assert terminal.is_clean()


def test_50000_lines_of_output(tmp_path: Path) -> None:
    """The last of them are kept, the screen does not drown in them."""
    with debugging(tmp_path, TALK) as terminal:
        terminal.press("c", "line 50000", "finished", "the last 10000 of 500")
        assert len(terminal.text()) < 2_000_000
        assert terminal.leave("q") == 0


_STATES: Final = {
    "at the entry": ("", "entry", "q"),
    "while it runs": ("c", "running", "\x11"),
    "in an error": ("c", "error", "q"),
    "after the end": (":c\rc\r\x1b", "R runs it again", "q"),
    "in a question": ("/", "search:", "\x1b\x11"),
    "in help": ("?", "Esc closes", "\x11"),
    "in the palette": ("\x10", "everything", "\x1b\x11"),
    "at the console": (":", "▶console", "\x04"),
    "in a command": (":1 + 1", "1 + 1", "\x15quit\r"),
    "while something is asked": (":while true do end\r", "working", "\x11"),
}


@pytest.mark.parametrize("state", _STATES)
def test_quit(state: str, tmp_path: Path) -> None:
    """From everywhere one comes out, with the terminal clean and what was changed undone."""
    keys, seen, leave = _STATES[state]
    with debugging(tmp_path, LOOP if state == "while it runs" else FAILS) as terminal:
        terminal.press(keys, seen)
        code = terminal.leave(leave)
        assert code == (1 if state in ("in an error", "after the end") else 0)
        assert terminal.is_clean()
        assert "Traceback" not in terminal.text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_process_is_told_to_end(number: signal.Signals, tmp_path: Path) -> None:
    """The terminal is left clean, what was changed is undone, and that is told."""
    with debugging(tmp_path, LOOP) as terminal:
        terminal.press("c", "running")
        terminal.process.send_signal(number)
        assert terminal.leave("") == 128 + number
        assert terminal.is_clean()
        assert terminal.text().rstrip().endswith("rolled back")


def test_no_utf_8(tmp_path: Path) -> None:
    """Where there is no UTF-8 the screen is drawn with ASCII."""
    variables = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"}
    with debugging(tmp_path, "local s = 'é日本'\nreturn s\n", variables=variables) as terminal:
        terminal.press("n", "+ variables --", ">  2")
        assert terminal.screen().isascii()
        assert terminal.leave("q") == 0
        assert terminal.is_clean()


def test_a_dumb_terminal_has_the_line_prompt(tmp_path: Path) -> None:
    """Where no screen can be shown, commands are asked for on a line."""
    (tmp_path / "script.lua").write_text("return 1\n")
    with on_terminal(["-m", "ldbpy", "debug", "script.lua"], tmp_path, variables={"TERM": "dumb"}) as terminal:
        terminal.expect("ldb> ")
        assert "1049" not in terminal.text()
        assert terminal.leave("quit\r") == 0


def test_binary_is_pasted(tmp_path: Path) -> None:
    """All bytes, in brackets and without, at the console and in a pane: the session lives, and is left clean."""
    junk = bytes(byte for byte in range(256) if byte not in (3, 4, 17, 26))
    with debugging(tmp_path, FAILS) as terminal:
        os.write(terminal.near, b":\x1b[200~" + junk * 20 + b"\x1b[201~\r")
        terminal.see("ldb>")
        os.write(terminal.near, b"\x03\x1b\x1b1\x1b[200~" + junk + b"\x1b[201~")
        terminal.until(lambda shown: "▶script.lua" in shown)
        assert terminal.leave("\x11") in (0, 1)
        assert terminal.is_clean()
        assert "Traceback" not in terminal.text()


def test_what_is_wrong_is_told_on_the_screen(tmp_path: Path) -> None:
    """Warnings of before are in the console, where they are seen: a setting, a comma that is glued to a key."""
    (tmp_path / "ldbpy.toml").write_text("theme = 'drak'\n")
    with debugging(tmp_path, "return #KEYS\n", ",", "5,", "6", size=(140, 40)) as terminal:
        terminal.see("warning: ldbpy.toml:1: theme must be one of auto, dark")
        assert terminal.leave("q") == 0
    with debugging(tmp_path, "return #KEYS\n", "2,", "6", size=(140, 40)) as terminal:
        terminal.see("warning: the comma must stand alone")
        assert terminal.leave("q") == 0


def test_a_fault_of_ours(tmp_path: Path) -> None:
    """It is told on a clean terminal, with the exit code for it."""
    with debugging(tmp_path, FAILS, program=("-c", CRASH)) as terminal:
        assert terminal.leave("?") == 70
        assert terminal.is_clean()
        assert re.search("this is a bug of ldbpy", terminal.text())
