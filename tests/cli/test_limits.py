"""``--timeout``, ``--max-memory``, ``--dry-run`` and ``--ro`` on the embedded server: what a script may not do."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.cli.program import ldbpy, ldbpy_fresh

STAYS = "what it had written stays: a server rolls nothing back either"
ENDLESS = [
    "while true do end",
    "while true do pcall(function() while true do end end) end",
    "local function f() return f() end f()",
    "while true do redis.call('PING') end",
    "while true do redis.pcall('NOSUCH') end",
    "repeat until false",
    "for i = 1, 0, 0 do end while true do local t = {} for i = 1, 100 do t[i] = i end table.sort(t) end",
    """local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end})
       while true do pcall(function() return t[1] end) end""",
    "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
]


@pytest.mark.parametrize("code", ENDLESS)
def test_timeout(code: str) -> None:
    """Whatever a script does for ever, it is stopped, soon, and cannot catch it."""
    start = time.monotonic()
    ran = ldbpy("eval", "-e", code, "--timeout", "0.05")
    assert time.monotonic() - start < 10
    ran.failed(1, "<code>: the script ran longer than 0.05 s")


def test_timeout_after_a_write() -> None:
    """What was written stays, and is told."""
    ran = ldbpy("eval", "-e", "redis.call('SET', 'a', 1) while true do end", "--timeout", "0.05", "--diff")
    assert ran.code == 1
    assert ran.lines == [
        'changed   + a   string "1"',
        "error: <code>: the script ran longer than 0.05 s",
        STAYS,
    ]


def test_timeout_of_a_dry_run() -> None:
    """In a dry run nothing stays."""
    ran = ldbpy("eval", "-e", "redis.call('SET', 'a', 1) while true do end", "--timeout", "0.05", "--dry-run")
    assert ran.lines == ["error: <code>: the script ran longer than 0.05 s", "dry run: nothing was kept"]


def test_timeout_as_json() -> None:
    """For programs: what stopped it, and what it had done."""
    ran = ldbpy(
        "eval", "-e", "redis.call('SET', 'a', 1) while true do end", "--timeout", "0.05", "-f", "json", "--diff"
    )
    told = json.loads(ran.out)
    assert told["problem"]["kind"] == "stopped"
    assert told["problem"]["message"] == "the script ran longer than 0.05 s"
    assert [change["key"] for change in told["changes"]] == ["a"]


def test_timeout_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is named; the server has no answer to tell: it would have gone on."""
    monkeypatch.chdir(tmp_path)
    Path("endless.lua").write_text("while true do end")
    ldbpy("eval", "endless.lua", "--timeout", "0.05").failed(1, "endless.lua: the script ran longer than 0.05 s")


@pytest.mark.parametrize(
    "code",
    [
        "return ('x'):rep(1e8)",
        "local t = {} while true do t[#t + 1] = ('x'):rep(1e5) .. #t end",
        "local s = 'x' while true do s = s .. s end",
        "local t = {} while true do pcall(function() for i = 1, 1e6 do t[#t + 1] = {} end end) end",
        "return table.concat({('x'):rep(3e6), ('y'):rep(3e6), ('z'):rep(3e6)}, ('-'):rep(3e6))",
        "return cjson.encode({('x'):rep(6e6)})",
        "return string.format('%s%s', ('x'):rep(5e6), ('y'):rep(5e6))",
    ],
)
def test_memory(code: str) -> None:
    """Whatever a script fills memory with, it is stopped before, and cannot catch it.

    (In a process of its own: were Lua to panic, it would end this one.)
    """
    ldbpy_fresh("eval", "-e", code, "--max-memory", "8mb").failed(1, "<code>: the script's values took more than 8 MiB")


def test_value_too_large_for_the_limit() -> None:
    """One value that is too large by itself, asked for again and again, ends the script one way or the other."""
    code = "while true do pcall(string.rep, 'x', 1e9) end"
    ran = ldbpy_fresh("eval", "-e", code, "--max-memory", "8mb", "--timeout", "0.5")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.error.startswith("<code>: the script")
    ran.is_calm()


def test_no_limit() -> None:
    """0 is no limit of memory, and none of time."""
    ran = ldbpy("eval", "-e", "return #('x'):rep(1e8)", "--max-memory", "0", "--timeout", "0")
    assert (ran.code, ran.out) == (0, b"100000000\n")


def test_dry_run(tmp_path: Path) -> None:
    """The value and the changes are told; a word says that nothing was kept."""
    seed = tmp_path / "seed"
    seed.write_text("SET n 5")
    ran = ldbpy("eval", "-e", "return redis.call('INCR', 'n')", "--seed", str(seed), "--dry-run", "--diff")
    assert (ran.code, ran.out) == (0, b"6\n")
    assert ran.lines == ['changed   ~ n   string "5" → string "6"', "dry run: nothing was kept"]


def test_dry_run_that_fails() -> None:
    """The failure, and the word."""
    ran = ldbpy("eval", "-e", "redis.call('SET', 'a', 1)\nerror('no')", "--dry-run")
    assert (ran.code, ran.error, ran.lines[-1]) == (1, "<code>:2: no", "dry run: nothing was kept")


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("return redis.call('GET', 'a')", False),
        ("return redis.call('SET', 'a', 1)", True),
        ("return redis.pcall('DEL', 'a')['err']", False),
        ("return redis.call('PUBLISH', 'a', 'b')", True),
        ("return redis.call('SORT', 'a')", True),
        ("return redis.call('SORT_RO', 'a')", False),
    ],
)
def test_read_only(code: str, refused: bool) -> None:
    """EVAL_RO refuses every command that may write."""
    ran = ldbpy("eval", "-e", code, "--ro")
    assert ran.code == int(refused)
    assert ("Write commands are not allowed from read-only scripts" in ran.talk) is refused


def test_read_only_and_a_flag() -> None:
    """A script that says it writes is refused before it runs."""
    ldbpy("eval", "-e", "#!lua\nreturn 1", "--ro").failed(
        1, "<code>: Can not execute a script with write flag using *_ro command."
    )
