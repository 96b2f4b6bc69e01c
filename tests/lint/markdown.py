"""The files ``rules/*.md``: scripts with the findings marked at the end of their lines.

``-- error: [rule]`` marks its line, ``-- ^ error: [rule]`` the line before: one that includes has no room for more.
After ``lua`` may stand ``target=redis-7.0`` and ``select=rule``, and ``file=part.lua``: that is a file beside the next
script without it, which it may include.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from ldbpy.lint.scripts import Unit, held_in

__all__ = ["FILES", "Marked", "marked_scripts", "script_with", "without_marks"]

_FENCE: Final = re.compile(r"^```lua(?P<info>[^\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK: Final = re.compile(rb"-- (\^ )?(error|warning|info): \[([a-z0-9-]+)\]")

FILES: Final = sorted((Path(__file__).parent / "rules").glob("*.md"))


class Part(NamedTuple):
    """A file beside a script."""

    code: bytes
    expected: list[tuple[int, str, str]]


@dataclass(frozen=True)
class Marked:
    """One script: ``expected`` has line, severity and rule of each finding."""

    line: int
    code: bytes
    expected: list[tuple[int, str, str]]
    targets: tuple[str, ...]
    select: tuple[str, ...]
    parts: dict[str, Part]
    """What it may include, by name."""


def marked_scripts(file: Path) -> list[Marked]:
    """The scripts of a file."""
    text = file.read_text("utf-8")
    found = []
    parts: dict[str, Part] = {}
    for match in _FENCE.finditer(text):
        info = dict(word.split("=", 1) for word in shlex.split(match["info"]))
        code = match["code"].encode()
        if "file" in info:
            parts[info["file"]] = Part(code, _expected(code))
            continue
        targets = tuple(info["target"].split(",")) if "target" in info else ()
        select = tuple(info.get("select", file.stem).split(","))
        line = text.count("\n", 0, match.start("code")) + 1
        found.append(Marked(line, code, _expected(code), targets, select, parts))
        parts = {}
    assert not parts, f"{file.name}: no script is behind {', '.join(parts)}"
    return found


def script_with(folder: Path, code: bytes, parts: Mapping[str, bytes]) -> Unit:
    """A script as a server gets it. ``folder`` is where the parts are put that it may include."""
    for name, text in parts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    (unit,) = held_in(str(folder / "script.lua"), code, includes=True).units
    return unit


def without_marks(code: bytes) -> bytes:
    """The code alone: the marks name rules, and so have words in them that rules need."""
    return _MARK.sub(b"", code)


def _expected(code: bytes) -> list[tuple[int, str, str]]:
    return [
        (number - bool(mark[1]), mark[2].decode(), mark[3].decode())
        for number, line in enumerate(code.split(b"\n"), 1)
        for mark in _MARK.finditer(line)
    ]
