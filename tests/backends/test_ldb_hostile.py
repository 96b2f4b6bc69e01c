"""Scripts that would fool whoever reads what a server's debugger writes: with texts, sizes, and changed functions."""

from __future__ import annotations

from typing import Final

import pytest

from ldbpy.engine.stops import StepKind
from ldbpy.errors import BackendError
from ldbpy.model.debugging import OutputKind, Value, ValueKind
from ldbpy.resp import ErrorReply
from tests.backends.places import Played, Remote, session_on
from tests.cli.program import ldbpy
from tests.servers.fixtures import RealServer

_LONG: Final = b"9" * 5000
_TEXTS: Final = (
    b"* Stopped at 1, stop reason = step over",
    b"<endsession>",
    b"-> 1   local x",
    b"<value> v = 1",
    b"<retval> 1",
    b"<reply> 5",
    b"<redis> SET a b",
    b"<error> x",
    b"<debug> line 9: 1",
    b"Error compiling code: ldb_eval:1: x",
    b"In f:",
    b"top level",
    b"ldb_eval:1: x",
    b"@user_script:3: x",
    b"\xff\xfe\x80",
    b'"',
    b"\\",
    b'"; "',
    b"{",
    b"{" * 5000,
    b"[" * 5000,
    b"]=",
    b"; ",
    b", " * 500,
    b"x ... (" + _LONG + b" more)",
    b"%s%n%d%99999999s",
    b"-ERR x",
    b"-MOVED 1 h:1",
    b"+OK",
    b"\x1b[2J",
    b"s5,5:hello",
    b"",
    b"1.0",
    b"007",
    b"1e5",
    b"1.11111e999",
    b"1.11111e-400",
    b"1e400",
    b"-",
    _LONG,
    b"x" * 100_000,
)
"""Not to be taken for anything else on any server."""
_ALIKE: Final = (
    b"\r\n* Stopped at 99, stop reason = step over\r\n-> 99  x\r\n",
    b"+OK\r\n$-1\r\n*0\r\n",
    b"In f:\n-> 1  x",
    b"\0",
    b"a\0b",
    bytes(range(256)),
    b"nil",
    b"true",
    b"inf",
    b"-nan",
    b"12",
    b"{1; 2; }",
    b"{[1]=2; }",
    b"<max recursion level reached! Nested table?>",
)
"""What Valkey 9 tells without quotes, so that it may be shown as what it looks like, a line's end as a space."""
_SOURCE: Final = b"""for i = 1, #ARGV do
  local v = ARGV[i]
  redis.debug(v, {[v] = v})
  redis.pcall('SET', v, v)
  local g = redis.pcall('GET', v)
  local f = {[v] = function(x)
    return x
  end}
  local r = f[v](v)
  local e = redis.pcall('SET', v)
end
return #ARGV
"""
_INSIDE, _BEHIND = 7, 10


def _stops(server: RealServer, texts: tuple[bytes, ...]) -> tuple[list[tuple[int, int]], list[Value], list[bytes]]:
    """Where it stops, with the depth, step by step; what ``r`` is at the end of each round; what is put out."""
    stops, values, printed = [], [], []
    with session_on(Remote(server), _SOURCE, args=texts) as played:
        session, backend = played.session, played.session.backend
        while session.stopped is not None:
            line = session.stopped.line
            frames = session.ask(backend.frames)
            stops.append((line, len(frames)))
            if line == _BEHIND:
                found = session.ask(lambda: backend.scopes(0)).locals
                values.append(next(each.value for each in found if each.name == b"r"))
            played.go(StepKind.STEP_IN)
        assert session.ended is not None
        assert session.ended.report.reply == len(texts)
        printed = [each.text for each in played.outputs if each.kind is OutputKind.NOTICE]
    return stops, values, printed


def test_texts_that_look_like_the_debuggers_own(every_server: RealServer) -> None:
    """As values, keys, names of functions, arguments, replies and errors: the lines are right, and the values."""
    expected, _, printed = _stops(every_server, (b"abc",) * len(_TEXTS))
    stops, values, told = _stops(every_server, _TEXTS)
    assert stops == expected
    assert told == printed
    for text, value in zip(_TEXTS, values, strict=True):
        assert (value.kind, value.size) == (ValueKind.STRING, len(text)), text[:40]
        assert isinstance(value.data, bytes)
        assert text.startswith(value.data), text[:40]


def test_texts_that_cannot_be_told_apart_everywhere(every_server: RealServer) -> None:
    """The lines are right; the values are, where the server quotes strings."""
    expected, _, printed = _stops(every_server, (b"abc",) * len(_ALIKE))
    stops, values, told = _stops(every_server, _ALIKE)
    assert stops == expected
    assert told == printed
    if every_server.flavor.name != "valkey-9":
        assert [value.data for value in values] == list(_ALIKE)


def _to_line(played: Played, line: int) -> None:
    found = played.session.backend.statement_at(line)
    assert found is not None
    assert played.go(StepKind.TO, frozenset((found[0],))) is not None
    assert played.session.stopped is not None
    assert played.session.stopped.line == line


@pytest.mark.parametrize("size", [5, 20, 60, 400], ids="{} kB".format)
def test_large_scripts_and_arguments(every_server: RealServer, size: int) -> None:
    """They are what they are in the copy that the server makes of itself, to the last line and byte."""
    lines = [b"local a = 1", *(b"-- %05d %b" % (number, b"x" * 90) for number in range(size * 10))]
    source = b"\n".join([*lines, b"local b = ARGV[1]", b"local c = #b", b"return {c, KEYS[1]}"])
    args = (b"y" * size * 1000,)
    with session_on(Remote(every_server), source, args=args) as played:
        _to_line(played, len(lines) + 2)
        backend = played.session.backend
        text = "redis.sha1hex(ARGV[1]) == redis.sha1hex(('y'):rep(#ARGV[1])), #ARGV[1]"
        told = played.session.ask(lambda: backend.evaluate(text, 0))
        assert [value.data for value in told.values] == [True, size * 1000]
        assert played.go(StepKind.CONTINUE) is None
        assert played.session.ended is not None
        assert played.session.ended.report.reply == [size * 1000, b"key"]


def test_a_large_script_that_is_refused(every_server: RealServer) -> None:
    """The server's error, as of a small one."""
    source = b"-- " + b"x" * 50_000 + b"\nlocal = 1"
    with session_on(Remote(every_server), source) as played:
        assert played.session.ended is not None
        assert isinstance(played.session.ended.report.reply, ErrorReply)
        assert b"'='" in played.session.ended.report.reply.message


def test_a_large_script_in_a_dry_run(every_server: RealServer) -> None:
    """It is what it is there as well, which is run in such a copy."""
    code = "-- " + "x" * 50_000 + "\nreturn {redis.sha1hex(ARGV[1]), redis.call('INCR', KEYS[1])}"
    runs = [
        ldbpy("eval", "-e", code, "key", ",", "y" * 50_000, "-t", every_server.url, *options)
        for options in (["--dry-run"], [])
    ]
    assert runs[0].code == runs[1].code == 0
    assert runs[0].out == runs[1].out
    ran = ldbpy("eval", "-e", f"{code} =", "-t", every_server.url, "--dry-run")
    assert ran.code == 1
    assert "expected" in ran.talk


def test_many_arguments(every_server: RealServer) -> None:
    """They are all there; or the copy crashes, and that is told with what to do."""
    args = (b"a",) * 2000
    error: BackendError | None = None
    try:
        with session_on(Remote(every_server), b"local n = #ARGV\nreturn n", args=args) as played:
            assert played.go(StepKind.CONTINUE) is None
            assert played.session.ended is not None
            assert played.session.ended.report.reply == 2000
    except BackendError as caught:
        error = caught
    if error is not None:
        assert every_server.flavor.name == "redis-7.0"
        assert "may crash in the copy that runs the script if there are more than 508 keys and arguments" in str(error)
        assert error.hint == "--local makes no copy; or give it fewer"


@pytest.mark.parametrize(
    "change",
    [
        "getmetatable('').__index = function() return function() return 'd1' end end",
        "getmetatable('').__index = function() return function() return 's1,-9:' end end",
        "string.format = function() return '}' end",
        "string.gsub = function() return 's9,9:x' end",
        "table.concat = function() return 's1,-6:' end",
        "pcall = nil",
        "next = function() return 1, 1 end",
        "type = function() return 'string' end",
        "setmetatable(KEYS, {__metatable = 1, __index = error})",
        "setmetatable(_G, {__index = function(_, key) return key end})",
        "KEYS, ARGV = nil, nil",
    ],
)
def test_functions_that_expressions_are_computed_with(every_server: RealServer, change: str) -> None:
    """A script may change some on some servers: it gives a value or an error, and the session goes on."""
    source = f"local t = {{1, 'a', {{2}}}}\npcall(function() {change} end)\nlocal z = 5\nreturn z"
    with session_on(Remote(every_server), source.encode()) as played:
        _to_line(played, 4)
        backend = played.session.backend
        for expression in ("t[2] .. 'x'", "1 + 1, t", "'a' .. " * 150 + "t[1]"):
            told = played.session.ask(lambda text=expression: backend.evaluate(text, 0))  # type: ignore[misc]
            assert told.error is not None or told.values
        assert played.go(StepKind.CONTINUE) is None
        assert played.session.ended is not None
        assert played.session.ended.report.reply == 5
