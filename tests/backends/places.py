"""The places a script can be debugged at, for tests that want the same of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from ldbpy.backends.ldb import LdbBackend, LdbOptions
from ldbpy.backends.live import LiveBackend
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
from ldbpy.store.undo import LiveStore
from ldbpy.store.undo.fingerprint import fingerprint
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.script_server import ScriptServer
from tests.backends.scripted import scripted
from tests.servers.fixtures import RealServer, RealServers
from tests.servers.found import SERVER_FLAVORS

__all__ = ["LOCAL", "PLACES", "Embedded", "Live", "Place", "Played", "Remote", "dataset", "place_named", "session_on"]

LOCAL: Final = "--local "
"""What names a place begin with where the script runs here, and its commands on a live server."""
PLACES: Final = ("embedded", "dragonfly", "scripted", *SERVER_FLAVORS, *(f"{LOCAL}{name}" for name in SERVER_FLAVORS))


class Place(Protocol):
    """Where a script is debugged."""

    @property
    def name(self) -> str:
        """For the test's name."""

    def backend(self, script: Script, keys: list[bytes], args: list[bytes]) -> Backend:
        """A backend for a script."""

    def call(self, *argv: bytes) -> Reply:
        """A command of another client."""

    def data(self) -> dict[bytes, object] | None:
        """Every key with what it holds and when it expires, to compare; None where sessions keep what they change."""


class Embedded:
    """Our own runtime."""

    name = "embedded"

    def __init__(self, flavor: str = DEFAULT_FLAVOR) -> None:
        self.flavor = flavor
        self._server = EmbeddedServer(FLAVORS[flavor], limits=Limits(seconds=20))

    def backend(self, script: Script, keys: list[bytes], args: list[bytes]) -> Backend:
        """See ``Place``."""
        return LocalBackend(self._server, lambda: script, keys, args, RunOptions())

    def call(self, *argv: bytes) -> Reply:
        """See ``Place``."""
        return self._server.call(list(argv))

    def data(self) -> dict[bytes, object] | None:
        """See ``Place``."""
        names = self._server.call([b"KEYS", b"*"])
        assert isinstance(names, list)
        return {name: self._server.store.peek(0, name) for name in names if isinstance(name, bytes)}


class Scripted(Embedded):
    """No Lua at all: what the script does on our runtime is played back."""

    name = "scripted"

    def backend(self, script: Script, keys: list[bytes], args: list[bytes]) -> Backend:
        """See ``Place``."""
        return scripted(LocalBackend(self._server, lambda: script, keys, args, RunOptions()))


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

    def data(self) -> dict[bytes, object] | None:
        """See ``Place``."""
        return None if self._sync else dataset(self.server)


def dataset(server: RealServer, *, db: int = 0) -> dict[bytes, object]:
    """Every key as the server would move it elsewhere, in whatever order it tells its members; whether it expires."""
    with server.client() as client:
        client.call("SELECT", db)
        names = client.call("KEYS", "*")
        assert isinstance(names, list)
        found: dict[bytes, object] = {}
        for name in names:
            assert isinstance(name, bytes)
            dump = client.call("DUMP", name)
            assert isinstance(dump, bytes)
            found[name] = (fingerprint(dump), client.call("PTTL", name) != -1)
        return found


class Live:
    """Our own runtime, its commands on a real server, undone."""

    def __init__(
        self,
        server: RealServer,
        folder: Path,
        *,
        url: str | None = None,
        timeout: float = 10,
        may_last: Callable[[str], bool] = lambda told: False,
    ) -> None:
        """``url``: where it is, if there is something between; ``may_last``: see ``LiveStore``."""
        self.url = url or server.url
        self._timeout = timeout
        self._may_last = may_last
        self.name = f"{LOCAL}{server.flavor.name}"
        self.server = server
        self.folder = folder

    def backend(self, script: Script, keys: list[bytes], args: list[bytes]) -> Backend:
        """See ``Place``."""
        store = LiveStore(
            ServerStore(self.url, timeout=self._timeout), self.folder, script="script.lua", may_last=self._may_last
        )
        runtime = ScriptServer(store.flavor, store, db=store.db, limits=Limits(seconds=20))
        return LiveBackend(runtime, lambda: script, keys, args, RunOptions())

    def call(self, *argv: bytes) -> Reply:
        """See ``Place``."""
        with self.server.client() as client:
            return client.call(*argv)

    def data(self) -> dict[bytes, object] | None:
        """See ``Place``."""
        return dataset(self.server)


def place_named(name: str, servers: RealServers, folder: Path) -> Place:
    """The place of that name, empty; ``folder``: for its journals."""
    if name in ("embedded", "scripted"):
        return Embedded() if name == "embedded" else Scripted()
    if name == "dragonfly":
        return Embedded(name)
    server = servers.get(name.removeprefix(LOCAL))
    return Live(server, folder) if name.startswith(LOCAL) else Remote(server)


class Played(NamedTuple):
    """A session, and what to do with it."""

    session: Session
    go: Callable[..., Stopped | None]
    """Go on in a way, to the next stop; None at the end."""
    outputs: list[Output]


@contextmanager
def session_on(
    place: Place,
    source: bytes,
    *,
    keys: tuple[bytes, ...] = (b"key",),
    args: tuple[bytes, ...] = (b"5",),
    alone: bool = True,
    commit: bool = False,
) -> Iterator[Played]:
    """A session with a script that stands at its first statement; ended in any case, and nothing of it kept.

    ``alone``: nobody else changes anything meanwhile. ``commit``: what the script changes is kept.
    """
    before = place.data()
    script = Script(source, SourceMap("script.lua"))
    backend = place.backend(script, list(keys), list(args))
    session = Session(backend, lambda pattern, key: bool(glob(pattern)(key)), commit=commit)
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
    assert not alone or commit or place.data() == before
