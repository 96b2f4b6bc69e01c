"""The bytes of files, and what can be told of them at a glance: of most files that is all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import Final

from ldbpy.errors import ScriptFileError, reason_of

__all__ = ["LARGEST", "is_binary", "may_include", "read_all", "read_file"]


LARGEST: Final = 512 << 20
"""Bytes of a string that a server takes (``proto-max-bulk-len``): no script is larger."""
_PATIENCE: Final = 10.0
"""Seconds in which something has to come through a pipe."""
_STEP: Final = 1 << 20


def read_file(path: str, most: int = LARGEST) -> bytes:
    """The bytes of a file, if there are no more than ``most``, even while it is read.

    A pipe is read to its end, as what ``<(command)`` stands for in a shell is; what never ends is not.

    Raises:
        ScriptFileError: it cannot be read.
    """
    try:
        with open(path, "rb", buffering=0, opener=_open) as file:
            return read_all(_reader(file.fileno()), most)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise ScriptFileError(f"cannot read {path or repr(path)}: {reason}") from None


def _open(path: str, flags: int) -> int:
    """A pipe that nobody writes to must not be waited for here, nor may a terminal become ours."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _reader(file: int) -> Callable[[int], bytes]:
    """What reads so many bytes of a file that is open."""
    mode = os.fstat(file).st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):  # that it is a folder is told when it is read
        return lambda count: os.read(file, count)
    if stat.S_ISFIFO(mode):
        return lambda count: _from_pipe(file, count)
    if os.fstat(file).st_rdev == os.stat(os.devnull).st_rdev:
        return lambda count: b""
    raise ValueError("it is a device")


def _from_pipe(file: int, count: int) -> bytes:
    import select

    if not select.select([file], [], [], _PATIENCE)[0]:
        raise ValueError(f"it is a pipe that nothing came through in {_PATIENCE:g} s")
    return os.read(file, count)


def read_all(read: Callable[[int], bytes], most: int) -> bytes:
    """All that ``read`` gives, which is told how many bytes to read.

    Raises:
        ValueError: it gives more than ``most`` bytes.
    """
    parts = []
    left = most + 1
    while left > 0 and (part := read(min(left, _STEP))):
        parts.append(part)
        left -= len(part)
    if left <= 0:
        raise ValueError(f"it has more than {most >> 20} MiB")
    return b"".join(parts)


def may_include(body: bytes) -> bool:
    """Whether a script may include files. In most nothing is found here, and no more is looked for."""
    return b"@include" in body or b"$include" in body


def is_binary(source: bytes) -> bool:
    """Whether this is no text: bytecode, or with a zero byte near the start."""
    return source.startswith(b"\x1b") or b"\0" in source[:8000]
