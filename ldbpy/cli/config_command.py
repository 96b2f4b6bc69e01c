"""``ldbpy config``: what is set, by whom, and a file to begin with."""

from __future__ import annotations

import os

import click

from ldbpy.cli.configured import loaded
from ldbpy.cli.streams import print_text, say
from ldbpy.errors import ConfigError, UsageError, reason_of
from ldbpy.settings.commented import commented
from ldbpy.settings.files import user_file
from ldbpy.settings.loading import DEFAULT, Loaded
from ldbpy.settings.settings import KEYS

__all__ = ["command"]

_HELP = """Show what is set and where, or write a settings file to begin with.

\b
ldbpy config show
ldbpy config path
ldbpy config init
ldbpy config init --project

Options go before environment variables (LDBPY_...), those before the project's file (ldbpy.toml, or [tool.ldbpy] in
pyproject.toml, in the current folder or above it), and that before your own file. What the linter has in [lint] is told
by ldbpy lint --show-settings.
"""


@click.group(name="config", help=_HELP)
def command() -> None:
    """Do nothing but lead to the commands below."""


@command.command()
def show() -> int:
    """Print every setting, and where it comes from. Exits with 2 if something is wrong with a file or variable."""
    found = loaded()
    rows = [(f"{key.name} = {_value(found, key.name)}", found.origin(key.name)) for key in KEYS.values()]
    width = max(len(left) for left, _ in rows)
    lines = [left if origin == DEFAULT else f"{left:{width}}  # {origin}" for left, origin in rows]
    print_text("\n".join(lines))
    for problem in found.problems:
        say(f"error: {problem}")
        if problem.hint:
            say(f"hint: {problem.hint}")
    return 2 if found.problems else 0


def _value(found: Loaded, name: str) -> str:
    key = KEYS[name]
    value = getattr(found.settings, key.field)
    if name == "target":
        from ldbpy.store.urls import safe_url

        value = safe_url(value)
    return key.written(value)


@command.command()
def path() -> int:
    """Print the files that are read: your own, and the project's if there is one."""
    found = loaded()
    print_text("\n".join(each for each in (found.user, found.project) if each is not None))
    return 0


@command.command()
@click.option("--project", is_flag=True, help="Write ldbpy.toml in the current folder instead of your own file.")
def init(project: bool) -> int:
    """Write a settings file with every key and its default, commented out. Never replaces a file."""
    file = "ldbpy.toml" if project else user_file(os.environ)
    try:
        os.makedirs(os.path.dirname(file) or ".", exist_ok=True)
        with open(file, "x", encoding="utf-8") as opened:
            opened.write(commented(project=project))
    except FileExistsError:
        raise UsageError(
            f"{file} is there already: it stays as it is", hint="ldbpy config show tells what it sets"
        ) from None
    except OSError as error:
        raise ConfigError(f"cannot write {file}: {reason_of(error)}") from None
    print_text(file)
    return 0
