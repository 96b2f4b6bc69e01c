"""Settings files: where they are, and what is in them. What their keys mean is for those who ask."""

import contextlib
import os
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ldbpy.errors import ConfigError, reason_of

__all__ = [
    "ConfigFile",
    "cache_folder",
    "config_folder",
    "find_project",
    "is_anything_set",
    "read_config",
    "read_project",
    "replace_file",
    "state_folder",
    "user_file",
]

_OWN: Final = "ldbpy.toml"
_PYPROJECT: Final = "pyproject.toml"
_OURS: Final = rb"tool\W+ldbpy"
"""Stands in a pyproject.toml that may be meant: others are not parsed, which takes longer than to lint a script."""
_LARGEST: Final = 1 << 20
"""Bytes of a settings file. What is larger is none, and would be long to parse."""


class ConfigFile(NamedTuple):
    """A settings file that is there and is TOML."""

    file: str
    """Its path, relative to the current folder where that is shorter."""
    prefix: tuple[str, ...]
    """The table that is ldbpy's: ``tool.ldbpy`` of a pyproject.toml, the whole of any other."""
    table: Mapping[str, Any]
    """What is in that table."""
    text: str

    @property
    def folder(self) -> str:
        """The folder it is in, absolute: what paths and patterns in it are relative to."""
        return os.path.dirname(os.path.abspath(self.file))

    def section(self, name: str) -> Mapping[str, Any]:
        """A table in it, empty if it is not there.

        Raises:
            ConfigError: it is there and is no table.
        """
        found = self.table.get(name, {})
        if not isinstance(found, dict):
            raise self.problem((name,), "is no table")
        return found

    def problem(self, path: tuple[str, ...], what: str, hint: str | None = None) -> ConfigError:
        """What is wrong with the value at ``path`` (below ldbpy's table), with file, line and key."""
        line = self.line_of(path)
        where = self.file if line is None else f"{self.file}:{line}"
        return ConfigError(f"{where}: {'.'.join(map(_key_text, path))} {what}", hint=hint)

    def line_of(self, path: tuple[str, ...]) -> int | None:
        """The line (from 1) on which the value at ``path`` begins; None if that cannot be told.

        TOML has no positions to offer. But a file up to some line is a file too: the key is on the line with which it
        first appears.
        """
        whole = (*self.prefix, *path)
        lines = self.text.splitlines(keepends=True)
        for index, line in enumerate(lines):
            if whole[-1] in line and not _has(_parsed_upto(lines, index), whole):
                for end in range(index + 1, len(lines) + 1):
                    table = _parsed_upto(lines, end)
                    if table is not None:
                        if _has(table, whole):
                            return index + 1
                        break
        return None


def _key_text(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"'


def _parsed_upto(lines: list[str], end: int) -> Mapping[str, Any] | None:
    import tomllib  # only for mistakes

    try:
        return tomllib.loads("".join(lines[:end]))
    except tomllib.TOMLDecodeError:
        return None


def _has(table: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True


def find_project(start: str) -> ConfigFile | None:
    """The settings of the project that ``start`` is in: the nearest, in that folder or above it.

    They are in a ldbpy.toml, or in ``[tool.ldbpy]`` of a pyproject.toml if there is no ldbpy.toml beside it.

    Raises:
        ConfigError: the file cannot be read, or is no TOML.
    """
    folder = os.path.abspath(start)
    while True:
        found = read_project(os.path.join(folder, _OWN)) or read_project(os.path.join(folder, _PYPROJECT))
        if found is not None:
            return found
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def is_anything_set(environ: Mapping[str, str], start: str) -> bool:
    """Whether there are settings to read for someone in the folder ``start``: that takes less than to read them."""
    if any(name.startswith("LDBPY_") for name in environ) or os.path.exists(user_file(environ)):
        return True
    try:
        return find_project(start) is not None
    except ConfigError:  # there is something, and whoever reads it tells what is wrong
        return True


def read_config(file: str) -> ConfigFile | None:
    """A file that is all ldbpy's; None if it is not there.

    Raises:
        ConfigError: it cannot be read, or is no TOML.
    """
    text = _read(file)
    if text is None:
        return None
    decoded = _decoded(file, text)
    return ConfigFile(_shown(file), (), _parsed(file, decoded), decoded)


def read_project(file: str) -> ConfigFile | None:
    """The settings of a project in the file of that name; None if it is not there, or has none.

    Raises:
        ConfigError: it cannot be read, or is no TOML.
    """
    return _read_pyproject(file) if os.path.basename(file) == _PYPROJECT else read_config(file)


def _read_pyproject(file: str) -> ConfigFile | None:
    text = _read(file)
    if text is None or not re.search(_OURS, text):
        return None
    decoded = _decoded(file, text)
    whole = ConfigFile(_shown(file), (), _parsed(file, decoded), decoded)
    tools = whole.section("tool")
    if "ldbpy" not in tools:
        return None
    if not isinstance(tools["ldbpy"], dict):
        raise whole.problem(("tool", "ldbpy"), "is no table")
    return ConfigFile(whole.file, ("tool", "ldbpy"), tools["ldbpy"], decoded)


def _read(file: str) -> bytes | None:
    try:
        with open(file, "rb") as opened:
            text = opened.read(_LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"cannot read {_shown(file)}: {reason_of(error)}") from None
    if len(text) > _LARGEST:
        raise ConfigError(f"cannot read {_shown(file)}: it is larger than 1 MB, too large for settings")
    return text


def _decoded(file: str, text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{_shown(file)}:{line}: this is not UTF-8") from None


_AT: Final = r" \(at line (\d+), column \d+\)$"


def _parsed(file: str, text: str) -> Mapping[str, Any]:
    import tomllib  # only those with settings pay for it

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        told = str(error)
        at = re.search(_AT, told)
        line = int(at[1]) if at else text.count("\n") + 1
        what = told[: at.start()] if at else told.removesuffix(" (at end of document)")
        raise ConfigError(f"{_shown(file)}:{line}: {what[:1].lower()}{what[1:]}") from None


def _shown(file: str) -> str:
    """The path as it is told: relative, unless that would be longer."""
    relative = os.path.relpath(file)
    return relative if len(relative) < len(file) else file


# -- the user's own


def user_file(environ: Mapping[str, str]) -> str:
    """The path of the user's settings, be it there or not."""
    return os.path.join(config_folder(environ), "config.toml")


def config_folder(environ: Mapping[str, str]) -> str:
    """``$XDG_CONFIG_HOME/ldbpy``, else ``~/.config/ldbpy``."""
    return _xdg_folder(environ, "XDG_CONFIG_HOME", ".config")


def cache_folder(environ: Mapping[str, str]) -> str:
    """``$XDG_CACHE_HOME/ldbpy``, else ``~/.cache/ldbpy``: what is found again if it is lost."""
    return _xdg_folder(environ, "XDG_CACHE_HOME", ".cache")


def state_folder(environ: Mapping[str, str]) -> str:
    """``$XDG_STATE_HOME/ldbpy``, else ``~/.local/state/ldbpy``: history, and what is remembered of scripts."""
    return _xdg_folder(environ, "XDG_STATE_HOME", os.path.join(".local", "state"))


def _xdg_folder(environ: Mapping[str, str], name: str, default: str) -> str:
    given = environ.get(name, "")
    # The base directory specification: a path that is not absolute is to be ignored.
    folder = given if os.path.isabs(given) else os.path.join(environ.get("HOME") or os.path.expanduser("~"), default)
    return os.path.join(folder, "ldbpy")


def replace_file(file: str, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file so that nobody ever sees half of it. Without ``mode`` its owner alone may read it.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    beside = f"{file}.{os.getpid()}"
    try:
        with open(beside, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as opened:
            opened.write(data)
        os.chmod(beside, mode)
        os.replace(beside, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
