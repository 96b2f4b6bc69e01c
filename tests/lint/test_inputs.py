"""What is linted: scripts in parts, scripts inside Python files, and what cannot be read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ldbpy.script import reading
from tests.cli.program import Ran, ldbpy


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _write(**texts: str) -> None:
    for name, text in texts.items():
        path = Path(name.replace("__", "/") + ".lua")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def _concise(*args: str) -> list[str]:
    """What is found, without messages: place and rule."""
    ran = ldbpy("lint", *(args or (".",)), "-f", "json")
    return [f"{each['path']}:{each['line']}:{each['column']} {each['rule']}" for each in json.loads(ran.out)]


def _found(*args: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ldbpy("lint", *args, "-f", "json").out)
    return found


# -- includes

_USES = '--- @include "part"\nreturn used(KEYS[1])\n'


def test_finding_in_a_part() -> None:
    """A finding stands in the file its text is in; what a part takes from the others is known."""
    _write(
        main='local rcall = redis.call\n--- @include "part"\nreturn used(nosuch)\n',
        part="local function used(key)\n  return rcall('GETT', key)\nend\n",
    )
    assert _concise() == ["main.lua:3:13 undefined-global", "part.lua:2:16 unknown-command"]


def test_part_that_is_named_too() -> None:
    """A part is looked at in the scripts it is part of, even if it is named on the command line."""
    _write(main=_USES, part="local function used(key)\n  return redis.call('GET', key)\nend\n")
    assert _concise("part.lua", "main.lua") == []
    assert _concise("part.lua") == ["part.lua:1:16 unused-variable"]


def test_warning_that_does_not_hold_everywhere() -> None:
    """A function that one script uses is used, though another does not."""
    part = "local function used(key)\n  return redis.call('GET', key)\nend\nlocal function never() end\n"
    _write(a=_USES, b='--- @include "part"\nreturn 1\n', part=part)
    assert _concise() == ["part.lua:4:16 unused-variable", "b.lua:1:1 unused-includes"]


def test_error_in_one_of_the_scripts() -> None:
    """What fails in one script is an error, though it works in another."""
    _write(
        a='local rcall = redis.call\n--- @include "part"\nreturn used(KEYS[1])\n',
        b=_USES,
        part="local function used(key)\n  return rcall('GET', key)\nend\n",
    )
    assert _concise() == ["part.lua:2:10 undefined-global"]


def test_syntax_error_in_a_part() -> None:
    """It is found in the part, once, with the lines of the message told of the files."""
    _write(a='local x\n--- @include "part"\nreturn 1\n', b=_USES, part="if true then\n  local y = 1\n")
    found = _found(".")
    assert [(each["path"], each["rule"]) for each in found] == [("a.lua", "syntax-error"), ("b.lua", "syntax-error")]
    assert found[0]["message"] == "'end' expected (to close 'if' at line 1 of part.lua) near '<eof>'"


def test_suppression_in_a_part() -> None:
    """A comment in a part is for the part."""
    _write(main=_USES, part="local function used(key)\n  return redis.call('GETT', key) -- ldbpy: ignore[RL201]\nend\n")
    found = [each["rule"] for each in _found(".")]
    assert "unknown-command" not in found


def test_exclude_of_a_part() -> None:
    """A part that is excluded is not looked at by itself, but still in scripts; rules can be left out for it."""
    _write(main='--- @include "lib/part"\nreturn neither\n', lib__part="local x = nosuch\n")
    main = ["main.lua:1:1 unused-includes", "main.lua:2:8 undefined-global"]
    part = ["lib/part.lua:1:7 unused-variable", "lib/part.lua:1:11 undefined-global"]
    assert _concise(".", "--exclude", "lib") == [*main, *part]
    assert _concise("lib/part.lua", "--exclude", "lib", "--force-exclude") == []
    Path("ldbpy.toml").write_text('[lint.per-file-ignores]\n"lib/*" = ["undefined-global"]\n')
    assert _concise() == [*main, "lib/part.lua:1:7 unused-variable"]


def test_no_include() -> None:
    """The lines can be left the comments they are."""
    _write(main='--- @include "nosuch"\nreturn 1\n')
    assert ldbpy("lint", "main.lua", "--no-include").code == 0
    Path("main.lua").write_text('-- ldbpy: no-include\n--- @include "nosuch"\nreturn 1\n')
    assert ldbpy("lint", "main.lua").code == 0


def _problem(ran: Ran) -> str:
    return ran.error.partition(" (")[0]


def test_broken_includes() -> None:
    """Circles and missing files are told with the way there, exit with 2, and the other files are still linted."""
    _write(a='--- @include "b"\n', b='\n--- @include "a"\n', c="return nosuch\n")
    ran = ldbpy("lint", "a.lua", "c.lua", "-f", "concise")
    assert (ran.code, _problem(ran)) == (2, "files include each other in a circle: a.lua:1 → b.lua:2 → a.lua")
    assert ran.text.startswith("c.lua:1:8: error")
    Path("a.lua").write_text('--- @include "nosuch"\n')
    ran = ldbpy("lint", "a.lua", "c.lua", "-f", "concise")
    assert (ran.code, _problem(ran)) == (2, "a.lua:1: there is no nosuch in this folder")
    assert ran.text.startswith("c.lua:1:8: error")


def test_standard_input_includes() -> None:
    """Text from standard input includes what stands beside the file it is called."""
    _write(lib__part="local function used(key) return redis.call('GETT', key) end\n")
    ran = ldbpy("lint", "-", "--stdin-filename", "lib/main.lua", "-f", "concise", stdin=_USES.encode())
    assert ran.text.startswith("lib/part.lua:1:44: error")


def test_concatenated() -> None:
    """What the settings put together is looked at as one, whichever part of it is met."""
    Path("ldbpy.toml").write_text('[concatenate]\n"dist/out.lua" = ["a.lua", "b.lua"]\n')
    _write(a="local function f() return nosuch end\n", b="return f()\n")
    expected = ["a.lua:1:27 undefined-global"]
    assert [_concise(), _concise("b.lua"), _concise("dist/out.lua")] == [expected] * 3


_NIL = (
    "local function used(key)\n  local v = redis.call('GET', key)\n  if v == nil then return 0 end\n  return v\nend\n"
)


def test_fixes_in_parts() -> None:
    """Fixes are written into the files that the text is from, once for all scripts."""
    _write(a=_USES + "-- a", b="if redis.call('GET', KEYS[1]) == nil then return 1 end\n" + _USES, part=_NIL)
    ran = ldbpy("lint", ".", "--fix", "--show-fixes")
    assert ran.code == 0
    assert Path("part.lua").read_text() == _NIL.replace("v == nil", "not v")
    assert Path("b.lua").read_text().startswith("if not redis.call('GET', KEYS[1]) then")
    assert Path("a.lua").read_text() == _USES + "-- a"
    assert ran.lines[-1] == "fixed 2 findings in 2 files"


def test_fix_shown_in_parts() -> None:
    """What would be written can be seen."""
    _write(a=_USES, part=_NIL)
    ran = ldbpy("lint", "a.lua", "--diff")
    assert (ran.code, ran.text.splitlines()[:2]) == (1, ["--- part.lua", "+++ part.lua"])
    assert "+  if not v then return 0 end" in ran.text
    assert Path("part.lua").read_text() == _NIL


def test_fixes_of_scripts_that_settings_make() -> None:
    """So it is in scripts that settings put together."""
    Path("ldbpy.toml").write_text('[concatenate]\n"out.lua" = ["part.lua", "b.lua"]\n')
    _write(part=_NIL, b="return used(KEYS[1])\n")
    assert ldbpy("lint", "out.lua", "--fix").code == 0
    assert Path("part.lua").read_text() == _NIL.replace("v == nil", "not v")


def test_fixes_beside_a_script_that_does_not_compile() -> None:
    """A script that is broken does not keep the others from being fixed."""
    _write(a=_USES, b='--- @include "part"\nreturn (\n', part=_NIL)
    ldbpy("lint", ".", "--fix")
    assert Path("part.lua").read_text() == _NIL.replace("v == nil", "not v")


def test_comments_written_into_parts() -> None:
    """``--add-ignore`` writes its comments where the findings are; none into Python."""
    _write(a=_USES, part=_NIL)
    _python('r.eval("return nosuch", 0)\n')
    ran = ldbpy("lint", ".", "--add-ignore", "known")
    assert ran.code == 0
    assert "  if v == nil then return 0 end -- ldbpy: ignore[nil-reply-compare] known" in Path("part.lua").read_text()
    assert ran.lines[-2:] == [
        "1 finding left out in 1 file",
        "note: no comments are written into Python: 1 script left out",
    ]
    assert _concise() == ["app.py:1:16 undefined-global"]


def test_known_from_before(tmp_path: Path) -> None:
    """What was found is known the next time, until a part changes."""
    _write(main=_USES, part="local function used(key) return redis.call('GETT', key) end\n")
    first = ldbpy("lint", ".", "--cache-dir", str(tmp_path / "cache"), "-f", "concise")
    again = ldbpy("lint", ".", "--cache-dir", str(tmp_path / "cache"), "-f", "concise")
    assert first.text == again.text != ""
    _write(part="local function used(key) return redis.call('GET', key) end\n")
    assert ldbpy("lint", ".", "--cache-dir", str(tmp_path / "cache"), "-f", "concise").text == ""


# -- Python


def _python(text: str, name: str = "app.py") -> None:
    Path(name).write_text(text)


def test_python() -> None:
    """Findings stand where the text stands in the Python file."""
    _python('S = """\nlocal v = redis.call("GETT", KEYS[1])\nreturn v\n"""\n\nr.eval(S, 1, k)\nr.eval("return x", 0)\n')
    assert _concise() == ["app.py:2:22 unknown-command", "app.py:7:16 undefined-global"]


def test_python_numbers() -> None:
    """The call says how many keys there are."""
    _python("r.eval(\"return redis.call('MGET', KEYS[1], KEYS[2])\", 1, k)\n")
    (found,) = _found("app.py")
    assert (found["rule"], found["column"]) == ("index-beyond-declared", 44)
    assert "the call on line 1 says that there is 1" in found["message"]


def test_python_without_scripts() -> None:
    """Python files without scripts are not told of in folders, and are fine when they are named."""
    _python("print(eval('1'))\n")
    ldbpy("lint", ".").failed(2, "there is no .lua file in the folder .")
    assert ldbpy("lint", "app.py").code == 0


def test_python_with_scripts_that_are_built() -> None:
    """Scripts that are put together at run time are counted."""
    _python('r.eval(f"return {x}", 0)\nr.eval("return %d" % x, 0)\nr.eval("return 1", 0)\n')
    ran = ldbpy("lint", "app.py")
    told = "app.py: 2 scripts are put together when the program runs, and not looked at: lines 1, 2"
    assert (ran.code, ran.lines) == (0, [f"note: {told}"])


def test_python_that_is_none() -> None:
    """A file that Python does not read is wrong if it is named, and left out of a folder."""
    _python('print "x"\nr.eval("return nosuch", 0)\n')
    _write(a="return 1\n")
    ran = ldbpy("lint", "app.py", "a.lua")
    assert ran.code == 2
    assert ran.error.startswith("app.py:1: this is no Python: ")
    ran = ldbpy("lint", ".")
    assert ran.code == 0
    assert ran.lines[0].startswith("note: app.py:1: this is no Python: ")


def test_python_suppression() -> None:
    """Comments of Lua in the script count."""
    _python('r.eval("""\nreturn nosuch -- ldbpy: ignore[undefined-global]\n""", 0)\n')
    assert _concise("app.py") == []


def test_python_is_not_rewritten() -> None:
    """Fixes are for Lua files: in Python none is offered, and nothing is written."""
    text = 'r.eval("""\nlocal v = redis.call("GET", KEYS[1])\nif v == nil then return 0 end\nreturn v\n""", 1, k)\n'
    _python(text)
    ran = ldbpy("lint", "app.py", "--fix")
    assert (ran.code, Path("app.py").read_text()) == (1, text)
    assert "--fix writes it" not in ran.text


_PIECE = st.sampled_from(["\\n", "\\t", "\\x20", "\\u0020", " ", "--[[é]]", "--[[\\u00e9]]", "\\\n", '" "', '"\n  "'])


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(_PIECE, max_size=8), st.lists(_PIECE, max_size=8))
def test_python_positions(before: list[str], after: list[str]) -> None:
    """However the text is written, the finding is at the characters of the name that it is about."""
    text = f'# é\nx = r.eval("{"".join(before)}return{"".join(after)} MARKED", 0)\n'
    _python(text)
    (found,) = [each for each in _found("app.py") if each["rule"] == "undefined-global"]
    lines = text[: text.index("MARKED")].split("\n")
    assert (found["line"], found["column"]) == (len(lines), len(lines[-1]) + 1)
    assert found["end_column"] == found["column"] + len("MARKED")


# -- what is no text


def test_the_others_are_linted() -> None:
    """A binary file, a folder without scripts and a missing file are told, each in a line; the rest is linted."""
    _write(a="return nosuch\n", b="\x1bLuaQ\0")
    Path("empty").mkdir()
    ran = ldbpy("lint", "a.lua", "b.lua", "empty", "no.lua", "-f", "concise")
    assert ran.code == 2
    assert ran.text.startswith("a.lua:1:8: error")
    assert [line for line in ran.lines if line.startswith("error")] == [
        "error: b.lua is no script: it is binary",
        "error: there is no .lua file in the folder empty",
        "error: cannot read no.lua: no such file or directory",
    ]


def test_pipes_in_folders() -> None:
    """A pipe that lies in a folder is not waited for; a link in a circle is told."""
    _write(a="return nosuch\n")
    os.mkfifo("b.lua")
    Path("c.lua").symlink_to("c.lua")
    ran = ldbpy("lint", ".", "-f", "concise")
    assert (ran.code, ran.text.startswith("a.lua:1:8: error")) == (2, True)
    assert ran.error == "cannot read c.lua: too many levels of symbolic links"


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("{", "}"), ("do ", " end"), ("if x then else ", " end"), ("f(", ")")]
)
def test_nesting_that_is_too_deep(opening: str, closing: str) -> None:
    """What is nested ten thousand deep is a syntax error, and the other files are linted."""
    start = "" if " " in opening else "return "
    _write(deep=f"{start}{opening * 10_000}{closing * 10_000}\n", z="return nosuch\n")
    ran = ldbpy("lint", ".", "-f", "concise")
    first, second = ran.text.splitlines()
    assert ran.code == 1
    assert "error: chunk has too many syntax levels [syntax-error]" in first
    assert second.startswith("z.lua:1:8: error")


def test_long_line() -> None:
    """Of a line of five megabytes the place and what is around it are shown."""
    _write(long=f"local x = '{'a' * 5_000_000}' return nosuch, x\n", z="return 1\n")
    ran = ldbpy("lint", ".", "--select", "undefined-global")
    assert (ran.code, ran.text.splitlines()[0][:22]) == (1, "long.lua:1:5000021: er")
    assert all(len(line) < 250 for line in ran.text.splitlines())


def test_many_findings_on_one_line() -> None:
    """Ten thousand findings on one line are all told."""
    _write(many="x = nosuch " * 10_000)
    assert len(ldbpy("lint", ".", "-f", "concise").text.splitlines()) == 10_001


# -- what is no file, or too large

_FINDS = b"return nosuch\n"


def _fails(*args: str, stdin: bytes = b"") -> str:
    """What is told of one input that cannot be read; another is linted all the same."""
    Path("other.lua").write_bytes(_FINDS)
    ran = ldbpy("lint", *args, "other.lua", "-f", "concise", stdin=stdin)
    assert (ran.code, ran.text.count("undefined-global")) == (2, 1)
    return ran.talk


def test_device() -> None:
    """A device, which may never end, is not read; the one that is empty is."""
    assert _fails("/dev/zero") == "error: cannot read /dev/zero: it is a device\n"
    assert ldbpy("lint", "/dev/null").code == 0


def test_pipe_that_nobody_writes_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for without end."""
    monkeypatch.setattr(reading, "_PATIENCE", 0.01)
    os.mkfifo("pipe.lua")
    assert _fails("pipe.lua") == "error: cannot read pipe.lua: it is a pipe that nothing came through in 0.01 s\n"


def test_pipe() -> None:
    """What a shell's ``<(command)`` stands for is read."""
    reader, writer = os.pipe()
    os.write(writer, _FINDS)
    os.close(writer)
    try:
        assert _concise(f"/dev/fd/{reader}") == [f"/dev/fd/{reader}:1:8 undefined-global"]
    finally:
        os.close(reader)


def test_large_file() -> None:
    """What would take more memory than there may be is not looked at, from a file or from standard input."""
    with open("large.lua", "wb") as file:
        file.truncate((8 << 20) + 1)
    assert _fails("large.lua") == "error: cannot read large.lua: it has more than 8 MiB\n"
    told = _fails("-", stdin=b" " * ((8 << 20) + 1))
    assert told == "error: cannot read standard input: it has more than 8 MiB\n"
    os.truncate("large.lua", 8 << 20)
    assert _fails("large.lua") == "error: large.lua is no script: it is binary\n"


def test_file_that_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is longer each time it is read comes to an end."""
    Path("grows.lua").write_bytes(b" " * 1000)
    read = os.read

    def grow(file: int, count: int) -> bytes:
        with open("grows.lua", "ab") as growing:
            growing.write(b" " * (2 << 20))
        return read(file, count)

    monkeypatch.setattr(os, "read", grow)
    assert ldbpy("lint", "grows.lua").talk == "error: cannot read grows.lua: it has more than 8 MiB\n"
