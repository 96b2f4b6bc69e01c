"""What is done when the process is told to end: a prompt sets the terminal back, what was changed is undone."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

__all__ = ["ENDING", "Told", "heeded"]

ENDING: Final = (signal.SIGTERM, signal.SIGHUP)
"""The signals that tell a process to end."""


class Told(SystemExit):
    """The process was told to end. ``code`` is what a shell calls a process that the signal has ended."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)


@contextmanager
def heeded() -> Iterator[None]:
    """Raise ``Told`` in the main thread when the process is told to end. Told again, it ends at once."""

    def end(number: int, frame: FrameType | None) -> None:
        for each in ENDING:
            signal.signal(each, signal.SIG_DFL)
        app = None
        if "prompt_toolkit" in sys.modules:  # else there is no prompt, and it would take a while to load
            from prompt_toolkit.application import get_app_or_none

            app = get_app_or_none()
        if app is None or app.loop is None or app.is_done:
            raise Told(number)
        # A prompt sets the terminal back by itself, if it is not cut short.
        app.loop.call_soon_threadsafe(lambda: app.exit(exception=Told(number)))

    before = {each: signal.signal(each, end) for each in ENDING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
