"""Function libraries as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ldbpy.render.text import readable
from ldbpy.targets.stored import Library

__all__ = ["libraries_json", "library_lines"]


def library_lines(library: Library) -> Iterator[str]:
    """A library's name, then a line for each function: name, flags, description; then its text, if it is known."""
    engine = library.engine.decode("utf-8", "replace")
    yield readable(library.name) + (f"   engine {engine}" if engine.upper() != "LUA" else "")
    width = max((len(readable(function.name)) for function in library.functions), default=0)
    for function in library.functions:
        flags = " ".join(map(readable, function.flags))
        description = readable(function.description) if function.description else ""
        yield (
            "  "
            + "   ".join(part for part in (readable(function.name).ljust(width), flags, description) if part).rstrip()
        )
    if library.code is not None:
        yield from (f"  │ {readable(line)}" for line in library.code.rstrip(b"\n").split(b"\n"))


def libraries_json(libraries: Iterable[Library]) -> list[dict[str, Any]]:
    """A list of objects with ``name``, ``engine``, ``functions``, and ``code`` if it is known."""
    return [
        {
            "name": _text(library.name),
            "engine": _text(library.engine),
            "functions": [
                {
                    "name": _text(function.name),
                    "description": None if function.description is None else _text(function.description),
                    "flags": [_text(flag) for flag in function.flags],
                }
                for function in library.functions
            ],
            **({} if library.code is None else {"code": _text(library.code)}),
        }
        for library in libraries
    ]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
