"""The journal of a session on a live server: what every key held before it was written to, on disk before it is.

A file of lines of JSON, a header and then what happened, in the folder of the user's state. It is readable by its
owner alone, holds no password, and is locked as long as its session lives. A line cut short by the end of the process
is not there: what it would have told had not happened yet.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator
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


class Journal:
    """Writes a journal. The file is made with the first key that is kept; ``header`` is asked for then."""

    def __init__(self, folder: Path, header: JournalHeader) -> None:
        self._folder: Final = folder
        self._header: Final = header
        self._file: int | None = None
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
                {"do": "seen", **_key(at), "print": _text(m.print), "expires_at": m.expires_at, "foreign": foreign}
                for at, m, foreign in marks
            ]
        )

    def _write(self, lines: list[dict[str, Any]], *, safely: bool = False) -> None:
        if not lines:
            return
        try:
            if self._file is None:
                self._open()
            assert self._file is not None
            data = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
            while data:
                data = data[os.write(self._file, data) :]
            if safely:
                os.fsync(self._file)
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
        os.write(self._file, json.dumps({"ldbpy": _FORMAT, **asdict(self._header)}).encode() + b"\n")

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

    def __init__(self, path: Path, file: int, header: JournalHeader, kept: tuple[Kept, ...]) -> None:
        self.path: Final = path
        self.header: Final = header
        self.kept: Final = kept
        """The keys that have not been put back."""
        self._file: Final = file

    def put_back(self, keys: Iterable[KeyAt]) -> None:
        """Note that keys need not be put back any more; the file goes when there is none left."""
        done = set(keys)
        os.write(self._file, b"".join(json.dumps({"do": "back", **_key(at)}).encode() + b"\n" for at in done))
        os.fsync(self._file)
        if all(each.at in done for each in self.kept):
            self.path.unlink(missing_ok=True)
            self.path.with_suffix(_COMMANDS_SUFFIX).unlink(missing_ok=True)

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


def read_journal(path: Path) -> JournalFile:
    """Read what was left behind.

    Raises:
        UsageError: it cannot be read, is no journal, or its session still lives.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND)
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {reason_of(error)}",
            hint="`ldbpy rollback` without a file lists what is left",
        ) from None
    try:
        _lock(file, path)
        with os.fdopen(os.dup(file), "rb") as opened:
            lines = opened.read().split(b"\n")[:-1]
        header, kept = _read(lines, path)
        return JournalFile(path, file, header, kept)
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


def _read(lines: list[bytes], path: Path) -> tuple[JournalHeader, tuple[Kept, ...]]:
    found: dict[KeyAt, Kept] = {}
    try:
        fields = json.loads(lines[0])
        if fields.pop("ldbpy") != _FORMAT:
            raise UsageError(f"{path} was written by another version of ldbpy", hint="put it back with that version")
        header = JournalHeader(**fields)
        for line in lines[1:]:
            _apply(found, json.loads(line))
    except (IndexError, ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(
            f"{path} is no journal of ldbpy", hint="`ldbpy rollback` without a file lists what is left"
        ) from None
    return header, tuple(found.values())


def _apply(found: dict[KeyAt, Kept], line: dict[str, Any]) -> None:
    at = KeyAt(int(line["db"]), base64.b64decode(line["key"]))
    match line["do"]:
        case "keep":
            found[at] = Kept(at, Image(_data(line["dump"]), line["expires_at"]), None)
        case "write":
            found[at] = found[at]._replace(seen=None)
        case "seen":
            mark = Mark(_data(line["print"]), line["expires_at"])
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
            file = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            continue  # its session still lives
        finally:
            os.close(file)
        yield path
