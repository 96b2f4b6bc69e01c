"""The places a script can be debugged at, for tests that want the same of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple, Protocol

from ldbpy.backends.ldb import LdbBackend, LdbOptions
from ldbpy.backends.local import LocalBackend
from ldbpy.engine.backend import Backend
from ldbpy.engine.session import Session
from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS
from ldbpy.lua.limits import Limits
from ldbpy.model.debugging import Ended, Output, Stopped
from ldbpy.resp import Reply
from ldbpy.script.source import Script, SourceMap
from ldbpy.store.memory.globs import glob
from ldbpy.store.server import ServerStore
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from tests.servers.fixtures import RealServer, RealServers
from tests.servers.found import SERVER_FLAVORS

__all__ = ["PLACES", "Place", "Played", "place_named", "session_on"]

PLACES: Final = ("embedded", *SERVER_FLAVORS)


class Place(Protocol):
    """Where a script is debugged."""

    @property
    def name(self) -> str:
        """For the test's name."""

    def backend(self, script: Script, keys: list[bytes], args: list[bytes]) -> Backend:
        """A backend for a script."""

    def call(self, *argv: bytes) -> Reply:
        """A command of another client."""


class Embedded:
    """Our own runtime."""

    name = "embedded"

    def __init__(self) -> None:
        self._server = EmbeddedServer(FLAVORS[DEFAULT_FLAVOR], limits=Limits(seconds=20))

    def backend(self, script: Script, keys: list[bytes], args: list[bytes]) -> Backend:
        """See ``Place``."""
        return LocalBackend(self._server, lambda: script, keys, args, RunOptions())

    def call(self, *argv: bytes) -> Reply:
        """See ``Place``."""
        return self._server.call(list(argv))


class Remote:
    """A real server's own debugger."""

    def __init__(self, server: RealServer, *, sync: bool = False) -> None:
        self.name = server.flavor.name
        self.server = server
        self._sync = sync

    def backend(self, script: Script, keys: list[bytes], args: list[bytes]) -> Backend:
        """See ``Place``."""
        store = ServerStore(self.server.url)
        store.close()
        return LdbBackend(store, lambda: script, keys, args, LdbOptions(sync=self._sync, patience=10))

    def call(self, *argv: bytes) -> Reply:
        """See ``Place``."""
        with self.server.client() as client:
            return client.call(*argv)


def place_named(name: str, servers: RealServers, *, sync: bool = False) -> Place:
    """The place of that name, empty."""
    return Embedded() if name == "embedded" else Remote(servers.get(name), sync=sync)


class Played(NamedTuple):
    """A session, and what to do with it."""

    session: Session
    go: Callable[..., Stopped | None]
    """Go on in a way, to the next stop; None at the end."""
    outputs: list[Output]


@contextmanager
def session_on(
    place: Place, source: bytes, *, keys: tuple[bytes, ...] = (b"key",), args: tuple[bytes, ...] = (b"5",)
) -> Iterator[Played]:
    """A session with a script that stands at its first statement; ended in any case."""
    script = Script(source, SourceMap("script.lua"))
    backend = place.backend(script, list(keys), list(args))
    session = Session(backend, lambda pattern, key: bool(glob(pattern)(key)))
    session.stop_on_uncaught = False
    outputs: list[Output] = []

    def arrive() -> Stopped | None:
        for event in session.events():
            if isinstance(event, Output):
                outputs.append(event)
            elif isinstance(event, Stopped):
                return event
            elif isinstance(event, Ended):
                return None
        raise AssertionError("neither a stop nor the end")

    def go(*how: object) -> Stopped | None:
        session.resume(*how)  # type: ignore[arg-type]
        return arrive()

    session.load()
    session.start()
    try:
        arrive()
        yield Played(session, go, outputs)
    finally:
        if session.failure is None:
            session.close()
