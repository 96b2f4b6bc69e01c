"""String literals of Python: what each byte of their value is written as."""

from __future__ import annotations

import ast
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from ldbpy.script.origins import Piece

__all__ = ["PythonText", "Unit", "dedented", "pieces_of", "stripped"]


class Unit(NamedTuple):
    """A character of a string or byte of a bytes: its bytes in the script, and those of the file it is written with."""

    data: bytes
    start: int
    end: int


_PREFIX: Final = re.compile(r"([rRbBuU]{0,2})(\"\"\"|'''|\"|')")
_BETWEEN: Final = re.compile(r"(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*)*")
"""What may stand between literals that are joined because they follow each other."""
_CHARACTER: Final = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9a-fA-F]{2})|u(?P<four>[0-9a-fA-F]{4})|U(?P<eight>[0-9a-fA-F]{8})"
    r"|N\{(?P<name>[^}]*)\}|(?P<simple>\r\n|.))|(?P<newline>\r\n?)|(?P<plain>.)",
    re.DOTALL,
)
_SIMPLE: Final = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\n": "",
    "\r": "",
    "\r\n": "",
}
_PLAIN: Final = re.compile(r"\r\n?|.", re.DOTALL)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class PythonText:
    """The text of a Python file, with the positions that ``ast`` and the linter count in."""

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.data: Final = text.encode("utf-8")
        self._lines: Final = [0, *(end.end() for end in _LINE_END.finditer(text))]
        self._bytes: Final = None if text.isascii() else [0, *accumulate(len(char.encode()) for char in text)]

    def _byte(self, offset: int) -> int:
        return offset if self._bytes is None else self._bytes[offset]

    def _offset(self, line: int, column: int) -> int:
        """The character at a line (from 1) and column (from 0, in bytes of UTF-8) of ``ast``."""
        start = self._lines[line - 1]
        return start + column if self._bytes is None else bisect_right(self._bytes, self._byte(start) + column) - 1

    def units(self, node: ast.Constant) -> list[Unit] | None:
        """The units of a literal, or of several that follow each other; None if it is written in no way we know."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        at = self._offset(node.lineno, node.col_offset)
        end = self._offset(node.end_lineno, node.end_col_offset)
        units: list[Unit] = []
        while at < end:
            prefix = _PREFIX.match(self.text, at, end)
            if prefix is None:
                return None
            close = self._close(prefix.end(), end, prefix[2])
            units += self._literal(prefix[1].lower(), prefix.end(), close)
            between = _BETWEEN.match(self.text, close + len(prefix[2]), end)
            assert between is not None
            at = between.end()
        value = node.value.encode("utf-8", "surrogatepass") if isinstance(node.value, str) else node.value
        return units if b"".join(unit.data for unit in units) == value else None

    def _close(self, at: int, end: int, quote: str) -> int:
        """Where the closing quotes begin. A backslash takes the next character with it in raw strings too."""
        while not self.text.startswith(quote, at) and at < end:
            at += 2 if self.text[at] == "\\" else 1
        return at

    def _literal(self, prefix: str, start: int, end: int) -> Iterator[Unit]:
        pattern = _PLAIN if "r" in prefix else _CHARACTER
        for match in pattern.finditer(self.text, start, end):
            data = _raw(match[0]) if "r" in prefix else _meant(match, is_bytes="b" in prefix)
            at = self._byte(match.start())
            if len(data) > 1 and data.startswith(b"\\") and match[0].startswith("\\"):  # no escape: the two as they are
                yield Unit(b"\\", at, at + 1)
                at, data = at + 1, data[1:]
            if data:
                yield Unit(data, at, self._byte(match.end()))


def _raw(text: str) -> bytes:
    return b"\n" if text.startswith("\r") else text.encode("utf-8")


def _meant(match: re.Match[str], *, is_bytes: bool) -> bytes:
    """The bytes that a character or an escape stands for."""
    text = match[0]
    if match["octal"] or match["hex"]:
        code = int(match["octal"], 8) if match["octal"] else int(match["hex"], 16)
        return bytes((code & 0xFF,)) if is_bytes else chr(code).encode("utf-8")
    if match["simple"] is not None:
        return _SIMPLE.get(match["simple"], text).encode("utf-8")
    if match["newline"]:
        return b"\n"
    if match["plain"] is not None or is_bytes:
        return text.encode("utf-8")
    if match["name"] is not None:
        return unicodedata.lookup(match["name"]).encode("utf-8")
    return chr(int(match["four"] or match["eight"], 16)).encode("utf-8", "surrogatepass")


def stripped(units: Sequence[Unit], *, left: bool, right: bool) -> list[Unit]:
    """What ``str.strip`` leaves."""
    start, end = 0, len(units)
    while left and start < end and not units[start].data.strip():
        start += 1
    while right and start < end and not units[end - 1].data.strip():
        end -= 1
    return list(units[start:end])


def dedented(units: Sequence[Unit]) -> list[Unit]:
    """What ``textwrap.dedent`` leaves: lines without the white space that all begin with; of blank ones nothing."""
    lines: list[list[Unit]] = [[]]
    for unit in units:
        lines[-1].append(unit)
        if unit.data == b"\n":
            lines.append([])
    margins = [_indent(line) for line in lines if b"".join(unit.data for unit in line).strip(b" \t\n")]
    margin = len(_common(margins))
    kept: list[Unit] = []
    for line in lines:
        blank = not b"".join(unit.data for unit in line).strip(b" \t\n")
        kept += [unit for unit in line if unit.data == b"\n"] if blank else line[margin:]
    return kept


def _indent(line: Sequence[Unit]) -> bytes:
    text = b"".join(unit.data for unit in line)
    return text[: len(text) - len(text.lstrip(b" \t"))]


def _common(texts: Sequence[bytes]) -> bytes:
    if not texts:
        return b""
    first, last = min(texts), max(texts)
    length = next((at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return first[:length]


def pieces_of(units: Sequence[Unit], file: str) -> Iterator[Piece]:
    """The units as pieces of a script, those in one that stand in the file as they are meant."""
    length = 0
    run: Piece | None = None
    for unit in units:
        piece = Piece(length, length + len(unit.data), file, unit.start, unit.end)
        length = piece.end
        if run is not None and run.verbatim and piece.verbatim and run.source_end == piece.source_start:
            run = Piece(run.start, piece.end, file, run.source_start, piece.source_end)
            continue
        if run is not None:
            yield run
        run = piece
    if run is not None:
        yield run
