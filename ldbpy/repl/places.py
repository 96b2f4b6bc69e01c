"""Where a REPL's commands and Lua run: the embedded server, or a real one, which gets commands as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from ldbpy.commands import Command, CommandTable
from ldbpy.lua.host import CommandRunner
from ldbpy.lua.limits import Limits, Watch
from ldbpy.lua.random import Drand48
from ldbpy.lua.scripts import Runtime
from ldbpy.model.runs import RunReport
from ldbpy.resp import Reply
from ldbpy.script.source import Script
from ldbpy.targets.copying import matching_keys
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.target import Target

if TYPE_CHECKING:
    from ldbpy.store.server import FollowingClient
    from ldbpy.targets.embedded import EmbeddedServer
    from ldbpy.targets.server import ServerTarget

__all__ = ["EmbeddedPlace", "Place", "ServerPlace"]


class Place(Protocol):
    """One server, and one connection to it, which Lua and typed commands share."""

    @property
    def target(self) -> Target:
        """Runs whole scripts."""

    @property
    def runtime(self) -> Runtime:
        """What Lua typed here runs on."""

    @property
    def table(self) -> CommandTable:
        """The commands there are."""

    @property
    def embedded(self) -> EmbeddedServer | None:
        """The embedded server, None on a real one."""

    @property
    def db(self) -> int:
        """The database the connection is in."""

    @property
    def first_db(self) -> int:
        """The database it was in at first."""

    @property
    def sent_on(self) -> str | None:
        """Where a cluster sent the last command on to, for people."""

    def call(self, argv: list[bytes], *, queues: bool = False) -> Reply:
        """Run a command as it was typed. Raises ``BackendError`` if the server cannot be used.

        ``queues``: MULTI went before, so that it is no command to be sent on to another node.
        """

    def quietly(self, argv: list[bytes]) -> Reply:
        """Run a command that only looks, so that the server does not count it as a use of the key."""

    def matching(self, pattern: bytes) -> list[bytes]:
        """The keys that match a pattern, sorted; in a cluster those of every node. Raises as ``matching_keys``."""

    def run(self, script: Script, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions) -> RunReport:
        """Run a whole script, as EVAL does, in the database the connection is in."""

    def runner(self) -> CommandRunner:
        """Where the commands of Lua run."""

    def scripting(self, watch: Watch) -> AbstractContextManager[None]:
        """While Lua runs: time stands still, ``interrupt`` stops ``watch``."""

    def interrupt(self) -> bool:
        """End soon a script that runs, or the wait for a server; whether there is one. From any thread."""

    def close(self) -> None:
        """Let go of the connection."""


class EmbeddedPlace:
    """The embedded server."""

    first_db: Final = 0
    sent_on: Final = None

    def __init__(self, server: EmbeddedServer) -> None:
        self.embedded: Final = server
        self.target: Final = server
        self.runtime: Final = server.runtime
        self.table: Final = server.store.table
        self._client: Final = server.client()

    @property
    def db(self) -> int:
        """See ``Place``."""
        return self._client.db.index

    def call(self, argv: list[bytes], *, queues: bool = False) -> Reply:
        """See ``Place``."""
        return self._client.call(argv)

    def quietly(self, argv: list[bytes]) -> Reply:
        """See ``Place``."""
        return self.embedded.client(db=self.db).call(argv)

    def matching(self, pattern: bytes) -> list[bytes]:
        """See ``Place``."""
        return matching_keys(self.quietly, pattern)

    def run(self, script: Script, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions) -> RunReport:
        """See ``Place``."""
        return self.embedded.run(script, keys, args, options, db=self.db)

    def runner(self) -> CommandRunner:
        """See ``Place``."""
        return self.embedded.store.script_client(self.db)

    @contextmanager
    def scripting(self, watch: Watch) -> Iterator[None]:
        """See ``Place``."""
        self.embedded.store.freeze()
        self.embedded.watch = watch
        try:
            yield
        finally:
            self.embedded.watch = None
            self.embedded.store.thaw()

    def interrupt(self) -> bool:
        """See ``Place``."""
        runs = self.embedded.watch is not None
        self.embedded.interrupt()
        return runs

    def close(self) -> None:
        """See ``Place``."""
        self.embedded.close()


class ServerPlace:
    """A real server. Its own Lua runs whole scripts; what is typed runs here, its commands there, one by one.

    In a cluster each command goes where its keys are, and those without keys where the last one was.
    """

    embedded: Final = None

    def __init__(self, target: ServerTarget, limits: Limits) -> None:
        """``target`` is closed with this."""
        from ldbpy.store.server import FollowingClient  # redis-py takes long to import

        self._follow: Final = FollowingClient
        self.target: Final = target
        self.table: Final = target.store.table
        self.runtime: Final = Runtime(target.flavor, self.table, Drand48(), limits)
        self._client: Final = FollowingClient(target.nodes)
        self._looking: FollowingClient | None = None
        self._runner: _ServerRunner | None = None
        self._watch: Watch | None = None
        self._waits = self._runs = False
        self._queued_db: bytes | None = None
        self.first_db: Final[int] = self.db

    @property
    def db(self) -> int:
        """See ``Place``."""
        return self._client.db

    @property
    def sent_on(self) -> str | None:
        """See ``Place``."""
        return self._client.sent_on

    def call(self, argv: list[bytes], *, queues: bool = False) -> Reply:
        """See ``Place``. A connection that was lost is made again, in the database and the protocol it was in."""
        self._waits = True
        try:
            reply = self._client.call(argv, stays=queues)
        finally:
            self._waits = False
        if queues:
            self._note(argv, reply)
        return reply

    def _note(self, argv: list[bytes], reply: Reply) -> None:
        """Keep the database that a transaction chooses."""
        match argv[0].upper(), reply:
            case b"SELECT", b"QUEUED":
                self._queued_db = argv[1]
            case b"EXEC", list() if self._queued_db is not None and self._queued_db.isdigit():
                self._client.settled(int(self._queued_db))
        if argv[0].upper() in (b"EXEC", b"DISCARD", b"RESET"):
            self._queued_db = None

    def quietly(self, argv: list[bytes]) -> Reply:
        """See ``Place``: CLIENT NO-TOUCH on a connection of its own, where the server has that (Redis 7.2)."""
        return self._looker().call(argv)

    def matching(self, pattern: bytes) -> list[bytes]:
        """See ``Place``."""
        looker = self._looker()
        masters = self.target.nodes.masters()
        return sorted({key for each in masters for key in matching_keys(partial(looker.call_at, each), pattern)})

    def _looker(self) -> FollowingClient:
        if self._looking is None:
            self._looking = self._follow(self.target.nodes, [b"CLIENT", b"NO-TOUCH", b"ON"])
        self._looking.db = self.db
        return self._looking

    def run(self, script: Script, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions) -> RunReport:
        """See ``Place``."""
        self._runs = True
        try:
            self.target.call([b"SELECT", b"%d" % self.db])
            return self.target.run(script, keys, args, options)
        finally:
            self._runs = False

    def runner(self) -> CommandRunner:
        """See ``Place``: a connection of its own, so that a protocol or a transaction chosen here is none of Lua's."""
        if self._runner is None:
            self._runner = _ServerRunner(self._follow(self.target.nodes))
        self._runner.begin(self.db)
        return self._runner

    @contextmanager
    def scripting(self, watch: Watch) -> Iterator[None]:
        """See ``Place``; a server's time goes on between two commands."""
        self._watch = watch
        try:
            yield
        finally:
            self._watch = None

    def interrupt(self) -> bool:
        """See ``Place``."""
        watch = self._watch
        if watch is not None:
            watch.interrupt()
        if self._waits:
            self._client.interrupt()
        if self._runs:
            self.target.interrupt()
        waits = self._runner is not None and self._runner.interrupt()
        return watch is not None or self._waits or self._runs or waits

    def close(self) -> None:
        """See ``Place``."""
        for client in (self._client, self._looking, self._runner):
            if client is not None:
                client.close()
        self.target.close()


class _ServerRunner:
    """Sends the commands of Lua that runs here to a server."""

    def __init__(self, client: FollowingClient) -> None:
        self._client: Final = client
        self.waits = False
        """Whether a reply is waited for."""

    def begin(self, db: int) -> None:
        """Begin as a script does: in that database, with RESP2."""
        self._client.db, self._client.resp = db, 2

    @property
    def resp(self) -> int:
        """The protocol replies are shaped for."""
        return self._client.resp

    @resp.setter
    def resp(self, version: int) -> None:
        self._client.resp = version

    def run(self, command: Command, argv: list[bytes]) -> Reply:
        """Run a command."""
        self.waits = True
        try:
            return self._client.call(argv)
        finally:
            self.waits = False

    def warm(self, command: Command, argv: list[bytes]) -> None:
        """There is nothing to load."""

    def interrupt(self) -> bool:
        """End the wait for a reply; whether there is one."""
        if self.waits:
            self._client.interrupt()
        return self.waits

    def close(self) -> None:
        """End the connection."""
        self._client.close()
