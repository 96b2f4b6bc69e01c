"""A program on a terminal of its own, typed at and read from as a person does: without sleeps, every wait bounded."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from tests.cli.program import fresh_environment

__all__ = ["Terminal", "on_terminal", "on_terminal_of", "set_size"]

_LIMIT: Final = 20.0
"""Seconds after which what was expected is taken not to come."""
_ESCAPE: Final = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()>=][A-Z0-9]?|\x1b\][^\x07]*\x07")


class Terminal:
    """The near end of a terminal with a program on the far one."""

    def __init__(self, process: subprocess.Popen[bytes], near: int, far: int, before: list[Any]) -> None:
        self.process: Final = process
        self.before: Final = before
        """How the terminal was set before the program began."""
        self.near: Final = near
        """The file descriptor of the near end."""
        self._far: Final = far
        self._raw = b""
        self._read = 0

    @property
    def modes(self) -> list[Any]:
        """How the terminal is set now."""
        return termios.tcgetattr(self._far)

    def text(self) -> str:
        """All that was written, without what moves the cursor or colours it."""
        return _ESCAPE.sub(b"", self._raw).decode("utf-8", "replace").replace("\r", "")

    def raw(self) -> bytes:
        """All that was written."""
        return self._raw

    def unread(self) -> bytes:
        """What was typed and nobody has read, when the program is gone."""
        modes = self.modes
        modes[3] &= ~termios.ICANON
        termios.tcsetattr(self._far, termios.TCSANOW, modes)
        return os.read(self._far, 4096) if select.select([self._far], [], [], 0)[0] else b""

    def answer(self, question: bytes, answer: str) -> None:
        """Answer what the program asks the terminal."""
        deadline = time.monotonic() + _LIMIT
        while question not in self._raw:
            assert time.monotonic() < deadline, self.text()
            if select.select([self.near], [], [], 0.1)[0]:
                self._raw += os.read(self.near, 65536)
        self.type(answer)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.near, keys.encode())

    def expect(self, words: str) -> None:
        """Read until the program has written this, behind what was expected last."""
        deadline = time.monotonic() + _LIMIT
        while (found := self.text().find(words, self._read)) < 0:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self.near], [], [], max(left, 0))
            assert ready, f"{words!r} did not come in {_LIMIT:g} s after:\n{self.text()[self._read :]}"
            self._raw += os.read(self.near, 65536)
        self._read = found + len(words)

    def await_signals(self) -> None:
        """Read until Ctrl-C is a signal again, not a key: the prompt is gone, and something runs."""
        deadline = time.monotonic() + _LIMIT
        while not self.modes[3] & termios.ISIG:
            assert time.monotonic() < deadline, self.text()
            if select.select([self.near], [], [], 0.01)[0]:
                self._raw += os.read(self.near, 65536)

    def interrupt(self, words: str) -> None:
        """Press Ctrl-C until the program has written this: what comes just as the prompt goes may be lost."""
        deadline = time.monotonic() + _LIMIT
        while self.text().find(words, self._read) < 0:
            assert time.monotonic() < deadline, f"Ctrl-C was not heard after:\n{self.text()[self._read :]}"
            self.await_signals()
            self.type("\x03")
            while select.select([self.near], [], [], 1)[0] and self.text().find(words, self._read) < 0:
                self._raw += os.read(self.near, 65536)
        self.expect(words)

    def ask(self, line: str, answer: str) -> None:
        """Type a line, and read until its answer."""
        self.type(f"{line}\r")
        self.expect(answer)
        self.expect("ldb>")

    def leave(self, keys: str) -> int:
        """Press the keys that end the program; its exit code."""
        self.type(keys)
        deadline = time.monotonic() + _LIMIT
        while self.process.poll() is None:
            assert time.monotonic() < deadline, self.text()
            ready, _, _ = select.select([self.near], [], [], 0.05)
            self._raw += os.read(self.near, 65536) if ready else b""
        while select.select([self.near], [], [], 0)[0]:
            self._raw += os.read(self.near, 65536)
        return self.process.wait()


T = TypeVar("T")


def set_size(terminal: int, columns: int, rows: int) -> None:
    """Make a terminal another size; the program on it is told."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def on_terminal(
    arguments: Sequence[str], folder: Path, *, variables: Mapping[str, str] | None = None
) -> AbstractContextManager[Terminal]:
    """Run Python with these arguments in a folder, on a terminal of its own; killed at the end if it still runs.

    ``variables`` of the environment besides the usual ones.
    """
    return on_terminal_of(Terminal, arguments, folder, size=(120, 40), variables=variables)


@contextmanager
def on_terminal_of(
    kind: Callable[[subprocess.Popen[bytes], int, int, list[Any]], T],
    arguments: Sequence[str],
    folder: Path,
    *,
    size: tuple[int, int],
    variables: Mapping[str, str] | None = None,
) -> Iterator[T]:
    """The same on a terminal of some ``kind`` and ``size`` in columns and rows."""
    near, far = os.openpty()
    set_size(near, *size)
    modes = termios.tcgetattr(far)
    modes[3] |= termios.NOFLSH  # else Ctrl-C may throw away what the program has already written about it
    termios.tcsetattr(far, termios.TCSANOW, modes)
    modes = termios.tcgetattr(far)
    # The terminal here does not tell where its cursor is, and says so.
    environment = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "XDG_STATE_HOME": str(folder)}
    environment |= {"XDG_CONFIG_HOME": str(folder), **(variables or {})}
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=far,
        stdout=far,
        stderr=far,
        start_new_session=True,
        cwd=folder,
        preexec_fn=_take_terminal,
        env=fresh_environment(environment),
    ) as process:
        try:
            yield kind(process, near, far, modes)
        finally:
            process.kill()
            os.close(near)
            os.close(far)


def _take_terminal() -> None:
    """Make standard input the terminal whose Ctrl-C goes to this process."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
