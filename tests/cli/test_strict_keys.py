"""``--strict-keys``: a command that touches a key that is not declared ends the script."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import ldbpy
from tests.servers.fixtures import RealServer

HINT = "declare it: pass it before the comma; or run without --strict-keys"


def test_undeclared_key() -> None:
    """The command, the key, the line, the call; the command did not run."""
    ran = ldbpy("eval", "-e", "local a = 1\nredis.call('SET', 'other', a)", "k", "--strict-keys", "--diff")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.lines == [
        "changed   nothing",
        "error: <code>:2: SET touches the key 'other', which is not in KEYS",
        "   2 │ redis.call('SET', 'other', a)",
        "     │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        f"hint: {HINT}",
    ]


@pytest.mark.parametrize(
    "code",
    [
        "return redis.call('SET', KEYS[1], 1)",
        "return redis.call('MSET', KEYS[1], 1, KEYS[2], 2)",
        "for _, key in ipairs(KEYS) do redis.call('INCR', key) end",
        "return redis.call('GET', 'a')",
        "return redis.call('PING')",
        "return redis.call('EVAL')",
        "return redis.call('ZUNIONSTORE', KEYS[1], 1, KEYS[2])",
        "return redis.call('XREAD', 'STREAMS', 'a', 'b', 0, 0)",
    ],
)
def test_declared_keys(code: str) -> None:
    """Keys that are declared, and commands without keys, are none of its business."""
    assert "touches the key" not in ldbpy("eval", "-e", code, "a", "b", "--strict-keys").talk


@pytest.mark.parametrize(
    ("call", "command", "key"),
    [
        ("'GET', ARGV[1]", "GET", "x"),
        ("'get', 'x'", "GET", "x"),
        ("'MSET', 'a', 1, 'x', 2", "MSET", "x"),
        ("'DEL', 'a', 'x'", "DEL", "x"),
        ("'ZUNIONSTORE', 'a', 2, 'b', 'x'", "ZUNIONSTORE", "x"),
        ("'ZUNIONSTORE', 'x', 1, 'a'", "ZUNIONSTORE", "x"),
        ("'XREAD', 'STREAMS', 'a', 'x', 0, 0", "XREAD", "x"),
        ("'LMOVE', 'a', 'x', 'LEFT', 'LEFT'", "LMOVE", "x"),
        ("'OBJECT', 'ENCODING', 'x'", "OBJECT ENCODING", "x"),
        ("'SORT', 'a', 'STORE', 'x'", "SORT", "x"),
        ("'SET', '', 1", "SET", ""),
        ("'SET', 'a ', 1", "SET", "a "),
    ],
)
def test_key_at_every_place(call: str, command: str, key: str) -> None:
    """Wherever a command has its keys."""
    ran = ldbpy("eval", "-e", f"return redis.call({call})", "a", "b", ",", "x", "--strict-keys")
    assert ran.code == 1
    assert ran.error == f"<code>:1: {command} touches the key {key!r}, which is not in KEYS"
    assert ran.hint == HINT


def test_key_built_in_a_loop() -> None:
    """The first that is not declared, and what the loop had written until then."""
    code = "for i = 1, 5 do\n  redis.call('SET', 'k' .. i, i)\nend"
    ran = ldbpy("eval", "-e", code, "k1", "k2", "--strict-keys", "--diff")
    assert ran.error == "<code>:2: SET touches the key 'k3', which is not in KEYS"
    assert ran.lines[:2] == ['changed   + k1   string "1"', '          + k2   string "2"']
    assert ran.lines[-1] == "what it had written stays: a server rolls nothing back either"


def test_key_built_in_a_function() -> None:
    """The line is that of the call, not of the function's caller."""
    code = "local function get(id)\nreturn redis.call('GET', 'user:' .. id)\nend\n\nreturn get(7)"
    ran = ldbpy("eval", "-e", code, "--strict-keys")
    assert ran.error == "<code>:2: GET touches the key 'user:7', which is not in KEYS"
    assert ran.lines[2] == "     │        " + "^" * len("redis.call('GET', 'user:' .. id)")


@pytest.mark.parametrize(
    "code", ["redis.pcall('GET', 'x')", "pcall(redis.call, 'GET', 'x')", "pcall(function() redis.call('GET', 'x') end)"]
)
def test_script_cannot_catch_it(code: str) -> None:
    """It ends the script, whatever is around the call."""
    ran = ldbpy("eval", "-e", f"{code}\nreturn 'went on'", "--strict-keys")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.error == "<code>:1: GET touches the key 'x', which is not in KEYS"


def test_key_that_is_no_text() -> None:
    """Bytes of a key are escaped."""
    ran = ldbpy("eval", "-e", "redis.call('GET', '\\27[31m\\255')", "--strict-keys")
    assert b"\x1b" not in ran.err
    assert "\\x1b[31m" in ran.error
    assert "xff" in ran.error


def test_function_library(tmp_path: Path) -> None:
    """So for the functions of a library."""
    path = tmp_path / "lib.lua"
    path.write_text(
        "#!lua name=lib\nredis.register_function('f', function(keys)\n  return redis.call('GET', 'x')\nend)"
    )
    ran = ldbpy("eval", str(path), "--function", "f", "k", "--strict-keys")
    assert ran.code == 1
    assert ran.error.endswith("lib.lua:3: GET touches the key 'x', which is not in KEYS")


def test_real_server(any_server: RealServer) -> None:
    """A real server cannot be asked for it."""
    ldbpy("eval", "-e", "return 1", "--target", any_server.url, "--strict-keys").failed(
        2,
        "--strict-keys needs the embedded server: a server tells nothing of the inside of a script",
        "with --local the script runs here, with the server's data",
    )
