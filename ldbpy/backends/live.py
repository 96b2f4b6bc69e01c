"""Debugging on our own runtime with a live server's data: commands go there one by one, and are undone at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ldbpy.backends.local import NATIVE, LocalBackend
from ldbpy.engine.backend import Capabilities, Capability, Evaluation, Listener, Position, Support
from ldbpy.errors import BackendError, LdbpyError
from ldbpy.model.changes import KeyChange
from ldbpy.model.debugging import OutputKind
from ldbpy.model.runs import RunReport
from ldbpy.script.source import Script
from ldbpy.store.undo import LiveStore
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.script_server import ScriptServer

__all__ = ["LIVE", "LiveBackend"]

LIVE: Final = Capabilities({**NATIVE.levels, Capability.ROLLBACK: Support.EMULATED}, {})
"""Everything can be done; what was changed is put back from here, key by key."""


class LiveBackend(LocalBackend):
    """Debugs a script here with the data of a live server.

    ``read`` gives the script, again for every run.
    """

    def __init__(
        self,
        server: ScriptServer[LiveStore],
        read: Callable[[], Script],
        keys: Sequence[bytes],
        args: Sequence[bytes],
        options: RunOptions,
        *,
        function: bytes | None = None,
    ) -> None:
        super().__init__(server, read, keys, args, options, function=function)
        self._store: Final = server.store
        self._listener: Listener | None = None

    @property
    def capabilities(self) -> Capabilities:
        """See ``Backend``."""
        return LIVE

    def run(self, listener: Listener) -> RunReport:
        """See ``Backend``."""
        self._listener = listener
        self._store.on_wait = self._tell
        try:
            return super().run(listener)
        except BaseException as error:
            self._undo(error)
            raise

    def _undo(self, error: BaseException) -> None:
        """Put back what a run has changed that could not be brought to its end.

        Raises:
            BackendError: that cannot be done either.
        """
        savepoint, self._savepoint = self._savepoint, None
        if savepoint is None:
            return
        self.drop_watched()
        changed = self._store.has_changed(savepoint)
        try:
            self._store.rollback(savepoint)
        finally:
            self._store.close()
        if changed and isinstance(error, LdbpyError):
            left = self._store.left_text()
            error.args = (f"{error}; what the script had changed is {left or 'rolled back'}",)

    def finish(self, *, commit: bool) -> tuple[KeyChange, ...]:
        """See ``Backend``."""
        try:
            return self._finish(commit=commit)
        finally:
            self._store.close()

    def _finish(self, *, commit: bool) -> tuple[KeyChange, ...]:
        self.drop_watched()
        if commit:
            self._store.release(self._savepoint)
        try:
            changes = tuple(self._store.changes(self._savepoint))
        except BackendError as error:
            if not commit:
                self._undo(error)
            raise
        self._last_count = self.statements
        savepoint, self._savepoint = self._savepoint, None
        if not commit:
            self._store.rollback(savepoint)
            self._tell_left()
        return changes

    def _tell_left(self) -> None:
        told = self._store.left_text()
        if told is not None:
            self._tell(told)

    def _tell(self, text: str) -> None:
        if self._listener is not None:
            self._listener.output(OutputKind.NOTICE, 0, text.encode())

    def interrupt(self) -> None:
        """See ``Backend``. While another client's script is waited for, what waits ends with an error."""
        super().interrupt()
        self._store.interrupt()

    # -- standing still

    def position(self) -> Position:
        """See ``LocalBackend``. Asked when the script is about to stand still."""
        self._store.settle()
        return super().position()

    def evaluate(self, expression: str, frame: int, *, whole: bool = False) -> Evaluation:
        """See ``Backend``. What the prompt has written is looked at too."""
        told = super().evaluate(expression, frame, whole=whole)
        self._store.settle()
        return told
