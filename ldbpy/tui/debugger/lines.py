"""Lines of text in classes of style: what panes are made of."""

from __future__ import annotations

from typing import Final

from ldbpy.render.text import display_width

__all__ = ["Fragment", "Line", "clipped", "filled", "line_width", "plain", "restyled", "scrolled"]

Fragment = tuple[str, str]
"""Names of style classes, as in ``class:value``, and a text that begins no other line."""
Line = tuple[Fragment, ...]

_CUT: Final = "…"


def plain(line: Line) -> str:
    """The text of a line."""
    return "".join(text for _, text in line)


def line_width(line: Line) -> int:
    """How many columns a line takes."""
    return sum(display_width(text) for _, text in line)


def restyled(line: Line, style: str) -> Line:
    """The line with a class more on all of it."""
    return tuple((f"{own} {style}".strip(), text) for own, text in line)


def clipped(line: Line, width: int) -> Line:
    """The line if it has room in so many columns; else what has, and a sign that there is more."""
    if line_width(line) <= width:
        return line
    if width < 1:
        return ()
    room, kept = width - 1, []
    for style, text in line:
        if display_width(text) <= room:
            room -= display_width(text)
            kept.append((style, text))
            continue
        taken = text[:room]
        while display_width(taken) > room:
            taken = taken[:-1]
        kept.append((style, taken + _CUT))
        break
    return tuple(kept)


def filled(line: Line, width: int, style: str = "") -> Line:
    """The line made so many columns wide: clipped, or with blanks of a style behind it."""
    short = width - line_width(line)
    if short < 0:
        return clipped(line, width)
    return (*line, (style, " " * short)) if short else line


def scrolled(line: Line, columns: int) -> Line:
    """The line without its first columns. Half of a wide character is a blank."""
    kept: list[Fragment] = []
    for style, text in line:
        at = 0
        while columns > 0 and at < len(text):
            columns -= display_width(text[at])
            at += 1
        if columns < 0:
            kept.append((style, " " * -columns))
            columns = 0
        if rest := text[at:]:
            kept.append((style, rest))
    return tuple(kept)
