"""What every place to debug at owes: the same session, told the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from ldbpy.engine.backend import Capability, Support
from ldbpy.engine.breakpoints import CommandPlace, FunctionPlace, KeyPlace, LinePlace
from ldbpy.engine.conditions import Condition, parse_hit_condition, parse_log_template
from ldbpy.engine.session import Session
from ldbpy.engine.stops import StepKind
from ldbpy.model.debugging import OutputKind, Stopped, StopReason, Value, ValueKind
from ldbpy.resp import ErrorReply
from tests.backends.places import PLACES, Embedded, Place, Played, place_named, session_on
from tests.servers.fixtures import RealServers

SCRIPT = b"""local n = tonumber(ARGV[1])
local add = function(x)
  local y = x + 1
  return y
end
for i = 1, 3 do
  n = add(n)
end
redis.call("SET", KEYS[1], n)
local t = {1, "two", {deep = "x"}}
return {n, redis.call("GET", KEYS[1])}
"""
REPLY = [8, b"8"]


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, real_servers: RealServers, tmp_path: Path) -> Place:
    """One place after the other."""
    return place_named(request.param, real_servers, tmp_path)


def _run_to(played: Played, line: int) -> Stopped:
    found = played.session.backend.statement_at(line)
    assert found is not None
    stopped = played.go(StepKind.TO, frozenset((found[0],)))
    assert stopped is not None
    assert stopped.line == line
    return stopped


def _break(session: Session, line: int, **fields: object) -> int:
    found = session.backend.statement_at(line)
    assert found is not None
    return session.breakpoints.add(LinePlace("script.lua", line, found[0]), **fields).number  # type: ignore[arg-type]


def _condition(session: Session, text: str) -> Condition:
    return Condition(text, session.backend.names_in(text))


def _shown(value: Value) -> object:
    return value.data if value.kind is not ValueKind.TABLE else (value.kind, value.size, value.length)


def _needs(played: Played, capability: Capability) -> None:
    """Skip the test where the place cannot do that. What there is to see is on the page of backends."""
    there = played.session.backend.capabilities
    if there.level(capability) is Support.NONE:
        pytest.skip(
            f"no {capability.value} there: {there.reasons.get(capability, 'events are played, and there is no Lua')}"
        )


def _evaluated(played: Played, text: str, frame: int = 0) -> object:
    _needs(played, Capability.EVALUATE_LOCALS)
    told = played.session.ask(lambda: played.session.backend.evaluate(text, frame))
    return told.error if told.error is not None else [_shown(value) for value in told.values]


def _locals(played: Played, frame: int = 0) -> dict[bytes, object]:
    scopes = played.session.ask(lambda: played.session.backend.scopes(frame))
    return {each.name: _shown(each.value) for each in scopes.locals if each.value.kind is not ValueKind.FUNCTION}


def _reply(played: Played) -> object:
    assert played.session.ended is not None
    return played.session.ended.report.reply


def test_entry_and_end(place: Place) -> None:
    """It stops before anything has run, and ends with the reply of the script."""
    with session_on(place, SCRIPT) as played:
        stopped = played.session.stopped
        assert stopped is not None
        assert (stopped.reason, stopped.line) == (StopReason.ENTRY, 1)
        assert _locals(played) == {}
        assert played.go(StepKind.CONTINUE) is None
        assert _reply(played) == REPLY


def test_no_stop_at_the_entry(place: Place) -> None:
    """Without a stop at the entry, a breakpoint is the first."""
    with session_on(place, b"local a = 1\nlocal b = 2\nreturn a + b") as played:
        session = played.session
        _break(session, 2)
        session.abort()
        session.stop_on_entry = False
        session.start()
        stopped = next(event for event in session.events() if isinstance(event, Stopped))
        assert (stopped.reason, stopped.line) == (StopReason.BREAKPOINT, 2)


def test_steps_in_over_and_out(place: Place) -> None:
    """A step over passes a call, a step in enters it, a step out leaves it."""
    with session_on(place, SCRIPT) as played:
        _run_to(played, 7)
        entered = played.go(StepKind.STEP_IN)
        left = played.go(StepKind.STEP_OUT)
        at_call = played.go(StepKind.NEXT)
        over = played.go(StepKind.NEXT)
        lines = [each.line for each in (entered, left, at_call, over) if each is not None]
        assert lines == [3, 6, 7, 6]
        assert {each.reason for each in (entered, left, at_call, over) if each} == {StopReason.STEP}


def test_a_step_over_recursion_comes_back_to_the_same_call(place: Place) -> None:
    """Depth counts, not the function."""
    source = b"""local fact
fact = function(n)
  if n < 2 then return 1 end
  local inner = fact(n - 1)
  return n * inner
end
return fact(4)
"""
    with session_on(place, source) as played:
        _run_to(played, 4)
        assert _evaluated(played, "n") == [4]
        stopped = played.go(StepKind.NEXT)
        assert stopped is not None
        assert (stopped.line, _evaluated(played, "n"), _evaluated(played, "inner")) == (5, [4], [6])


def test_a_line_breakpoint_stops_every_time_and_counts(place: Place) -> None:
    """The breakpoint in a function called three times."""
    with session_on(place, SCRIPT) as played:
        number = _break(played.session, 3)
        values = []
        while (stopped := played.go(StepKind.CONTINUE)) is not None:
            assert (stopped.reason, stopped.breakpoints) == (StopReason.BREAKPOINT, (number,))
            values.append(_evaluated(played, "x"))
        assert values == [[5], [6], [7]]
        assert played.session.breakpoints.get(number).hits == 3
        assert _reply(played) == REPLY


def test_breakpoints_can_come_and_go(place: Place) -> None:
    """Those taken away stop nothing any more, those that stay do."""
    with session_on(place, SCRIPT) as played:
        first, others = _break(played.session, 1 + 2), [_break(played.session, line) for line in (6, 7, 9, 10)]
        assert played.go(StepKind.CONTINUE) is not None
        for number in (*others[:2], first):
            played.session.breakpoints.remove(number)
        lines = []
        while (stopped := played.go(StepKind.CONTINUE)) is not None:
            lines.append(stopped.line)
        assert lines == [9, 10]


def test_a_condition(place: Place) -> None:
    """It stops where the condition holds, and only there; one that fails stops and says why."""
    with session_on(place, SCRIPT) as played:
        _break(played.session, 3, condition=_condition(played.session, "x == 7"))
        failing = _break(played.session, 10, condition=_condition(played.session, "nope > 1"))
        stopped = played.go(StepKind.CONTINUE)
        assert stopped is not None
        assert (stopped.line, _evaluated(played, "x")) == (3, [7])
        stopped = played.go(StepKind.CONTINUE)
        assert stopped is not None
        assert stopped.breakpoints == (failing,)
        assert "there is no variable 'nope' here" in stopped.note


def test_a_hit_count_and_once(place: Place) -> None:
    """The second time; and a breakpoint that is gone after one stop."""
    with session_on(place, SCRIPT) as played:
        _break(played.session, 3, hit_condition=parse_hit_condition("2"))
        once = _break(played.session, 4, temporary=True)
        lines = []
        while (stopped := played.go(StepKind.CONTINUE)) is not None:
            lines.append((stopped.line, _evaluated(played, "x")))
        assert lines == [(4, [5]), (3, [6])]
        assert once not in [each.number for each in played.session.breakpoints]


def test_a_logpoint(place: Place) -> None:
    """It says something and does not stop."""
    with session_on(place, SCRIPT) as played:
        _needs(played, Capability.EVALUATE_LOCALS)
        _break(played.session, 4, log=parse_log_template("x is {x}, y {y * 2}"))
        assert played.go(StepKind.CONTINUE) is None
        told = [each for each in played.outputs if each.kind is OutputKind.LOGPOINT]
        assert [(each.line, [value.data for value in each.values]) for each in told] == [
            (4, [5, 12]),
            (4, [6, 14]),
            (4, [7, 16]),
        ]


def test_a_function_breakpoint(place: Place) -> None:
    """It stops at the function's first statement."""
    with session_on(place, SCRIPT) as played:
        played.session.breakpoints.add(FunctionPlace("add", played.session.backend.statements_of("add")))
        stopped = played.go(StepKind.CONTINUE)
        assert stopped is not None
        assert (stopped.reason, stopped.line) == (StopReason.FUNCTION_BREAKPOINT, 3)


def test_frames_and_their_variables(place: Place) -> None:
    """The stack, and the variables of each frame, told by that frame."""
    with session_on(place, SCRIPT) as played:
        _needs(played, Capability.EVALUATE_LOCALS)
        _run_to(played, 4)
        frames = played.session.ask(played.session.backend.frames)
        assert [(each.function, each.line) for each in frames] == [("add", 4), ("", 7)]
        assert _locals(played) == {b"x": 5, b"y": 6}
        assert _locals(played, 1) == {b"n": 5, b"i": 1}
        assert _evaluated(played, "n + i", 1) == [6]
        assert _evaluated(played, "x + y") == [11]


def test_the_inner_variable_of_two(place: Place) -> None:
    """Of two variables of one name the one declared last counts."""
    with session_on(place, b"local x = 1\ndo\n  local x = 2\n  x = x + 1\nend\nreturn x") as played:
        _run_to(played, 4)
        assert _evaluated(played, "x * 10") == [20]


def test_values(place: Place) -> None:
    """Of every type, paged and expanded."""
    with session_on(place, SCRIPT) as played:
        _needs(played, Capability.EVALUATE_LOCALS)
        _run_to(played, 11)
        backend = played.session.backend
        told = played.session.ask(lambda: backend.evaluate("t", 0)).values[0]
        assert (told.kind, told.size, told.length) == (ValueKind.TABLE, 3, 3)
        page = played.session.ask(lambda: backend.elements(told.handle, 1, 1))
        assert [(item.name, item.value.data) for item in page.items] == [(b"[2]", b"two")]
        assert page.more
        last = played.session.ask(lambda: backend.elements(told.handle, 2, 5)).items[0].value
        assert played.session.ask(lambda: backend.elements(last.handle, 0, 5)).items[0].name == b"deep"
        assert _evaluated(played, "t[3].deep .. t[2]") == [b"xtwo"]
        assert _evaluated(played, "1 / 3, 2 ^ 53 + 0, 'a\\n\\0\\255', nil, true") == [
            1 / 3,
            2.0**53,
            b"a\n\x00\xff",
            None,
            True,
        ]
        assert _evaluated(played, "KEYS[1] .. #ARGV") == [b"key1"]
        large = played.session.ask(
            lambda: backend.evaluate("(function() local r = {} for i = 1, 900 do r[i] = i end return r end)()", 0)
        )
        handle = large.values[0].handle
        tail = played.session.ask(lambda: backend.elements(handle, 890, 100))
        assert [item.value.data for item in tail.items] == [float(number) for number in range(891, 901)]
        assert not tail.more


def test_errors_of_expressions(place: Place) -> None:
    """They are told, whatever is raised, and the session goes on."""
    with session_on(place, SCRIPT) as played:
        _run_to(played, 9)
        assert _evaluated(played, "n + nil") is not None
        for text in ("error()", "error({})", "error('no')", "redis.call('NOSUCH')", "n..{}", "1 +", "nope"):
            assert isinstance(_evaluated(played, text), bytes), text
        assert _evaluated(played, "n") == [8]
        assert _evaluated(played, "type(add), add ~= nil") == [b"function", True]
        assert played.go(StepKind.CONTINUE) is None
        assert _reply(played) == REPLY


def test_commands_at_the_prompt(place: Place) -> None:
    """They see what the script sees."""
    with session_on(place, SCRIPT) as played:
        _run_to(played, 10)
        assert _evaluated(played, "redis.call('GET', KEYS[1])") == [b"8"]
        state = played.session.ask(lambda: played.session.backend.peek(b"key"))
        assert state is not None
        assert (state.type, state.content, state.expires_at) == ("string", b"8", None)
        changes = played.session.ask(played.session.backend.changes)
        assert [(each.key, each.before) for each in changes] == [(b"key", None)]


@pytest.mark.parametrize(
    "command",
    [
        (b"RPUSH", b"key", b"a", b"b"),
        (b"HSET", b"key", b"f", b"v\n"),
        (b"SADD", b"key", b"m"),
        (b"ZADD", b"key", b"1.5", b"m"),
        (b"XADD", b"key", b"1-1", b"f", b"v"),
    ],
)
def test_keys_of_every_type(place: Place, command: tuple[bytes, ...]) -> None:
    """They are read whole."""
    place.call(*command)
    embedded = Embedded()
    embedded.call(*command)
    with session_on(place, SCRIPT) as played, session_on(embedded, SCRIPT) as expected:
        found = played.session.ask(played.session.backend.keys)
        assert list(found) == list(expected.session.ask(expected.session.backend.keys))


def test_a_breakpoint_on_a_command(place: Place) -> None:
    """It stops at the command, with the call; behind it where the place tells of commands late."""
    with session_on(place, SCRIPT) as played:
        assert played.session.backend.is_command("set")
        assert not played.session.backend.is_command("nosuch")
        number = played.session.breakpoints.add(CommandPlace("set", b"k*")).number
        stopped = played.go(StepKind.CONTINUE)
        assert stopped is not None
        assert stopped.call is not None
        assert (stopped.reason, stopped.breakpoints, stopped.line) == (StopReason.COMMAND_BREAKPOINT, (number,), 9)
        assert stopped.call.argv == (b"SET", b"key", b"8")
        native = played.session.backend.capabilities.level(Capability.COMMAND_BREAKPOINTS) is Support.NATIVE
        assert stopped.before_call is native
        assert played.go(StepKind.CONTINUE) is None
        assert _reply(played) == REPLY


def test_the_script_calls_the_debugger(place: Place) -> None:
    """``redis.breakpoint`` stops it, ``redis.debug`` tells values."""
    if isinstance(place, Embedded) and place.flavor == "dragonfly":
        pytest.skip("Dragonfly has neither redis.breakpoint nor redis.debug")
    source = b'redis.debug("a", 1, nil, {2})\nredis.breakpoint()\nreturn 1'
    with session_on(place, source) as played:
        stopped = played.go(StepKind.CONTINUE)
        assert stopped is not None
        assert stopped.note == "called by the script"
        told = next(each for each in played.outputs if each.kind is OutputKind.DEBUG)
        assert told.line == 1
        assert [value.kind for value in told.values] == [
            ValueKind.STRING,
            ValueKind.NUMBER,
            ValueKind.NIL,
            ValueKind.TABLE,
        ]


def test_abort(place: Place) -> None:
    """The script ends at once and nothing is kept, even if it catches errors."""
    source = b"for i = 1, 10 do pcall(function()\n  redis.call('SET', KEYS[1], i)\nend) end\nreturn 1"
    with session_on(place, source) as played:
        _break(played.session, 2)
        assert played.go(StepKind.CONTINUE) is not None
        ended = played.session.abort()
        assert ended is not None
        assert ended.aborted
    assert place.call(b"EXISTS", b"key") == 0


def test_abort_before_a_command_whose_key_is_watched(place: Place) -> None:
    """The command does not run, and the script can be begun anew."""
    with session_on(place, SCRIPT) as played:
        _needs(played, Capability.KEY_BREAKPOINTS)
        session = played.session
        before = session.breakpoints.add(CommandPlace("set")).number
        session.breakpoints.add(KeyPlace(b"key"))
        assert played.go(StepKind.CONTINUE) is not None
        session.abort()
        session.breakpoints.remove(before)
        session.start()
        list(session.events())
        changed = played.go(StepKind.CONTINUE)
        assert changed is not None
        assert changed.reason is StopReason.DATA_BREAKPOINT
        assert played.go(StepKind.CONTINUE) is None
        assert _reply(played) == REPLY


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [
        (b"return nosuch(]", "compile", 1),
        (b"local a\nreturn a + 1", "error", 2),
        (b"local a = 1\nreturn redis.call('INCR', KEYS[1], 1)", "error", 2),
    ],
)
def test_a_script_that_fails(place: Place, source: bytes, kind: str, line: int) -> None:
    """The report names the problem and its line."""
    script_stops = kind != "compile"
    with session_on(place, source) as played:
        if script_stops:
            assert played.go(StepKind.CONTINUE) is None
        assert played.session.ended is not None
        report = played.session.ended.report
        assert isinstance(report.reply, ErrorReply)
        assert report.problem is not None
        assert (report.problem.kind, report.problem.line) == (kind, line)


def test_nothing_is_kept_of_any_session(place: Place) -> None:
    """What the script and the prompt wrote is gone."""
    place.call(b"SET", b"key", b"before")
    with session_on(place, SCRIPT) as played:
        _run_to(played, 10)
        _evaluated(played, "redis.call('SET', 'other', 1)")
        assert played.go(StepKind.CONTINUE) is None
    assert place.call(b"GET", b"key") == b"before"
    assert place.call(b"DBSIZE") == 1


def test_two_sessions_one_after_the_other(place: Place) -> None:
    """A session can be begun anew; breakpoints stay and count from nothing."""
    with session_on(place, SCRIPT) as played:
        session = played.session
        number = _break(session, 9)
        assert played.go(StepKind.CONTINUE) is not None
        session.abort()
        session.start()
        assert next(event for event in session.events() if isinstance(event, Stopped)).reason is StopReason.ENTRY
        stopped = played.go(StepKind.CONTINUE)
        assert stopped is not None
        assert (stopped.line, session.breakpoints.get(number).hits) == (9, 1)
