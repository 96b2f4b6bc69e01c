"""Ending a run from outside: another thread, Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ldbpy.targets.target import Target

__all__ = ["Stop", "stopped_by_ctrl_c"]


class Stop:
    """Ends one run, whether it has begun or not, and no other. May be called from any thread."""

    def __init__(self) -> None:
        self._asked: Final = threading.Event()
        self._target: Target | None = None

    @property
    def asked(self) -> bool:
        """Whether it was called."""
        return self._asked.is_set()

    def __call__(self) -> None:
        """End it."""
        self._asked.set()
        target = self._target
        if target is not None:
            target.interrupt()

    @contextmanager
    def ends(self, target: Target) -> Iterator[None]:
        """Have it end what runs on ``target`` meanwhile."""
        self._target = target
        try:
            yield
        finally:
            self._target = None


@contextmanager
def stopped_by_ctrl_c(stop: Stop | None) -> Iterator[None]:
    """Let Ctrl-C call ``stop``, and raise KeyboardInterrupt once the run has ended. None: leave Ctrl-C alone.

    Python's own handler would raise it inside of a command, or of Lua, which may catch it. A program that has a
    handler of its own keeps it.
    """
    alone = stop is None or threading.current_thread() is not threading.main_thread()
    if alone or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    assert stop is not None
    pressed = False

    def handle(*_: object) -> None:
        nonlocal pressed
        pressed = True
        stop()

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if pressed:
        raise KeyboardInterrupt
