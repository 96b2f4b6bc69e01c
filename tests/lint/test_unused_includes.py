"""Lines that include what nothing uses: where they are told, when they are looked at again, how they are left out."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import pytest

from ldbpy.lint.analysis.resolver import resolve
from ldbpy.lint.registry import selected
from ldbpy.lint.reporters.table import FORMATS
from ldbpy.lint.runner import lint
from ldbpy.script.includes import Assembled, assemble
from ldbpy.script.parser import parse
from ldbpy.script.reading import read_file
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
    assert "typed.lua:1:1: info: nothing of 'part' is used here [unused-includes]" in ran.text


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


# -- projects made at random: part number n includes later ones only, and has a function pn that calls some of them

_PARTS = 7


class _Project:
    """The lines that include, and the calls, of every part; part 0 is the script."""

    def __init__(self, rng: random.Random, *, is_strict: bool) -> None:
        self.calls = {
            part: [other for other in range(part + 1, _PARTS) if rng.random() < 0.4] for part in range(_PARTS)
        }
        self.extra = {
            part: [other for other in range(part + 1, _PARTS) if rng.random() < 0.3] for part in range(_PARTS)
        }
        self.lines: dict[int, list[str]] = {}
        for part in range(_PARTS):
            named = {*self.extra[part], *(other for other in self.calls[part] if is_strict or rng.random() < 0.5)}
            order = rng.sample(sorted(named), len(named))
            each = [not is_strict and rng.random() < 0.15 for _ in order]
            self.lines[part] = [
                f"-- $include(p{n})" if is_each else f'--- @include "p{n}"'
                for n, is_each in zip(order, each, strict=True)
            ]

    def assembled(self, folder: Path) -> Assembled:
        for part, lines in self.lines.items():
            called = " + ".join(["1", *(f"p{other}()" for other in self.calls[part])])
            body = f"return {called}\n" if part == 0 else f"local function p{part}() return {called} end\n"
            (folder / f"p{part}.lua").write_text("".join(f"{line}\n" for line in lines) + body)
        main = str(folder / "p0.lua")
        return assemble([(main, read_file(main))], read_file)

    def without(self, lines: set[tuple[int, int]]) -> _Project:
        changed = copy.copy(self)
        changed.lines = {
            part: ["" if (part, number) in lines else line for number, line in enumerate(each)]
            for part, each in self.lines.items()
        }
        return changed


def _unused(script: Assembled) -> set[tuple[int, int]]:
    """The part and the number from 0 of each line that is found."""
    rules = selected(["unused-includes"], (), ())
    result = lint("p0.lua", script.body, rules, includes=script.origins.includes)
    assert all(each.rule == "unused-includes" for each in result.findings)
    lines = [script.origins.includes[each.include].line for each in result.findings if each.include is not None]
    return {
        (int(Path(line.file).stem[1:]), script.origins.sources[line.file].count(b"\n", 0, line.start)) for line in lines
    }


def _unknown(script: Assembled) -> set[tuple[int, str]]:
    """The calls, by part, of what is not there."""
    found = set()
    for name in resolve(parse(script.body).body).global_reads:
        piece = script.origins.piece(name.start)
        assert piece is not None
        found.add((int(Path(piece.file).stem[1:]), name.name))
    return found


def test_what_is_found_can_go(folder: Path) -> None:
    """Without a line that is found, or all of them, every name that had a meaning still has one."""
    rng = random.Random(5)
    removed = 0
    for _ in range(250):
        project = _Project(rng, is_strict=False)
        script = project.assembled(folder)
        found, unknown = _unused(script), _unknown(script)
        for lines in [*({line} for line in found), found]:
            left = project.without(lines).assembled(folder)
            assert _unknown(left) <= unknown, (project.lines, project.calls, lines)
            removed += bool(lines)
    assert removed > 200


def test_all_that_could_go_is_found(folder: Path) -> None:
    """Where every part names all that it calls, what it names besides is found, and nothing else."""
    rng = random.Random(6)
    count = 0
    for _ in range(250):
        project = _Project(rng, is_strict=True)
        script = project.assembled(folder)
        present = {int(Path(file).stem[1:]) for file in script.origins.sources}
        superfluous = {
            (part, number)
            for part in present
            for number, line in enumerate(project.lines[part])
            if int(line[-2]) not in project.calls[part]
        }
        assert _unused(script) == superfluous, (project.lines, project.calls)
        count += len(superfluous)
    assert count > 200
