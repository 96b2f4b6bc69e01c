"""The servers' own command line clients on this machine: they print replies as people know them."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path

from tests.servers.found import found_servers

__all__ = ["Cli", "found_cli"]


class Cli:
    """``redis-cli`` or ``valkey-cli``."""

    def __init__(self, binary: Path) -> None:
        self._binary = binary

    def __call__(self, socket: str, *args: str | bytes) -> bytes:
        """What it prints for a command; options may come first."""
        return subprocess.run(
            [self._binary, "-s", socket, *args],
            capture_output=True,
            timeout=20,
            check=False,
            stdin=subprocess.DEVNULL,
        ).stdout


@functools.cache
def found_cli() -> Cli | None:
    """The newest there is: beside the servers that were found, or on PATH."""
    newest = sorted(found_servers(), key=lambda server: (server.product, server.version), reverse=True)
    beside = [server.binary.parent / f"{server.product}-cli" for server in newest]
    on_path = [Path(path) for name in ("valkey-cli", "redis-cli") if (path := shutil.which(name))]
    binary = next((path for path in [*beside, *on_path] if path.is_file()), None)
    return None if binary is None else Cli(binary)
