"""The files that ``ldbpy lint`` is to read: from names, folders and patterns."""

from __future__ import annotations

import fnmatch
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ldbpy.cli.files import read_file
from ldbpy.errors import ScriptFileError

__all__ = ["Input", "find_inputs", "is_binary", "matches", "read_stdin"]

_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "venv"})


class Input(NamedTuple):
    """One file: its name for people, and its text; or why there is none."""

    path: str
    source: bytes = b""
    problem: str | None = None
    from_stdin: bool = False


def find_inputs(names: Sequence[str], exclude: Sequence[str], folder: str, stdin_name: str) -> Iterator[Input]:
    """Read every file meant, each once. ``exclude``: patterns of paths relative to ``folder``."""
    seen = set()
    for name in names:
        if name == "-":
            yield Input(stdin_name, read_stdin(), from_stdin=True)
            continue
        paths = list(_expanded(name))
        if not paths:
            kind = "folder" if os.path.isdir(name) else "pattern"
            yield Input(name, problem=f"there is no .lua file in the {kind} {name}")
        for path in paths:
            if path not in seen and not (path != name and matches(path, exclude, folder)):
                seen.add(path)
                yield _read(path)


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
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _SKIPPED)
        for file in sorted(files):
            if file.endswith(".lua"):
                yield os.path.normpath(os.path.join(path, file))


def _read(path: str) -> Input:
    try:
        source = read_file(path)
    except ScriptFileError as error:
        return Input(path, problem=str(error))
    if is_binary(source):
        return Input(path, problem=f"{path} is no script: it is binary")
    return Input(path, source)


def is_binary(source: bytes) -> bool:
    """Whether this is no text: bytecode, or with a zero byte near the start."""
    return source.startswith(b"\x1b") or b"\0" in source[:8000]


def matches(path: str, patterns: Sequence[str], folder: str) -> bool:
    """Whether a path, or a folder it is in, is one of the patterns."""
    relative = os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")
    parts = relative.split("/")
    prefixes = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return any(fnmatch.fnmatch(each, pattern.rstrip("/")) for pattern in patterns for each in (*prefixes, parts[-1]))


def read_stdin() -> bytes:
    """All of standard input."""
    if sys.stdin is None:
        raise ScriptFileError("cannot read standard input: it is closed")
    return sys.stdin.buffer.read()
