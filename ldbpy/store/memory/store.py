"""The embedded store: databases in memory, answering commands as the flavor's server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ldbpy.commands import CommandTable, load_table
from ldbpy.flavors import Flavor
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.cursors import Cursors
from ldbpy.store.memory.keyspace import Keyspace, PreImages
from ldbpy.store.memory.sizes import UsedMemory
from ldbpy.store.memory.states import key_state
from ldbpy.store.protocol import ChangeListener

if TYPE_CHECKING:
    import random
    from weakref import WeakSet

    from ldbpy.store.memory.transactions import Watched

__all__ = ["MemoryStore"]


class MemoryStore:
    """An empty server in memory.

    ``clock`` gives the time in microseconds since 1970; ``rng`` decides what the server leaves to chance.
    """

    def __init__(
        self,
        flavor: Flavor,
        *,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
        rng: random.Random | None = None,
    ) -> None:
        self.flavor: Final = flavor
        self.table: Final[CommandTable] = load_table(flavor.table, flavor.table_until)
        self.clock: Final = clock
        self._rng = rng
        self.config: Final[dict[bytes, bytes]] = {}
        self.listeners: Final[list[ChangeListener]] = []
        self.cursors: Final = Cursors()
        self.created: Final = clock()
        self.frozen: int | None = None
        """The time in microseconds at which it stands still inside a script or a transaction."""
        self._freezes = 0
        self._watched: WeakSet[Watched] | None = None
        """What connections watch that are still there; None before the first WATCH."""
        self.maxmemory = 0
        """Bytes of data over which commands that add some are refused; 0: no limit."""
        self._used: UsedMemory | None = None
        self._keyspaces: Final[dict[int, Keyspace]] = {}
        self._savepoints: Final[list[PreImages]] = []

    # -- clients

    def client(self, *, db: int = 0, resp: int = 2, in_script: bool = False) -> Client:
        """A new connection."""
        return Client(self, db=db, resp=resp, in_script=in_script)

    def script_client(self, db: int) -> Client:
        """See ``ScriptStore``."""
        return self.client(db=db, in_script=True)

    def freeze(self) -> None:
        """Let time stand still for a script or a transaction. In one that runs within another, it already does."""
        if not self._freezes:
            self.frozen = self.clock()
        self._freezes += 1

    def thaw(self) -> None:
        """Let time go on once everything is through for which it stood still."""
        self._freezes -= 1
        if not self._freezes:
            self.frozen = None

    def keyspace(self, index: int) -> Keyspace:
        """The database of that number, made when first asked for."""
        keyspace = self._keyspaces.get(index)
        if keyspace is None:
            keyspace = self._keyspaces[index] = Keyspace(index, self.flavor.features)
            keyspace.pre_images = self._savepoints[-1] if self._savepoints else None
            keyspace.now = self.now() // 1000
        return keyspace

    @property
    def keyspaces(self) -> dict[int, Keyspace]:
        """The databases in use, by number."""
        return self._keyspaces

    @property
    def rng(self) -> random.Random:
        """What decides where the server leaves it to chance."""
        if self._rng is None:
            import random

            self._rng = random.Random()
        return self._rng

    def now(self) -> int:
        """The time commands go by, in microseconds since 1970."""
        return self.clock() if self.frozen is None else self.frozen

    def before_command(self) -> None:
        """Let the databases know the time."""
        now = self.now() // 1000
        for keyspace in self._keyspaces.values():
            keyspace.now = now

    # -- undo

    def savepoint(self) -> PreImages:
        """Start keeping what changes, until ``rollback`` or ``release``. Savepoints nest."""
        images: PreImages = {}
        self._savepoints.append(images)
        self._keep(images)
        return images

    def rollback(self, savepoint: PreImages) -> None:
        """Put everything back as it was at the savepoint, and end it."""
        self._end(savepoint)
        for (index, key), (value, when) in savepoint.items():
            self.keyspace(index).restore(key, value, when)

    def release(self, savepoint: PreImages) -> None:
        """End the savepoint and keep the changes."""
        self._end(savepoint)
        if self._savepoints:
            for place, image in savepoint.items():
                self._savepoints[-1].setdefault(place, image)

    def _end(self, savepoint: PreImages) -> None:
        assert self._savepoints, "no savepoint is open"
        assert self._savepoints[-1] is savepoint, "savepoints end in the order opposite to their start"
        self._savepoints.pop()
        self._keep(self._savepoints[-1] if self._savepoints else None)

    def _keep(self, images: PreImages | None) -> None:
        for keyspace in self._keyspaces.values():
            keyspace.pre_images = images

    def changes(self, savepoint: PreImages) -> list[KeyChange]:
        """What differs from the savepoint, key by key, in the order of first change."""
        found = []
        for (index, key), (value, when) in savepoint.items():
            keyspace = self.keyspace(index)
            before = None if value is None else key_state(value, when)
            after = self.peek(index, key)
            if before != after and not (after is None and when is not None and when < keyspace.now):
                found.append(KeyChange(index, key, before, after))
        return found

    def peek(self, db: int, key: bytes) -> KeyState | None:
        """A key's type, value and expiry; None if there is no such key. Changes nothing."""
        keyspace = self.keyspace(db)
        value = keyspace.values.get(key)
        when = keyspace.expires.get(key)
        if value is None or (when is not None and when < keyspace.now):
            return None
        return key_state(value, when)

    # -- after a command

    def after_command(self, argv: list[bytes]) -> None:
        """Reckon with the keys the command changed: memory in use, listeners."""
        for keyspace in self._keyspaces.values():
            if keyspace.changed:
                keys = list(keyspace.changed)
                keyspace.changed.clear()
                if self._used is not None:
                    self._used.update(keyspace, keys)
                if self._watched is not None:
                    for watched in self._watched:
                        watched.changed(argv, keyspace.index, keys)
                for listener in self.listeners:
                    listener(argv, keyspace.index, keys)

    def tell_changes(self, watched: Watched) -> None:
        """Tell it what changes, for as long as somebody else holds it."""
        if self._watched is None:
            from weakref import WeakSet

            self._watched = WeakSet()
        self._watched.add(watched)

    def set_maxmemory(self, limit: int) -> None:
        """Refuse commands that add data when there is more than ``limit`` bytes; 0: never."""
        self.maxmemory = limit
        if self._used is None:
            self._used = UsedMemory()
            for keyspace in self._keyspaces.values():
                self._used.update(keyspace, keyspace.values)

    @property
    def out_of_memory(self) -> bool:
        """Whether there is more data than maxmemory allows."""
        return self._used is not None and 0 < self.maxmemory < self._used.total
