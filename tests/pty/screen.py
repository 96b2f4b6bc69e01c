"""A terminal that keeps what is on its screen, as pyte reads what is written to it."""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from collections.abc import Callable
from typing import Any, Final

import pyte

from tests.pty.terminal import Terminal, set_size

__all__ = ["ScreenTerminal"]

_LIMIT: Final = 30.0
"""Seconds after which what was expected is taken not to come."""
_MODE: Final = re.compile(rb"\x1b\[\?(\d+)([hl])")
_CLEAN: Final = {b"1049": b"l", b"1000": b"l", b"1003": b"l", b"1006": b"l", b"2004": b"l", b"25": b"h"}
"""The other screen, the mouse, pasting in brackets: off. The cursor: on."""


class ScreenTerminal(Terminal):
    """The near end of a terminal, with its screen."""

    def __init__(self, process: subprocess.Popen[bytes], near: int, far: int, before: list[Any]) -> None:
        super().__init__(process, near, far, before)
        self._screen: Final = pyte.Screen(120, 40)
        self._stream: Final = pyte.ByteStream(self._screen)
        self._fed = 0

    def screen(self) -> str:
        """What is on the screen."""
        self._stream.feed(self._raw[self._fed :])
        self._fed = len(self._raw)
        return "\n".join(line.rstrip() for line in self._screen.display)

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size."""
        self._screen.resize(rows, columns)
        set_size(self.near, columns, rows)

    def see(self, *words: str) -> None:
        """Read until all this is on the screen."""
        self.until(lambda shown: all(word in shown for word in words))

    def until(self, met: Callable[[str], bool]) -> None:
        """Read until the screen is so."""
        deadline = time.monotonic() + _LIMIT
        while not met(self.screen()):
            assert time.monotonic() < deadline, f"what was expected did not come:\n{self.screen()}"
            if select.select([self.near], [], [], 0.1)[0]:
                self._raw += os.read(self.near, 65536)
            assert self.process.poll() is None, f"it has ended:\n{self.text()}"

    def press(self, keys: str, *words: str) -> None:
        """Press keys, and read until all this is on the screen."""
        self.type(keys)
        self.see(*words)

    def is_clean(self) -> bool:
        """Whether the terminal is as it was before the program began."""
        last = dict(_MODE.findall(self._raw))
        return self.modes == self.before and all(last.get(mode, state) == state for mode, state in _CLEAN.items())
