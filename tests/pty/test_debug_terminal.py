"""``ldbpy debug`` on a real terminal."""

from __future__ import annotations

from pathlib import Path

from tests.pty.terminal import on_terminal

LOOP = """local n = 0
redis.call('SET', KEYS[1], n)
redis.log(redis.LOG_NOTICE, 'the loop ' .. 'begins')
while true do
  n = n + 1
end
"""
CRASH = """
from ldbpy.cli.main import main
from ldbpy.console.registry import Group, command

@command("crash", group=Group.SESSION)
def crash(console, rest):
    '''Fail as only a fault of ours would.'''
    raise RuntimeError("a fault of ours")

main()
"""


def script(folder: Path) -> str:
    """A script that does not end."""
    path = folder / "loop.lua"
    path.write_text(LOOP)
    return path.name


def test_endless_loop_is_paused_and_looked_at(tmp_path: Path) -> None:
    """Breakpoint, continue, print, Ctrl-C in an endless loop, a look at its variable, quit; the terminal as before."""
    path = script(tmp_path)
    with on_terminal(["-m", "ldbpy", "debug", "--plain", path, "k"], tmp_path) as terminal:
        before = terminal.modes
        terminal.expect("ldb>")
        terminal.ask("b 2", f"breakpoint 1 at {path}:2")
        terminal.ask("c", "● breakpoint 1")
        terminal.ask("p n + 41", "\n41\n")
        terminal.type("c\r")
        terminal.expect("notice: the loop begins")
        terminal.interrupt("● pause")
        terminal.expect("ldb>")
        terminal.ask("n >= 0", "\ntrue\n")
        terminal.ask("redis GET k", '\n"0"\n')
        terminal.type("c\r")
        terminal.interrupt("● pause")
        terminal.expect("ldb>")
        assert terminal.leave("quit\r") == 0
        assert "aborted        rolled back" in terminal.text()
        assert terminal.modes == before


def test_keys_at_the_prompt(tmp_path: Path) -> None:
    """Ctrl-C drops the line and keeps the session, Ctrl-D quits with everything undone."""
    with on_terminal(["-m", "ldbpy", "debug", "--plain", script(tmp_path), "k"], tmp_path) as terminal:
        before = terminal.modes
        terminal.expect("ldb>")
        terminal.type("abort\x03")
        terminal.expect("ldb>")
        terminal.ask("n 2", "SET k 0 → OK")
        terminal.ask("print 'still ' .. 'there'", '"still there"')
        assert terminal.leave("\x04") == 0
        assert "aborted        rolled back" in terminal.text()
        assert terminal.modes == before


def test_endless_loop_at_the_prompt_is_dropped(tmp_path: Path) -> None:
    """Ctrl-C ends what was typed, not the script."""
    with on_terminal(["-m", "ldbpy", "debug", "--plain", script(tmp_path), "k"], tmp_path) as terminal:
        terminal.expect("ldb>")
        terminal.type("while true do end\r")
        terminal.interrupt("interrupted")
        terminal.expect("ldb>")
        terminal.ask("n", "redis.call('SET', KEYS[1], n)")
        assert terminal.leave("q\r") == 0


def test_completion_and_history(tmp_path: Path) -> None:
    """Tab completes commands and variables; the arrow up brings back what was typed, in the next session too."""
    path = script(tmp_path)
    with on_terminal(["-m", "ldbpy", "debug", "--plain", path, "k"], tmp_path) as terminal:
        terminal.expect("ldb>")
        terminal.type("whati\t")
        terminal.expect("whatis")
        terminal.ask(" 'a' .. 'b'", "string, 2 bytes")
        assert terminal.leave("q\r") == 0
    with on_terminal(["-m", "ldbpy", "debug", "--plain", path, "k"], tmp_path) as terminal:
        terminal.expect("ldb>")
        terminal.type("\x1b[A\x1b[A\r")
        terminal.expect("string, 2 bytes")
        terminal.expect("ldb>")
        assert terminal.leave("\x04") == 0


def test_terminal_after_a_crash(tmp_path: Path) -> None:
    """A fault of ours is told with its traceback, and leaves the terminal as it was."""
    with on_terminal(["-c", CRASH, "debug", "--plain", script(tmp_path), "k"], tmp_path) as terminal:
        before = terminal.modes
        terminal.expect("ldb>")
        assert terminal.leave("crash\r") == 70
        assert "this is a bug of ldbpy" in terminal.text()
        assert terminal.modes == before
