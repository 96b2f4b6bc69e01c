"""Scripts and seed files, read from where the user says."""

from __future__ import annotations

import os
import sys

from ldbpy.errors import ScriptFileError
from ldbpy.script.source import Script, SourceMap

__all__ = ["read_file", "read_script"]


def read_script(path: str) -> Script:
    """A script from a file, or from standard input if the path is ``-``.

    Raises:
        ScriptFileError: it cannot be read.
    """
    if path == "-":
        return Script(_read_stdin(), SourceMap("<stdin>"))
    return Script(read_file(path), SourceMap(os.path.relpath(path) if os.path.isabs(path) else path))


def _read_stdin() -> bytes:
    if sys.stdin is None:
        raise ScriptFileError("cannot read standard input: it is closed")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise _unreadable("standard input", error) from None


def read_file(path: str) -> bytes:
    """The bytes of a file.

    Raises:
        ScriptFileError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        raise _unreadable(path or "''", error) from None


def _unreadable(what: str, error: Exception) -> ScriptFileError:
    return ScriptFileError(f"cannot read {what}: {(getattr(error, 'strerror', None) or str(error)).lower()}")
