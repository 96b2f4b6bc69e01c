"""A script as it is sent to a server, and where each of its lines came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ldbpy.model.location import Location
from ldbpy.script.lines import LineIndex

__all__ = ["Script", "SourceMap"]


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Where the lines of a script came from.

    ``places`` gives (file, line) for each line of the script, from the first on. A script read from one ``file`` as it
    is needs none.
    """

    file: str
    places: Sequence[tuple[str, int]] = ()

    def locate(self, line: int) -> Location:
        """The place in the original files of a line of the script (from 1)."""
        if 1 <= line <= len(self.places):
            return Location(*self.places[line - 1])
        return Location(self.file, line)


@dataclass(frozen=True)
class Script:
    """The text of a script, ``body`` byte for byte as a server gets it."""

    body: bytes
    source_map: SourceMap = field(default_factory=lambda: SourceMap("script"))

    @cached_property
    def sha1(self) -> str:
        """The SHA1 a server knows it by: 40 hexadecimal digits in lower case."""
        import hashlib  # takes longer to import than most scripts to run

        return hashlib.sha1(self.body, usedforsecurity=False).hexdigest()

    def line(self, number: int) -> bytes | None:
        """A line of its text (from 1, as Lua counts), without its end; None if there is no such line."""
        try:
            return self._lines.text(number)
        except IndexError:
            return None

    @cached_property
    def _lines(self) -> LineIndex:
        return LineIndex(self.body)
