"""A script run here with the data of a live server: traced, with what it changed told, and undone if wanted."""

from __future__ import annotations

from collections.abc import Sequence

from ldbpy.lua.limits import Limits
from ldbpy.resp import Reply
from ldbpy.store.undo import LiveStore
from ldbpy.targets.script_server import ScriptServer

__all__ = ["LiveTarget"]


class LiveTarget(ScriptServer[LiveStore]):
    """Our runtime, its commands on a live server one by one."""

    def __init__(self, store: LiveStore, limits: Limits | None = None) -> None:
        super().__init__(store.flavor, store, db=store.db, limits=limits)

    @property
    def description(self) -> str:
        """What and where it is, for people."""
        return self.store.server.description

    def notes(self, keys: Sequence[bytes]) -> Sequence[str]:
        """See ``Target``."""
        return ()

    def left_text(self) -> str | None:
        """See ``ScriptServer``: those that others had written to."""
        return self.store.left_text()

    def interrupt(self) -> None:
        """See ``ScriptServer``. Another client's script is not waited for any more."""
        super().interrupt()
        self.store.interrupt()

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command of our own."""
        return self.store.server.call(argv)

    def close(self) -> None:
        """End the connections."""
        self.store.close()
