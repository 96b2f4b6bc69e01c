"""What differs between the servers' debuggers."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["DIALECTS", "Dialect", "dialect_of"]


class Dialect(NamedTuple):
    """How a server's debugger speaks, and what it cannot take."""

    name: str
    servers: str
    """For people."""
    quotes: bool
    """Whether strings in values are quoted: else what looks like a number may be a string."""
    follows_coroutines: bool
    """Whether ``print`` and ``trace`` look at the coroutine that runs, not at the script that resumed it."""
    tells_timeouts: bool
    """Whether it stops a script that runs long, so that one can be paused."""
    longest_command: int
    """Bytes of a command on the wire; more than that ends the server's process, or the script."""
    runs_empty_scripts: bool
    """Whether a script of nothing but line ends does not crash it."""


DIALECTS: Final = {
    "redis": Dialect("redis", "Redis 6.2 to 8", True, True, True, 1 << 19, True),
    "valkey 8": Dialect("valkey 8", "Valkey 8", True, True, True, 1 << 19, True),
    "valkey 9": Dialect("valkey 9", "Valkey 9", False, False, False, 1024, False),
}
"""By name."""


def dialect_of(product: str, version: str) -> Dialect:
    """The dialect of a server."""
    if product != "valkey":
        return DIALECTS["redis"]
    major = version.partition(".")[0]
    return DIALECTS["valkey 8" if major.isdigit() and int(major) < 9 else "valkey 9"]
