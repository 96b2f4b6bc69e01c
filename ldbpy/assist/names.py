"""Names that were read once: sorted, so that what begins with a prefix is found without looking at the others."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

from ldbpy.assist.records import MOST, Name
from ldbpy.model.debugging import Value
from ldbpy.render.values import value_text

__all__ = ["NOTHING", "KnownNames", "beginning", "files_at", "note_of"]


class KnownNames:
    """Names as they were when this was made. Never changes: what is newer is a new one, put in its place."""

    def __init__(
        self,
        variables: Iterable[Name] = (),
        members: Mapping[tuple[str, ...], Iterable[Name]] | None = None,
        keys: Iterable[str] = (),
    ) -> None:
        """``members`` gives the fields of tables by the path that leads to each."""
        self._variables: Final = _by_text(variables)
        self._members: Final = {path: _by_text(names) for path, names in (members or {}).items()}
        self._keys: Final = sorted(set(keys))

    def variables(self, prefix: str) -> Iterable[Name]:
        """See ``Names``."""
        return _found(self._variables, prefix)

    def members(self, path: Sequence[str], prefix: str) -> Iterable[Name]:
        """See ``Names``."""
        return _found(self._members.get(tuple(path), ([], {})), prefix)

    def keys(self, prefix: str) -> Iterable[str]:
        """See ``Names``."""
        return beginning(self._keys, prefix)

    def files(self, prefix: str) -> Iterable[str]:
        """See ``Names``."""
        return files_at(prefix)


_Sorted = tuple[list[str], dict[str, Name]]


def _by_text(names: Iterable[Name]) -> _Sorted:
    """Sorted texts, and the names; of two of one text the first hides the other."""
    found: dict[str, Name] = {}
    for name in names:
        found.setdefault(name.text, name)
    return sorted(found), found


def _found(names: _Sorted, prefix: str) -> list[Name]:
    texts, found = names
    return [found[text] for text in beginning(texts, prefix)]


def beginning(texts: Sequence[str], prefix: str) -> list[str]:
    """The first of sorted texts that begin with ``prefix``."""
    start = bisect_left(texts, prefix)
    end = min(start + MOST, len(texts))
    return [text for text in texts[start:end] if text.startswith(prefix)]


_ENTRIES: Final = 5_000
"""Entries of a folder that are read. A larger one would be long to read, and nobody chooses among so many."""


def files_at(prefix: str) -> list[str]:
    """Paths that begin so, folders with a ``/`` at their end. A folder that cannot be read has none."""
    name = prefix.rpartition("/")[2]
    lead = prefix[: len(prefix) - len(name)]
    try:
        with os.scandir(os.path.expanduser(lead) or ".") as entries:
            found = [
                f"{lead}{entry.name}{'/' if entry.is_dir() else ''}"
                for entry in islice(entries, _ENTRIES)
                if entry.name.startswith(name) and (name or not entry.name.startswith("."))
            ]
    except (OSError, ValueError):
        return []
    return sorted(found)[:MOST]


_NOTE: Final = 40
"""Characters of a value that are shown beside a name."""


def note_of(value: Value) -> str:
    """A value, as it is shown beside the name that has it."""
    text = value_text(value, depth=0, longest=_NOTE)
    return text if len(text) <= _NOTE else f"{text[: _NOTE - 3]}..."


NOTHING: Final = KnownNames()
"""Nothing is known but what the server brings."""
