"""The composition root: from what was asked for to the objects that do it."""

from __future__ import annotations

from ldbpy.flavors import DEFAULT_FLAVOR, flavor_named
from ldbpy.lua.limits import Limits
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.target import Target

__all__ = ["EMBEDDED", "open_embedded", "open_target"]

EMBEDDED = "embedded"
"""The target that needs no server."""


def open_embedded(flavor: str | None = None, limits: Limits | None = None) -> EmbeddedServer:
    """An empty embedded server.

    Raises:
        UsageError: there is no such flavor.
    """
    return EmbeddedServer(flavor_named(flavor or DEFAULT_FLAVOR), limits=limits)


def open_target(url: str = EMBEDDED, *, flavor: str | None = None, limits: Limits | None = None) -> Target:
    """Open what a URL names: ``embedded``, or a server.

    Raises:
        UsageError: the URL or the flavor is none.
        BackendError: the server cannot be used.
    """
    if url == EMBEDDED:
        return open_embedded(flavor, limits)
    from ldbpy.targets.server import ServerTarget  # redis-py takes long to import

    return ServerTarget(url, timeout=limits.seconds or None if limits else None)
