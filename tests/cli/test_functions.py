"""``--function``: a library is loaded and one of its functions called."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import Ran, ldbpy

LIBRARY = """#!lua name=stock

local function take(keys, args)
  local left = tonumber(redis.call('GET', keys[1]) or '10')
  return redis.call('SET', keys[1], left - args[1])
end

redis.register_function('take', take)
redis.register_function{
  function_name = 'left', callback = function(keys) return redis.call('GET', keys[1]) end, flags = {'no-writes'},
}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the library."""
    monkeypatch.chdir(tmp_path)
    Path("stock.lua").write_text(LIBRARY)
    return tmp_path


def _call(*args: str) -> Ran:
    return ldbpy("eval", "stock.lua", *args)


def test_call() -> None:
    """Keys and arguments as for a script, every other option too."""
    ran = _call("--function", "take", "s", ",", "3", "--diff", "--trace")
    assert (ran.code, ran.out) == (0, b"OK\n")
    assert [line.split()[0] for line in ran.lines[:2]] == ["stock.lua:4", "stock.lua:5"]
    assert ran.lines[2] == 'changed   + s   string "7"'


def test_name_in_any_case() -> None:
    """As on a server."""
    assert _call("--function", "TAKE", "s", ",", "3").out == b"OK\n"


def test_from_standard_input() -> None:
    """A library may come from standard input, or from the command line."""
    assert ldbpy("eval", "-", "--function", "left", "s", stdin=LIBRARY.encode()).out == b"\n"
    assert ldbpy("eval", "-e", LIBRARY, "--function", "left", "s").out == b"\n"


def test_function_that_is_not_there() -> None:
    """What there is instead."""
    ran = _call("--function", "nosuch")
    assert (ran.code, ran.out, ran.error) == (1, b"", "stock.lua: Function not found")
    assert ran.hint == "there is no 'nosuch'; there are: left, take"
    assert ran.lines[-1] == "the server would answer: ERR Function not found"


def test_error_in_a_function() -> None:
    """The line of the library, with its caret."""
    ran = _call("--function", "take", "s")
    assert ran.error == "stock.lua:5: attempt to perform arithmetic on field '?' (a nil value)"
    assert ran.lines[1] == "   5 │   return redis.call('SET', keys[1], left - args[1])"
    assert ran.lines[2].rstrip().endswith("^^^^^^^")


def test_read_only() -> None:
    """FCALL_RO calls what declares no-writes, and nothing else."""
    assert _call("--function", "left", "s", "--ro").code == 0
    ran = _call("--function", "take", "s", ",", "1", "--ro")
    assert (ran.code, ran.error) == (1, "stock.lua: Can not execute a script with write flag using *_ro command.")


def test_dry_run() -> None:
    """Nothing is kept."""
    ran = _call("--function", "take", "s", ",", "1", "--dry-run")
    assert (ran.code, ran.lines) == (0, ["dry run: nothing was kept"])


def test_timeout() -> None:
    """A function is stopped like a script; so is a library that never ends loading."""
    endless = "#!lua name=l\nredis.register_function('f', function() while true do end end)"
    ran = ldbpy("eval", "-e", endless, "--function", "f", "--timeout", "0.05")
    assert (ran.code, ran.error) == (1, "<code>: the script ran longer than 0.05 s")
    ran = ldbpy("eval", "-e", "#!lua name=l\nwhile true do end", "--function", "f", "--timeout", "5")
    assert (ran.code, ran.out) == (1, b"")
    ran.is_calm()


@pytest.mark.parametrize(
    ("code", "error", "hint"),
    [
        (
            "return 1",
            "<code>:1: Missing library metadata",
            "a library begins with #!lua name=NAME; without --function this runs as a script",
        ),
        ("#!lua\nreturn 1", "<code>:1: Library name was not given", None),
        ("#!lua name=l", "<code>:1: Invalid library metadata", None),
        ("#!lua name=a-b\n", None, None),
        ("#!python name=l\n", None, None),
        ("#!lua name=l\nreturn 1", None, None),
        ("#!lua name=l\nreturn +", "<code>:2: unexpected symbol near '+'", None),
        ("#!lua name=l\nredis.call('PING')", None, None),
        ("#!lua name=l\nredis.register_function('f', 5)", None, None),
        ("#!lua name=l\nx = 1", None, None),
        (
            "#!lua name=l\nlocal a\nerror('here')",
            "<code>:3: Script attempted to access nonexistent global variable 'error'",
            None,
        ),
    ],
)
def test_library_that_cannot_be_loaded(code: str, error: str | None, hint: str | None) -> None:
    """One message with the line, where there is one."""
    ran = ldbpy("eval", "-e", code, "--function", "f")
    assert (ran.code, ran.out) == (1, b"")
    assert error is None or ran.error == error
    assert hint is None or ran.hint == hint
    assert ran.error
    ran.is_calm()


def test_flavor_without_functions() -> None:
    """They came with Redis 7.0."""
    ran = _call("--function", "take", "--server", "redis-6.2")
    ran.failed(2, "redis-6.2 has no function libraries", "they came with Redis 7.0")
