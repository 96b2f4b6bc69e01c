"""KEYS and ARGV: words around a lone comma, and the options ``--key`` and ``--arg``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import Ran, ldbpy

BOTH = "return cjson.encode({KEYS, ARGV})"


def _given(*words: str | bytes) -> tuple[list[str], list[str]]:
    """The KEYS and ARGV a script gets for those words."""
    ran = ldbpy("eval", "-e", BOTH, *words)
    assert (ran.code, ran.err) == (0, b""), ran
    keys, args = json.loads(ran.out)
    return list(keys), list(args)


@pytest.mark.parametrize(
    ("words", "keys", "args"),
    [
        ("", [], []),
        ("a b", ["a", "b"], []),
        ("a b , c d", ["a", "b"], ["c", "d"]),
        (",", [], []),
        (", c", [], ["c"]),
        ("a ,", ["a"], []),
        ("a , b , c", ["a"], ["b", ",", "c"]),
        ("a , b, c", ["a"], ["b,", "c"]),
        ("a,b", ["a,b"], []),
        ("-5 , -1.5 -1e5 -.5 -inf -", ["-5"], ["-1.5", "-1e5", "-.5", "-inf", "-"]),
        ("-- -x --ro , --diff", ["-x", "--ro"], ["--diff"]),
        ("a -k b , c -a d --key=e --arg f", ["a", "b", "e"], ["c", "d", "f"]),
        ("-k , -a ,", [","], [","]),
        ("-k -5 -a -6", ["-5"], ["-6"]),
        ("-k -a -7", ["-7", "-a"], []),
        ("-k -- -8", ["-8", "--"], []),
        ("-a @@home -a @@", [], ["@home", "@"]),
        ("@home , @@", ["@home"], ["@@"]),
    ],
)
def test_words_and_options(words: str, keys: list[str], args: list[str]) -> None:
    """Words before a lone comma are keys, after it arguments; options come after words."""
    assert _given(*words.split()) == (keys, args)


def test_empty_words() -> None:
    """An empty word is a key or argument like any other."""
    assert _given("", ",", "", "-k", "", "-a", "") == (["", ""], ["", ""])


def test_words_with_spaces_and_other_scripts() -> None:
    """Words are what the shell hands over."""
    assert _given("a b", ",", "é", "日本") == (["a b"], ["é", "日本"])


def test_bytes_that_are_no_utf8() -> None:
    """So are bytes that are no text."""
    ran = ldbpy("eval", "-e", "return {KEYS[1], ARGV[1]}", b"\xff", ",", b"\xfe", "--format", "resp")
    assert ran.out == b"*2\r\n$1\r\n\xff\r\n$1\r\n\xfe\r\n"


def test_file_gives_bytes(tmp_path: Path) -> None:
    """``@file`` is the file's content: newlines, zero bytes and all."""
    path = tmp_path / "value"
    path.write_bytes(b"a\n\0\xff\r\n")
    ran = ldbpy("eval", "-e", "return {KEYS[1], ARGV[1]}", "-k", f"@{path}", "-a", f"@{path}", "--format", "resp")
    assert ran.out == b"*2\r\n$6\r\na\n\0\xff\r\n\r\n$6\r\na\n\0\xff\r\n\r\n"


@pytest.mark.parametrize("option", ["-k", "-a"])
def test_missing_file(option: str) -> None:
    """A file that is not there is named, with a way to mean the text."""
    ran = ldbpy("eval", "-e", "return 1", option, "@nosuch")
    ran.failed(2, "cannot read nosuch: no such file or directory", "a value that begins with @ is written @@")


def test_at_alone() -> None:
    """``@`` names no file."""
    ran = ldbpy("eval", "-e", "return 1", "-k", "@")
    ran.failed(2, "cannot read '': no such file or directory", "a value that begins with @ is written @@")


def _warning(*words: str) -> str:
    ran = ldbpy("eval", "-e", "return #KEYS", *words)
    assert ran.code == 0
    assert len(ran.lines) == 1
    return ran.lines[0]


def test_comma_glued_to_the_end() -> None:
    """A comma at the end of a word is a slip, and the warning says what was meant."""
    assert _warning("rl:42,", "5", "60") == (
        'warning: the comma must stand alone: KEYS are "rl:42," "5" "60" and ARGV is empty. Did you mean: rl:42 , 5 60'
    )


def test_comma_glued_to_the_beginning() -> None:
    """So is one at the beginning."""
    assert _warning("rl:42", ",5") == (
        'warning: the comma must stand alone: KEYS are "rl:42" ",5" and ARGV is empty. Did you mean: rl:42 , 5'
    )


@pytest.mark.parametrize("words", [["a,b"], ["a", ",", "b,"], ["a,", ",", "b"], []])
def test_no_warning(words: list[str]) -> None:
    """A comma inside a word, or beside a lone one, is no slip."""
    ran: Ran = ldbpy("eval", "-e", "return #KEYS", *words)
    assert ran.err == b""


def test_unknown_option_among_words() -> None:
    """A word that begins with a dash is taken for an option; the hint tells how to pass it."""
    ran = ldbpy("eval", "-e", BOTH, "a", ",", "-x")
    ran.failed(
        2,
        "no such option '-x'",
        "ldbpy eval --help; a text that begins with - goes behind --, or is given with -k or -a",
    )


def test_number_with_letters_is_an_option() -> None:
    """``-5x`` is no number."""
    assert ldbpy("eval", "-e", BOTH, "-5x").error == "no such option '-5'"


def test_key_of_the_command_line_as_bytes_in_an_error() -> None:
    """A key with control characters is escaped where it is told."""
    ran = ldbpy("eval", "-e", "return redis.call('GET', ARGV[1])", ",", "a\x1b[31m", "--strict-keys")
    assert ran.error == '<code>:1: GET touches the key "a\\x1b[31m", which is not in KEYS'
