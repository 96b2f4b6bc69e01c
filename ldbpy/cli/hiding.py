"""Keeps passwords on the command line out of the list of processes, as redis-cli does with its own."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["hide_passwords"]

_SECRETS: Final = re.compile(
    rb"\w+://[^/?#\s\0]*?:(?P<login>[^/\s\0]+)@|[?&](?:ssl_)?password=(?P<option>[^&\s\0]+)", re.IGNORECASE
)
_ARG_START: Final = 45
"""Where ``/proc/self/stat`` tells the address of the arguments, counted behind the program's name (proc(5): 48)."""


def _passwords_in(arguments: bytes) -> list[tuple[int, int]]:
    """From where to where the passwords of URLs are."""
    return [match.span("login" if match["login"] is not None else "option") for match in _SECRETS.finditer(arguments)]


def hide_passwords() -> None:
    """Write stars over them, where the system lets a process do that (Linux). Elsewhere nothing happens."""
    try:
        with open("/proc/self/cmdline", "rb") as file:
            spans = _passwords_in(file.read())
        if not spans:
            return
        with open("/proc/self/stat", "rb") as file:
            start = int(file.read().rpartition(b")")[2].split()[_ARG_START])
    except (OSError, ValueError, IndexError):
        return
    if start:
        import ctypes

        for first, end in spans:
            ctypes.memset(start + first, ord("*"), end - first)
