"""``ldbpy repl`` on a real terminal."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pty.screen import ScreenTerminal
from tests.pty.terminal import Terminal, on_terminal, on_terminal_of


def ask(terminal: Terminal, line: str, answer: str) -> None:
    """Type a line, and read until its answer and the next prompt."""
    terminal.type(f"{line}\r")
    terminal.expect(answer)
    terminal.expect("lua>")


def test_session(tmp_path: Path) -> None:
    """A function, a paste, an endless loop stopped, the plain debugger and back; the terminal is left as it was."""
    with on_terminal(["-m", "ldbpy", "repl", "--plain"], tmp_path) as terminal:
        before = terminal.modes
        terminal.expect("redis-8, embedded")
        terminal.expect("lua>")
        terminal.type("local function twice(n)\rreturn n * 2\rend\r")
        terminal.expect("...>")
        terminal.expect("lua>")
        ask(terminal, "twice(21)", "\n42\n")
        terminal.type("\x1b[200~local list = {\n  1,\n  2,\n}\n\x1b[201~\r")
        terminal.expect("lua>")
        ask(terminal, "#list + 5", "\n7\n")
        terminal.type("\x1b[200~local by = 40\nby + #list\n\x1b[201~\r")
        terminal.expect("\n42\n")
        terminal.expect("lua>")
        terminal.type("while true do end\r")
        terminal.expect("running 0.")
        terminal.interrupt("error: the script was interrupted")
        terminal.expect("lua>")
        ask(terminal, "twice(4)", "\n8\n")
        terminal.type(".debug twice(3)\r")
        terminal.expect("ldb>")
        terminal.type("c\r")
        terminal.expect("finished  (integer) 6")
        terminal.expect("lua>")
        terminal.type(".redis\r")
        terminal.expect("redis>")
        terminal.type("SET k v\r")
        terminal.expect("\nOK\n")
        terminal.expect("redis>")
        assert terminal.leave("\x04") == 0
        assert terminal.modes == before


def _asks(shown: str) -> bool:
    return shown.rstrip().endswith("lua>")


@contextmanager
def debugging(folder: Path) -> Iterator[ScreenTerminal]:
    """A REPL whose ``.debug`` shows two statements on the whole screen."""
    with on_terminal_of(ScreenTerminal, ["-m", "ldbpy", "repl"], folder, size=(100, 30)) as terminal:
        terminal.resize(100, 30)
        terminal.press("local by = 2\r", "local by = 2\nlua>")
        terminal.press(".debug redis.call('INCR', 'n') return redis.call('INCRBY', 'n', by)\r", "entry", "variables")
        yield terminal


def test_debugger_on_the_whole_screen(tmp_path: Path) -> None:
    """.debug opens the screen; when that is left the REPL is there, with nothing changed, and takes inputs."""
    with debugging(tmp_path) as terminal:
        terminal.press("c", "finished")
        terminal.press("q", "finished  (integer) 3", "lua>")
        terminal.until(_asks)
        terminal.press("by + 40\r", "\n42\n")
        terminal.until(_asks)
        terminal.press("redis.call('GET', 'n')\r", "\nfalse\n")
        terminal.until(_asks)
        assert terminal.leave("\x04") == 0
        assert terminal.is_clean()


def test_debugger_left_before_the_end(tmp_path: Path) -> None:
    """What the script did until then is undone, and the debugger can be opened again."""
    with debugging(tmp_path) as terminal:
        terminal.press("n", "● step")
        terminal.press("n", "INCR n")
        terminal.press("q", "lua>")
        terminal.until(_asks)
        terminal.press("redis.call('GET', 'n')\r", "\nfalse\n")
        terminal.until(_asks)
        terminal.press(".debug return by\r", "entry", "variables")
        terminal.press("q", "lua>")
        terminal.until(_asks)
        assert terminal.leave("\x04") == 0
        assert terminal.is_clean()


def test_process_is_told_to_end_after_the_debugger(tmp_path: Path) -> None:
    """The screen takes its own heed of signals away with it, not the REPL's."""
    with debugging(tmp_path) as terminal:
        terminal.press("q", "lua>")
        terminal.until(_asks)
        os.kill(terminal.process.pid, signal.SIGTERM)
        assert terminal.leave("") == 128 + signal.SIGTERM
        assert terminal.is_clean()


def test_endless_script_of_a_command(tmp_path: Path) -> None:
    """Ctrl-C ends what EVAL runs, and the prompt comes back."""
    with on_terminal(["-m", "ldbpy", "repl", "--redis"], tmp_path) as terminal:
        terminal.expect("redis>")
        terminal.type('EVAL "while true do end" 0\r')
        terminal.expect("running 0.")
        terminal.interrupt("(error) ERR the script was interrupted")
        terminal.expect("redis>")
        terminal.type("PING\r")
        terminal.expect("\nPONG\n")
        terminal.expect("redis>")
        assert terminal.leave("\x04") == 0


def test_completion_menu(tmp_path: Path) -> None:
    """Tab shows what there is: fields of redis, with what they are."""
    with on_terminal(["-m", "ldbpy", "repl"], tmp_path) as terminal:
        terminal.expect("lua>")
        terminal.type("redis.LOG_\t")
        terminal.expect("LOG_DEBUG")
        terminal.expect("LOG_WARNING")
        terminal.type("\x03")
        terminal.expect("lua>")
        ask(terminal, "1 + 1", "\n2\n")
        assert terminal.leave(".quit\r") == 0


def test_history(tmp_path: Path) -> None:
    """An input of several lines comes back whole in the next session, by the arrow up and by Ctrl-R."""
    with on_terminal(["-m", "ldbpy", "repl"], tmp_path) as terminal:
        terminal.expect("lua>")
        terminal.type("(function()\rreturn 6 * 7\rend)()\r")
        terminal.expect("\n42\n")
        terminal.expect("lua>")
        ask(terminal, "1 + 2", "\n3\n")
        assert terminal.leave("\x04") == 0
    with on_terminal(["-m", "ldbpy", "repl"], tmp_path) as terminal:
        terminal.expect("lua>")
        terminal.type("\x1b[A")
        terminal.expect("1 + 2")
        terminal.type("\r")
        terminal.expect("\n3\n")
        terminal.expect("lua>")
        terminal.type("\x126 *")
        terminal.expect("return 6 * 7")
        terminal.type("\r")
        terminal.type("\r")
        terminal.expect("\n42\n")
        terminal.expect("lua>")
        assert terminal.leave("\x04") == 0
