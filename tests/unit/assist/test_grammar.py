from __future__ import annotations

import pytest

from ldbpy.assist.grammar import Grammar, grammar_of
from ldbpy.commands import Command, load_table

TABLE = load_table("redis-8.6.3")
RELEASES = ("redis-6.2.14", "redis-7.0.15", "redis-8.0.6", "redis-8.6.3", "valkey-8.1.8", "valkey-9.1.2")


def parts(line: str) -> tuple[Command, Grammar, list[str]]:
    """The command of a line, its grammar, and the words behind its name."""
    words = line.split()
    command = TABLE.lookup([word.lower().encode() for word in words])
    assert command is not None
    grammar = grammar_of(command)
    assert grammar is not None
    return command, grammar, words[1 + command.name.count("|") :]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET", "key"),
        ("GET k", ""),
        ("SET k v", "NX XX IFEQ IFNE IFDEQ IFDNE GET EX PX EXAT PXAT KEEPTTL"),
        ("SET k v EX", "seconds"),
        ("SET k v EX 10", "NX XX IFEQ IFNE IFDEQ IFDNE GET"),
        ("SET k v nx get", "EX PX EXAT PXAT KEEPTTL"),
        ("ZADD k", "NX XX GT LT CH INCR score"),
        ("ZADD k XX CH", "GT LT INCR score"),
        ("ZADD k 1 m", "score"),
        ("ZRANGE k 0 -1 REV LIMIT 0", "count"),
        ("XADD k MAXLEN", "= ~ threshold"),
        ("XADD k * f", "value"),
        ("SORT k GET a", "BY LIMIT GET ASC DESC ALPHA STORE"),
        ("ZUNION 2 a b WEIGHTS 1", "weight AGGREGATE WITHSCORES"),
        ("BITFIELD k OVERFLOW", "WRAP SAT FAIL"),
        ("BITFIELD k GET u8 0", "GET OVERFLOW SET INCRBY"),
        ("MSET a 1", "key"),
        ("XGROUP CREATE k g", "id $"),
        ("SET k v nosuch", ""),
    ],
)
def test_expected(line: str, expected: str) -> None:
    """What may come behind words: options in any order and once, what belongs to one, what may be repeated."""
    _, grammar, words = parts(line)
    assert [leaf.token or leaf.name for leaf in grammar.expected(words)] == expected.split()


def test_unknown_words() -> None:
    """A word that is not known yet is taken for a value."""
    _, grammar, _ = parts("SET")
    assert [leaf.token for leaf in grammar.expected([None, None, "EX", None])][:2] == ["NX", "XX"]


@pytest.mark.parametrize(
    ("line", "signature"),
    [
        ("GET", "GET key"),
        ("MSET", "MSET key value [key value ...]"),
        ("ZADD", "ZADD key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]"),
        ("XGROUP CREATE", "XGROUP CREATE key group <id | $> [MKSTREAM] [ENTRIESREAD entriesread]"),
        ("PING", "PING [message]"),
        ("TIME", "TIME"),
    ],
)
def test_signature(line: str, signature: str) -> None:
    """A command is written with brackets around what may be left out, and words in them that exclude each other."""
    command, grammar, _ = parts(line)
    shown = grammar.signature(command.name.upper().replace("|", " "))
    assert shown.text == signature
    assert all(shown.text[start:end] == (leaf.token or leaf.name) for leaf, (start, end) in shown.spans.items())


@pytest.mark.parametrize("release", RELEASES)
def test_every_command(release: str) -> None:
    """Every command of every server that describes its arguments takes the fewest words its arity asks for."""
    commands = [*load_table(release).commands.values()]
    commands += [sub for command in commands for sub in command.subcommands.values()]
    described = [(command, grammar) for command in commands if (grammar := grammar_of(command)) is not None]
    assert len(described) > 150
    for command, grammar in described:
        least = abs(command.arity) - 1 - command.name.count("|")
        words: list[str] = []
        while len(words) < least:
            expected = grammar.expected(words)
            assert expected, (command.name, words)
            words.append(expected[-1].token or "1")
        assert grammar.signature("X").text.startswith("X")


def test_long_calls() -> None:
    """A command with a thousand values is looked at no further than anybody types."""
    _, grammar, _ = parts("MSET")
    assert grammar.expected(["x"] * 10_000) == []
