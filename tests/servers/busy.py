"""A server that another client keeps busy with a script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ldbpy.resp import Reply
from tests.servers.fixtures import RealServer
from tests.servers.found import running, server_for
from tests.servers.wire import WireClient

__all__ = ["Busy", "busy_server"]

_ENDLESS: Final = "while true do end"


class Busy:
    """A server, and another client that keeps it busy when told to."""

    def __init__(self, server: RealServer, other: WireClient, third: WireClient) -> None:
        self.server = server
        self._other = other
        self._third = third
        third.call("CONFIG", "SET", "lua-time-limit", 10)

    def begin(self, code: str = _ENDLESS) -> None:
        """Run a script, and return when the server is busy with it."""
        self._other.send([b"EVAL", code.encode(), b"0"])
        while b"BUSY" not in getattr(self._third.call("PING"), "message", b""):
            pass

    def look(self, *command: str) -> Reply:
        """The reply to a command, once there is one."""
        return self._third.call(*command)

    def end(self) -> None:
        """Kill the script if that can be, and wait for its end."""
        self._third.call("SCRIPT", "KILL")
        self._other.read()


@contextmanager
def busy_server(server: RealServer) -> Iterator[Busy]:
    """A server of the same kind, started for this."""
    found = server_for(server.flavor)
    assert found is not None
    with running(found) as socket, WireClient(socket) as other, WireClient(socket) as third:
        yield Busy(RealServer(server.flavor, socket), other, third)
