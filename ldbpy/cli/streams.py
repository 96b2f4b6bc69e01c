"""Data goes to standard output, talk to standard error."""

from __future__ import annotations

import os
import sys
from collections import deque
from typing import Final, TextIO

import click

from ldbpy.cli.typeahead import release
from ldbpy.render.text import printable_in
from ldbpy.settings.files import is_anything_set

__all__ = ["colours", "confirmed", "is_asked_on_terminal", "is_at_terminal", "print_text", "put", "said", "say"]


def colours(stream: TextIO) -> bool:
    """Whether to paint: FORCE_COLOR and NO_COLOR decide, else the setting, else whether it is a terminal that can."""
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    if not is_anything_set(os.environ, os.getcwd()):
        return stream.isatty()
    from ldbpy.cli.configured import loaded  # takes long to import

    choice = loaded().settings.color
    return stream.isatty() if choice == "auto" else choice == "always"


def is_at_terminal() -> bool:
    """Whether somebody types and reads at a terminal. Standard input may be closed (``<&-``)."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def is_asked_on_terminal() -> bool:
    """Whether there is somebody to ask, though standard output may go elsewhere."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Ask whoever is at the terminal. What was typed before the question was seen is no answer."""
    release(forget=True)
    return click.confirm(question, err=True)


_SAID: Final[deque[str]] = deque(maxlen=100)  # the talk of a REPL that reads from a pipe has no end


def said() -> tuple[str, ...]:
    """What was said, for a screen that covers it; not what was said long ago."""
    return tuple(_SAID)


def say(text: str) -> None:
    """Talk goes to standard error; what it cannot show is escaped."""
    _SAID.append(text)
    sys.stderr.write(printable_in(sys.stderr.encoding, text) + "\n")
    sys.stderr.flush()


def print_text(text: str) -> None:
    """Lines for somebody to read go to standard output; what it cannot show is escaped."""
    sys.stdout.write(printable_in(sys.stdout.encoding, text) + "\n")
    sys.stdout.flush()


def put(data: bytes) -> None:
    """Data goes to standard output, byte for byte."""
    left = memoryview(data)
    while left:
        left = left[sys.stdout.buffer.write(left) :]  # all at once, but with PYTHONUNBUFFERED
    sys.stdout.buffer.flush()
