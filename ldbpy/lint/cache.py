"""What was found in a file is kept, until the file, the settings, the servers or the linter change.

One file holds all entries of a project: to read 300 of them takes 2 ms, where 300 files take 15. It is replaced at
once, so two processes at once harm nothing: what one of them kept may be lost, and is found again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

try:
    from _blake2 import blake2b  # what hashlib has, without OpenSSL, which takes longer to load than all entries
except ImportError:
    from hashlib import blake2b

from ldbpy.lint.findings import Finding
from ldbpy.lint.packed import pack, unpack
from ldbpy.settings.files import replace_file

__all__ = ["Cache", "key_of", "linter_stamp"]

_MOST: Final = 20_000
"""Entries that are kept, the last used ones."""
_DAYS: Final = 30
"""A project that was not linted for so long is forgotten."""
_OURS: Final = r"lint-[0-9a-f]{16}\.json(\.\d+)?"
_PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_PARTS: Final = ("lint", "script", "commands", "features.py", "flavors.py")
"""Below the package: all that what is found depends on."""


def linter_stamp() -> str:
    """Something that changes when the linter does: size and time of each of its files."""
    files = sorted(file for part in _PARTS for file in _files(os.path.join(_PACKAGE, part)))
    return blake2b(repr(files).encode(), digest_size=16).hexdigest()


def _files(path: str) -> Iterator[tuple[str, int, int]]:
    if not os.path.isdir(path):
        found = os.stat(path)
        yield path, found.st_size, found.st_mtime_ns
        return
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            else:
                found = entry.stat()
                yield entry.path, found.st_size, found.st_mtime_ns


def key_of(request: str, path: str, source: bytes) -> str:
    """The key of a file. ``request``: all else that what is found depends on."""
    name = os.path.basename(path).encode("utf-8", "surrogateescape")
    digest = blake2b(request.encode() + b"\0" + name + b"\0", digest_size=16)
    digest.update(source)
    return digest.hexdigest()


class Cache:
    """The entries of one project."""

    def __init__(self, folder: str, project: str) -> None:
        name = blake2b(os.path.abspath(project).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
        self._file: Final = os.path.join(folder, f"lint-{name}.json")
        self._stamp: Final = linter_stamp()
        self._old: Final = self._read()
        self._used: Final[dict[str, Any]] = {}
        self._is_changed = False

    def _read(self) -> dict[str, Any]:
        """The entries; none if the file is not there, is no such file, or another linter's."""
        try:
            with open(self._file, "rb") as file:
                found = json.load(file)
            if found["linter"] == self._stamp and isinstance(found["entries"], dict):
                return dict(found["entries"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            pass
        return {}

    def get(self, key: str, path: str) -> tuple[Finding, ...] | None:
        """What was found; None if it is not known."""
        packed = self._old.get(key)
        if packed is None:
            return None
        try:
            found = tuple(unpack(each, path) for each in packed)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        self._used[key] = packed
        return found

    def put(self, key: str, path: str, findings: Sequence[Finding]) -> None:
        """Keep what was found."""
        self._used[key] = [pack(finding, path) for finding in findings]
        self._is_changed = True

    def save(self) -> None:
        """Write what is kept, if that is possible: without it the next run only takes longer."""
        if not self._is_changed:
            return
        entries = {key: value for key, value in self._old.items() if key not in self._used} | self._used
        kept = dict(list(entries.items())[-_MOST:])
        data = json.dumps({"linter": self._stamp, "entries": kept}, separators=(",", ":"))
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(self._file), mode=0o700, exist_ok=True)
            replace_file(self._file, data.encode("ascii"))
            _forget_old(os.path.dirname(self._file))


def _forget_old(folder: str) -> None:
    """Remove what was not written for long, and what a process that was killed left behind."""
    oldest = time.time() - _DAYS * 86_400
    with os.scandir(folder) as entries:
        for entry in entries:
            if re.fullmatch(_OURS, entry.name) and entry.stat().st_mtime < oldest:
                os.unlink(entry.path)
