from __future__ import annotations

from pathlib import Path

import pytest

from ldbpy.lint.fixes import fix_source
from ldbpy.lint.parity import LUACHECK, SELENE
from ldbpy.lint.registry import BY_NAME, selected
from ldbpy.lint.runner import lint
from ldbpy.lint.targets import DEFAULT_TARGETS
from tests.cli.program import ldbpy

_RULES = selected(["unused-variable", "unused-argument", "undefined-global", "global-write", "empty-block"], (), ())


def _found(source: str) -> list[tuple[int, str]]:
    return [(each.place.line, each.rule) for each in lint("x.lua", source.encode(), _RULES).findings]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("local a = 1 -- luacheck: ignore\nlocal b = 1", [2]),
        ("local a = 1 -- luacheck: ignore 211\nlocal b = 1", [2]),
        ("local a = 1 --luacheck:ignore 21\nlocal b = 1", [2]),
        ("local a = 1 -- luacheck: ignore 113", [1]),
        ("-- luacheck: ignore 211/a\nlocal a = 1\nlocal b = 1", [3]),
        ("-- luacheck: ignore a.*\nlocal abc = 1\nlocal b = 1", [3]),
        ("-- luacheck: ignore 2.1/b\nlocal a = 1\nlocal b = 1", [2]),
        ("local f = function()\n-- luacheck: ignore\nlocal a = 1\nend\nlocal b = 1 f()", [5]),
        ("local a = 1\n-- luacheck: ignore\nlocal b = 1", [1]),
        ("-- luacheck: push ignore\nlocal a = 1\n-- luacheck: pop\nlocal b = 1", [2, 4]),
        ("-- luacheck: push\n-- luacheck: ignore 211\nlocal a = 1\n-- luacheck: pop\nlocal b = 1", [5]),
        ("-- luacheck: globals foo bar\nreturn foo, bar, baz", [2]),
        ("-- luacheck: read globals foo\nreturn foo", []),
        ("-- luacheck: new globals foo\nfoo = 1", []),
        ("-- luacheck: no unused args\nlocal function f(a) local b return 1 end return f()", [2]),
        ("-- luacheck: no unused\nlocal function f(a) local b return 1 end return f()", []),
        ("-- luacheck: no unused args, ignore 542\nlocal f = function(a) if a then end end return f()", []),
        ("-- luacheck: std lua51\n-- luacheck: max line length 80\n-- luacheck: ignore [\nlocal a = 1", [4]),
        ("-- luacheck: pop\nlocal a = 1", [2]),
        ("-- selene: allow(unused_variable)\nlocal a = 1\nlocal b = 1", [3]),
        (
            "-- selene: allow(unused_variable, empty_if)\nif KEYS[1] then\nlocal a\nif KEYS[2] then end\nend\nlocal b",
            [6],
        ),
        ("-- selene: allow(undefined_variable)\nlocal a = 1", [2]),
        ("-- selene: deny(unused_variable)\nlocal a = 1", [2]),
        ("--# selene: allow(unused_variable)\nlocal a = 1\nlocal b = 1", []),
        ("local a = 1\n-- selene: allow(unused_variable)", [1]),
    ],
)
def test_comments_of_other_linters(source: str, lines: list[int]) -> None:
    """What luacheck and selene are told to leave out is left out where a rule says what they say."""
    assert [line for line, _ in _found(source)] == lines


def test_other_linters_do_not_decide_on_servers() -> None:
    """A comment of luacheck leaves out only what luacheck would say."""
    source = b"local v = redis.call('GET', KEYS[1]) -- luacheck: ignore\nreturn v == nil -- luacheck: ignore\n"
    assert [each.rule for each in lint("x", source, selected((), (), ())).findings] == ["nil-reply-compare"]


@pytest.mark.parametrize(("table"), [LUACHECK, SELENE], ids=["luacheck", "selene"])
def test_rules_of_other_linters(table: dict[str, tuple[str, ...]]) -> None:
    """Each rule that stands for one of another linter is there."""
    assert {rule for rules in table.values() for rule in rules} <= set(BY_NAME)


_UNUSED = selected(["unused-suppression", "unused-variable", "nil-reply-compare", "empty-block"], (), ())


@pytest.mark.parametrize(
    ("source", "fixed"),
    [
        ("return 1 -- ldbpy: ignore[unused-variable] why\n", "return 1\n"),
        ("-- ldbpy: file-ignore[unused-variable] why\nreturn 1\n", "return 1\n"),
        (
            "local a = 1 -- ldbpy: ignore[unused-variable, nil-reply-compare] why\n",
            "local a = 1 -- ldbpy: ignore[unused-variable] why\n",
        ),
        (
            "local a = 1 -- ldbpy: ignore[RL301, RL020, empty-block] why\n",
            "local a = 1 -- ldbpy: ignore[RL020] why\n",
        ),
        ("return 1 -- ldbpy: ignore[nil-reply-compare, empty-block] why\n", "return 1\n"),
        (
            "-- ldbpy: disable[empty-block] why\nlocal a = 1\n-- ldbpy: enable[empty-block]\nreturn a\n",
            "local a = 1\nreturn a\n",
        ),
        ("-- ldbpy: disable[empty-block] why\nreturn 1\n", "return 1\n"),
    ],
)
def test_unused_suppressions_are_fixed(source: str, fixed: str) -> None:
    """What leaves nothing out is taken away, and what does stays."""
    assert fix_source("x.lua", source.encode(), _UNUSED, DEFAULT_TARGETS, unsafe=False).source.decode() == fixed


def test_reasons_are_required(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the option or the setting a comment must say why."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.lua").write_text("local a = 1 -- ldbpy: ignore[unused-variable]\nreturn 1\n")
    assert ldbpy("lint").out == b""
    told = b"a.lua:1:13: warning: 'ldbpy: ignore' does not say why [suppression-without-reason]"
    assert ldbpy("lint", "-f", "concise", "--require-reason").out.startswith(told)
    (tmp_path / "ldbpy.toml").write_text("[lint]\nrequire-reason = true\n")
    assert ldbpy("lint", "-f", "concise").out.startswith(told)


_ODD = """local a = 1
local b = 2 -- a comment
local s = [[
]] local c = 3
  if KEYS[1] then end\r
return s"""


def test_add_ignore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each finding gets a comment: at the end of its line, or before it if that is taken; nothing is left."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.lua").write_text(_ODD, newline="")
    ran = ldbpy("lint", "--add-ignore", "old: #12")
    assert (ran.code, ran.out, ran.lines) == (0, b"", ["4 findings left out in 1 file"])
    assert (tmp_path / "a.lua").read_bytes().decode().split("\n") == [
        "local a = 1 -- ldbpy: ignore[unused-variable] old: #12",
        "-- ldbpy: ignore[unused-variable] old: #12",
        "local b = 2 -- a comment",
        "local s = [[",
        "]] local c = 3 -- ldbpy: ignore[unused-variable] old: #12",
        "  if KEYS[1] then end -- ldbpy: ignore[empty-block] old: #12\r",
        "return s",
    ]
    assert ldbpy("lint", "--fail-on", "info").out == b""
    assert ldbpy("lint", "--add-ignore", "again").lines == ["0 findings left out in 0 files"]


def test_add_ignore_where_no_comment_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be left out is told, and the file is not broken."""
    monkeypatch.chdir(tmp_path)
    source = "#!lua\nlocal s = [[\n]] local c = [[\n]] return s\n"
    (tmp_path / "a.lua").write_text(source)
    ran = ldbpy("lint", "--add-ignore", "old")
    assert ran.code == 2
    assert ran.lines[-1] == "error: a.lua:3: no comment can be put here that leaves the finding out"
    assert (tmp_path / "a.lua").read_text() == source


def test_unused_ones_of_a_comment_come_in_its_order() -> None:
    """What is said of several rules in one comment comes in the order in which the comment names them."""
    names = ["syntax-error", "unused-variable", "global-write", "empty-block", "undefined-global", "unused-argument"]
    found = lint("x.lua", f"return 1 -- ldbpy: ignore[{', '.join(names)}] x".encode(), selected(["all"], (), ()))
    assert [each.message.split("'")[1] for each in found.findings if each.rule == "unused-suppression"] == names
