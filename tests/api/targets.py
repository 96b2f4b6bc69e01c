"""Connections to each kind of target, for tests that say the same of all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import ldbpy
from tests.servers.fixtures import RealServers

__all__ = ["TARGETS", "connection"]

TARGETS = ("embedded", "embedded redis-7.0", "embedded valkey-9", "redis-6.2", "redis-7.0", "valkey-8", "valkey-9")


@pytest.fixture(params=TARGETS)
def connection(request: pytest.FixtureRequest, real_servers: RealServers) -> Iterator[ldbpy.Connection]:
    """A connection to an empty embedded server, then to each real one."""
    name: str = request.param
    if name.startswith("embedded"):
        made = ldbpy.connect(server=name.partition(" ")[2] or None)
    else:
        made = ldbpy.connect(real_servers.get(name).url)
    with made:
        yield made
