"""The options that commands which run a script share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import click

from ldbpy.cli import shell_words
from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS
from ldbpy.settings.kinds import read_seconds, read_size
from ldbpy.wiring import EMBEDDED, MAX_MEMORY, TIMEOUT

__all__ = [
    "ARGS",
    "CODE",
    "FUNCTION",
    "KEYS",
    "READ_ONLY",
    "SERVER",
    "STRICT_KEYS",
    "TARGET",
    "WORDS",
    "Seconds",
    "Size",
    "memory_option",
    "timeout_option",
]

Command = TypeVar("Command", bound=Callable[..., object])


class Seconds(click.ParamType[float]):
    """A number of seconds."""

    name = "seconds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """See ``click.ParamType``."""
        try:
            return read_seconds(value)
        except ValueError:
            self.fail(f"{str(value)!r} is no number of seconds, such as 0.5 or 60; 0 for no limit", param, ctx)


class Size(click.ParamType[int]):
    """A number of bytes with a unit, as in redis.conf."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """See ``click.ParamType``."""
        try:
            return read_size(value)
        except ValueError:
            self.fail(f"{str(value)!r} is no size, such as 64mb; 0 for no limit", param, ctx)


WORDS: Final = click.argument(
    "words", nargs=-1, metavar="SCRIPT [KEY ...] [, ARG ...]", shell_complete=shell_words.files
)
CODE: Final = click.option(
    "-e", "--code", metavar="CODE", help="Run this text instead of a file; every word is then a key or argument."
)
KEYS: Final = click.option(
    "-k", "--key", "keys", multiple=True, metavar="KEY", help="Add a key; @FILE takes the file's bytes."
)
ARGS: Final = click.option(
    "-a", "--arg", "args", multiple=True, metavar="ARG", help="Add an argument; @FILE takes the file's bytes."
)
TARGET: Final = click.option(
    "-t",
    "--target",
    default=EMBEDDED,
    envvar="LDBPY_TARGET",
    shell_complete=shell_words.targets,
    show_envvar=True,
    metavar="URL",
    help="Where to run: embedded (the default, no server needed), redis://…, rediss://…, valkey://… or unix://….",
)
SERVER: Final = click.option(
    "-s",
    "--server",
    "flavor",
    metavar="FLAVOR",
    envvar="LDBPY_SERVER",
    shell_complete=shell_words.flavors,
    show_envvar=True,
    help=f"The server the embedded one imitates: {', '.join(FLAVORS)}.  [default: {DEFAULT_FLAVOR}]",
)
READ_ONLY: Final = click.option(
    "--ro", "read_only", is_flag=True, help="Run as EVAL_RO or FCALL_RO: commands that write are refused."
)
FUNCTION: Final = click.option(
    "--function", metavar="NAME", help="SCRIPT is a function library: load it and call this function."
)
STRICT_KEYS: Final = click.option(
    "--strict-keys", is_flag=True, help="Stop at a command that touches a key that is not in KEYS."
)


def timeout_option(text: str) -> Callable[[Command], Command]:
    """``--timeout``, in seconds; ``text`` says what it does, less how to have no limit."""
    return click.option(
        "--timeout",
        type=Seconds(),
        default=f"{TIMEOUT:g}",
        show_default=True,
        metavar="SECONDS",
        help=f"{text}; 0: never.",
    )


def memory_option(text: str) -> Callable[[Command], Command]:
    """``--max-memory``, in bytes; ``text`` says what it does, less how to have no limit."""
    return click.option(
        "--max-memory",
        "memory",
        type=Size(),
        default=f"{MAX_MEMORY >> 20}mb",
        show_default=True,
        metavar="SIZE",
        help=f"{text}; 0: no limit.",
    )
