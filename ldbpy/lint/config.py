"""The settings of the linter: ``[tool.ldbpy.lint]`` of a pyproject.toml or ``[lint]`` of a ldbpy.toml."""

from __future__ import annotations

import os
from typing import Any, Final, NamedTuple

from ldbpy.settings.files import ConfigFile, find_project

__all__ = ["FAIL_ON", "Settings", "find_settings"]

FAIL_ON: Final = ("error", "warning", "info", "never")


class Settings(NamedTuple):
    """What a project says. Options of the command line go before it."""

    file: str | None = None
    target: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fail_on: str = "error"
    max_warnings: int | None = None

    @property
    def folder(self) -> str:
        """What patterns are relative to."""
        return os.path.dirname(os.path.abspath(self.file)) if self.file else os.getcwd()


_LISTS: Final = ("target", "select", "extend-select", "ignore", "exclude")
_KEYS: Final = (*_LISTS, "per-file-ignores", "fail-on", "max-warnings")


def find_settings(start: str) -> Settings:
    """The settings of the project ``start`` is in; the defaults if there are none.

    Raises:
        ConfigError: they cannot be read or used; the message names file, line and key.
    """
    found = find_project(start)
    return Settings() if found is None else _settings(found)


def _settings(found: ConfigFile) -> Settings:
    given: dict[str, Any] = {"file": found.file}
    for key, value in found.section("lint").items():
        if key not in _KEYS:
            import difflib  # only for mistakes

            close = difflib.get_close_matches(key, _KEYS, 1)
            hint = f"did you mean {close[0]}?" if close else f"one of: {', '.join(_KEYS)}"
            raise found.problem(("lint", key), "is no setting", hint)
        given[key.replace("-", "_")] = _value(found, key, value)
    return Settings(**given)


def _value(found: ConfigFile, key: str, value: Any) -> Any:
    if key in _LISTS:
        return _strings(found, (key,), value)
    if key == "per-file-ignores":
        if not isinstance(value, dict):
            raise found.problem(("lint", key), "must be a table of patterns, as {'tests/*' = ['global-write']}")
        return tuple((pattern, _strings(found, (key, pattern), rules)) for pattern, rules in value.items())
    if key == "fail-on":
        if value not in FAIL_ON:
            raise found.problem(("lint", key), f"must be one of {', '.join(FAIL_ON)}")
        return value
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise found.problem(("lint", key), "must be a number from 0 on")
    return value


def _strings(found: ConfigFile, path: tuple[str, ...], value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise found.problem(("lint", *path), "must be a list of strings")
    return tuple(values)
