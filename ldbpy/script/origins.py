"""Where each byte of a script came from, when it was put together from files or taken out of one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ldbpy.script.lines import LineIndex

__all__ = ["Include", "Origins", "Piece", "Span"]


class Piece(NamedTuple):
    """Bytes of a script that came from one place. If as many bytes stand there, they are the same."""

    start: int
    end: int
    """In the script, the end excluded."""
    file: str
    source_start: int
    source_end: int
    """In the file. An escape sequence is longer than what it stands for."""

    @property
    def verbatim(self) -> bool:
        """Whether the file holds the bytes as they are."""
        return self.end - self.start == self.source_end - self.source_start


class Span(NamedTuple):
    """Bytes of a file, the end excluded."""

    file: str
    start: int
    end: int


class Include(NamedTuple):
    """A file that a line stands for, and what it has brought into a script, with what the file includes in turn."""

    start: int
    end: int
    """In the script, the end excluded. Nothing if the file has come before."""
    line: Span
    """The line, from the first hyphen on. With a pattern it stands for several files."""
    name: str
    """What the line names, as written there."""
    file: str
    around: int | None
    """The number of the include that brought the line; None: it stands in a file the script begins with."""


class Origins:
    """The pieces a script is made of, in order and without gaps, and the text of the files they are from.

    ``fixable``: whether Lua can be written into the files. ``includes``: in the order of their lines in the script.
    """

    __slots__ = ("_starts", "fixable", "includes", "pieces", "sources")

    def __init__(
        self,
        pieces: Sequence[Piece],
        sources: Mapping[str, bytes],
        *,
        fixable: bool = True,
        includes: Sequence[Include] = (),
    ) -> None:
        self.fixable: Final = fixable
        self.includes: Final = tuple(includes)
        self.pieces: Final = tuple(piece for piece in pieces if piece.end > piece.start)
        self.sources: Final = sources
        self._starts: Final = [piece.start for piece in self.pieces]

    def piece(self, offset: int) -> Piece | None:
        """The piece a byte of the script is in, the last one for what is behind its end; None if it is empty."""
        return self.pieces[max(bisect_right(self._starts, offset) - 1, 0)] if self.pieces else None

    def span(self, start: int, end: int) -> Span | None:
        """What stands in a file for the bytes from ``start`` to ``end`` of the script.

        What reaches from one file into another is cut where the first one is left. None: the script is empty.
        """
        first = self.piece(start)
        if first is None:
            return None
        begin = _before(first, start)
        if end <= start:
            return Span(first.file, begin, begin)
        last = self.piece(end - 1)
        assert last is not None
        until = _after(last, end)
        if last.file != first.file or until < begin:
            until = first.source_end
        return Span(first.file, begin, until)

    def places(self, body: bytes) -> tuple[tuple[str, int], ...]:
        """File and line, for each line of the script, whose text is ``body``."""
        return tuple(self._places(body))

    def _places(self, body: bytes) -> Iterator[tuple[str, int]]:
        lines, known = LineIndex(body), {file: LineIndex(text) for file, text in self.sources.items()}
        for number in range(1, len(lines) + 1):
            found = self.span(lines.offset(number), lines.offset(number))
            if found is not None:
                yield found.file, known[found.file].line(found.start)


def _before(piece: Piece, offset: int) -> int:
    inside = offset - piece.start
    return min(piece.source_start + inside, piece.source_end) if piece.verbatim else piece.source_start


def _after(piece: Piece, offset: int) -> int:
    inside = offset - piece.start
    return min(piece.source_start + inside, piece.source_end) if piece.verbatim else piece.source_end
