"""A line that says that something is still running, and how to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, TextIO

__all__ = ["Progress"]

_FIRST: Final = 0.3
"""Seconds until it is worth a word."""
_AGAIN: Final = 0.1
_CLEAR: Final = "\r\x1b[K"


class Progress:
    """Shows what there is to see on a terminal, and below it how long something has been running."""

    def __init__(self, stream: TextIO) -> None:
        self._stream: Final = stream
        self._lock: Final = threading.Lock()
        self._is_shown = False

    def write(self, text: str) -> None:
        """Show a text, above the line."""
        with self._lock:
            self._clear()
            self._stream.write(text + "\n")
            self._stream.flush()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Tell of what runs meanwhile once it takes long."""
        done = threading.Event()
        teller = threading.Thread(target=self._tell, args=(done,), name="ldbpy progress", daemon=True)
        teller.start()
        try:
            yield
        finally:
            done.set()
            teller.join()
            with self._lock:
                self._clear()
                self._stream.flush()

    def _tell(self, done: threading.Event) -> None:
        start = time.monotonic()
        wait = _FIRST
        while not done.wait(wait):
            wait = _AGAIN
            with self._lock, suppress(OSError):  # that the terminal is gone, whoever runs it finds out
                self._is_shown = True
                self._stream.write(f"\rrunning {time.monotonic() - start:.1f} s, Ctrl-C stops it")
                self._stream.flush()

    def _clear(self) -> None:
        if self._is_shown:
            self._stream.write(_CLEAR)
            self._is_shown = False
