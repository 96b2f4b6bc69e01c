"""MULTI, EXEC, DISCARD, WATCH, UNWATCH and RESET, as ``multi.c`` and ``processCommand`` of ``server.c`` do them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ldbpy.commands import Command
from ldbpy.features import Feature
from ldbpy.resp import NIL_ARRAY, OK, ErrorReply, Reply, Status
from ldbpy.store.memory.args import Argv
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import OUT_OF_MEMORY, reject
from ldbpy.store.memory.registry import command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ldbpy.store.memory.keyspace import Keyspace

__all__ = ["Transaction", "Watched"]

_QUEUED: Final = Status(b"QUEUED")
_ABORTED: Final = ErrorReply(b"EXECABORT Transaction discarded because of previous errors.")
_REFUSALS: Final = {
    "multi": ErrorReply(b"ERR MULTI calls can not be nested"),
    "watch": ErrorReply(b"ERR WATCH inside MULTI is not allowed"),
}
"""What servers answer that do not flag these commands ``no_multi``. The transaction goes on."""


_UNNOTICED: Final = frozenset((b"xack", b"xautoclaim", b"xclaim", b"xgroup", b"xreadgroup", b"xsetid"))
"""Commands that change what groups have read of a stream: to servers no change, unless they make the stream."""


class Watched:
    """The keys a connection watches, and whether one of them has changed since."""

    __slots__ = ("__weakref__", "_keys", "touched")

    def __init__(self) -> None:
        self._keys: Final[dict[tuple[int, bytes], bool]] = {}
        """Whether each was there, by database and name."""
        self.touched = False

    def add(self, db: Keyspace, key: bytes) -> None:
        """Watch that key too."""
        self._keys[db.index, key] = key in db

    def changed(self, argv: Argv, db: int, keys: Iterable[bytes]) -> None:
        """Be told of keys that a command has changed."""
        counts = {False} if argv[0].lower() in _UNNOTICED else {False, True}
        self.touched = self.touched or any(self._keys.get((db, key)) in counts for key in keys)

    def settle(self, client: Client) -> bool:
        """Whether a key has changed or expired by now."""
        client.store.before_command()
        for db, key in self._keys:
            client.store.keyspace(db).get(key)  # which removes what has expired
        client.store.after_command([b"EXEC"])
        return self.touched


class Transaction:
    """What a connection has queued since MULTI."""

    __slots__ = ("_client", "_commands", "_is_refused")

    def __init__(self, client: Client) -> None:
        self._client: Final = client
        self._commands: Final[list[tuple[Command, Argv]]] = []
        self._is_refused = False

    def take(self, command: Command | None, argv: Argv, refusal: ErrorReply | None) -> Reply:
        """Answer to a command: queue it, or carry it out if it ends the transaction. ``refusal``: why it cannot run."""
        refusal = refusal or self._refusal(command)
        name = "" if command is None else command.name
        if refusal is not None or command is None:
            self._is_refused = True
            if name == "exec":
                self._end()
            return refusal
        if name == "exec":
            return self._execute()
        if name == "discard":
            self._end()
            return OK
        if name == "reset":
            return self._client.run(command, argv)
        if name in _REFUSALS:
            return _REFUSALS[name]
        self._commands.append((command, argv))
        return _QUEUED

    def _refusal(self, command: Command | None) -> ErrorReply | None:
        """What a transaction refuses that would run outside of one."""
        if command is None:
            return None
        client = self._client
        if "no_multi" in command.flags:
            named = b" '%s'" % command.name.encode() if Feature.TRANSACTION_NAMES_REFUSED in client.features else b""
            return ErrorReply(b"ERR Command%s not allowed inside a transaction" % named)
        if not client.store.out_of_memory:
            return None
        if command.name == "exec":
            adds = any("denyoom" in queued.flags for queued, _ in self._commands)
            text = b"EXECABORT Transaction discarded because of: " + OUT_OF_MEMORY
            return ErrorReply(text) if adds else None
        queues = command.name not in ("discard", "reset")
        return ErrorReply(OUT_OF_MEMORY) if queues and Feature.QUEUE_NEEDS_MEMORY in client.features else None

    def _end(self) -> None:
        self._client.transaction = self._client.watched = None

    def _execute(self) -> Reply:
        client = self._client
        is_changed = client.watched is not None and client.watched.settle(client)
        self._end()
        if self._is_refused:
            return _ABORTED
        if is_changed:
            return None if client.resp == 3 else NIL_ARRAY
        client.store.freeze()
        client.may_block = False
        try:
            return [client.run(command, argv) for command, argv in self._commands]
        finally:
            client.may_block = True
            client.store.thaw()


@command("multi")
def multi(client: Client, argv: Argv) -> Reply:
    """MULTI."""
    client.transaction = Transaction(client)
    return OK


@command("exec")
def exec_(client: Client, argv: Argv) -> Reply:
    """EXEC where nothing has begun; ``Transaction`` has the other."""
    reject(b"ERR EXEC without MULTI")


@command("discard")
def discard(client: Client, argv: Argv) -> Reply:
    """DISCARD where nothing has begun; ``Transaction`` has the other."""
    reject(b"ERR DISCARD without MULTI")


@command("watch")
def watch(client: Client, argv: Argv) -> Reply:
    """WATCH key [key ...]. A key that has expired by now is no key that changes."""
    for key in argv[1:]:
        client.db.get(key)  # which removes what has expired
    client.store.after_command(argv)
    if client.watched is None:
        client.watched = Watched()
        client.store.tell_changes(client.watched)
    for key in argv[1:]:
        client.watched.add(client.db, key)
    return OK


@command("unwatch")
def unwatch(client: Client, argv: Argv) -> Reply:
    """UNWATCH."""
    client.watched = None
    return OK


@command("reset")
def reset(client: Client, argv: Argv) -> Reply:
    """RESET: the connection is as new."""
    client.transaction = client.watched = None
    client.select(0)
    client.resp = 2
    return Status(b"RESET")
