"""What the rest of ldbpy asks of a place that holds keys and runs commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.resp import Reply

__all__ = ["Call", "ChangeListener", "UndoStore"]

Call = Callable[[list[bytes]], Reply]
"""Runs a command, its name first. What the server refuses is a reply as well, an ``ErrorReply``."""
ChangeListener = Callable[[list[bytes], int, list[bytes]], None]
"""Told after a command: its arguments, the database, and the keys it changed."""


class UndoStore(Protocol):
    """A keyspace whose changes can be undone.

    A savepoint is an opaque value: whatever ``savepoint`` gave is handed back to the other methods. They nest.
    """

    def savepoint(self) -> Any:
        """Start keeping what changes, until ``rollback`` or ``release``."""

    def rollback(self, savepoint: Any) -> None:
        """Put everything back as it was at the savepoint, and end it."""

    def release(self, savepoint: Any) -> None:
        """End the savepoint and keep the changes."""

    def changes(self, savepoint: Any) -> list[KeyChange]:
        """What differs from the savepoint, key by key."""

    def peek(self, db: int, key: bytes) -> KeyState | None:
        """A key's type, value and expiry, None if there is no such key, without changing anything of it."""
