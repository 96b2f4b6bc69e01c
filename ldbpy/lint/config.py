"""The settings of the linter: ``[tool.ldbpy.lint]`` of a pyproject.toml or ``[lint]`` of a ldbpy.toml."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ldbpy.errors import UsageError

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
_OURS: Final = re.compile(rb"tool\W+ldbpy")
"""Stands in a pyproject.toml that may be meant: others are not parsed, which takes longer than to lint a script."""
_KEYS: Final = (*_LISTS, "per-file-ignores", "fail-on", "max-warnings")


def find_settings(start: str) -> Settings:
    """The nearest settings in ``start`` or above it; the defaults if there are none.

    Raises:
        UsageError: they cannot be read or used; the message names file and key.
    """
    folder = os.path.abspath(start)
    while True:
        for name, path in (("ldbpy.toml", ("lint",)), ("pyproject.toml", ("tool", "ldbpy", "lint"))):
            file = os.path.join(folder, name)
            text = _read(file)
            if text is not None and (name == "ldbpy.toml" or _OURS.search(text)):
                table = _table(file, text, path)
                if table is not None or name == "ldbpy.toml":
                    return _settings(os.path.relpath(file), table or {})
        above = os.path.dirname(folder)
        if above == folder:
            return Settings()
        folder = above


def _read(file: str) -> bytes | None:
    try:
        with open(file, "rb") as opened:
            return opened.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"cannot read {file}: {(error.strerror or str(error)).lower()}") from None


def _table(file: str, text: bytes, path: tuple[str, ...]) -> Mapping[str, Any] | None:
    import tomllib  # only projects with settings pay for it

    try:
        found: Any = tomllib.loads(text.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{os.path.relpath(file)}: {str(error)[:1].lower()}{str(error)[1:]}") from None
    for key in path:
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    if not isinstance(found, dict):
        raise UsageError(f"{os.path.relpath(file)}: {'.'.join(path)} is no table")
    return found


def _settings(file: str, table: Mapping[str, Any]) -> Settings:
    given: dict[str, Any] = {"file": file}
    for key, value in table.items():
        if key not in _KEYS:
            import difflib  # only for mistakes

            close = difflib.get_close_matches(key, _KEYS, 1)
            hint = f"did you mean {close[0]}?" if close else f"one of: {', '.join(_KEYS)}"
            raise UsageError(f"{file}: there is no setting {key!r}", hint=hint)
        given[key.replace("-", "_")] = _value(file, key, value)
    return Settings(**given)


def _value(file: str, key: str, value: Any) -> Any:
    if key in _LISTS:
        return _strings(file, key, value)
    if key == "per-file-ignores":
        if not isinstance(value, dict):
            raise UsageError(f"{file}: {key} must be a table of patterns, as {{'tests/*' = ['global-write']}}")
        return tuple((pattern, _strings(file, f"{key}.{pattern}", rules)) for pattern, rules in value.items())
    if key == "fail-on":
        if value not in FAIL_ON:
            raise UsageError(f"{file}: {key} must be one of {', '.join(FAIL_ON)}")
        return value
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise UsageError(f"{file}: {key} must be a number from 0 on")
    return value


def _strings(file: str, key: str, value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise UsageError(f"{file}: {key} must be a list of strings")
    return tuple(values)
