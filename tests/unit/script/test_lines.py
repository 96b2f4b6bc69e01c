"""Lines and columns."""

from __future__ import annotations

import pytest

from ldbpy.script.lines import LineIndex


@pytest.mark.parametrize(
    ("source", "count"),
    [
        (b"", 1),
        (b"a", 1),
        (b"a\n", 2),
        (b"a\r", 2),
        (b"a\r\nb", 2),
        (b"a\n\rb", 2),
        (b"a\n\nb", 3),
        (b"a\r\rb", 3),
        (b"\r\n\r\n", 3),
        (b"\n\r\n\r", 3),
        (b"\r\r\n", 3),
        (b"\n\n\r", 3),
        (b"a\x0b\x0c\x85b", 1),
    ],
)
def test_len_newline_kinds(source: bytes, count: int) -> None:
    """Two different newline characters end one line together, two equal ones end two, others end none."""
    assert len(LineIndex(source)) == count


def test_line_of_each_byte() -> None:
    """A byte is on the line it ends or stands in, and the end of the source on the last."""
    index = LineIndex(b"ab\nc\r\n\nd")
    assert [index.line(offset) for offset in range(9)] == [1, 1, 1, 2, 2, 2, 3, 4, 4]


def test_position_counts_columns_in_bytes() -> None:
    """Columns count from 1, in bytes, also behind bytes that are no ASCII."""
    index = LineIndex("é = 1\nx".encode())
    assert index.position(3) == (1, 4)
    assert index.position(7) == (2, 1)


def test_position_at_end() -> None:
    """The end of a source that ends with a newline is the start of an empty last line."""
    assert LineIndex(b"x\n").position(2) == (2, 1)


def test_offset_undoes_position() -> None:
    """A position leads back to its offset."""
    source = b"if x\r\n then\n\n\ty()\rend"
    index = LineIndex(source)
    assert [index.offset(*index.position(i)) for i in range(len(source) + 1)] == list(range(len(source) + 1))


@pytest.mark.parametrize("line", [0, -1, 3])
def test_offset_of_no_line(line: int) -> None:
    """A line that is not there is refused."""
    with pytest.raises(IndexError):
        LineIndex(b"a\nb").offset(line)


def test_span_leaves_out_newlines() -> None:
    """The span of a line ends before its newline, of one or two characters."""
    source = b"a\r\n\n\rbc\n\nd"
    index = LineIndex(source)
    assert [source[slice(*index.span(line))] for line in range(1, 6)] == [b"a", b"", b"bc", b"", b"d"]


def test_text_of_line() -> None:
    """A line's text is found by its number."""
    assert LineIndex(b"one\ntwo\nthree").text(2) == b"two"


def test_first_counts_from_there() -> None:
    """What comes before the place where counting begins is on line 1, newlines or not."""
    index = LineIndex(b"#!lua\r\r\nx", 7)
    assert index.position(7) == (1, 8)
    assert index.position(8) == (2, 1)
