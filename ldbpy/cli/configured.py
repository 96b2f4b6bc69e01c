"""The settings of files and environment, for the commands of the command line."""

from __future__ import annotations

import os
from typing import Any, Final

import click

from ldbpy.cli.streams import say
from ldbpy.settings.loading import DEFAULT, Loaded, load
from ldbpy.settings.settings import Settings

__all__ = ["configure", "loaded", "settings"]

_OPTIONS: Final = {
    "target": "target",
    "server": "flavor",
    "strict-keys": "strict_keys",
    "timeout": "timeout",
    "max-memory": "memory",
    "format": "form",
}
"""The settings that are options too: what the option is called inside."""
_RUNNING: Final = ("eval", "debug", "repl")
"""The commands that have such options. Elsewhere one of the same name means something else."""


def configure(context: click.Context) -> None:
    """Read the settings, and let them be the defaults of options."""
    found = load(os.environ, os.getcwd())
    context.obj = found
    values: dict[str, Any] = {
        option: getattr(found.settings, key.replace("-", "_"))
        for key, option in _OPTIONS.items()
        if found.origin(key) != DEFAULT
    }
    context.default_map = dict.fromkeys(_RUNNING, values)


def loaded() -> Loaded:
    """What the command line that is being carried out goes by; the defaults outside of one."""
    context = click.get_current_context(silent=True)
    if context is None:
        return Loaded()
    root = context.find_root()
    if not isinstance(root.obj, Loaded):  # a command that does not read them before it starts
        root.obj = load(os.environ, os.getcwd())
    return root.obj


def settings(*, lenient: bool = False) -> Settings:
    """The settings. ``lenient``: somebody is there to read what is wrong with them, and defaults will do.

    Raises:
        ConfigError: something is wrong with them.
    """
    found = loaded()
    if found.problems and not lenient:
        raise found.problems[0]
    for problem in found.problems:
        say(f"warning: {problem}; the default is used" + (f" ({problem.hint})" if problem.hint else ""))
    context = click.get_current_context(silent=True)
    if context is not None and found.problems:
        context.find_root().obj = found._replace(problems=())  # once is enough
    return found.settings
