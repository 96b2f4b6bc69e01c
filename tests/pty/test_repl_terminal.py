"""``ldbpy repl`` on a real terminal."""

from __future__ import annotations

from pathlib import Path

from tests.pty.terminal import Terminal, on_terminal


def ask(terminal: Terminal, line: str, answer: str) -> None:
    """Type a line, and read until its answer and the next prompt."""
    terminal.type(f"{line}\r")
    terminal.expect(answer)
    terminal.expect("lua>")


def test_session(tmp_path: Path) -> None:
    """A function, a paste, an endless loop stopped, the debugger and back; the terminal is left as it was."""
    with on_terminal(["-m", "ldbpy", "repl"], tmp_path) as terminal:
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
