"""Tokens."""

from __future__ import annotations

import math

import pytest

from ldbpy.script.lexer import (
    BROKEN,
    EOF,
    NAME,
    NUMBER,
    STRING,
    Tokens,
    decode_string,
    explain,
    near,
    parse_number,
    tokenize,
)
from tests.unit.script.corpus import SCRIPTS


def kinds(text: str) -> list[str]:
    """The kinds of the tokens of a text, but for the last."""
    tokens = tokenize(text)
    assert tokens.kinds[-1] == EOF
    return tokens.kinds[:-1]


def only(text: str) -> Tokens:
    """Read a text that is one token."""
    tokens = tokenize(text)
    assert len(tokens.kinds) == 2
    return tokens


def test_kinds_of_a_statement() -> None:
    """Keywords and symbols are their own kind, names and literals have one each."""
    assert kinds("local x = a.b[1] .. 'c'") == [
        *("local", NAME, "=", NAME, ".", NAME, "[", NUMBER, "]", "..", STRING),
    ]


def test_kinds_longest_symbol() -> None:
    """Symbols of several characters are read whole."""
    assert kinds("== ~= <= >= .. ... = < > ~ . ....") == [
        *("==", "~=", "<=", ">=", "..", "...", "=", "<", ">", "~", ".", "...", "."),
    ]


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_offsets_are_bytes(script: bytes) -> None:
    """Every token's text stands at its offsets, in order, and nothing but blanks and comments stands between."""
    tokens = tokenize(script.decode("latin-1"))
    left = script.decode("latin-1")
    for start, end, text in zip(tokens.starts, tokens.ends, tokens.texts, strict=True):
        assert tokens.text[start:end] == text
        left = left[:start] + " " * len(text) + left[end:]
    for comment in tokens.comments:
        assert tokens.text[comment.start : comment.end] == comment.text
        left = left[: comment.start] + " " * len(comment.text) + left[comment.end :]
    assert left.strip() == ""


def test_start_skips_a_first_line() -> None:
    """Reading can begin further on, and offsets still count from the start of the text."""
    tokens = tokenize("#!lua\nx", 5)
    assert (tokens.kinds, tokens.starts) == ([NAME, EOF], (6, 7))


def test_empty_text() -> None:
    """A text without tokens still has an end."""
    tokens = tokenize(" \n ")
    assert (tokens.kinds, tokens.starts, tokens.ends) == ([EOF], (3,), (3,))


def test_other_characters_are_themselves() -> None:
    """A character Lua does not know is a token of its own, also a letter that is no ASCII."""
    assert kinds("!@é²\x01") == ["!", "@", "é", "²", "\x01"]


def test_nul_counts_as_dot_or_exponent() -> None:
    """After a dot NUL is one more dot, and after digits an exponent, as llex.c's strchr has it."""
    assert kinds(".\0 ..\0 .\0\0") == ["..", "...", "..."]
    assert tokenize("3\0+4").texts == ("3\0+4", "")


def test_comments_are_kept() -> None:
    """Comments stand apart, with their spans, and the long ones are told from the short."""
    comments = tokenize("a --[[ b ]] c -- d\n--[==[ e ]] ]==] --[=x\n--").comments
    assert [(comment.text, comment.start, comment.long) for comment in comments] == [
        ("--[[ b ]]", 2, True),
        ("-- d", 14, False),
        ("--[==[ e ]] ]==]", 19, True),
        ("--[=x", 36, False),
        ("--", 42, False),
    ]


def test_comments_not_in_strings() -> None:
    """Dashes in a string start no comment."""
    tokens = tokenize("'--' \"--[[\" [[ -- ]] --c")
    assert [comment.text for comment in tokens.comments] == ["--c"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("''", b""),
        ('"a\'b"', b"a'b"),
        (r"'\a\b\f\n\r\t\v\\\'\"'", b"\a\b\f\n\r\t\v\\'\""),
        (r"'\0\65\065\0651\255'", b"\0AAA1\xff"),
        (r"'\x41\z\-\q'", b"x41z-q"),
        ("'a\\\nb\\\r\nc\\\n\rd\\\re'", b"a\nb\nc\nd\ne"),
        ("'\xff'", b"\xff"),
        ("[[]]", b""),
        ("[[a\\n]]", b"a\\n"),
        ("[[\na\n]]", b"a\n"),
        ("[[\r\n\r\na\rb\n\rc]]", b"\na\nb\nc"),
        ("[==[ ]] ]=] ]==]", b" ]] ]=] "),
    ],
)
def test_decode_string(text: str, value: bytes) -> None:
    """A string stands for these bytes."""
    assert kinds(text) == [STRING]
    assert decode_string(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("3.", 3.0),
        (".5", 0.5),
        ("1e5", 1e5),
        ("1E-2", 0.01),
        ("1e+2", 100.0),
        ("007", 7.0),
        ("0x10", 16.0),
        ("0XfF", 255.0),
        ("0x1p4", 16.0),
        ("0xffffffffffffffffff", float(0xFFFFFFFFFFFFFFFFFF)),
        ("1e400", math.inf),
        ("0x1p99999", math.inf),
        ("3\0abc", 3.0),
        ("9007199254740993", 9007199254740992.0),
    ],
)
def test_parse_number(text: str, value: float) -> None:
    """A numeral has this value, and is one token."""
    assert kinds(text) == [NUMBER]
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["3x", "1e", "1e+", "0x", "0xg", "1.2.3", "1..", "1_0", "5LL", "0x1p", "0b1", "1e\0"])
def test_malformed_number(text: str) -> None:
    """These are read as one token, as Lua does, and refused."""
    tokens = only(text)
    assert (tokens.kinds[0], parse_number(text)) == (BROKEN, None)
    assert explain(tokens, 0).message == f"malformed number near '{text.rstrip(chr(0))}'"


@pytest.mark.parametrize(
    ("text", "message", "at", "unfinished"),
    [
        ("'abc", "unfinished string near '<eof>'", 4, False),
        ("'abc\\", "unfinished string near '<eof>'", 5, True),
        ("'abc\\\n", "unfinished string near '<eof>'", 6, True),
        ("'abc\\\\", "unfinished string near '<eof>'", 6, False),
        ("'a\\n\\300'", "escape sequence too large near ''a\n'", 4, False),
        ("[[abc", "unfinished long string near '<eof>'", 5, True),
        ("[=[abc]]", "unfinished long string near '<eof>'", 8, True),
        ("--[[abc", "unfinished long comment near '<eof>'", 7, True),
        ("[[a[[b]]", "nesting of [[...]] is deprecated near '['", 5, False),
        ("--[[a[[b]]", "nesting of [[...]] is deprecated near '['", 7, False),
        ("[==", "invalid long string delimiter near '[=='", 3, False),
    ],
)
def test_explain_broken(text: str, message: str, at: int, unfinished: bool) -> None:
    """A token that Lua refuses is explained in Lua's words, with the place where Lua stops."""
    tokens = only(text)
    error = explain(tokens, 0)
    assert tokens.kinds[0] == BROKEN
    assert (error.message, error.at, error.unfinished) == (message, at, unfinished)


def test_explain_string_cut_by_a_newline() -> None:
    """A string that runs into a newline ends there, and is shown as far as it was read."""
    tokens = tokenize("'a\\tb\nc")
    assert tokens.texts == ("'a\\tb", "c", "")
    assert explain(tokens, 0).message == "unfinished string near ''a\tb'"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("end", "end"),
        ("abc", "abc"),
        ("0x1F", "0x1F"),
        ("'a\\65\\n'", "'aA\n'"),
        ("'a\\0b'", "'a"),
        ("[=[\na]=]", "[=[a]=]"),
        ("3\0x", "3"),
        ("\x01", "char(1)"),
        ("\x7f", "char(127)"),
        ("\xe9", "\xe9"),
        ("", "<eof>"),
    ],
)
def test_near_as_lua_shows_it(text: str, shown: str) -> None:
    """A token is shown as luaX_token2str does: strings decoded, cut at NUL, control characters as numbers."""
    assert near(tokenize(text), 0) == shown


def test_opens_line() -> None:
    """A token opens a line if any newline comes before it since the last token, in a comment too."""
    tokens = tokenize("a b\rc --[[\n]] d -- e\nf")
    assert [tokens.opens_line(index) for index in range(len(tokens.kinds))] == [False, False, True, True, True, False]
