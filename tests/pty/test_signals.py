"""A process at a prompt is told to end, or finds its terminal small."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Final

import pytest

from tests.pty.screen import ScreenTerminal
from tests.pty.terminal import on_terminal_of

_DEBUG: Final = ("debug", "--plain", "loop.lua", "k")
_PROMPTS: Final = {
    "Lua": (("repl",), "lua>", "", ""),
    "a menu": (("repl",), "lua>", "redis.\t", "LOG_DEBUG"),
    "a script of the REPL": (("repl",), "lua>", "while true do end\r", "running 0."),
    "Redis": (("repl", "--redis"), "redis>", "", ""),
    "the debugger": (_DEBUG, "ldb>", "", ""),
    "a script of the debugger": (_DEBUG, "ldb>", "c\r", "it begins"),
}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("state", _PROMPTS)
def test_told_to_end(state: str, number: signal.Signals, tmp_path: Path) -> None:
    """The terminal is set back at every prompt, and the exit code is the signal's."""
    arguments, prompt, keys, seen = _PROMPTS[state]
    (tmp_path / "loop.lua").write_text("redis.log(3, 'it ' .. 'begins')\nwhile true do end\n")
    with on_terminal_of(ScreenTerminal, ["-m", "ldbpy", *arguments], tmp_path, size=(120, 40)) as terminal:
        terminal.see(prompt)
        terminal.press(keys, seen)
        terminal.process.send_signal(number)
        assert terminal.leave("") == 128 + number
        assert terminal.is_clean()
        assert "Traceback" not in terminal.text()


def test_a_menu_in_a_small_terminal(tmp_path: Path) -> None:
    """Where there are five rows, completions take those that are left."""
    with on_terminal_of(ScreenTerminal, ["-m", "ldbpy", "repl"], tmp_path, size=(20, 5)) as terminal:
        terminal.resize(20, 5)
        terminal.see("lua>")
        terminal.press("redis.LOG_\t", "LOG_DEBUG")
        assert "small" not in terminal.screen()
        terminal.type("\x03")
        assert terminal.leave("\x04") == 0
