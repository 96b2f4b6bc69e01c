"""Lines that include what nothing uses: where they are told, when they are looked at again, how they are left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ldbpy.lint.reporters.table import FORMATS
from tests.cli.program import ldbpy

_MAIN = '--- @include "part"\n  -- $include(tables)\nreturn 1\n'
_PART = "local function used()\n  return 1\nend\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a script and two parts that it does not need."""
    monkeypatch.chdir(tmp_path)
    _write(main=_MAIN, part=_PART, tables="local names = { 'a' }\n")
    return tmp_path


def _write(**texts: str) -> None:
    for name, text in texts.items():
        Path(f"{name}.lua").write_text(text)


def _found(*args: str) -> list[str]:
    """Where the rule finds something: file, line and columns."""
    ran = ldbpy("lint", *(args or (".",)), "--select", "unused-includes", "-f", "json")
    return [f"{each['path']}:{each['line']}:{each['column']}-{each['end_column']}" for each in json.loads(ran.out)]


def test_place() -> None:
    """The line itself is told, without the blanks before it."""
    assert _found() == ["main.lua:1:1-20", "main.lua:2:3-22"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format(form: str) -> None:
    """Every format names the file with the line, and what nothing is used of."""
    told = ldbpy("lint", "--select", "unused-includes", "-f", form).text
    assert "main.lua" in told
    assert all(
        f"nothing of '{name}'" in told or f"nothing of &apos;{name}&apos;" in told for name in ("part", "tables")
    )


def test_part_that_changes() -> None:
    """What was found in a script is looked for anew when one of its parts changes."""
    cached = ("--cache-dir", "cache", ".")
    assert [_found(*cached), _found(*cached)] == [["main.lua:1:1-20", "main.lua:2:3-22"]] * 2
    _write(part=_PART + "used()\n")
    assert _found(*cached) == ["main.lua:2:3-22"]


def test_same_text_from_another_file() -> None:
    """It counts which file a line is from: a script that gives the server the same text is looked at anew."""
    cached = ("--cache-dir", "cache", "main.lua")
    _write(main='--- @include "part"\nlocal n = m\nreturn 1\n', part="local m = 1\n")
    assert _found(*cached) == []
    _write(main='--- @include "part"\nreturn 1\n', part="local m = 1\nlocal n = m\n")
    assert _found(*cached) == ["main.lua:1:1-20"]


def test_part_of_several_scripts() -> None:
    """A line in a part is told if no script that has the part needs what it includes."""
    _write(
        part='--- @include "deep"\nlocal function used() return 1 end\n', deep="local function deep() return 1 end\n"
    )
    _write(main='--- @include "part"\nreturn used()\n', other='--- @include "part"\nreturn used() + 1\n')
    assert _found() == ["part.lua:1:1-20"]
    _write(other='--- @include "part"\nreturn used() + deep()\n')
    assert _found() == []


def test_concatenated() -> None:
    """Parts that the settings name have no line to tell; lines in them are told as others are."""
    _write(head='local unused = 1\n--- @include "part"\n', end="return 1\n")
    Path("ldbpy.toml").write_text('[concatenate]\n"out.lua" = ["head.lua", "tables.lua", "end.lua"]\n')
    assert _found("out.lua") == ["head.lua:2:1-20"]
    Path("ldbpy.toml").write_text('[concatenate]\n"out.lua" = ["part.lua", "head.lua", "end.lua"]\n')
    assert _found("out.lua") == []


def test_comments_written_for_it() -> None:
    """The comments that ldbpy writes leave it out, those that are no longer needed are found."""
    ran = ldbpy("lint", "--select", "unused-includes,unused-suppression", "--add-ignore", "soon")
    assert ran.lines == ["2 findings left out in 1 file"]
    comment = "-- ldbpy: ignore[unused-includes] soon\n"
    first, second, last = _MAIN.splitlines(keepends=True)
    assert Path("main.lua").read_text() == f"{comment}{first}  {comment}{second}{last}"
    select = ("--select", "unused-includes,unused-suppression", "-f", "concise")
    assert ldbpy("lint", *select).text == ""
    _write(part=_PART + "used()\n")
    assert ldbpy("lint", *select).text.startswith("main.lua:1:1: warning: nothing here is found by 'unused-includes'")


def test_settings() -> None:
    """The rule can be turned off for the files that have the lines."""
    Path("ldbpy.toml").write_text('[lint.per-file-ignores]\n"main.lua" = ["RL009"]\n')
    assert _found() == []
    _write(main='--- @include "part"\nreturn used()\n', part='--- @include "tables"\n' + _PART)
    Path("ldbpy.toml").write_text("")
    assert _found() == ["part.lua:1:1-22"]
    Path("ldbpy.toml").write_text('[lint.per-file-ignores]\n"part.lua" = ["RL009"]\n')
    assert _found() == []


def test_known_before() -> None:
    """A baseline knows it by the text of its line."""
    Path("ldbpy.toml").write_text('[lint]\nselect = ["unused-includes"]\nbaseline = "known.json"\n')
    assert ldbpy("lint", "--write-baseline").lines == ["2 findings written to known.json"]
    _write(main='local n = 1\n--- @include "part"\n--- @include "tables"\nreturn n\n')
    assert [each["line"] for each in json.loads(ldbpy("lint", "-f", "json").out)] == [3]


def test_standard_input() -> None:
    """A script from standard input includes what stands beside the name it is given."""
    ran = ldbpy("lint", "-", "--stdin-filename", "typed.lua", "-f", "concise", stdin=_MAIN.encode())
    assert "typed.lua:1:1: info: nothing of 'part' is used [unused-includes]" in ran.text


def test_no_include() -> None:
    """Lines that are comments and nothing else include nothing."""
    assert _found("main.lua", "--no-include") == []


def test_many_nested_lines() -> None:
    """Hundreds of parts, deep in each other and side by side, are looked at in no time that grows with their square."""
    for number in range(90):
        _write(
            **{f"deep{number}": f'--- @include "deep{number + 1}"\nlocal function f{number}() return {number} end\n'}
        )
    _write(deep90="local function f90() return 90 end\n")
    lines = "".join("do\n-- $include(tables)\nend\n" for _ in range(2_000))
    _write(main=f'--- @include "deep0"\n{lines}return f45()\n')
    found = _found("main.lua")
    assert len(found) == 2_000 + 45
    assert "deep45.lua:1:1-22" in found
    assert "deep44.lua:1:1-22" not in found
