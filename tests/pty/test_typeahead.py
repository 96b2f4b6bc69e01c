"""Keys that are pressed before the prompt or the screen is there."""

from __future__ import annotations

import os
import signal
import termios
from pathlib import Path
from typing import Final

import pytest

from tests.pty.screen import ScreenTerminal
from tests.pty.terminal import Terminal, on_terminal, on_terminal_of
from tests.servers.fixtures import RealServer

_SOURCE: Final = "".join(f"local v{number} = {number}\n" for number in range(1, 8))
_WAITING: Final = """
import select, sys
from ldbpy.cli import entry, main

run = main.main

def slowly():
    print("LOADING", flush=True)
    select.select([0], [], [])
    run()

main.main = slowly
entry.main()
"""
"""Loads until a key is pressed."""
_IMPORTING: Final = """
import sys, time
from ldbpy.cli import entry

class Slow:
    def find_spec(self, name, path, target=None):
        if name == "ldbpy.cli.main":
            print("LOADING", flush=True)
            time.sleep(60)

sys.meta_path.insert(0, Slow())
entry.main()
"""
"""Is slow to read its modules."""
_LATE: Final = """
open("go").read()
from ldbpy.cli.entry import main
main()
"""
"""Python itself is slow."""
_READING: Final = """
from ldbpy.cli import entry, files

release = files.release

def told():
    release()
    print("READING", flush=True)

files.release = told
entry.main()
"""
"""Tells when it reads standard input."""
_BEHIND: Final = """
import os, sys
if child := os.fork():
    stopped = os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
    print("stopped" if stopped else "has ended")
else:
    os.setpgid(0, 0)
    from ldbpy.cli.entry import main
    main()
"""
"""Runs in the background."""


def _screen(folder: Path, program: str, *arguments: str) -> tuple[list[str], Path]:
    (folder / "script.lua").write_text(_SOURCE)
    return ["-c", program, "debug", *arguments, "script.lua"], folder


def _echoed(terminal: Terminal) -> bool:
    return bool(terminal.modes[3] & termios.ECHO)


def test_steps_typed_ahead(tmp_path: Path) -> None:
    """Three steps that were asked for while it loaded are three steps, and nothing of them was echoed."""
    with on_terminal_of(ScreenTerminal, *_screen(tmp_path, _WAITING), size=(80, 24)) as terminal:
        terminal.resize(80, 24)
        terminal.see("LOADING")
        assert not _echoed(terminal)
        terminal.type("nnn")
        terminal.see("→  4", "v3")
        assert terminal.leave("q") == 0
        assert terminal.is_clean()
        assert terminal.text().startswith("LOADING\n┌")


def test_steps_typed_before_python_was_there(tmp_path: Path) -> None:
    """What the terminal has echoed until it could be told not to is taken away from the line."""
    os.mkfifo(tmp_path / "go")
    with on_terminal_of(ScreenTerminal, *_screen(tmp_path, _LATE), size=(80, 24)) as terminal:
        terminal.resize(80, 24)
        terminal.press("nn", "nn")
        (tmp_path / "go").write_bytes(b"")
        terminal.see("→  3", "v2")
        assert terminal.leave("q") == 0
        assert terminal.is_clean()
        assert terminal.raw().startswith(b"nn\r\x1b[K\x1b")


def test_inputs_typed_ahead(tmp_path: Path) -> None:
    """Inputs for the REPL are shown once, behind its prompts."""
    with on_terminal(["-c", _WAITING, "repl"], tmp_path) as terminal:
        terminal.expect("LOADING")
        terminal.type("local x = 20\rx + 22\r")
        terminal.expect("\n42\n")
        terminal.expect("lua>")
        assert terminal.leave("\x04") == 0
        assert terminal.text().startswith("LOADING\nredis-8, embedded")
        assert terminal.modes == terminal.before


def test_terminal_that_tells_its_colour(tmp_path: Path) -> None:
    """A terminal is asked for its colours though something was typed, and that is kept."""
    variables = {"PROMPT_TOOLKIT_NO_CPR": "0"}
    command, folder = _screen(tmp_path, _WAITING)
    with on_terminal_of(ScreenTerminal, command, folder, size=(80, 24), variables=variables) as terminal:
        terminal.resize(80, 24)
        terminal.see("LOADING")
        terminal.type("nn")
        terminal.answer(b"\x1b[c", "\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62c")
        terminal.see("→  3", "v2")
        assert terminal.leave("q") == 0
        assert terminal.is_clean()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_while_it_loads(number: signal.Signals, tmp_path: Path) -> None:
    """A process that is told to end before anything is shown leaves the terminal as it was."""
    with on_terminal(["-c", _WAITING, "repl"], tmp_path) as terminal:
        terminal.expect("LOADING")
        assert not _echoed(terminal)
        terminal.process.send_signal(number)
        assert terminal.leave("") == -number
        assert terminal.modes == terminal.before


def test_interrupted_while_it_loads(tmp_path: Path) -> None:
    """So does Ctrl-C."""
    with on_terminal(["-c", _IMPORTING, "repl"], tmp_path) as terminal:
        terminal.expect("LOADING")
        assert not _echoed(terminal)
        assert terminal.leave("\x03") == 130
        assert terminal.text() == "LOADING\nerror: interrupted\n"
        assert terminal.modes == terminal.before


@pytest.mark.parametrize("arguments", [["debug", "nosuch.lua"], ["repl", "--nosuch"], ["debug", "--help"]])
def test_what_does_not_begin(arguments: list[str], tmp_path: Path) -> None:
    """What ends before there is a prompt leaves the terminal as it was, and what was typed to the shell."""
    with on_terminal(["-c", _WAITING, *arguments], tmp_path) as terminal:
        terminal.expect("LOADING")
        assert terminal.leave("ls") == (0 if "--help" in arguments else 2)
        assert terminal.modes == terminal.before
        assert terminal.unread() == b"ls"


def test_question_is_not_answered_ahead(any_server: RealServer, tmp_path: Path) -> None:
    """What was typed before a question was seen does not answer it."""
    command = ["debug", "--sync", "--plain", "-e", "return 1", "--target", any_server.url]
    with on_terminal(["-c", _WAITING, *command], tmp_path) as terminal:
        terminal.expect("LOADING")
        terminal.type("y\r")
        terminal.expect("Begin? [y/N]")
        assert _echoed(terminal)
        assert terminal.leave("n\r") == 2
        assert "not begun" in terminal.text()


def test_script_that_is_typed(tmp_path: Path) -> None:
    """A script that is typed in is seen, as by any program."""
    with on_terminal(["-c", _READING, "debug", "--plain", "-"], tmp_path) as terminal:
        terminal.expect("READING")
        terminal.type("return 6 * 7\n\x04")
        terminal.expect("return 6 * 7")
        terminal.expect("● entry")
        terminal.expect("ldb>")
        terminal.ask("c", "finished  (integer) 42")


def test_in_the_background(tmp_path: Path) -> None:
    """A process in the background is not stopped for touching the terminal."""
    command = ["-c", _BEHIND, "debug", "--batch", "-e", "return 1", "--ex", "c"]
    with on_terminal(command, tmp_path) as terminal:
        terminal.expect("finished  (integer) 1")
        terminal.expect("has ended")
        assert terminal.leave("") == 0
