"""What only ends with the process: one call of C that runs for ever. And what must not end it: the stack of C."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import ldbpy_fresh

_ENDLESS = {
    "a pattern": "return (('a'):rep(1e5):find(('.-'):rep(10) .. 'b'))",
    "a pattern, caught": "return pcall(string.find, ('a'):rep(1e5), ('.-'):rep(10) .. 'b')",
    "a pattern in a coroutine":
        "return coroutine.wrap(function() return ('a'):rep(1e5):find(('a*'):rep(50) .. 'b') end)()",
    "a place far away": "table.insert({}, -2^31 + 1, 1) return 1",
    "a long way to nothing": "for i = 1, 99 do string.rep('', 2^31 - 1) end",
}  # fmt: skip


@pytest.mark.parametrize("code", _ENDLESS.values(), ids=_ENDLESS)
def test_a_call_of_c_that_never_ends(code: str, tmp_path: Path) -> None:
    """The process ends, a second after the limit, with one message."""
    ran = ldbpy_fresh("eval", "-e", code, "--timeout", "0.1", "--max-memory", "32mb", folder=tmp_path)
    assert (ran.code, ran.out) == (1, b"")
    message = "the script ran longer than 0.1 s, inside one call that cannot be stopped: the process ends here"
    assert ran.lines == [f"error: {message}"]
    assert list(tmp_path.iterdir()) == []


_DEEP = {
    "a pattern": ("return (('a'):rep(1e6):find(('a?'):rep(1e6)))", 1),
    "a pattern of brackets": ("return string.find('a', ('('):rep(1e6))", 1),
    "gsub in gsub": ("local function f(s) return (s:gsub('.', f)) end return #tostring(pcall(f, 'x'))", 0),
    "coroutines": ("local function f() return coroutine.wrap(f)() end return #tostring(pcall(f))", 0),
    "syntax": ("return #tostring(loadstring('return ' .. ('{'):rep(1e6)))", 0),
    "bytecode": ("\x1bLua", 1),
}


@pytest.mark.parametrize(("code", "exit_code"), _DEEP.values(), ids=_DEEP)
def test_deep_in_c(code: str, exit_code: int, tmp_path: Path) -> None:
    """The process lives on, and tells the script's mistake if there is one."""
    (tmp_path / "script.lua").write_text(code)
    ran = ldbpy_fresh("eval", "script.lua", "--timeout", "5", "--max-memory", "64mb", folder=tmp_path)
    assert ran.code == exit_code, ran
    assert len([line for line in ran.lines if line.startswith("error: ")]) == exit_code
    assert [path.name for path in tmp_path.iterdir()] == ["script.lua"]


@pytest.mark.parametrize("memory", ["1", "100kb", "300kb", "1mb"])
@pytest.mark.parametrize("flavor", ["redis-7.0", "dragonfly"])
def test_little_memory(memory: str, flavor: str) -> None:
    """However little: the reply, or one message."""
    ran = ldbpy_fresh("eval", "-e", "return cjson.encode({1})", "--max-memory", memory, "--server", flavor)
    if ran.code == 0:
        assert (ran.out, ran.err) == (b"[1]\n", b"")
    else:
        assert ran.code == 1
        assert "not enough memory" in ran.error or "the script's values took more than" in ran.error
