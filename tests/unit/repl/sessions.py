"""A REPL that is typed at, and what it shows."""

from __future__ import annotations

from ldbpy.flavors import flavor_named
from ldbpy.lua.limits import Limits
from ldbpy.render.style import PLAIN
from ldbpy.repl.places import EmbeddedPlace
from ldbpy.repl.repl import Repl
from ldbpy.targets.embedded import EmbeddedServer

__all__ = ["Typed"]


class Typed:
    """A REPL on an embedded server."""

    def __init__(self, flavor: str = "redis-8", limits: Limits | None = None) -> None:
        self._lines: list[str] = []
        self.repl = Repl(_place(flavor, limits), self._lines.append, _place, PLAIN)

    def type(self, *inputs: str | bytes) -> str:
        """What is shown for the last of some inputs."""
        for text in inputs:
            self._lines.clear()
            self.repl.execute(text if isinstance(text, bytes) else text.encode())
        return "\n".join(self._lines)


def _place(flavor: str, limits: Limits | None = None) -> EmbeddedPlace:
    return EmbeddedPlace(EmbeddedServer(flavor_named(flavor), limits=limits))
