"""From the options of a command line to the place a script runs in."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ldbpy.cli.data import Data, give_data
from ldbpy.errors import UsageError
from ldbpy.lua.limits import Limits
from ldbpy.targets.target import Target
from ldbpy.wiring import EMBEDDED, open_embedded, open_target

__all__ = ["flavor_at", "from_environment", "open_place"]


def from_environment(name: str) -> bool:
    """Whether an option was given by its environment variable or a settings file, not on the command line."""
    source = click.get_current_context().get_parameter_source(name)
    return source in (click.core.ParameterSource.ENVIRONMENT, click.core.ParameterSource.DEFAULT_MAP)


def flavor_at(url: str, flavor: str | None) -> str | None:
    """The flavor asked for at a place: settings name the one to imitate, which a real server does not."""
    return None if url != EMBEDDED and from_environment("flavor") else flavor


def open_place(url: str, flavor: str | None, limits: Limits, data: Data, keys: Sequence[bytes]) -> Target:
    """The target, with the data asked for in it; ``keys`` are those of the script."""
    if url != EMBEDDED:
        if data != Data():
            option = "--seed" if data.file is not None else "--seed-from"
            raise UsageError(
                f"{option} gives data to the embedded server or a private one only, never to a real one",
                hint=f"leave out {option}, or --target and LDBPY_TARGET",
            )
        return open_target(url, flavor=flavor, limits=limits)
    server = open_embedded(flavor, limits)
    if data != Data():
        give_data(server.client().call, data, keys)
    return server
