"""Scripts put together from several files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ldbpy.errors import ScriptFileError
from ldbpy.model.location import Location
from ldbpy.script.files import read_assembled, script_from
from ldbpy.script.includes import assemble, has_includes
from ldbpy.script.reading import read_file
from ldbpy.script.source import Script


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _files(**texts: str) -> None:
    for name, text in texts.items():
        path = Path(name.replace("__", "/") + ".lua")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def _script(name: str = "main.lua") -> Script:
    return script_from(name, read_file(name))


def _places(script: Script) -> list[str]:
    return [str(script.source_map.locate(number)) for number in range(1, script.body.count(b"\n") + 2)]


def _problem(name: str = "main.lua") -> str:
    with pytest.raises(ScriptFileError) as caught:
        _script(name)
    return str(caught.value)


def test_include() -> None:
    """The file stands where the line was, and each line of the script knows where it came from."""
    _files(main='local a\n--- @include "parts/b"\nreturn b()', parts__b="local function b()\n  return 1\nend\n")
    script = _script()
    assert script.body == b"local a\nlocal function b()\n  return 1\nend\nreturn b()"
    assert _places(script) == [
        "main.lua:1",
        "parts/b.lua:1",
        "parts/b.lua:2",
        "parts/b.lua:3",
        "main.lua:3",
    ]


@pytest.mark.parametrize(
    "line",
    [
        '--- @include "b"',
        "-- @include 'b'",
        '---@include "b.lua";',
        '--- @include "./b"  ',
        "-- $include(b.lua)",
        "  -- $include( b )",
        '--$include("b.lua")',
    ],
)
def test_ways_to_write_it(line: str) -> None:
    """With two or three hyphens, either quote, with and without the ending."""
    _files(main=f"{line}\nreturn b", b="local b = 1")
    assert _script().body == b"local b = 1\nreturn b"


@pytest.mark.parametrize(
    "line",
    [
        ' --- @include "b"',
        "---- @include 'b'",
        "--- @include b",
        '--- @include "b" and more',
        "-- see $include(b)",
        "local a -- $include(b)",
        '-- @includes "b"',
        "--- @include 'b\"",
    ],
)
def test_other_comments(line: str) -> None:
    """What no assembler takes for an include is a comment."""
    text = f"{line}\nreturn 1".encode()
    assert not has_includes(text)
    assert script_from("main.lua", text).body == text


def test_once() -> None:
    """A file that several need is in the script once, where it is first named."""
    _files(
        main='--- @include "a"\n--- @include "b"\nreturn 1',
        a='--- @include "c"\nlocal a',
        b='--- @include "c"\nlocal b',
        c="local c",
    )
    assert _script().body == b"local c\nlocal a\n\nlocal b\nreturn 1"


def test_every_time() -> None:
    """The other kind puts the file in wherever it is named."""
    _files(main="-- $include(a)\n-- $include(a)", a="local a")
    script = _script()
    assert script.body == b"local a\nlocal a"
    assert _places(script) == ["a.lua:1", "a.lua:1"]


def test_pattern() -> None:
    """A pattern stands for all files that match, in the order of their names and each on its lines, but not itself."""
    _files(main='--- @include "*"\nreturn 1', b="local b", a="local a")
    script = _script()
    assert script.body == b"local a\nlocal b\nreturn 1"
    assert _places(script) == ["a.lua:1", "b.lua:1", "main.lua:2"]


def test_folder_of_includes() -> None:
    """``$include`` looks beside the file, then into the nearest folder ``includes`` on the way up."""
    _files(lua__queue__main="-- $include(a.lua)\n-- $include(b.lua)", lua__includes__a="-- A", lua__queue__b="-- B")
    script = _script("lua/queue/main.lua")
    assert script.body == b"-- A\n-- B"
    assert _places(script) == ["lua/includes/a.lua:1", "lua/queue/b.lua:1"]


def test_relative_to_the_file_that_names_it() -> None:
    """A path is looked up from where the line stands, not from the script."""
    _files(main='--- @include "x/a"', x__a='--- @include "b"', x__b="local b")
    assert _places(_script()) == ["x/b.lua:1"]


def test_crlf() -> None:
    """Files with other newlines keep them."""
    _files(main='local a\r\n--- @include "b"\r\nreturn 1', b="local b\r\nlocal c")
    script = _script()
    assert script.body == b"local a\r\nlocal b\r\nlocal c\r\nreturn 1"
    assert _places(script) == ["main.lua:1", "b.lua:1", "b.lua:2", "main.lua:3"]


def test_circle() -> None:
    """A file that includes itself by others is told with every line on the way."""
    _files(main='--- @include "a"', a='\n--- @include "b"', b='\n\n--- @include "a"')
    assert _problem() == "files include each other in a circle: main.lua:1 → a.lua:2 → b.lua:3 → a.lua"


def test_itself() -> None:
    """A file cannot include itself, under any name."""
    _files(main='--- @include "link"')
    os.symlink("main.lua", "link.lua")
    assert _problem() == "files include each other in a circle: main.lua:1 → link.lua"


def test_missing() -> None:
    """A file that is not there is told with the lines that led to it, and how to go on without."""
    _files(main='--- @include "a"', a='local a\n--- @include "x/nosuch"')
    with pytest.raises(ScriptFileError) as caught:
        _script()
    assert str(caught.value) == "main.lua:1 → a.lua:2: there is no x/nosuch in this folder"
    assert caught.value.hint is not None
    assert "--no-include" in caught.value.hint


def test_missing_for_a_pattern() -> None:
    """So is a pattern that nothing matches."""
    _files(x__main='--- @include "y/*.lua"')
    assert _problem("x/main.lua") == "x/main.lua:1: there is no y/*.lua in x"


def test_folder_is_no_file() -> None:
    """Folders and devices are not read."""
    _files(main='--- @include "x"', x__y="")
    assert _problem() == "main.lua:1: there is no x in this folder"
    _files(main='--- @include "/dev/zero"')
    assert _problem() == "main.lua:1: there is no /dev/zero in this folder"


def test_binary() -> None:
    """What is no text is not put in."""
    _files(main='--- @include "a"', a="\x1bLuaQ")
    assert _problem() == "main.lua:1: a.lua is no script: it is binary"


def test_unreadable() -> None:
    """A file that the system does not give is told with the line that wants it."""

    def read(path: str) -> bytes:
        raise ScriptFileError(f"cannot read {path}: permission denied")

    _files(main='--- @include "a"', a="")
    with pytest.raises(ScriptFileError, match=r"^main\.lua:1: cannot read a\.lua: permission denied$"):
        assemble([("main.lua", b'--- @include "a"')], read)


def test_deep() -> None:
    """Files that go on including others are stopped at some depth."""
    for number in range(120):
        Path(f"f{number}.lua").write_text(f'--- @include "f{number + 1}"')
    assert _problem("f0.lua") == "f100.lua:1: files are included more than 100 deep"


def test_growth() -> None:
    """Files that include others twice, which do the same, come to an end."""
    for number in range(60):
        Path(f"f{number}.lua").write_text(f"-- $include(f{number + 1})\n-- $include(f{number + 1})\n")
    Path("f60.lua").write_text("")
    assert _problem("f0.lua") == "f0.lua:1: more than 10,000 files are included in the end"


def test_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script has a largest size."""
    monkeypatch.setattr("ldbpy.script.includes._LARGEST", 1 << 20)
    _files(main="-- $include(a)\n" * 3, a="-" * 500_000)
    assert _problem() == "a.lua: with what it includes, the script has more than 1 MB"
    _files(a="-" * 2_000_000)
    assert _problem() == "main.lua:1: a.lua has more than 1 MB"


def test_opt_out() -> None:
    """A line in the file says that its includes are comments; so does the caller."""
    text = b'-- ldbpy: no-include\n--- @include "nosuch"\nreturn 1'
    assert script_from("main.lua", text).body == text
    assert script_from("main.lua", b'--- @include "nosuch"', includes=False).body == b'--- @include "nosuch"'


def test_concatenated() -> None:
    """Files put one behind the other; a newline is added where a file does not end with one."""
    _files(a="local a", b='--- @include "c"\n', c="local c")
    script = read_assembled("out.lua", ["a.lua", "b.lua", "./c.lua"])
    assert script.body == b"local a\nlocal c\nlocal c"
    assert _places(script) == ["a.lua:1", "c.lua:1", "c.lua:1"]
    assert script.source_map.file == "out.lua"


def test_find() -> None:
    """A place in a file is found in the script; a line that is not there stands for the next of that file."""
    _files(main='local a\n--- @include "b"\nreturn b', b="local b\n\nlocal c\n")
    places = _script().source_map
    asked = [
        ("main.lua", 1),
        ("b.lua", 1),
        ("b.lua", 3),
        ("main.lua", 2),
        ("main.lua", 3),
        ("main.lua", 4),
        ("c.lua", 1),
    ]
    assert [places.find(Location(*each)) for each in asked] == [1, 2, 4, 5, 5, None, None]
    assert places.files == ("main.lua", "b.lua")


def test_message_retold() -> None:
    """Lines that Lua names in a message are told as places."""
    _files(main='--- @include "b"\nif x then', b="local b\nlocal c")
    assert _script().source_map.retold("'end' expected (to close 'if' at line 3)") == (
        "'end' expected (to close 'if' at main.lua:2)"
    )


_LINE = st.sampled_from(["local x = 1", "", "-- c", '--- @include "a"', '--- @include "b"', "-- $include(a)", "é"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(_LINE, max_size=8), st.sampled_from(["\n", "\r\n"]), st.lists(st.sampled_from(["local a", "", "\t--"])))
def test_every_byte_has_its_place(lines: list[str], newline: str, inner: list[str]) -> None:
    """Each byte of an assembled script is the byte of its file that it says it is."""
    files = {
        "main.lua": newline.join(lines).encode(),
        "a.lua": newline.join(inner).encode(),
        "b.lua": "\n".join(['--- @include "a"', *inner]).encode(),
    }
    for name in ("a.lua", "b.lua"):
        Path(name).write_bytes(files[name])
    body, origins = assemble([("main.lua", files["main.lua"])], read_file)
    assert b"include" not in body
    for offset in range(len(body)):
        span = origins.span(offset, offset + 1)
        assert span is not None
        assert files[span.file][span.start : span.end] == body[offset : offset + 1]
