"""Lua values as a person reads them."""

from __future__ import annotations

from collections.abc import Callable

from ldbpy.model.debugging import Page, Value, ValueKind, Variable
from ldbpy.render.text import quoted

__all__ = ["Expand", "count_text", "element_lines", "number_text", "value_text", "variable_text"]

Expand = Callable[[Value, int, int], Page]
"""Asks for elements of a table: the value, how many to pass over, how many to give."""

_LONGEST = 200
_ITEMS = 12
_WIDEST = 160


def number_text(number: float, *, is_float: bool = False) -> str:
    """A number as ``tostring`` writes it; with more digits where those would be another number.

    ``is_float``: one of Lua 5.4, which tells 1.0 from 1.
    """
    text = _digits(number)
    return f"{text}.0" if is_float and text.removeprefix("-").isdigit() else text


def _digits(number: float) -> str:
    if isinstance(number, int) and float(number) != number:  # an integer of Lua 5.4
        return str(number)
    for precision in (14, 15, 16):
        text = f"{number:.{precision}g}"
        if float(text) == number or number != number:
            return text
    return f"{number:.17g}"


def value_text(value: Value, expand: Expand | None = None, *, depth: int = 2, longest: int = _LONGEST) -> str:
    """A value on one line; of what is long, the beginning and how much there is."""
    match value.kind:
        case ValueKind.NIL:
            return "nil"
        case ValueKind.BOOLEAN:
            return "true" if value.data else "false"
        case ValueKind.NUMBER:
            assert isinstance(value.data, int | float)
            return number_text(value.data, is_float=value.is_float) if value.exact else f"about {value.data:g}"
        case ValueKind.STRING:
            assert isinstance(value.data, bytes)
            shown = value.data[:longest]
            return quoted(shown) if len(shown) == value.size else f"{quoted(shown)}… ({value.size} bytes)"
        case ValueKind.TABLE:
            return _table_text(value, expand, depth)
        case ValueKind.FUNCTION:
            return f"function ({_told(value)})"
        case _:
            return f"<{_told(value)}>"


def _told(value: Value) -> str:
    return value.data.decode("utf-8", "replace") if isinstance(value.data, bytes) else value.kind.value


def count_text(value: Value) -> str:
    """How many elements a table has, as far as they were counted."""
    return str(value.size) if value.counted else f"{max(value.size, value.length)} or more"


def _table_text(value: Value, expand: Expand | None, depth: int) -> str:
    if value.size == 0:
        return "{}"
    count = count_text(value)
    if depth == 0 or (expand is None and value.page is None):
        return f"{{… {count} in all}}"
    page = value.page or (expand(value, 0, _ITEMS) if expand else None)
    assert page is not None
    texts: list[str] = []
    width = 0
    for place, item in enumerate(page.items):
        text = _element_text(item, place, expand, depth - 1)
        width += len(text)
        if texts and width > _WIDEST:
            break
        texts.append(text)
    rest = f", … {count} in all" if page.more or len(texts) < len(page.items) else ""
    return "{" + ", ".join(texts) + rest + "}"


def _element_text(item: Variable, place: int, expand: Expand | None, depth: int) -> str:
    text = value_text(item.value, expand, depth=depth, longest=60)
    if item.name == b"[%d]" % (place + 1):
        return text
    return f"{item.name.decode('utf-8', 'backslashreplace')} = {text}"


def variable_text(variable: Variable, expand: Expand | None = None) -> str:
    """``name = value``, and whether it is new since the last stop."""
    name = variable.name.decode("utf-8", "backslashreplace")
    return f"{name} = {value_text(variable.value, expand)}"


def element_lines(page: Page, total: str, expand: Expand) -> list[str]:
    """Elements of a table, a line each."""
    lines = [f"  {variable_text(item, expand)}" for item in page.items]
    if page.more:
        lines.append(f"  … {total} in all")
    return lines
