"""Bytes as people read them: nothing reaches the terminal that could move its cursor, nothing is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ldbpy.render.replies import inline
from ldbpy.render.style import Role, Style
from ldbpy.render.text import display_width, harmless, printable_in, quoted, readable, word
from ldbpy.resp import NIL_ARRAY, Double, ErrorReply, MapReply, Reply, SetReply, Status
from ldbpy.resp.quoting import split_words

BUSY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For a machine that has other things to do."""


@BUSY
@given(st.binary(max_size=60))
def test_nothing_moves_the_cursor(data: bytes) -> None:
    """No control character but tab and newline comes through, and in a word not even those."""
    for told in (readable(data), harmless(data.decode("latin-1"))):
        assert not [char for char in told if unicodedata.category(char) == "Cc" and char not in "\t\n"]
    assert word(data).isprintable()
    assert quoted(data).isprintable()


@BUSY
@given(st.binary(max_size=60))
def test_word_can_be_typed(data: bytes) -> None:
    """What is told of a command's arguments can be typed again, where it is text or quoted."""
    told = word(data)
    if told.startswith('"') or readable(data).encode() == data:
        assert split_words(told.encode()) == [data]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"rl:42", "rl:42"),
        (b"", '""'),
        (b"a b", '"a b"'),
        (b'a"b', '"a\\"b"'),
        (b"it's", '"it\'s"'),
        (b"a\\b", '"a\\\\b"'),
        ("é日".encode(), "é日"),
        ("é 日".encode(), '"é 日"'),
        (b"\x1b[31m", '"\\x1b[31m"'),
        ("\u202eevil".encode(), '"\\xe2\\x80\\xaeevil"'),
    ],
)
def test_word(data: bytes, told: str) -> None:
    """Bare where it is one plain word."""
    assert word(data) == told


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("é", 1), ("e\u0301", 1), ("日本", 4), ("Ａ", 2), ("→", 1), ("", 0), ("👍", 2)]
)
def test_display_width(text: str, width: int) -> None:
    """Columns of a terminal."""
    assert display_width(text) == width


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "│ a → é µs …"),
        (None, "│ a → é µs …"),
        ("ascii", "| a -> \\xe9 us ..."),
        ("latin-1", "| a -> é us ..."),
        ("cp437", "| a -> é us ..."),
    ],
)
def test_printable_in(encoding: str | None, told: str) -> None:
    """Our own signs have a stand-in where an encoding has not all of them; the rest is escaped."""
    assert printable_in(encoding, "│ a → é µs …") == told


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (1, "1"),
        (True, "true"),
        (None, "nil"),
        (NIL_ARRAY, "nil"),
        (b"a\n", '"a\\n"'),
        (Status(b"OK"), "OK"),
        (ErrorReply(b"ERR \x1b"), "(error) ERR \\x1b"),
        (Double(0.1), "0.1"),
        ([1, [b"a"], []], '[1, ["a"], []]'),
        (SetReply([1]), "[1]"),
        (MapReply([(b"k", 1)]), '{"k": 1}'),
        (b"x" * 500, '"' + "x" * 58 + "…"),
        (list(range(1000)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, …"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_inline(reply: Reply, told: str) -> None:
    """One line, not too long."""
    assert inline(reply) == told


def test_style() -> None:
    """Painted or not; nothing is painted that is empty."""
    assert Style(colours=True).paint(Role.ERROR, "x") == "\x1b[31;1mx\x1b[0m"
    assert Style(colours=False).paint(Role.ERROR, "x") == "x"
    assert Style(colours=True).paint(Role.ERROR, "") == ""
