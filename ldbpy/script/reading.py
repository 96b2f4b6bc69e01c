"""The bytes of files, and what can be told of them at a glance: of most files that is all."""

from __future__ import annotations

from ldbpy.errors import ScriptFileError, reason_of

__all__ = ["is_binary", "may_include", "read_file"]


def read_file(path: str) -> bytes:
    """The bytes of a file.

    Raises:
        ScriptFileError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise ScriptFileError(f"cannot read {path or repr(path)}: {reason}") from None


def may_include(body: bytes) -> bool:
    """Whether a script may include files. In most nothing is found here, and no more is looked for."""
    return b"@include" in body or b"$include" in body


def is_binary(source: bytes) -> bool:
    """Whether this is no text: bytecode, or with a zero byte near the start."""
    return source.startswith(b"\x1b") or b"\0" in source[:8000]
