from __future__ import annotations

import io
import threading

from ldbpy.tui.repl.progress import Progress


class _Glass(io.StringIO):
    """A terminal that says when the line has come."""

    def __init__(self) -> None:
        super().__init__()
        self.told = threading.Event()

    def flush(self) -> None:
        if "running" in self.getvalue():
            self.told.set()


def test_what_is_quick_is_not_told() -> None:
    """Nothing is written of what ends at once."""
    glass = _Glass()
    with Progress(glass).running():
        pass
    assert glass.getvalue() == ""


def test_what_takes_long_is_told_and_wiped_away() -> None:
    """The line comes, makes room for what is shown meanwhile, and is gone at the end."""
    glass = _Glass()
    progress = Progress(glass)
    with progress.running():
        assert glass.told.wait(20)
        progress.write("a value")
    text = glass.getvalue()
    assert text.startswith("\rrunning 0.")
    assert "\r\x1b[Ka value\n" in text
    assert text.endswith(("\x1b[K", "a value\n"))
