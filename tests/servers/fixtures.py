"""Real servers as fixtures: each is started once, and is empty at the beginning of a test."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from ldbpy.flavors import FLAVORS, Flavor
from tests.servers.found import SERVER_FLAVORS, running, server_for
from tests.servers.wire import WireClient

__all__ = ["RealServer", "RealServers", "any_server", "every_server", "real_servers"]


@dataclass(frozen=True)
class RealServer:
    """A server that runs."""

    flavor: Flavor
    socket: str

    @property
    def url(self) -> str:
        """For ``--target``."""
        return f"unix://{self.socket}"

    def client(self) -> WireClient:
        """A connection of the test's own, to look at what happened."""
        return WireClient(self.socket)

    def end_forks(self) -> None:
        """Kill its copies that run scripts for ever: on Valkey 9 nothing else ends them. Only Linux tells which."""
        with self.client() as client:
            info = client.call("INFO", "server")
        assert isinstance(info, bytes)
        pid = info.partition(b"process_id:")[2].split()[0].decode()
        with contextlib.suppress(OSError):  # another system, or one that has just ended
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)

    def reset(self) -> None:
        """Forget data, scripts, functions and statistics."""
        with self.client() as client:
            for command in ("FLUSHALL", "SCRIPT FLUSH", "FUNCTION FLUSH", "CONFIG RESETSTAT"):
                client.call(*command.split())


class RealServers:
    """Starts servers when they are first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: dict[str, RealServer] = {}

    def get(self, name: str, *, reset: bool = True) -> RealServer:
        """The server of that flavor; empty, unless the caller sees to that."""
        if name not in self._running:
            found = server_for(FLAVORS[name])
            if found is None:
                pytest.skip(f"no server binary for {name} on this machine")
            self._running[name] = RealServer(FLAVORS[name], self._stack.enter_context(running(found)))
        if reset:
            self._running[name].reset()
        return self._running[name]


@pytest.fixture(scope="session")
def real_servers() -> Iterator[RealServers]:
    """Every server of the run."""
    with ExitStack() as stack:
        yield RealServers(stack)


@pytest.fixture(params=SERVER_FLAVORS)
def every_server(request: pytest.FixtureRequest, real_servers: RealServers) -> Iterator[RealServer]:
    """One server after the other."""
    server = real_servers.get(request.param)
    yield server
    server.end_forks()


@pytest.fixture
def any_server(real_servers: RealServers) -> Iterator[RealServer]:
    """The first server there is."""
    name = next((name for name in reversed(SERVER_FLAVORS) if server_for(FLAVORS[name])), SERVER_FLAVORS[-1])
    server = real_servers.get(name)
    yield server
    server.end_forks()
