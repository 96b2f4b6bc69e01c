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
        return Script(sys.stdin.buffer.read(), SourceMap("<stdin>"))
    return Script(read_file(path), SourceMap(os.path.relpath(path) if os.path.isabs(path) else path))


def read_file(path: str) -> bytes:
    """The bytes of a file.

    Raises:
        ScriptFileError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ScriptFileError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
