"""The lines that were typed before: in a file of the user's, without those that hold a password.

The file is the one of prompt_toolkit's ``FileHistory``: a comment with the time, then each line of an entry with a
``+`` in front.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import Final

from prompt_toolkit.history import History

from ldbpy.assist.secrets import holds_secret
from ldbpy.errors import reason_of
from ldbpy.settings.files import replace_file

__all__ = ["KeptHistory"]

_READ: Final = 1 << 20
"""Bytes that are read: the newest. Some 10,000 lines, in a millisecond or two."""
_LARGEST: Final = 4 << 20
"""Bytes beyond which the file is cut to the newest ``_READ``."""


class KeptHistory(History):
    """History in a file. If the file cannot be used, history lasts as long as the process."""

    def __init__(self, file: str | None, most: int, *, now: Callable[[], float] = time.time) -> None:
        """``most`` entries are read; ``file`` None: nothing is kept."""
        super().__init__()
        self._file = file
        self._most: Final = most
        self._now: Final = now
        self.problem: str | None = None
        """Why nothing is kept, if it was to be."""

    def append_string(self, string: str) -> None:
        """Remember an entry, unless it may hold a password, is empty, or is the last one again."""
        if string.strip() and not holds_secret(string) and string != next(iter(self._loaded_strings), None):
            super().append_string(string)

    def load_history_strings(self) -> Iterable[str]:
        """The entries of the file, the newest first."""
        if self._file is None:
            return []
        try:
            entries = _entries(_newest(self._file, _READ))
        except FileNotFoundError:
            return []
        except OSError as error:
            self._give_up(error)
            return []
        return [entry for entry in entries[::-1][: self._most] if not holds_secret(entry)]

    def store_string(self, string: str) -> None:
        """Write an entry to the file."""
        if self._file is None:
            return
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self._now()))
        text = f"\n# {stamp}\n" + "".join(f"+{line}\n" for line in string.split("\n"))
        try:
            os.makedirs(os.path.dirname(self._file), mode=0o700, exist_ok=True)
            with open(self._file, "ab", opener=_private) as opened:
                opened.write(text.encode("utf-8", "replace"))
                size = opened.tell()
            if size > _LARGEST:
                self._shorten(self._file)
        except OSError as error:
            self._give_up(error)

    def _shorten(self, file: str) -> None:
        """Keep the newest part of a file. Whoever reads meanwhile reads the old file or the new one."""
        replace_file(file, _newest(file, _READ))

    def _give_up(self, error: OSError) -> None:
        self.problem = f"history is not kept: {self._file}: {reason_of(error)}"
        self._file = None


def _private(path: str, flags: int) -> int:
    """Open a file that only its owner may read."""
    return os.open(path, flags | os.O_NONBLOCK, 0o600)


def _newest(file: str, size: int) -> bytes:
    """The last bytes of a file, from the beginning of an entry on."""
    with open(file, "rb", opener=_private) as opened:
        end = opened.seek(0, os.SEEK_END)
        opened.seek(max(end - size, 0))
        data = opened.read(size)
    return data if end <= size else data[data.find(b"\n#") + 1 :]


def _entries(data: bytes) -> list[str]:
    """The entries of a file, the oldest first."""
    found: list[list[str]] = []
    fresh = True
    for line in data.decode("utf-8", "replace").split("\n"):
        if line.startswith("+"):
            if fresh:
                found.append([])
            found[-1].append(line[1:])
        fresh = not line.startswith("+")
    return ["\n".join(lines) for lines in found]
