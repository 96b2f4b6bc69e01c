from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ldbpy.assist.complete import complete
from ldbpy.assist.debugger import debugger_language
from ldbpy.assist.hint import hint
from ldbpy.assist.names import KnownNames, beginning
from ldbpy.assist.records import MOST, Candidate, Kind, Language, Name, Operand, Verb
from ldbpy.flavors import FLAVORS

NAMES = KnownNames(
    [Name("limit", Kind.LOCAL, "5"), Name("user", Kind.LOCAL, "{…}"), Name("outer", Kind.UPVALUE)],
    {("user",): [Name("id", Kind.FIELD), Name("name", Kind.FIELD)], ("user", "name"): [Name("first", Kind.FIELD)]},
    ["rl:42", "rl:43", "two words", 'q"uote'],
)
LUA = Language()
REDIS = Language(redis=True)
REPL = Language(
    verbs=(
        Verb(("load",), "FILE", "Run a file.", Operand.FILE),
        Verb(("redis",), "COMMAND", "Run a command.", Operand.REDIS),
        Verb(("server",), "FLAVOR", "", Operand.FLAVOR),
        Verb(("peek",), "KEY", "", Operand.KEYS),
        Verb(("debug",), "EXPR", "", Operand.LUA),
        Verb(("time",), "on | off | CODE", "", Operand.LUA, ("on", "off")),
        Verb(("help",), "", "", Operand.VERB),
    ),
    marker=".",
)
DEBUGGER = debugger_language(FLAVORS["redis-8"], {"cl": "clear"})


def texts(text: str, language: Language = LUA, cursor: int | None = None) -> list[str]:
    """What a text may become at the cursor, which is at its end unless told otherwise."""
    return [each.text for each in complete(text, len(text) if cursor is None else cursor, NAMES, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lim", ["limit"]),
        ("return ou", ["outer"]),
        ("tonu", ["tonumber"]),
        ("x = wh", ["while"]),
        ("local lines = 1 return lin", ["lines"]),
        ("function f(first, second) return fi", ["first"]),
        ("for index = 1, 3 do ind", ["index"]),
        ("user.", ["id", "name"]),
        ("user.n", ["name"]),
        ("user.name.f", ["first"]),
        ("x = user:i", ["id"]),
        ("redis.cal", ["call"]),
        ("redis.REPL_A", ["REPL_ALL", "REPL_AOF"]),
        ("string.re", ["rep", "reverse"]),
        ("cjson.dec", ["decode", "decode_array_with_array_mt", "decode_invalid_numbers", "decode_max_depth"]),
        ("nosuch.", []),
        ("f() user.n", ["name"]),
        ("x = 'y' user.n", ["name"]),
        ("f().user.", []),
        ("f().", []),
        ("local ", []),
        ("5", []),
        ("x = 1 -- comm li", []),
        ("'li", []),
        ("t['x'].i", []),
    ],
)
def test_lua(text: str, expected: list[str]) -> None:
    """Names in reach, fields of real tables, the server's own, and keywords; nothing where no name can stand."""
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis.call('GETS", ["GETSET"]),
        ("redis.call('gets", ["getset"]),
        ('redis.pcall("HGETA', ["HGETALL"]),
        ("redis.call([[HGETA", ["HGETALL"]),
        ("local call = redis.call call('HGETA", ["HGETALL"]),
        ("redis.call('GET', 'rl", ["rl:42", "rl:43"]),
        ("redis.call('SET', KEYS[1], 1, 'E", ["EX", "EXAT"]),
        ("redis.call('SET', KEYS[1], f(a, {1, 2}), 'NX', 'X", []),
        ("redis.call('XGROUP', 'SET", ["SETID"]),
        ("redis.call('XGROUP', 'CREATE', KEYS[1], 'g', '$', 'MK", ["MKSTREAM"]),
        ("redis.call('BLMPO", ["BLMPOP"]),
        ("redis.call('MULT", []),
        ("print('HGETA", []),
        ("redis.call('NOSUCH', '", []),
        ("redis.call(name, '", []),
    ],
)
def test_commands_in_strings(text: str, expected: list[str]) -> None:
    """Commands that scripts may run, subcommands, options and keys in the strings of redis.call."""
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hgeta", ["hgetall"]),
        ("MULT", ["MULTI"]),
        ("get rl", ["rl:42", "rl:43"]),
        ("get two", ['"two words"']),
        ("get 'two", ["'two words'"]),
        ('get "q', ['"q\\"uote"']),
        ("set k v ke", ["keepttl"]),
        ("set k v EX 10 K", []),
        ("zrange k 0 1 BYSCORE LIMIT ", []),
        ("object ENC", ["ENCODING"]),
        ("sort k GET x G", ["GET"]),
    ],
)
def test_redis_lines(text: str, expected: list[str]) -> None:
    """A line for redis-cli: names in the case that was begun, keys quoted as they must be, options once."""
    assert texts(text, REDIS) == expected


def test_subcommands_of_62() -> None:
    """Redis 6.2 does not tell its subcommands: those of 7.0 that are old enough are taken."""
    old = Language(FLAVORS["redis-6.2"], redis=True)
    assert [each.text for each in complete("XINFO ", 6, NAMES, old)] == ["CONSUMERS", "GROUPS", "HELP", "STREAM"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".lo", [".load"]),
        (".", [".debug", ".help", ".load", ".peek", ".redis", ".server", ".time"]),
        (".redis hgeta", ["hgetall"]),
        (".server valk", ["valkey-8", "valkey-9"]),
        (".peek rl", ["rl:42", "rl:43"]),
        (".debug lim", ["limit"]),
        (".time of", ["off"]),
        (".time lim", ["limit"]),
        (".help ti", ["time"]),
        (".nosuch x", []),
        ("lim", ["limit"]),
    ],
)
def test_dot_commands(text: str, expected: list[str]) -> None:
    """What follows a command of the REPL is what that command takes."""
    assert texts(text, REPL) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("con", ["condition", "config", "continue"]),
        ("b on EXPI", ["EXPIRE", "EXPIREAT", "EXPIRETIME"]),
        ("b on after GETD", ["GETDEL"]),
        ("b on HSET rl", ["rl:42", "rl:43"]),
        ("b key rl", ["rl:42", "rl:43"]),
        ("b 7 if lim", ["limit"]),
        ("print user.n", ["name"]),
        ("p lim", ["limit"]),
        ("redis hgeta", ["hgetall"]),
        ("catch r", ["reply", "raised"]),
        ("help brea", ["break"]),
        ("=lim", ["limit"]),
        ("user.i", ["id"]),
        ("c", ["catch", "calls", "clear", "condition", "config", "continue", "cl", "cjson", "cmsgpack"]),
    ],
)
def test_debugger(text: str, expected: list[str]) -> None:
    """At the debugger's prompt a line is a command, or Lua."""
    assert sorted(set(expected) - set(texts(text, DEBUGGER))) == []
    assert text == "c" or sorted(texts(text, DEBUGGER)) == sorted(expected)


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind .load there are files, folders with a slash, hidden ones when a dot is typed; then keys."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    for name in ("script.lua", ".hidden.lua", "sub/inner.lua"):
        (tmp_path / name).touch()
    assert texts(".load s", REPL) == ["script.lua", "sub/"]
    assert texts(".load sub/", REPL) == ["sub/inner.lua"]
    assert texts(".load .h", REPL) == [".hidden.lua"]
    assert texts(".load nosuch/", REPL) == []
    assert texts(".load script.lua rl", REPL) == ["rl:42", "rl:43"]


def test_where_it_begins() -> None:
    """A candidate tells where the word begins that it stands for, which kind it is, and what to show beside it."""
    found = complete("x = string.su", 13, NAMES)
    assert found == [Candidate("sub", 11, Kind.FIELD, "string.sub(s, i, [j])")]


def test_in_the_middle() -> None:
    """What stands behind the cursor does not count."""
    assert texts("redis.call('GETS, KEYS[1])", cursor=16) == ["GETSET"]


def test_local_hides_library() -> None:
    """A local variable called as a library has its own fields, not those of the library."""
    names = KnownNames([Name("string", Kind.LOCAL)], {("string",): [Name("mine", Kind.FIELD)]})
    assert [each.text for each in complete("string.", 7, names)] == ["mine"]


def test_at_most_so_many() -> None:
    """Of many names no more are told than somebody would read."""
    names = KnownNames(Name(f"v{number:06}", Kind.GLOBAL) for number in range(10_000))
    assert len(complete("v", 1, names)) == MOST


def test_beginning_does_not_look_at_all() -> None:
    """What begins with a prefix is found in sorted texts; one that is beyond all others gives nothing."""
    assert beginning(["a", "ab", "abc", "b"], "ab") == ["ab", "abc"]
    assert beginning(["a"], "z") == []


def test_nothing_is_read_or_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Completion of code opens no file and changes nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "scandir", lambda *_: pytest.fail("a folder was read"))
    texts("redis.call('SET', 'a', 'b') os.")
    assert list(tmp_path.iterdir()) == []


def test_long_text() -> None:
    """Of a long text the lines before the cursor are looked at, so that keys are not waited for."""
    text = "local x = 'some text'\n" * 50_000 + "redis.call('GETS"
    started = time.process_time()
    assert texts(text) == ["GETSET"]
    assert hint(text[:-5], len(text) - 5) is not None
    assert time.process_time() - started < 0.5
