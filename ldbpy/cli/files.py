"""Scripts and seed files, read from where the user says."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Final

import click

from ldbpy.cli.typeahead import release
from ldbpy.errors import ConfigError, ScriptFileError, reason_of
from ldbpy.script.reading import LARGEST, read_all, read_file
from ldbpy.settings.files import find_project

if TYPE_CHECKING:
    from ldbpy.script.source import Script

__all__ = ["NO_INCLUDE", "read_file", "read_script", "read_stdin", "wants_includes"]

_META: Final = "ldbpy.no-include"


def _leave_includes(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.meta[_META] = value


NO_INCLUDE: Final = click.option(
    "--no-include",
    is_flag=True,
    expose_value=False,
    callback=_leave_includes,
    help='Take lines such as --- @include "x" for the comments they are.',
)


def wants_includes() -> bool:
    """Whether the command line that is being carried out leaves includes what they are meant for."""
    context = click.get_current_context(silent=True)
    return context is None or not context.meta.get(_META, False)


def read_script(path: str) -> Script:
    """A script from a file, or from standard input if the path is ``-``, with what it includes.

    Raises:
        ScriptFileError: it cannot be read, or something it includes cannot.
        ConfigError: the settings do not say clearly of what it is made.
    """
    from ldbpy.script.files import read_assembled, script_from  # not for who only reads

    includes = wants_includes()
    if path == "-":
        return script_from("<stdin>", read_stdin(), includes=includes)
    name = os.path.relpath(path) if os.path.isabs(path) else path
    parts = _parts(path)
    if parts is not None:
        return read_assembled(name, parts, includes=includes)
    return script_from(name, read_file(path), includes=includes)


def _parts(path: str) -> tuple[str, ...] | None:
    """The files that a script is made of by the settings."""
    try:
        project = find_project(os.getcwd())
    except ConfigError:  # who wants settings tells that
        return None
    if project is None or not path:
        return None
    from ldbpy.settings.concatenated import concatenated

    return concatenated(project).get(os.path.relpath(path))


def read_stdin(most: int = LARGEST) -> bytes:
    """All of standard input, if that is no more than ``most`` bytes.

    Raises:
        ScriptFileError: it is closed, or cannot be read.
    """
    if sys.stdin is None:
        raise ScriptFileError("cannot read standard input: it is closed")
    try:
        release()  # it may be typed
        stream = sys.stdin.buffer
        # A terminal tells its end once: ``read``, which goes on until it has all that it was asked for, would not say.
        return read_all(stream.read1 if isinstance(stream, io.BufferedReader) else stream.read, most)
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise ScriptFileError(f"cannot read standard input: {reason}") from None
