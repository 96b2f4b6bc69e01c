"""The settings of the linter: ``[tool.ldbpy.lint]`` of a pyproject.toml or ``[lint]`` of a ldbpy.toml."""

import os
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from ldbpy.errors import ConfigError, UsageError
from ldbpy.lint.platforms import Mode, Platform
from ldbpy.lint.registry import suggestion, unknown_selectors
from ldbpy.lint.targets import parse_targets
from ldbpy.settings.files import ConfigFile, find_project, read_project

__all__ = ["FAIL_ON", "KEYS", "Settings", "find_settings", "read_settings"]

FAIL_ON: Final = ("error", "warning", "info", "never")


class Settings(NamedTuple):
    """What a project says. Options of the command line go before it."""

    file: str | None = None
    target: tuple[str, ...] = ()
    platform: Platform | None = None
    mode: Mode | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fail_on: str = "error"
    max_warnings: int | None = None
    require_reason: bool = False
    baseline: str | None = None
    """Relative to the current folder."""

    @property
    def folder(self) -> str:
        """What patterns are relative to."""
        return os.path.dirname(os.path.abspath(self.file)) if self.file else os.getcwd()


def find_settings(start: str) -> Settings:
    """The settings of the project ``start`` is in; the defaults if there are none.

    Raises:
        ConfigError: they cannot be read or used; the message names file, line and key.
    """
    found = find_project(start)
    return Settings() if found is None else _settings(found, ())


def read_settings(file: str) -> Settings:
    """The settings in that file.

    Raises:
        ConfigError: it is not there, cannot be read or used.
    """
    found = read_project(file)
    if found is None:
        raise ConfigError(f"cannot read {file}: {_why_not(file)}")
    return _settings(found, ())


def _why_not(file: str) -> str:
    return "it has no table tool.ldbpy" if os.path.exists(file) else "no such file or directory"


def _settings(found: ConfigFile, extending: tuple[str, ...]) -> Settings:
    """What a file says, on top of the one it extends. ``extending``: the files that led here."""
    table = dict(found.section("lint"))
    given: dict[str, Any] = {"file": found.file}
    base = Settings()
    if "extend" in table:
        base = _base(found, table.pop("extend"), (*extending, os.path.realpath(found.file)))
    for key, value in table.items():
        if key not in _READERS:
            import difflib  # only for mistakes

            close = difflib.get_close_matches(key, KEYS, 1)
            hint = f"did you mean {close[0]}?" if close else f"one of: {', '.join(KEYS)}"
            raise found.problem(("lint", key), "is no setting", hint)
        given[key.replace("-", "_")] = _READERS[key](found, key, value)
    return base._replace(**given)


def _base(found: ConfigFile, value: Any, extending: tuple[str, ...]) -> Settings:
    if not isinstance(value, str) or not value:
        raise found.problem(("lint", "extend"), "must be the name of a file")
    file = os.path.join(found.folder, os.path.expanduser(value))
    if os.path.realpath(file) in extending:
        raise found.problem(("lint", "extend"), f"goes round in a circle: {value} leads back here")
    base = read_project(file)
    if base is None:
        raise found.problem(("lint", "extend"), f"cannot be read: {value}: {_why_not(file)}")
    return _settings(base, extending)


def _strings(found: ConfigFile, key: str, value: Any) -> tuple[str, ...]:
    return _string_list(found, ("lint", key), value)


def _string_list(found: ConfigFile, path: tuple[str, ...], value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise found.problem(path, "must be a list of strings")
    return tuple(values)


def _rules(found: ConfigFile, key: str, value: Any) -> tuple[str, ...]:
    return _rule_list(found, ("lint", key), value)


def _rule_list(found: ConfigFile, path: tuple[str, ...], value: Any) -> tuple[str, ...]:
    selectors = _string_list(found, path, value)
    for selector in unknown_selectors(selectors):
        raise found.problem(path, f"names {selector!r}, and there is no such rule", suggestion(selector))
    return selectors


def _patterns(found: ConfigFile, key: str, value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise found.problem(("lint", key), "must be a table of patterns, as {'tests/*' = ['global-write']}")
    return tuple((pattern, _rule_list(found, ("lint", key, pattern), rules)) for pattern, rules in value.items())


def _targets(found: ConfigFile, key: str, value: Any) -> tuple[str, ...]:
    specs = _strings(found, key, value)
    try:
        parse_targets(specs)
    except UsageError as error:
        raise found.problem(("lint", key), f"cannot be used: {error}", error.hint) from None
    return specs


def _fail_on(found: ConfigFile, key: str, value: Any) -> Any:
    if value not in FAIL_ON:
        raise found.problem(("lint", key), f"must be one of {', '.join(FAIL_ON)}")
    return value


def _number(found: ConfigFile, key: str, value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise found.problem(("lint", key), "must be a number from 0 on")
    return value


def _switch(found: ConfigFile, key: str, value: Any) -> Any:
    if not isinstance(value, bool):
        raise found.problem(("lint", key), "must be true or false")
    return value


def _file(found: ConfigFile, key: str, value: Any) -> str:
    """A path, which in the file is relative to its folder."""
    if not isinstance(value, str) or not value:
        raise found.problem(("lint", key), "must be the name of a file")
    return os.path.relpath(os.path.join(found.folder, value))


def _platform(found: ConfigFile, key: str, value: Any) -> Platform:
    if value not in list(Platform):
        raise found.problem(("lint", key), f"must be one of {', '.join(Platform)}")
    return Platform(value)


def _mode(found: ConfigFile, key: str, value: Any) -> Mode:
    if value not in list(Mode):
        raise found.problem(("lint", key), f"must be one of {', '.join(Mode)}")
    return Mode(value)


_READERS: Final[dict[str, Callable[[ConfigFile, str, Any], Any]]] = {
    "target": _targets,
    "platform": _platform,
    "mode": _mode,
    "select": _rules,
    "extend-select": _rules,
    "ignore": _rules,
    "exclude": _strings,
    "per-file-ignores": _patterns,
    "fail-on": _fail_on,
    "max-warnings": _number,
    "require-reason": _switch,
    "baseline": _file,
}
KEYS: Final[dict[str, str]] = {
    "extend": "Another settings file, on top of which these are put: a key here replaces that one's. Its patterns are "
    "relative to this file.",
    "target": "The servers the scripts are for, as `--target`.",
    "platform": "Where they run, as `--platform`: `cluster`, `alibaba`, `dragonfly` or `kvrocks`.",
    "mode": "As what they are loaded, as `--mode`: `eval` or `function`. Without it the first line of a file tells.",
    "select": "The rules that run, instead of those that are on by default: names, codes or how they begin, groups, "
    "`all`.",
    "extend-select": "Rules that run as well.",
    "ignore": "Rules that do not run.",
    "exclude": "Patterns of files and folders that are left out when a folder or pattern is linted.",
    "per-file-ignores": "A table: rules that do not run on files that fit a pattern.",
    "fail-on": "From which severity on the exit code is 1: `error`, `warning`, `info` or `never`.",
    "max-warnings": "How many warnings there may be before the exit code is 1.",
    "require-reason": "Whether a comment that leaves a finding out must say why.",
    "baseline": "The file with the findings that are known, as `--baseline`.",
}
"""Every key and what it means, for the reference page."""
