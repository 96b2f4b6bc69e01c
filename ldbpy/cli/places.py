"""From the words and options of a command line to a script and the place it runs in."""

from __future__ import annotations

import os

import click

from ldbpy.cli.files import read_file, read_script
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
    """Whether an option was given by its environment variable."""
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.ENVIRONMENT


def open_place(url: str, flavor: str | None, limits: Limits, seed_file: str | None) -> Target:
    """The target, with the seed's data in it."""
    if url != EMBEDDED:
        if seed_file is not None:
            raise UsageError(
                "--seed gives data to the embedded server only, never to a real one",
                hint="leave out --seed, or --target and LDBPY_TARGET",
            )
        return open_target(url, flavor=flavor, limits=limits)
    server = open_embedded(flavor, limits)
    if seed_file is not None:
        from ldbpy.targets.seed import seed

        seed(server, read_file(seed_file), seed_file)
    return server
