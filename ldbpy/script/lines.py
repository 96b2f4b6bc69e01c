"""Byte offsets to lines and columns, with lines counted as Lua 5.1 counts them."""

from __future__ import annotations

import re
from bisect import bisect_right

__all__ = ["LineIndex"]

# llex.c, inclinenumber: two different newline characters in a row end one line, two equal ones end two.
_NEWLINE = re.compile(rb"\r\n|\n\r|\n|\r")


class LineIndex:
    """Where each line of a source starts. Lines and columns count from 1, columns in bytes.

    ``first`` is where counting begins: everything before it (a shebang, which the server cuts at the first
    line feed whatever else it holds) is on line 1.
    """

    __slots__ = ("_first", "_lazy_ascii", "_lazy_starts", "_source")

    def __init__(self, source: bytes, first: int = 0) -> None:
        self._source = source
        self._first = first
        self._lazy_starts: list[int] = []
        self._lazy_ascii: bool | None = None

    @property
    def _starts(self) -> list[int]:
        if not self._lazy_starts:
            self._lazy_starts = [0, *(newline.end() for newline in _NEWLINE.finditer(self._source, self._first))]
        return self._lazy_starts

    @property
    def is_ascii(self) -> bool:
        """Whether columns in bytes are columns in characters, too."""
        if self._lazy_ascii is None:
            self._lazy_ascii = self._source.isascii()
        return self._lazy_ascii

    def __len__(self) -> int:
        """Count the lines. A source that ends with a newline has an empty last line, as Lua's ``<eof>`` sees it."""
        return len(self._starts)

    def line(self, offset: int) -> int:
        """Tell the line of the byte at ``offset``, or of the end of the source."""
        return bisect_right(self._starts, offset)

    def position(self, offset: int) -> tuple[int, int]:
        """Tell the line and column of the byte at ``offset``, or of the end of the source."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int = 1) -> int:
        """Find the byte at ``line`` and ``column``. Raises IndexError for a line that is not there."""
        if not 1 <= line <= len(self._starts):
            raise IndexError(f"line {line} of {len(self._starts)}")
        return self._starts[line - 1] + column - 1

    def span(self, line: int) -> tuple[int, int]:
        """Tell where ``line`` starts and ends, its newline left out. Raises IndexError for a line that is not there."""
        start = self.offset(line)
        if line == len(self._starts):
            return start, len(self._source)
        end = self._starts[line]
        newline = 2 if end - start >= 2 and _NEWLINE.fullmatch(self._source, end - 2, end) else 1
        return start, end - newline

    def text(self, line: int) -> bytes:
        """Return the text of ``line`` without its newline. Raises IndexError for a line that is not there."""
        start, end = self.span(line)
        return self._source[start:end]
