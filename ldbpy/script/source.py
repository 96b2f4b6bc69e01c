"""A script as it is sent to a server, and where each of its lines came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ldbpy.model.location import Location
from ldbpy.script.lines import LineIndex

__all__ = ["Script", "SourceMap"]


class SourceMap(NamedTuple):
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

    @property
    def files(self) -> tuple[str, ...]:
        """The files it came from, in the order they begin."""
        return tuple(dict.fromkeys(file for file, _ in self.places)) or (self.file,)

    def find(self, place: Location) -> int | None:
        """The line of the script that came from a place; the next of that file if the line itself is not there.

        None: no line from there on is part of the script. A script of one file is taken to be the file meant.
        """
        if not self.places:
            return place.line
        later = [
            (line, number)
            for number, (file, line) in enumerate(self.places, 1)
            if file == place.file and line >= place.line
        ]
        return min(later)[1] if later else None

    def retold(self, message: str) -> str:
        """What Lua says of a script, with the lines it names as places in the files: ``(to close 'if' at line 7)``."""
        if not self.places:
            return message
        return re.sub(r"at line (\d+)", lambda match: f"at {self.locate(int(match[1]))}", message)


@dataclass(frozen=True)
class Script:
    """The text of a script, ``body`` byte for byte as a server gets it."""

    body: bytes
    source_map: SourceMap = field(default_factory=lambda: SourceMap("script"))

    @classmethod
    def known_by(cls, sha1: str, source_map: SourceMap) -> Script:
        """A script whose text only the server knows."""
        script = cls(b"", source_map)
        script.__dict__["sha1"] = sha1
        return script

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
