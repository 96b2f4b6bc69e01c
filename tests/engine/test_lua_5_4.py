"""What the debugger does in Dragonfly's Lua 5.4 as in Lua 5.1, and where it stops scripts that only 5.4 can read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ldbpy.engine.breakpoints import LinePlace
from ldbpy.engine.conditions import Condition
from ldbpy.engine.stops import StepKind
from ldbpy.lua.line_stops import stops_of
from ldbpy.lua.probe import names_in
from tests.engine.sessions import FOLDER, play, read_golden
from tests.engine.walker import arrive, opened, step

_ALIKE = (
    "abort aliases break-minus-and-zero closures commit config crlf empty-line empty-script finish-script frames "
    "goto-nothing help hit-counts ignore-enable-disable includes includes-edited keys ldb-names limiter logpoints "
    "long-brackets long-lines loops nested-functions no-stop-on-entry numbers-of-arguments "
    "past-the-end recursion restart-edited several-on-one-line shadowed shadowed-upvalue snapped step-counts "
    "strict-keys swallowed-errors tail-calls tail-recursion temporary until varargs watch-condition watch-scope"
)
"""Golden sessions in which nothing depends on the version of Lua, nor on the order in which it keeps tables."""

_LINES = b"""local whole <const> = 7 // 2
local function f(x, ...)
  local y = x
  return y & 3
end

local m = {}
function m.g() return whole end
for i = 1, 2 do f(i) goto continue ::continue:: end
"""


@pytest.mark.parametrize("name", _ALIKE.split())
def test_a_session_is_the_same(name: str) -> None:
    """Played on Dragonfly's flavor, a session tells what it tells in Lua 5.1."""
    golden = read_golden(FOLDER / f"{name}.ldb")
    played = play(replace(golden, options=(*golden.options, "--server", "dragonfly")))
    told = golden.text(played).replace("dragonfly, embedded", "redis-8, embedded")
    assert told == golden.path.read_text("utf-8")


def test_lines_that_have_instructions() -> None:
    """They are the statements of a script that is no Lua 5.1, by function; constants and blank lines have none."""
    stops = stops_of(_LINES)
    assert stops.source == b""
    assert {each.name: (each.line, each.end_line) for each in stops.functions[1:]} == {"f": (2, 5), "m.g": (8, 8)}
    lines: dict[int, list[int]] = {}
    for each in stops.statements:
        lines.setdefault(each.function, []).append(each.line)
    assert lines == {0: [5, 7, 8, 9], 1: [3, 4, 5], 2: [8]}


def test_lines_far_apart() -> None:
    """Lines are right where the distance to the one before does not fit into a byte, and behind texts of any length."""
    source = b"local n = 1 // 1" + b"".join(
        b"\n" * 300 + b"n = #'%s' + 1.5" % (b"x" * size) for size in range(0, 400, 13)
    )
    lines = [each.line for each in stops_of(source).statements]
    assert lines == [1 + 300 * number for number in range(len(range(0, 400, 13)) + 1)]


def test_what_is_no_lua() -> None:
    """It has no place to stop at; what is valid in both versions is instrumented."""
    assert stops_of(b"return ((").statements == ()
    assert stops_of(b"return 1").source


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        (b"a // b", (b"a", b"b")),
        (b"t.x & t['y'] ~ #'z'", (b"t",)),
        (b"a..b | 1", (b"a", b"b")),
        (b"a ==", None),
        (b"x + y", (b"x", b"y")),
    ],
)
def test_names_in_an_expression(expression: bytes, names: tuple[bytes, ...] | None) -> None:
    """An expression that only Lua 5.4 takes has its variables told, without fields and texts."""
    assert names_in(expression, "5.4") == names


@pytest.mark.parametrize("flavor", ["redis-8", "dragonfly"])
def test_a_script_nested_as_deeply_as_lua_allows(flavor: str) -> None:
    """Where nothing fits into it, it runs all the same."""
    source = b"local n = 0 " + b"do " * 190 + b"n = n + 1 " + b"end " * 190 + b"return n"
    with opened(source, flavor=flavor) as session:
        session.start()
        stopped = arrive(session)
        if stopped is not None:
            step(session, StepKind.CONTINUE)
        assert session.ended is not None
        assert session.ended.report.reply == 1


def test_a_loop_on_one_line_meets_its_limit() -> None:
    """A script stopped at its lines is ended in time, though the hook for lines leaves the other few turns."""
    with opened(b"local n = 7 // 2\nwhile true do end", flavor="dragonfly", seconds=0.1) as session:
        session.start()
        arrive(session)
        assert step(session, StepKind.CONTINUE) is None
        assert session.ended is not None
        problem = session.ended.report.problem
        assert problem is not None
        assert problem.stop_reason == "time"


def test_a_condition_that_never_ends_meets_the_limit() -> None:
    """So is a condition that is evaluated within that hook."""
    with opened(b"local n = 7 // 2\nn = n + 1\nreturn n", flavor="dragonfly", seconds=0.1) as session:
        backend = session.backend
        session.load()
        place = backend.statement_at(2)
        assert place is not None
        text = "(function() while true do end end)()"
        session.breakpoints.add(LinePlace("script.lua", 2, place[0]), condition=Condition(text, backend.names_in(text)))
        session.start()
        arrive(session)
        assert step(session, StepKind.CONTINUE) is None
        assert session.ended is not None
        assert session.ended.report.problem is not None
