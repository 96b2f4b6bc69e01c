"""Three masters on loopback that make a cluster."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ldbpy.targets.private import private_server
from tests.servers.found import Found
from tests.servers.wire import WireClient

__all__ = ["Node", "cluster", "free_port"]

_SLOTS = 16384
_BUS = 10_000
"""How far a node's port for other nodes is from its port for clients."""
_PATIENCE = 30.0


class Node(NamedTuple):
    """A master."""

    port: int
    socket: str
    first: int
    """Its first slot."""
    last: int

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"redis://127.0.0.1:{self.port}"


@contextmanager
def cluster(server: Found, *options: str) -> Iterator[list[Node]]:
    """Three masters with a third of the slots each, which know each other."""
    with contextlib.ExitStack() as stack:
        nodes = []
        for index in range(3):
            port = free_port()
            words = ["--port", str(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes", *options]
            url = stack.enter_context(private_server(server.binary, options=words))
            nodes.append(Node(port, url.removeprefix("unix://"), index * _SLOTS // 3, (index + 1) * _SLOTS // 3 - 1))
        for index, node in enumerate(nodes):
            with WireClient(node.socket) as client:
                client.call("CLUSTER", "ADDSLOTS", *map(str, range(node.first, node.last + 1)))
                client.call("CLUSTER", "SET-CONFIG-EPOCH", str(index + 1))
                for other in nodes[index + 1 :]:
                    client.call("CLUSTER", "MEET", "127.0.0.1", str(other.port))
        for node in nodes:
            _wait_until_whole(node)
        yield nodes


def free_port() -> int:
    """A port that is free, as is the one for the cluster's own talk."""
    while True:
        with socket.socket() as clients, socket.socket() as bus:
            clients.bind(("127.0.0.1", 0))
            port: int = clients.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                bus.bind(("127.0.0.1", port + _BUS))
                return port


def _wait_until_whole(node: Node) -> None:
    pause = threading.Event()
    deadline = time.monotonic() + _PATIENCE
    with WireClient(node.socket) as client:
        while True:
            told = client.call("CLUSTER", "INFO")
            slots = client.call("CLUSTER", "SLOTS")
            assert isinstance(told, bytes)
            assert isinstance(slots, list)
            if b"cluster_state:ok" in told and len(slots) == 3:
                return
            assert time.monotonic() < deadline, f"no cluster within {_PATIENCE:g} s: {told!r}"
            pause.wait(0.01)
