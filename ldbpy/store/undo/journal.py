"""The journal of a session on a live server: what every key held before it was written to, on disk before it is.

A file of lines, a header and then what happened, in the folder of the user's state; each is JSON behind its CRC-32. It
is readable by its owner alone, holds no password, and is locked as long as its session lives. A line cut short by the
end of the process is not there: what it would have told had not happened yet. A whole line that is not as it was
written makes the file one that nothing is put back from.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import stat
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ldbpy.errors import BackendError, UsageError, reason_of
from ldbpy.resp.quoting import quote
from ldbpy.store.undo.images import Image, Kept, KeyAt, Mark, restoring

__all__ = ["Journal", "JournalFile", "JournalHeader", "left_behind", "read_journal", "saved_commands"]

_FORMAT: Final = 1
_SUFFIX: Final = ".journal"
_COMMANDS_SUFFIX: Final = ".redis"
"""Of the file beside a journal that has the commands which put everything back."""


@dataclass(frozen=True, slots=True)
class JournalHeader:
    """Whose journal it is."""

    server: str
    """What and where the server is, for people: no password."""
    url: str
    """Its URL without a password."""
    db: int
    script: str
    started: str
    """Local time, to the second."""
    is_whole: bool
    """Whether the URL is all it takes to connect: it had no password and no options."""
    run_id: str = ""
    """What the server calls itself from its start to its end; nothing where it does not tell."""


class Journal:
    """Writes a journal. The file is made with the first key that is kept; ``header`` is asked for then."""

    def __init__(self, folder: Path, header: JournalHeader) -> None:
        self._folder: Final = folder
        self._header: Final = header
        self._file: int | None = None
        self._length = 0
        self.path: Path | None = None
        """Where it is; None: nothing has been kept yet."""

    def keep(self, images: Iterable[tuple[KeyAt, Image]]) -> None:
        """Keep what keys hold, safe on disk when this returns.

        Raises:
            BackendError: it cannot be written: nothing may be changed then.
        """
        lines = [
            {"do": "keep", **_key(at), "dump": _text(was.dump), "expires_at": was.expires_at} for at, was in images
        ]
        self._write(lines, safely=True)

    def written(self, keys: Iterable[KeyAt]) -> None:
        """Say that keys are written to from now on, until they are told as seen."""
        self._write([{"do": "write", **_key(at)} for at in keys])

    def seen(self, marks: Iterable[tuple[KeyAt, Mark, bool]]) -> None:
        """Tell what keys hold after our last write, and whether others have written to them too."""
        self._write(
            [
                {
                    "do": "seen",
                    **_key(at),
                    "print": _text(mark.print),
                    "expires_at": mark.expires_at,
                    "fields": [(ends, _text(print_)) for ends, print_ in mark.fields],
                    "foreign": foreign,
                }
                for at, mark, foreign in marks
            ]
        )

    def _write(self, lines: list[dict[str, Any]], *, safely: bool = False) -> None:
        if not lines:
            return
        try:
            if self._file is None:
                self._open()
            assert self._file is not None
            header = [] if self._length else [{"ldbpy": _FORMAT, **asdict(self._header)}]
            self._length = _append(self._file, self._length, [*header, *lines], safely=safely)
        except OSError as error:
            reason = reason_of(error)
            raise BackendError(
                f"cannot keep what the script changes in {self._folder}: {reason}; so it is not let change anything",
                hint="the folder is XDG_STATE_HOME/ldbpy, ~/.local/state/ldbpy if that is not set",
            ) from None

    def _open(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
        for number in range(1000):
            path = self._folder / f"{name}{f'-{number}' if number else ''}{_SUFFIX}"
            try:
                self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
                break
            except FileExistsError:
                continue
        assert self._file is not None
        self.path = path
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def close(self) -> None:
        """Let go of the file, which stays."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def remove(self) -> None:
        """There is nothing left to undo: the file goes."""
        self.close()
        if self.path is not None:
            self.path.unlink(missing_ok=True)
            self.path = None


class JournalFile:
    """A journal that was left behind, held so that nobody else takes it. ``close`` lets go of it."""

    def __init__(
        self,
        path: Path,
        file: int,
        length: int,
        header: JournalHeader,
        kept: tuple[Kept, ...],
        damaged: tuple[int, ...],
    ) -> None:
        self.path: Final = path
        self.header: Final = header
        self.kept: Final = kept
        """The keys that have not been put back."""
        self.damaged: Final = damaged
        """The numbers of lines that are not as they were written."""
        self._file: Final = file
        self._length = length

    def put_back(self, keys: Iterable[KeyAt]) -> None:
        """Note that keys need not be put back any more; the file goes when there is none left.

        Raises:
            BackendError: there is no room for the note.
        """
        done = set(keys)
        left = [each for each in self.kept if each.at not in done]
        if not left:
            self.path.unlink(missing_ok=True)
            self.path.with_suffix(_COMMANDS_SUFFIX).unlink(missing_ok=True)
            return
        try:
            lines = [{"do": "back", **_key(at)} for at in done]
            self._length = _append(self._file, self._length, lines, safely=True)
        except OSError as error:
            raise BackendError(
                f"what was put back cannot be noted in {self.path}: {reason_of(error)}",
                hint="make room, and roll back again: a key that is as it was is not written to",
            ) from None

    def commands(self) -> bytes:
        """The commands that put everything back, as redis-cli reads them."""
        now = time.time_ns() // 1_000_000
        lines = [b"SELECT %d" % self.header.db]
        db = self.header.db
        for each in self.kept:
            if each.at.db != db:
                db = each.at.db
                lines.append(b"SELECT %d" % db)
            lines.append(b" ".join(quote(word) for word in restoring(each.at, each.before, now)))
        return b"\n".join(lines) + b"\n"

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def read_journal(path: Path, *, salvage: bool = False) -> JournalFile:
    """Read what was left behind. ``salvage``: also what is whole of one that is damaged, for a person to look at.

    Raises:
        UsageError: it cannot be read, is no journal, is damaged, or its session still lives.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NONBLOCK)
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {reason_of(error)}",
            hint="`ldbpy rollback` without a file lists what is left",
        ) from None
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise _no_journal(path)
        _lock(file, path)
        with os.fdopen(os.dup(file), "rb") as opened:
            data = opened.read()
        length = data.rfind(b"\n") + 1
        header, kept, damaged = _read(data.split(b"\n")[:-1], path, salvage=salvage)
        return JournalFile(path, file, length, header, kept, damaged)
    except BaseException:
        os.close(file)
        raise


def saved_commands(journal: Path) -> Path:
    """Save what puts everything back as commands beside a journal, readable by its owner alone."""
    left = read_journal(journal)
    path = journal.with_suffix(_COMMANDS_SUFFIX)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(left.commands())
    finally:
        left.close()
    return path


def _lock(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageError(
            f"the session of {path} is still going on, or somebody else puts it back",
            hint="end it: it rolls back by itself",
        ) from None


def _append(file: int, length: int, lines: Iterable[dict[str, Any]], *, safely: bool) -> int:
    """Write lines behind the whole ones, which end at that length; where they end now.

    All of them or, with OSError, none. ``safely``: they are on disk when this returns.
    """
    data = b"".join(map(_line, lines))
    if os.fstat(file).st_size > length:  # a line that was cut short
        os.ftruncate(file, length)
    try:
        left = data
        while left:
            left = left[os.write(file, left) :]
        if safely:
            os.fsync(file)
    except OSError:
        with suppress(OSError):
            os.ftruncate(file, length)
        raise
    return length + len(data)


def _line(fields: dict[str, Any]) -> bytes:
    body = json.dumps(fields, separators=(",", ":")).encode()
    return b"%08x %b\n" % (zlib.crc32(body), body)


def _fields(line: bytes) -> dict[str, Any]:
    """What a line tells; ValueError if it is not as it was written."""
    total, _, body = line.partition(b" ")
    if total != b"%08x" % zlib.crc32(body):
        raise ValueError(line)
    fields: dict[str, Any] = json.loads(body)
    return fields


def _read(lines: list[bytes], path: Path, *, salvage: bool) -> tuple[JournalHeader, tuple[Kept, ...], tuple[int, ...]]:
    try:
        fields = _fields(lines[0])
        if fields.pop("ldbpy") != _FORMAT:
            raise UsageError(f"{path} was written by another version of ldbpy", hint="put it back with that version")
        header = JournalHeader(**fields)
    except _UNREADABLE:
        raise _no_journal(path) from None
    found: dict[KeyAt, Kept] = {}
    damaged = []
    for number, line in enumerate(lines[1:], 2):
        try:
            _apply(found, _fields(line))
        except _UNREADABLE:
            damaged.append(number)
    if damaged and not salvage:
        raise UsageError(
            f"line {damaged[0]} of {path} is not as ldbpy wrote it: nothing is put back",
            hint="--commands prints the commands that put back what the other lines tell of",
        )
    return header, tuple(found.values()), tuple(damaged)


def _no_journal(path: Path) -> UsageError:
    return UsageError(f"{path} is no journal of ldbpy", hint="`ldbpy rollback` without a file lists what is left")


_UNREADABLE: Final = (IndexError, ValueError, KeyError, TypeError, AttributeError)
"""What reading raises of something that was never written."""


def _apply(found: dict[KeyAt, Kept], line: dict[str, Any]) -> None:
    at = KeyAt(int(line["db"]), base64.b64decode(line["key"]))
    match line["do"]:
        case "keep":
            found[at] = Kept(at, Image(_data(line["dump"]), line["expires_at"]), None)
        case "write":
            found[at] = found[at]._replace(seen=None)
        case "seen":
            fields = tuple((int(ends), base64.b64decode(print_)) for ends, print_ in line["fields"])
            mark = Mark(_data(line["print"]), line["expires_at"], fields)
            found[at] = found[at]._replace(seen=mark, foreign=bool(line["foreign"]))
        case "back":
            found.pop(at, None)
        case other:
            raise ValueError(other)


def _key(at: KeyAt) -> dict[str, Any]:
    return {"db": at.db, "key": _text(at.key)}


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode("ascii")


def _data(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def left_behind(folder: Path) -> Iterator[Path]:
    """The journals of sessions that have ended without putting everything back, oldest first."""
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            continue
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            continue  # its session still lives
        finally:
            os.close(file)
        yield path
