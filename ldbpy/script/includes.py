"""Scripts put together from several files, as the assemblers that people use put them together.

There are two kinds of lines that stand for a file:

- ``--- @include "path"`` (BullMQ, and what was made after it): at the beginning of a line, with two or three hyphens.
  Every file comes into the script once, where it is first named; a pattern stands for all files that match. The newline
  at a file's end is left out.
- ``-- $include(path)`` (Inngest): the file comes where the line is, each time.

Nothing of the line stays; its newline does. A path is relative to the folder of the file that names it, for the second
kind also to a folder ``includes`` there or above; ``.lua`` is added where it is missing.
A line ``-- ldbpy: no-include`` anywhere in a file says that such lines in it are comments and nothing else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from ldbpy.errors import ScriptFileError
from ldbpy.model.location import Location
from ldbpy.script.lines import LineIndex
from ldbpy.script.origins import Include, Origins, Piece, Span
from ldbpy.script.reading import is_binary, may_include

__all__ = ["Assembled", "assemble", "has_includes"]

_DIRECTIVE: Final = re.compile(
    rb"""^(?:---?[ \t]*@include[ \t]+(?P<quote>["'])(?P<once>[^\r\n\0]+?)(?P=quote)[; \t]*"""
    rb"""|[ \t]*--[ \t]*\$include\([ \t]*(?P<each>[^()\r\n\0]+?)[ \t]*\)[; \t]*)(?=\r?$)""",
    re.MULTILINE,
)
_OPT_OUT: Final = re.compile(rb"^[ \t]*--+[ \t]*ldbpy:[ \t]*no-include\b", re.MULTILINE)
_DEEPEST: Final = 100
"""Files that include each other, one in the other."""
_MOST: Final = 10_000
"""Files put into one script. One that includes another twice, which includes another twice, and so on, gets there."""
_LARGEST: Final = 64 << 20
"""Bytes of a script. A server takes 512 MB, but nobody writes that."""

_HINT: Final = "--no-include, or a line '-- ldbpy: no-include' in the file, makes such lines mere comments"


class Assembled(NamedTuple):
    """A script that was put together."""

    body: bytes
    origins: Origins


def has_includes(body: bytes) -> bool:
    """Whether there is a line that stands for another file."""
    return may_include(body) and _DIRECTIVE.search(body) is not None and _OPT_OUT.search(body) is None


def assemble(parts: Sequence[tuple[str, bytes]], read: Callable[[str], bytes], *, includes: bool = True) -> Assembled:
    """Put files, given by name and text, one behind the other, with what they include.

    Raises:
        ScriptFileError: a file is missing, is no text, or includes itself; or it is all too much.
    """
    assembler = _Assembler(read, includes)
    for index, (file, body) in enumerate(parts):
        assembler.add(file, body, ())
        if index < len(parts) - 1 and not body.endswith((b"\n", b"\r")):
            assembler.newline(file)
    return assembler.assembled()


class _Assembler:
    def __init__(self, read: Callable[[str], bytes], includes: bool) -> None:
        self._read: Final = read
        self._includes: Final = includes
        self._texts: Final[list[bytes]] = []
        self._pieces: Final[list[Piece]] = []
        self._brought: Final[list[Include]] = []
        self._around: int | None = None
        self._sources: Final[dict[str, bytes]] = {}
        self._named: Final[set[str]] = set()
        self._open: Final[list[str]] = []
        self._count = 0
        self._length = 0

    def assembled(self) -> Assembled:
        return Assembled(b"".join(self._texts), Origins(self._pieces, self._sources, includes=self._brought))

    def add(self, file: str, body: bytes, chain: tuple[Location, ...], *, chomp: bool = False) -> None:
        """Add a file, if ``chomp`` without its last newline. ``chain``: the lines that led to it, outermost first."""
        real = os.path.realpath(file)
        self._named.add(real)
        self._open.append(real)
        self._sources[file] = body
        at = 0
        if self._includes and has_includes(body):
            lines = LineIndex(body)
            for directive in _DIRECTIVE.finditer(body):
                self._copy(file, body, at, directive.start())
                self._include(directive, (*chain, Location(file, lines.line(directive.start()))))
                at = directive.end()
        self._copy(file, body, at, len(body) - _newline_at_end(body) * chomp)
        self._open.pop()

    def newline(self, file: str) -> None:
        """End a file's last line."""
        end = len(self._sources[file])
        self._append(b"\n", file, end, end)

    def _copy(self, file: str, body: bytes, start: int, end: int) -> None:
        if end > start:
            self._append(body[start:end], file, start, end)

    def _append(self, text: bytes, file: str, start: int, end: int) -> None:
        self._texts.append(text)
        self._pieces.append(Piece(self._length, self._length + len(text), file, start, end))
        self._length += len(text)
        if self._length > _LARGEST:
            raise ScriptFileError(f"{file}: with what it includes, the script has more than {_LARGEST >> 20} MB")

    def _include(self, directive: re.Match[bytes], chain: tuple[Location, ...]) -> None:
        if len(chain) > _DEEPEST:
            raise ScriptFileError(f"{chain[-1]}: files are included more than {_DEEPEST} deep")
        once = directive["once"] is not None
        reference = os.fsdecode((directive["once"] if once else directive["each"]).strip(b"\"'"))
        before = None
        for file in _found(reference, chain, once=once):
            real = os.path.realpath(file)
            if real in self._open:
                raise ScriptFileError(f"files include each other in a circle: {_told(chain)} → {file}", hint=_HINT)
            number = self._note(directive, chain[-1].file, file)
            if once and real in self._named:
                continue
            self._count += 1
            if self._count > _MOST:
                raise ScriptFileError(f"{chain[0]}: more than {_MOST:,} files are included in the end")
            if before is not None:
                self.newline(before)
            around, self._around = self._around, number
            self.add(file, self._text(file, chain), chain, chomp=once)
            self._around = around
            self._brought[number] = self._brought[number]._replace(end=self._length)
            before = file

    def _note(self, directive: re.Match[bytes], where: str, file: str) -> int:
        """Note that a line in ``where`` stands for a file, which has brought nothing yet; its number."""
        start = directive.start() + len(directive[0]) - len(directive[0].lstrip())
        name = (directive["once"] or directive["each"]).decode("utf-8", "backslashreplace")
        line = Span(where, start, directive.end())
        self._brought.append(Include(self._length, self._length, line, name, file, self._around))
        return len(self._brought) - 1

    def _text(self, file: str, chain: tuple[Location, ...]) -> bytes:
        known = self._sources.get(file)
        if known is not None:
            return known
        try:
            if os.path.getsize(file) > _LARGEST:
                raise ScriptFileError(f"{file} has more than {_LARGEST >> 20} MB")
            body = self._read(file)
        except (OSError, ScriptFileError) as error:
            raise ScriptFileError(f"{_told(chain)}: {error}", hint=_HINT) from None
        if is_binary(body):
            raise ScriptFileError(f"{_told(chain)}: {file} is no script: it is binary", hint=_HINT)
        return body


def _newline_at_end(body: bytes) -> int:
    return 2 if body.endswith(b"\r\n") else int(body.endswith(b"\n"))


def _told(chain: Sequence[Location]) -> str:
    return " → ".join(map(str, chain))


def _found(reference: str, chain: tuple[Location, ...], *, once: bool) -> list[str]:
    """The files a line means."""
    folder = os.path.dirname(chain[-1].file)
    folders = [folder] if once else [folder, *_includes_above(folder)]
    if once and any(char in reference for char in "*?["):
        import glob

        own = os.path.realpath(chain[-1].file)
        matching = sorted(glob.glob(os.path.join(glob.escape(folder), reference), recursive=True))
        files = [os.path.normpath(each) for each in matching if os.path.isfile(each) and os.path.realpath(each) != own]
    else:
        names = [reference] if reference.endswith(".lua") else [f"{reference}.lua", reference]
        paths = (os.path.normpath(os.path.join(each, name)) for each in folders for name in names)
        files = [path for path in paths if "\0" not in path and os.path.isfile(path)][:1]
    if not files:
        where = f"in {folder}" if folder else "in this folder"
        raise ScriptFileError(f"{_told(chain)}: there is no {reference} {where}", hint=_HINT)
    return files


def _includes_above(folder: str) -> Iterator[str]:
    """The folders ``includes`` in a folder and above it, the nearest first."""
    at = os.path.abspath(folder)
    shown = folder
    while True:
        yield os.path.join(shown, "includes")
        above = os.path.dirname(at)
        if above == at:
            return
        at, shown = above, os.path.join(shown, os.pardir)
