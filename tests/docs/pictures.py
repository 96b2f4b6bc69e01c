"""Pictures of the full-screen debugger for the docs: its screen, read by pyte, as SVG."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape

from prompt_toolkit.output import ColorDepth

from ldbpy.tui.debugger.looks import Looks
from ldbpy.tui.theme import Theme, style_of
from tests.tui.screens import embedded, on_screen

__all__ = ["debugger_picture"]

_EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "examples"
_WIDE, _HIGH, _MARGIN = 8.4, 18, 12
_GROUND, _INK = "1e2127", "d7dae0"
_FONTS: Final = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_TIME: Final = re.compile(r"\d+ µs")


class _Look(NamedTuple):
    """How characters look."""

    ink: str
    ground: str
    bold: bool
    italic: bool
    underlined: bool


def debugger_picture() -> str:
    """docs/pictures/debugger.svg: the tutorial's script, where its fault shows."""
    return asyncio.run(_drawn())


async def _drawn() -> str:
    source = (_EXAMPLES / "claim.lua").read_text("utf-8")
    session = embedded(source, (b"job:7",), (b"anna", b"30"), file="claim.lua")
    looks = Looks(style_of(Theme.DARK), ColorDepth.DEPTH_24_BIT)
    async with on_screen(session, 100, 28, looks=looks) as shown:
        await shown.settled()
        for keys in ("n", "n", "aholder == nil\r", "g9\r", "b", "B", "holder ~= ARGV[1]\r", ".", ":not holder\r"):
            await shown.play(keys)
        cells = shown.cells
        rows = [[cells.buffer[y][x] for x in range(cells.columns)] for y in range(cells.lines)]
        return _svg(rows)


def _svg(rows: Sequence[Sequence[Any]]) -> str:
    width = len(rows[0]) * _WIDE + 2 * _MARGIN
    height = len(rows) * _HIGH + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}">',
        f'<rect width="100%" height="100%" rx="8" fill="#{_GROUND}"/>',
        f'<g font-family="{_FONTS}" font-size="14" xml:space="preserve">',
    ]
    for y, row in enumerate(rows):
        parts += _row(row, _MARGIN + y * _HIGH)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _row(row: Sequence[Any], top: float) -> Iterator[str]:
    text = "".join(cell.data or " " for cell in row)
    text = _TIME.sub(lambda match: "9 µs".rjust(len(match[0])), text)  # no two runs take the same time
    at = 0
    for look, group in groupby(row, _look):
        size = len(list(group))
        part, left = text[at : at + size], _MARGIN + at * _WIDE
        at += size
        if look.ground != _GROUND:
            yield f'<rect x="{left:g}" y="{top:g}" width="{size * _WIDE:g}" height="{_HIGH}" fill="#{look.ground}"/>'
        if part.strip():
            lead = len(part) - len(part.lstrip())
            yield _text(part.strip(), left + lead * _WIDE, top + 13, look)


def _text(text: str, x: float, y: float, look: _Look) -> str:
    more = ' font-weight="bold"' if look.bold else ""
    more += ' font-style="italic"' if look.italic else ""
    more += ' text-decoration="underline"' if look.underlined else ""
    length = f' textLength="{len(text) * _WIDE:g}"'
    return f'<text x="{x:g}" y="{y:g}" fill="#{look.ink}"{length}{more}>{escape(text)}</text>'


def _look(cell: Any) -> _Look:
    ink = _INK if cell.fg == "default" else cell.fg
    ground = _GROUND if cell.bg == "default" else cell.bg
    if cell.reverse:
        ink, ground = ground, ink
    return _Look(ink, ground, cell.bold, cell.italics, cell.underscore)
