"""Reading a command's arguments as the servers do, with their error replies."""

from __future__ import annotations

from typing import Final

from ldbpy.resp import parse_double, parse_integer
from ldbpy.store.memory.errors import MUST_BE_POSITIVE, NOT_FLOAT, NOT_INTEGER, reject, syntax_error

__all__ = ["Argv", "Options", "double", "integer", "positive", "ranged", "slice_bounds"]

Argv = list[bytes]
"""A command's arguments, its name at 0, as in the servers' source."""


def integer(text: bytes, error: bytes = NOT_INTEGER) -> int:
    """A 64-bit integer."""
    value = parse_integer(text)
    if value is None:
        reject(error)
    return value


def positive(text: bytes) -> int:
    """A count that must not be negative (``getPositiveLongFromObjectOrReply``)."""
    value = parse_integer(text)
    if value is None or value < 0:
        reject(MUST_BE_POSITIVE)
    return value


def ranged(text: bytes, low: int, high: int, error: bytes | None = None) -> int:
    """An integer from ``low`` to ``high`` (``getRangeLongFromObjectOrReply``)."""
    value = integer(text, error or NOT_INTEGER)
    if not low <= value <= high:
        reject(error or b"ERR value is out of range, value must between %d and %d" % (low, high))
    return value


def double(text: bytes, error: bytes = NOT_FLOAT) -> float:
    """A double that is not NaN."""
    value = parse_double(text)
    if value is None:
        reject(error)
    return value


class Options:
    """Walks over the optional words at the end of a command."""

    def __init__(self, argv: Argv, start: int) -> None:
        self._argv: Final = argv
        self.index = start

    def __bool__(self) -> bool:
        return self.index < len(self._argv)

    @property
    def left(self) -> int:
        """How many arguments are left, the current one included."""
        return len(self._argv) - self.index

    def word(self) -> bytes:
        """The next argument in upper case."""
        word = self._argv[self.index].upper()
        self.index += 1
        return word

    def value(self) -> bytes:
        """The next argument as it is; a syntax error if there is none."""
        if self.index >= len(self._argv):
            syntax_error()
        value = self._argv[self.index]
        self.index += 1
        return value


def slice_bounds(start: int, end: int, length: int) -> tuple[int, int]:
    """Redis' first and last place, negative from the end, as a Python slice; (0, 0) for nothing."""
    start = max(start + length, 0) if start < 0 else start
    end = end + length if end < 0 else end
    return (start, min(end, length - 1) + 1) if start <= end and start < length else (0, 0)
