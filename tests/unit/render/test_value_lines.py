from __future__ import annotations

from ldbpy.model.debugging import Page, Value, ValueKind, Variable
from ldbpy.render.tables import value_lines

TABLES: dict[int, list[Variable]] = {}


def made(content: object) -> Value:
    """The value that a person would write so."""
    if isinstance(content, dict | list):
        pairs = content.items() if isinstance(content, dict) else ((f"[{i}]", c) for i, c in enumerate(content, 1))
        handle = len(TABLES) + 1
        TABLES[handle] = []
        TABLES[handle] += [Variable(name.encode(), made(item)) for name, item in pairs]
        return Value(ValueKind.TABLE, size=len(content), handle=handle)
    if isinstance(content, bytes):
        return Value(ValueKind.STRING, content, size=len(content))
    assert isinstance(content, int)
    return Value(ValueKind.NUMBER, content)


def expand(value: Value, start: int, count: int) -> Page:
    """Elements of a table that was made here."""
    items = TABLES[value.handle]
    return Page(tuple(items[start : start + count]), start, len(items) > start + count)


def shown(content: object, width: int = 40) -> list[str]:
    """The lines of a value."""
    return value_lines(made(content), expand, width)


def test_what_fits_is_on_one_line() -> None:
    """A small table is one line, however deep."""
    assert shown({"a": [1, {"b": b"x"}], "c": {}}) == ['{a = {1, {b = "x"}}, c = {}}']


def test_what_does_not_fit_is_broken() -> None:
    """A wider one is a line an element, and only as deep as it has to be."""
    assert shown({"name": b"a rather long name", "inner": [1, 2], "more": [b"x" * 30, b"y" * 30]}) == [
        "{",
        "  inner = {1, 2},",
        "  more = {",
        f'    "{"x" * 30}",',
        f'    "{"y" * 30}",',
        "  },",
        '  name = "a rather long name",',
        "}",
    ]


def test_lists_fill_lines() -> None:
    """Short elements of a list share lines, and named ones follow below."""
    assert shown(list(range(100, 116)), 30) == [
        "{",
        "  100, 101, 102, 103, 104,",
        "  105, 106, 107, 108, 109,",
        "  110, 111, 112, 113, 114,",
        "  115,",
        "}",
    ]


def test_names_are_in_order() -> None:
    """What has a name is in the order of names, behind the list."""
    assert shown({"[1]": 1, "[2]": 2, "b": 3, "a": 4, "[9]": 5}) == ["{1, 2, [9] = 5, a = 4, b = 3}"]


def test_large_tables_are_cut() -> None:
    """Of many elements the first are shown, and how many there are."""
    lines = shown(list(range(1000)))
    assert lines[-2:] == ["  … 1000 in all", "}"]
    assert len(lines) < 30


def test_output_is_bounded() -> None:
    """However much there is, there is an end."""
    lines = shown({f"k{i}": {f"j{j}": b"x" * 60 for j in range(50)} for i in range(50)})
    assert len(lines) == 201
    assert lines[-1].startswith("… and more")


def test_deep_tables_are_cut() -> None:
    """Below a depth, only the number of elements is told."""
    content: object = {"end": b"x" * 40}
    for _ in range(20):
        content = {"x": content}
    assert [line.strip() for line in shown(content) if "in all" in line] == ["x = {… 1 in all},"]


def test_wide_characters_take_two_columns() -> None:
    """Width counts columns, not characters."""
    assert shown(["日本語日本語".encode()] * 3, 40) == [
        "{",
        '  "日本語日本語", "日本語日本語",',
        '  "日本語日本語",',
        "}",
    ]


def test_long_strings_are_cut() -> None:
    """Of a long string the beginning is shown, and its size."""
    (line,) = shown(b"x" * 5000)
    assert line.endswith('x"… (5000 bytes)')


def test_elements_that_came_along() -> None:
    """A table that cannot be asked any more shows what came with it."""
    page = Page((Variable(b"[1]", Value(ValueKind.NUMBER, 1)),), 0, more=False)
    assert value_lines(Value(ValueKind.TABLE, size=1, page=page), expand) == ["{1}"]
    assert value_lines(Value(ValueKind.TABLE, size=3), expand) == ["{… 3 in all}"]
