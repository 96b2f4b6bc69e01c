"""Clusters of one node: for what only a cluster refuses."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from ldbpy.flavors import FLAVORS
from tests.servers.cluster import free_port
from tests.servers.found import SERVER_FLAVORS, running, server_for
from tests.servers.wire import WireClient

__all__ = ["EACH", "clusters"]

_PATIENCE = 20.0


EACH = 2
"""How many there are of each server: Valkey 9.1.2 refuses every script after one that used keys of two slots."""


@pytest.fixture(scope="module")
def clusters() -> Iterator[dict[str, list[str]]]:
    """The sockets of clusters of one node by flavor. Started together: each waits two seconds before it takes keys."""
    with ExitStack() as stack:
        sockets: dict[str, list[str]] = {}
        for name in SERVER_FLAVORS:
            found = server_for(FLAVORS[name])
            for _ in range(EACH if found is not None else 0):
                assert found is not None
                options = ("--port", str(free_port()), "--bind", "127.0.0.1", "--cluster-enabled", "yes")
                sockets.setdefault(name, []).append(stack.enter_context(running(found, *options)))
        paths = [path for each in sockets.values() for path in each]
        for path in paths:
            with WireClient(path) as client:
                client.call("CLUSTER", "ADDSLOTS", *map(str, range(16384)))
        for path in paths:
            _wait_until_whole(path)
        yield sockets


def _wait_until_whole(path: str) -> None:
    pause = threading.Event()
    deadline = time.monotonic() + _PATIENCE
    with WireClient(path) as client:
        while "cluster_state:ok" not in str(told := client.call("CLUSTER", "INFO")):
            assert time.monotonic() < deadline, f"no cluster within {_PATIENCE:g} s: {told!r}"
            pause.wait(0.02)
