"""Whether a terminal is dark: it is asked, if it is one that answers, and not waited for long.

The question is OSC 11 of xterm, followed by one that every terminal answers (primary device attributes): when that is
answered, no other answer will come.
"""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Mapping
from functools import cache
from typing import Final

__all__ = ["answer_in", "is_dark"]

_PATIENCE: Final = 0.5
"""Seconds until it is taken for a terminal that does not answer. An answer that came later would be taken for keys."""
_QUESTION: Final = b"\x1b]11;?\x1b\\\x1b[c"
_COLOUR: Final = re.compile(
    rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})[^\x07\x1b]*(?:\x07|\x1b\\)"
)
_ATTRIBUTES: Final = re.compile(rb"\x1b\[\?[0-9;]*c")


def is_dark(environ: Mapping[str, str]) -> bool | None:
    """Whether the terminal of this process has a dark background; None if it does not tell."""
    if environ.get("PROMPT_TOOLKIT_NO_CPR") == "1" or environ.get("TERM", "") in ("", "dumb", "unknown", "linux"):
        return None  # it is known not to answer
    return _asked()


@cache
def _asked() -> bool | None:
    try:
        import termios
        import tty

        reader, writer = sys.stdin.fileno(), sys.stdout.fileno()
        if not (os.isatty(reader) and os.isatty(writer)):
            return None
        modes = termios.tcgetattr(reader)
    except (ImportError, OSError, ValueError, AttributeError):
        return None
    try:
        tty.setcbreak(reader, termios.TCSANOW)
        typed = _typed(reader)
        os.write(writer, _QUESTION)
        data = typed + _read(reader)
    except OSError:
        return None
    finally:
        termios.tcsetattr(reader, termios.TCSANOW, modes)
    dark, rest = answer_in(data)
    if rest:
        _give_back(rest)
    return dark


def _typed(reader: int) -> bytes:
    """What was typed already."""
    data = b""
    while select.select([reader], [], [], 0)[0] and (more := os.read(reader, 4096)):
        data += more
    return data


def _read(reader: int) -> bytes:
    data = b""
    deadline = time.monotonic() + _PATIENCE
    while not _ATTRIBUTES.search(data):
        if not select.select([reader], [], [], max(deadline - time.monotonic(), 0))[0]:
            break
        data += os.read(reader, 4096)
    return data


def answer_in(data: bytes) -> tuple[bool | None, bytes]:
    """Whether the background is dark, None if that was not told; and what was typed meanwhile."""
    found = _COLOUR.search(data)
    rest = _ATTRIBUTES.sub(b"", _COLOUR.sub(b"", data))
    if found is None:
        return None, rest
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5, rest


def _give_back(typed: bytes) -> None:
    """Let the prompt have what was typed while the terminal was asked."""
    from prompt_toolkit.input import create_input
    from prompt_toolkit.input.typeahead import store_typeahead
    from prompt_toolkit.input.vt100_parser import Vt100Parser
    from prompt_toolkit.key_binding.key_processor import KeyPress

    keys: list[KeyPress] = []
    Vt100Parser(keys.append).feed_and_flush(typed.decode("utf-8", "replace"))
    store_typeahead(create_input(), keys)
