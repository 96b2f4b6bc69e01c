"""From the words and options of a command line to a script and the place it runs in."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from ldbpy.cli.data import Data, give_data
from ldbpy.cli.files import read_script
from ldbpy.errors import UsageError
from ldbpy.lua.limits import Limits
from ldbpy.script.source import Script, SourceMap
from ldbpy.targets.target import Target
from ldbpy.wiring import EMBEDDED, open_embedded, open_target

__all__ = ["from_environment", "named_script", "open_place"]


def named_script(words: tuple[str, ...], code: str | None, function: str | None) -> tuple[Script, tuple[str, ...]]:
    """The script, and the words after it."""
    if code is not None:
        return Script(os.fsencode(code), SourceMap("<code>")), words
    if not words:
        raise UsageError("no script: give a file, - for standard input, or -e CODE", hint="ldbpy eval --help")
    return read_script(words[0]), words[1:]


def from_environment(name: str) -> bool:
    """Whether an option was given by its environment variable or a settings file, not on the command line."""
    source = click.get_current_context().get_parameter_source(name)
    return source in (click.core.ParameterSource.ENVIRONMENT, click.core.ParameterSource.DEFAULT_MAP)


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
