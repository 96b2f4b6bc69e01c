"""A script that is debugged is read anew for every run: somebody may have edited it."""

from __future__ import annotations

import os
from collections.abc import Callable

from ldbpy.cli.files import read_script
from ldbpy.script.source import Script

__all__ = ["reader_of"]


def reader_of(words: tuple[str, ...], code: str | None, script: Script) -> Callable[[], Script]:
    """What gives the script: read anew from its file each time, for it may have been edited."""
    if code is not None or words[0] == "-":
        return lambda: script
    latest, stamps = script, _stamps(script, words[0])

    def read() -> Script:
        nonlocal latest, stamps
        if _stamps(latest, words[0]) != stamps:
            latest = read_script(words[0])
            stamps = _stamps(latest, words[0])
        return latest

    return read


def _stamps(script: Script, path: str) -> list[tuple[int, int]]:
    """What changes when a file of the script does."""
    return [_stamp(file) for file in (path, *script.source_map.files)]


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
