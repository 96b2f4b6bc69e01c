"""The names in reach where a debugged script stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from threading import Lock
from typing import Final

from ldbpy.assist.names import KnownNames, files_at, note_of
from ldbpy.assist.records import Kind, Name
from ldbpy.console.console import Console
from ldbpy.engine.backend import Scopes
from ldbpy.engine.session import State
from ldbpy.errors import LdbpyError
from ldbpy.model.debugging import Value, ValueKind, Variable

__all__ = ["StoppedNames"]

_FIELD: Final = re.compile(rb'(?:\[")?([A-Za-z_]\w*)(?:"\])?')
"""The key of an element that can follow a dot, with or without brackets around it."""
_ELEMENTS: Final = 2_000
"""Elements of a table that are read for their names."""


class StoppedNames:
    """Variables, fields and keys, read from the session when first asked for and kept. Made anew for every line.

    Reads values as they are shown: no metamethod runs, and nothing is asked of a script that runs.
    """

    def __init__(self, console: Console) -> None:
        self._console: Final = console
        self._lock: Final = Lock()
        self._scopes: Scopes | None = None
        self._known: KnownNames | None = None
        self._fields: Final[dict[tuple[str, ...], KnownNames]] = {}

    def variables(self, prefix: str) -> Iterable[Name]:
        """See ``Names``."""
        return self._all().variables(prefix)

    def members(self, path: Sequence[str], prefix: str) -> Iterable[Name]:
        """See ``Names``."""
        path = tuple(path)
        with self._lock:
            if path and path not in self._fields:
                self._fields[path] = KnownNames(self._read_fields(path))
            found = self._fields.get(path)
        return found.variables(prefix) if found is not None else ()

    def keys(self, prefix: str) -> Iterable[str]:
        """See ``Names``."""
        return self._all().keys(prefix)

    def files(self, prefix: str) -> Iterable[str]:
        """See ``Names``."""
        return files_at(prefix)

    # -- reading

    def _all(self) -> KnownNames:
        with self._lock:
            if self._known is None:
                self._known = KnownNames(self._read_variables(), keys=self._read_keys())
            return self._known

    def _read_scopes(self) -> Scopes:
        if self._scopes is None:
            console = self._console
            self._scopes = Scopes((), ())
            if console.session.state is State.STOPPED:
                backend, frame = console.session.backend, console.frame
                with suppress(LdbpyError):  # it went on meanwhile: nothing is known
                    self._scopes = console.session.ask(lambda: backend.scopes(frame))
        return self._scopes

    def _read_variables(self) -> Iterator[Name]:
        scopes = self._read_scopes()
        for kind, variables in ((Kind.LOCAL, scopes.locals), (Kind.UPVALUE, scopes.upvalues)):
            for variable in reversed(variables):  # of a name twice the last counts
                yield Name(variable.name.decode("utf-8", "replace"), kind, note_of(variable.value))

    def _read_keys(self) -> list[str]:
        """The declared keys, and those that commands were called with."""
        session = self._console.session
        found = [*session.touched]
        if session.state is State.STOPPED:
            with suppress(LdbpyError):
                found += [key for key, _ in session.ask(session.backend.keys)]
        return [key.decode("utf-8", "replace") for key in found]

    def _read_fields(self, path: Sequence[str]) -> list[Name]:
        scopes = self._read_scopes()
        first = path[0].encode()
        found = [each for each in (*scopes.upvalues, *scopes.locals) if each.name == first]
        value = found[-1].value if found else None
        for name in path[1:]:
            value = next((each for key, each in self._fields_of(value) if key == name), None)
        return [Name(key, Kind.FIELD, note_of(each)) for key, each in self._fields_of(value)]

    def _fields_of(self, value: Value | None) -> Iterator[tuple[str, Value]]:
        for item in self._elements(value):
            match = _FIELD.fullmatch(item.name)
            if match is not None:
                yield match[1].decode(), item.value

    def _elements(self, value: Value | None) -> tuple[Variable, ...]:
        """The first elements of a table."""
        if value is None or value.kind is not ValueKind.TABLE or not value.handle:
            return value.page.items if value is not None and value.page is not None else ()
        backend = self._console.session.backend
        try:
            return self._console.session.ask(lambda: backend.elements(value.handle, 0, _ELEMENTS)).items
        except LdbpyError:
            return ()
