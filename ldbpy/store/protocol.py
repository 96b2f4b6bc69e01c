"""What the rest of ldbpy asks of a place that holds keys and runs commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.resp import Reply

__all__ = ["ChangeListener", "Store", "StoreClient", "UndoStore"]

ChangeListener = Callable[[list[bytes], int, list[bytes]], None]
"""Told after a command: its arguments, the database, and the keys it changed."""


class StoreClient(Protocol):
    """One connection to a store."""

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command as a client sends it. An error the server answers is a reply, not an exception.

        Raises:
            ConnectError: there is no connection, or it was lost.
        """


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


class Store(UndoStore, Protocol):
    """A keyspace that commands run against."""

    def client(self, *, db: int = 0, resp: int = 2) -> StoreClient:
        """A new connection, replies shaped for that protocol (2 or 3)."""
