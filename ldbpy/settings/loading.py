"""From files and environment to settings: who says what, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ldbpy.errors import ConfigError
from ldbpy.settings.concatenated import TABLE
from ldbpy.settings.files import ConfigFile, find_project, read_config, user_file
from ldbpy.settings.settings import KEYS, Key, Settings

__all__ = ["DEFAULT", "Loaded", "load"]

DEFAULT: Final = "default"
_TABLES: Final = frozenset({"lint", TABLE})
"""Tables that are read by others."""


class Loaded(NamedTuple):
    """The settings, and where they come from."""

    settings: Settings = Settings()
    origins: Mapping[str, str] = MappingProxyType({})
    """Where each came from, by key: a file with its line, a variable. None for a default."""
    problems: tuple[ConfigError, ...] = ()
    """What could not be used, and was left out."""
    project: str | None = None
    """The project's file, if there is one that can be read."""
    user: str = ""
    """The user's file, be it there or not."""

    def origin(self, key: str) -> str:
        """Where a setting came from."""
        return self.origins.get(key, DEFAULT)


def load(environ: Mapping[str, str], start: str) -> Loaded:
    """The settings for someone who stands in the folder ``start``: environment, project, user, defaults.

    What is wrong is left out and told in ``problems``; it is for the caller to stop for it or not.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems: list[ConfigError] = []
    user, project = user_file(environ), None
    try:
        own = read_config(user)
        if own is not None:
            _take(own, values, origins, problems, is_project=False)
    except ConfigError as error:
        problems.append(error)
    try:
        found = find_project(start)
        if found is not None:
            project = found.file
            _take(found, values, origins, problems, is_project=True)
    except ConfigError as error:
        problems.append(error)
    for key in KEYS.values():
        if environ.get(key.variable):
            _take_variable(key, environ[key.variable], values, origins, problems)
    return Loaded(Settings(**values), origins, tuple(problems), project, user)


def _take(
    file: ConfigFile, values: dict[str, Any], origins: dict[str, str], problems: list[ConfigError], *, is_project: bool
) -> None:
    for name, given in file.table.items():
        if name in _TABLES and (is_project or isinstance(given, dict)):
            continue
        try:
            key = _known(file, name, is_project=is_project)
            values[key.field] = _value(file, key, given)
        except ConfigError as error:
            problems.append(error)
        else:
            line = file.line_of((name,))
            origins[name] = file.file if line is None else f"{file.file}:{line}"


def _known(file: ConfigFile, name: str, *, is_project: bool) -> Key:
    key = KEYS.get(name)
    if key is None:
        from difflib import get_close_matches  # only for mistakes

        close = get_close_matches(name, KEYS, 1)
        hint = f"did you mean {close[0]}?" if close else "ldbpy config show tells all settings"
        raise file.problem((name,), "is no setting", hint)
    if is_project and not key.project:
        hint = f"put it into your own file (ldbpy config path), or set {key.variable}"
        raise file.problem((name,), "cannot be set by the file of a project", hint)
    return key


def _value(file: ConfigFile, key: Key, given: object) -> object:
    try:
        return key.kind.read(given)
    except ValueError:
        raise file.problem((key.name,), f"must be {key.kind.told}") from None


def _take_variable(
    key: Key, text: str, values: dict[str, Any], origins: dict[str, str], problems: list[ConfigError]
) -> None:
    try:
        values[key.field] = key.kind.read(text)
        origins[key.name] = key.variable
    except ValueError:
        problems.append(ConfigError(f"{key.variable} must be {key.kind.told}, not {text!r}"))
