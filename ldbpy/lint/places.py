"""From bytes to lines and columns for people."""

from __future__ import annotations

from ldbpy.lint.findings import Place
from ldbpy.script.lines import LineIndex

__all__ = ["place_of"]


def place_of(source: bytes, lines: LineIndex, start: int, end: int) -> Place:
    """The span of bytes for people."""
    return Place(*_position(source, lines, start), *_position(source, lines, end))


def _position(source: bytes, lines: LineIndex, offset: int) -> tuple[int, int]:
    line, column = lines.position(min(offset, len(source)))
    if lines.is_ascii:
        return line, column
    begin = lines.offset(line)
    return line, len(source[begin : begin + column - 1].decode("utf-8", "replace")) + 1
