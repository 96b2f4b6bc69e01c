"""Options that say which script runs, with which keys and arguments, and where."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import click

from ldbpy.cli import options as shared
from ldbpy.cli.arguments import ScriptArguments, split_arguments
from ldbpy.cli.files import NO_INCLUDE, read_script
from ldbpy.cli.stored import EVALSHA, FCALL, Stored, stored_in
from ldbpy.cli.streams import say
from ldbpy.errors import UsageError
from ldbpy.render.style import Role, Style
from ldbpy.script.source import Script, SourceMap

__all__ = ["Named", "Which", "named", "warn_of_slip", "which_options"]

Command = TypeVar("Command", bound=Callable[..., object])


class Which(NamedTuple):
    """What was asked for; a field an option, by the option's name."""

    words: tuple[str, ...]
    """The script, unless an option names it, then keys and arguments."""
    code: str | None
    keys: tuple[str, ...]
    args: tuple[str, ...]
    target: str
    flavor: str | None
    read_only: bool
    function: str | None
    """What to call, if the script is a library."""
    evalsha: str | None
    fcall: str | None


class Named(NamedTuple):
    """What runs, and what it gets."""

    script: Script
    """Empty if the server has it."""
    stored: Stored | None
    """Where the server has it; None if it was read here."""
    arguments: ScriptArguments


_OPTIONS = (
    shared.WORDS,
    shared.CODE,
    shared.KEYS,
    shared.ARGS,
    shared.TARGET,
    shared.SERVER,
    shared.READ_ONLY,
    shared.FUNCTION,
    NO_INCLUDE,
    EVALSHA,
    FCALL,
)


def which_options(command: Command) -> Command:
    """Add the options; the command gets them as ``which``."""

    @functools.wraps(command)
    def gathered(**given: Any) -> object:
        which = Which(**{name: given.pop(name) for name in Which._fields})
        return command(which=which, **given)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered  # type: ignore[return-value]


def named(which: Which) -> Named:
    """Read what is asked for.

    Raises:
        UsageError: two scripts are, or none; or a value cannot be read.
        ScriptFileError: the script cannot be read.
        ConfigError: the settings do not say clearly of what it is made.
    """
    stored = stored_in(
        {
            "--evalsha": which.evalsha,
            "--fcall": which.fcall,
            "--code": which.code,
            "--function": which.function,
        }
    )
    script, rest = (Script(b""), which.words) if stored else _script(which.words, which.code)
    return Named(script, stored, split_arguments(rest, which.keys, which.args))


def _script(words: tuple[str, ...], code: str | None) -> tuple[Script, tuple[str, ...]]:
    """The script, and the words after it."""
    if code is not None:
        return Script(os.fsencode(code), SourceMap("<code>")), words
    if not words:
        raise UsageError(
            "no script: give a file, - for standard input, or -e CODE",
            hint=f"{click.get_current_context().command_path} --help",
        )
    return read_script(words[0]), words[1:]


def warn_of_slip(arguments: ScriptArguments, style: Style) -> None:
    """Tell what looks like a slip in how keys and arguments were typed."""
    if arguments.warning:
        say(f"{style.paint(Role.WARNING, 'warning:')} {arguments.warning}")
