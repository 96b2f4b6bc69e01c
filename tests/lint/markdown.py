"""The files ``rules/*.md``: scripts with the findings marked at the end of their lines."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["FILES", "Marked", "marked_scripts"]

_FENCE: Final = re.compile(r"^```lua(?P<info>[^\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK: Final = re.compile(rb"-- (error|warning|info): \[([a-z0-9-]+)\]")

FILES: Final = sorted((Path(__file__).parent / "rules").glob("*.md"))


@dataclass(frozen=True)
class Marked:
    """One script: ``expected`` has line, severity and rule of each finding."""

    line: int
    code: bytes
    expected: list[tuple[int, str, str]]
    targets: tuple[str, ...]
    select: tuple[str, ...]


def marked_scripts(file: Path) -> list[Marked]:
    """The scripts of a file. After ``lua`` may stand ``target=redis-7.0`` and ``select=rule``."""
    text = file.read_text("utf-8")
    found = []
    for match in _FENCE.finditer(text):
        info = dict(word.split("=", 1) for word in shlex.split(match["info"]))
        code = match["code"].encode()
        expected = [
            (number, mark[1].decode(), mark[2].decode())
            for number, line in enumerate(code.split(b"\n"), 1)
            for mark in _MARK.finditer(line)
        ]
        targets = tuple(info["target"].split(",")) if "target" in info else ()
        select = tuple(info.get("select", file.stem).split(","))
        found.append(Marked(text.count("\n", 0, match.start("code")) + 1, code, expected, targets, select))
    return found
