"""Where a REPL's commands and Lua run: the embedded server, or a real one, which gets commands as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from ldbpy.commands import Command, CommandTable
from ldbpy.lua.host import CommandRunner
from ldbpy.lua.limits import Limits, Watch
from ldbpy.lua.random import Drand48
from ldbpy.lua.scripts import Runtime
from ldbpy.model.runs import RunReport
from ldbpy.resp import Reply
from ldbpy.script.source import Script
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.target import Target

if TYPE_CHECKING:
    from ldbpy.store.server import ServerClient
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

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command as it was typed. Raises ``BackendError`` if the server cannot be used."""

    def quietly(self, argv: list[bytes]) -> Reply:
        """Run a command that only looks, so that the server does not count it as a use of the key."""

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

    def call(self, argv: list[bytes]) -> Reply:
        """See ``Place``."""
        return self._client.call(argv)

    def quietly(self, argv: list[bytes]) -> Reply:
        """See ``Place``."""
        return self.embedded.client(db=self.db).call(argv)

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
    """A real server. Its own Lua runs whole scripts; what is typed runs here, its commands there, one by one."""

    embedded: Final = None

    def __init__(self, target: ServerTarget, limits: Limits) -> None:
        """``target`` is closed with this."""
        self.target: Final = target
        self.table: Final = target.store.table
        self.runtime: Final = Runtime(target.flavor, self.table, Drand48(), limits)
        self._client: Final = target.store.client()
        self._looking: ServerClient | None = None
        self._looking_at = 0
        self._runner: _ServerRunner | None = None
        self._watch: Watch | None = None
        self._waits = self._runs = False
        self.db: int = self._client.db
        self.first_db: Final[int] = self.db

    def call(self, argv: list[bytes]) -> Reply:
        """See ``Place``. A connection that was lost is made again, in the database it was in."""
        if not self._client.is_open and self.db != self._client.db:
            self._client.call([b"SELECT", b"%d" % self.db])
        name = argv[0].upper()
        if name == b"HELLO" and argv[1:2] == [b"3"]:
            self._client.expect_resp3()
        self._waits = True
        try:
            reply = self._client.call(argv)
        finally:
            self._waits = False
        if reply == b"OK" and name == b"SELECT":
            self.db = int(argv[1])
        return reply

    def quietly(self, argv: list[bytes]) -> Reply:
        """See ``Place``: CLIENT NO-TOUCH on a connection of its own, where the server has that (Redis 7.2)."""
        if self._looking is None or not self._looking.is_open:
            self._looking = self.target.store.client()
            self._looking.call([b"CLIENT", b"NO-TOUCH", b"ON"])
            self._looking_at = self._looking.db
        if self._looking_at != self.db:
            self._looking.call([b"SELECT", b"%d" % self.db])
            self._looking_at = self.db
        return self._looking.call(argv)

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
        if self._runner is None or not self._runner.is_open:
            self._runner = _ServerRunner(self.target.store.client())
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

    def __init__(self, client: ServerClient) -> None:
        self._client: Final = client
        self._resp = 2
        self.waits = False
        """Whether a reply is waited for."""

    @property
    def is_open(self) -> bool:
        """Whether the connection is there."""
        return self._client.is_open

    def begin(self, db: int) -> None:
        """Begin as a script does: in that database, with RESP2."""
        self.resp = 2
        self._client.call([b"SELECT", b"%d" % db])

    @property
    def resp(self) -> int:
        """The protocol replies are shaped for."""
        return self._resp

    @resp.setter
    def resp(self, version: int) -> None:
        if version != self._resp:
            if version == 3:
                self._client.expect_resp3()
            self._client.call([b"HELLO", b"%d" % version])
            self._resp = version

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
