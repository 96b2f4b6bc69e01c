"""What a REPL on a terminal is given that nobody would type."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pty.screen import ScreenTerminal
from tests.pty.terminal import on_terminal_of

_ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"}


def _asks(shown: str) -> bool:
    return shown.rstrip().endswith("lua>")


@contextmanager
def repl(
    folder: Path, size: tuple[int, int] = (80, 24), variables: dict[str, str] | None = None
) -> Iterator[ScreenTerminal]:
    """A REPL that waits for an input, and at the end has left its terminal clean."""
    with on_terminal_of(ScreenTerminal, ["-m", "ldbpy", "repl"], folder, size=size, variables=variables) as terminal:
        terminal.resize(*size)
        terminal.see("lua>")
        yield terminal
        terminal.until(_asks)
        assert terminal.leave("\x04") == 0
        assert terminal.is_clean()
        assert "Traceback" not in terminal.text()


def test_binary_is_pasted(tmp_path: Path) -> None:
    """All bytes, in brackets and without: what they come to is dropped, and the session lives."""
    junk = bytes(byte for byte in range(256) if byte not in (3, 4, 17, 26))
    with repl(tmp_path) as terminal:
        os.write(terminal.near, b"\x1b[200~" + junk * 20 + b"\x1b[201~")
        terminal.see("...>")
        os.write(terminal.near, b"\x03" + junk)
        terminal.until(lambda shown: "lua>  !" in shown and shown.rstrip().endswith("?"))
        terminal.type("\x03")
        terminal.until(_asks)
        terminal.press("(6 * 7) + 0\r", "\n42\n")


def test_a_terminal_of_any_size(tmp_path: Path) -> None:
    """One column, one row, and back: the prompt is there again."""
    with repl(tmp_path) as terminal:
        for size in ((1, 24), (1, 1), (80, 1), (3, 2)):
            terminal.resize(*size)
            terminal.type("local here = 'still'\r")
        terminal.resize(80, 24)
        terminal.press("here .. ' there'\r", '"still there"')


def test_no_utf_8(tmp_path: Path) -> None:
    """Where the terminal has ASCII only, that is all that is written; other bytes are told as escapes."""
    with repl(tmp_path, variables=_ASCII) as terminal:
        terminal.press("'a\\195\\169' .. 'b'\r", '"a\\xe9b"')
        terminal.press("nil + 1\r", "1 | nil + 1")
        assert terminal.screen().isascii()


def test_a_history_that_cannot_be_used(tmp_path: Path) -> None:
    """It is told when the session ends, which it does not disturb."""
    (tmp_path / "ldbpy").write_text("no folder")
    with repl(tmp_path) as terminal:
        terminal.press("40 + 2\r", "\n42\n")
        terminal.until(_asks)
        terminal.press("\x1b[A\r", "42\nlua> 40 + 2\n42")
    assert "warning: history is not kept" in terminal.text()


def test_a_history_of_100_megabytes(tmp_path: Path) -> None:
    """Its end is read, and the prompt does not wait for the rest."""
    (tmp_path / "ldbpy").mkdir()
    with (tmp_path / "ldbpy" / "repl-history").open("wb") as file:
        file.truncate(100 << 20)
        file.seek(0, os.SEEK_END)
        file.write(b"\n# 2026-01-01 00:00:00\n+'the ' .. 'last'\n")
    with repl(tmp_path) as terminal:
        terminal.press("\x1b[A\r", '"the last"')
