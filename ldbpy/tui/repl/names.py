"""The names in reach at the REPL's prompt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ldbpy.assist.names import KnownNames, files_at, note_of
from ldbpy.assist.records import Kind, Name
from ldbpy.repl.repl import Repl

__all__ = ["SessionNames"]

_PLAIN: Final = re.compile(rb"[A-Za-z_]\w*")


class SessionNames:
    """Variables, fields and keys, read when first asked for and kept. Made anew for every input.

    Reads tables raw: no code of the session's runs, and nothing is asked of a real server.
    """

    def __init__(self, repl: Repl) -> None:
        self._repl: Final = repl
        self._known: KnownNames | None = None
        self._fields: Final[dict[tuple[str, ...], KnownNames]] = {}

    def variables(self, prefix: str) -> Iterable[Name]:
        """See ``Names``."""
        return self._all().variables(prefix)

    def members(self, path: Sequence[str], prefix: str) -> Iterable[Name]:
        """See ``Names``."""
        path = tuple(path)
        if path not in self._fields:
            found = self._repl.lua.fields([name.encode() for name in path]) or ()
            self._fields[path] = KnownNames(
                Name(each.name.decode(), Kind.FIELD, note_of(each.value))
                for each in found
                if _PLAIN.fullmatch(each.name)
            )
        return self._fields[path].variables(prefix)

    def keys(self, prefix: str) -> Iterable[str]:
        """See ``Names``."""
        return self._all().keys(prefix)

    def files(self, prefix: str) -> Iterable[str]:
        """See ``Names``."""
        return files_at(prefix)

    def _all(self) -> KnownNames:
        if self._known is None:
            repl = self._repl
            variables = [
                Name(each.name.decode("utf-8", "replace"), Kind.LOCAL, note_of(each.value)) for each in repl.variables()
            ]
            keys = [key.decode("utf-8", "replace") for key in repl.known_keys()]
            self._known = KnownNames(variables, keys=keys)
        return self._known
