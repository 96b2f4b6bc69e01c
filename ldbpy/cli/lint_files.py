"""The files that ``ldbpy lint`` is to read: from names, folders and patterns."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ldbpy.cli.files import read_file, read_stdin, wants_includes
from ldbpy.errors import ScriptFileError
from ldbpy.lint.scripts import Held, Unit, held_in, is_python, made_of
from ldbpy.script.reading import is_binary

__all__ = ["Input", "Search", "find_inputs", "matches", "read_again"]

_MOST: Final = 8 << 20
"""Bytes of a file. To look at so much takes about 25 s and 2 GB of memory."""
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "venv"})


class Input(NamedTuple):
    """One file: its name for people, its text, and the scripts in it; or why there is none."""

    path: str
    source: bytes = b""
    problem: str | None = None
    from_stdin: bool = False
    units: tuple[Unit, ...] = ()
    note: str | None = None
    """What is not looked at in it."""

    @property
    def is_plain(self) -> bool:
        """Whether the file is a script as it is."""
        return self.problem is None and len(self.units) == 1 and self.units[0].origins is None


class Search(NamedTuple):
    """Where files are looked for, and which are left out."""

    exclude: Sequence[str] = ()
    """Patterns of paths relative to ``folder``."""
    folder: str = "."
    stdin_name: str = "<stdin>"
    made: Mapping[str, Sequence[str]] = {}
    """The files that scripts are put together from, by the scripts' paths."""
    is_strict: bool = False
    """Whether files that are named are left out, too."""


def find_inputs(names: Sequence[str], search: Search) -> list[Input]:
    """Read every file meant, each once. Files that are part of others are looked at there."""
    inputs = list(_found(names, search))
    parts = {os.path.realpath(part) for each in inputs for part in _parts(each)}
    return [each for each in inputs if os.path.realpath(each.path) not in parts] if parts else inputs


def read_again(each: Input) -> Input:
    """The file as it is now."""
    parts = each.units[0].parts
    return _read(each.path, is_named=True) if parts in ((), (each.path,)) else _made(each.path, parts)


def _parts(each: Input) -> Iterator[str]:
    for unit in each.units:
        if unit.origins is not None:
            yield from (file for file in unit.origins.sources if file != each.path)


def _found(names: Sequence[str], search: Search) -> Iterator[Input]:
    seen = set()
    whole = {os.path.realpath(part): path for path, parts in search.made.items() for part in parts}
    for name in names:
        if name == "-":
            yield _from_stdin(search.stdin_name)
            continue
        paths = list(_expanded(name))
        if not paths:
            kind = "folder" if os.path.isdir(name) else "pattern"
            yield Input(name, problem=f"there is no .lua file in the {kind} {name}")
        for found in paths:
            path = whole.get(os.path.realpath(found), found) if whole else found
            if path in seen or ((found != name or search.is_strict) and matches(path, search.exclude, search.folder)):
                continue
            seen.add(path)
            parts = search.made.get(os.path.relpath(path)) if search.made else None
            yield _read(path, is_named=found == name) if parts is None else _made(path, parts)


def _expanded(name: str) -> Iterator[str]:
    if os.path.isdir(name):
        yield from _in_folder(name)
    elif any(char in name for char in "*?[") and not os.path.lexists(name):
        import glob

        for path in sorted(glob.glob(name, recursive=True)):
            if os.path.isfile(path):
                yield path
    else:
        yield name


def _in_folder(folder: str) -> Iterator[str]:
    """The scripts, and the Python files that hold some."""
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _SKIPPED)
        for file in sorted(files):
            found = os.path.normpath(os.path.join(path, file))
            if file.endswith(".lua") or is_python(file):
                if not os.path.isfile(found) and os.path.exists(found):
                    continue  # a pipe, which nobody may ever write to
                if not is_python(file) or _holds_scripts(found):
                    yield found


def _holds_scripts(path: str) -> bool:
    from ldbpy.script.python_calls import may_hold_scripts

    try:
        return may_hold_scripts(read_file(path, _MOST))
    except ScriptFileError:
        return False


def _from_stdin(name: str) -> Input:
    try:
        return _held(Input(name, read_stdin(_MOST), from_stdin=True))
    except ScriptFileError as error:
        return Input(name, problem=str(error))


def _read(path: str, *, is_named: bool) -> Input:
    try:
        source = read_file(path, _MOST)
    except ScriptFileError as error:
        return Input(path, problem=str(error))
    if is_binary(source):
        return Input(path, problem=f"{path} is no script: it is binary")
    return _held(Input(path, source), is_named=is_named)


def _held(each: Input, *, is_named: bool = True) -> Input:
    """The file with the scripts in it."""
    try:
        held = held_in(each.path, each.source, includes=wants_includes())
    except ScriptFileError as error:
        if is_python(each.path) and not is_named:  # of a folder: it may be meant for another Python
            return each._replace(note=f"{error}: it is left out")
        return each._replace(problem=_told(error))
    return each._replace(source=held.source, units=held.units, note=_note(each.path, held))


def _made(path: str, parts: Sequence[str]) -> Input:
    try:
        held = made_of(parts, includes=wants_includes())
    except ScriptFileError as error:
        return Input(path, problem=_told(error))
    return Input(path, units=held.units)


def _told(error: ScriptFileError) -> str:
    return f"{error} ({error.hint})" if error.hint else str(error)


def _note(path: str, held: Held) -> str | None:
    """What is to be said of scripts that cannot be looked at."""
    if not held.built:
        return None
    count, lines = len(held.built), ", ".join(map(str, held.built))
    what = "1 script is" if count == 1 else f"{count} scripts are"
    return f"{path}: {what} put together when the program runs, and not looked at: line{'s' * (count > 1)} {lines}"


def matches(path: str, patterns: Sequence[str], folder: str) -> bool:
    """Whether a path, or a folder it is in, is one of the patterns."""
    if not patterns:
        return False
    import fnmatch

    relative = os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")
    parts = relative.split("/")
    prefixes = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return any(fnmatch.fnmatch(each, pattern.rstrip("/")) for pattern in patterns for each in (*prefixes, parts[-1]))
