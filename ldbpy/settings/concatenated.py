"""Scripts that a project makes by putting files one behind the other: the table ``concatenate`` of its settings."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ldbpy.errors import ConfigError
from ldbpy.settings.files import ConfigFile

__all__ = ["TABLE", "concatenated"]

TABLE = "concatenate"


def concatenated(project: ConfigFile | None) -> Mapping[str, tuple[str, ...]]:
    """The files that each script is made of, in their order, by the script's path.

    All paths are relative to the current folder. In the settings they are relative to the settings' file, and a pattern
    stands for what matches it, in the order of the names.

    Raises:
        ConfigError: the table is none, or a pattern matches nothing.
    """
    if project is None or TABLE not in project.table:
        return {}
    return {
        os.path.relpath(os.path.join(project.folder, name)): tuple(_parts(project, name, given))
        for name, given in project.section(TABLE).items()
    }


def _parts(project: ConfigFile, name: str, given: object) -> list[str]:
    if not isinstance(given, list) or not given or not all(isinstance(each, str) and each for each in given):
        raise project.problem((TABLE, name), 'must be a list of files, such as ["a.lua", "b.lua"]')
    return [file for pattern in given for file in _matching(project, name, pattern)]


def _matching(project: ConfigFile, name: str, pattern: str) -> list[str]:
    path = os.path.join(project.folder, pattern)
    if not any(char in pattern for char in "*?["):
        return [os.path.relpath(path)]
    import glob

    found = sorted(glob.glob(os.path.join(glob.escape(project.folder), pattern), recursive=True))
    files = [os.path.relpath(each) for each in found if os.path.isfile(each)]
    if not files:
        raise _nothing(project, name, pattern)
    return files


def _nothing(project: ConfigFile, name: str, pattern: str) -> ConfigError:
    return project.problem((TABLE, name), f"matches no file: {pattern}")
