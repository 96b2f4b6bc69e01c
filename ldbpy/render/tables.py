"""Lua values as a REPL shows them: on one line if they fit, else a line an element, and never too much."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from ldbpy.model.debugging import Page, Value, ValueKind, Variable
from ldbpy.render.text import display_width
from ldbpy.render.values import Expand, count_text, value_text

__all__ = ["value_lines"]

_WIDTH: Final = 80
_DEPTH: Final = 6
_ITEMS: Final = 100
_LINES: Final = 200
_LONGEST: Final = 2000
_SHORT: Final = 12
"""Elements of a table that may stand on one line."""


def value_lines(value: Value, expand: Expand, width: int = _WIDTH) -> list[str]:
    """A value as lines of about ``width`` columns. Of what is large the beginning, and how much there is."""
    lines: list[str] = []
    for line in _lines(value, expand, "", "", width):
        if len(lines) == _LINES:
            lines.append("… and more: an element at a time shows the rest")
            break
        lines.append(line)
    return lines


def _lines(value: Value, expand: Expand, indent: str, lead: str, width: int) -> Iterator[str]:
    """``lead`` stands before the value on its first line: an element's name."""
    start = indent + lead
    short = _on_one_line(value, expand, width - display_width(start))
    if short is not None:
        yield start + short
        return
    if value.kind is not ValueKind.TABLE:
        yield start + value_text(value, longest=_LONGEST)
        return
    if len(indent) >= 2 * _DEPTH:
        yield f"{start}{{… {count_text(value)} in all}}"
        return
    yield f"{start}{{"
    yield from _elements(value, expand, indent + "  ", width)
    yield f"{indent}}}"


def _elements(value: Value, expand: Expand, indent: str, width: int) -> Iterator[str]:
    """A line an element, but short ones of a list as many as fit."""
    page = _page(value, expand, _ITEMS)
    row = ""
    for place, item in enumerate(page.items):
        name = _name(item, place)
        short = None if name else _on_one_line(item.value, expand, width - len(indent) - 1)
        if row and (short is None or len(indent) + display_width(row) + display_width(short) + 2 > width):
            yield indent + row
            row = ""
        if short is not None:
            row += f"{' ' if row else ''}{short},"
            continue
        *before, last = _lines(item.value, expand, indent, name, width - 1)
        yield from before
        yield f"{last},"
    if row:
        yield indent + row
    if page.more:
        yield f"{indent}… {count_text(value)} in all"


def _page(value: Value, expand: Expand, count: int) -> Page:
    """A table's first elements: those that came along, or those that can be asked for; none if neither.

    If they are all there are, those with names are in the order of their names.
    """
    if value.page is None and not value.handle:
        return Page((), 0, more=True)
    page = value.page or expand(value, 0, count)
    if page.more:
        return page
    listed = sum(1 for _ in takewhile(lambda at: not _name(page.items[at], at), range(len(page.items))))
    named = sorted(page.items[listed:], key=lambda item: item.name)
    return Page((*page.items[:listed], *named), 0, more=False)


def _name(item: Variable, place: int) -> str:
    """Elements of a list have none."""
    return "" if item.name == b"[%d]" % (place + 1) else f"{item.name.decode('utf-8', 'backslashreplace')} = "


def _on_one_line(value: Value, expand: Expand, room: int) -> str | None:
    """The value on one line, None if it does not fit or something would have to be left out."""
    if value.kind is not ValueKind.TABLE:
        whole = value_text(value, longest=_LONGEST)
        return whole if display_width(whole) <= room else None
    if value.size == 0:
        return "{}"
    if value.size > _SHORT or not value.counted or room < 4:
        return None
    page = _page(value, expand, _SHORT)
    if not page.items:
        return f"{{… {count_text(value)} in all}}"
    texts = []
    for place, item in enumerate(page.items):
        name = _name(item, place)
        text = _on_one_line(item.value, expand, room - 2 - display_width(name))
        if text is None:
            return None
        texts.append(name + text)
        room -= display_width(texts[-1]) + 2
    return "{" + ", ".join(texts) + "}" if room >= 0 else None
