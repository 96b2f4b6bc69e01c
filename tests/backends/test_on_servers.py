"""What only real servers have: changes that are kept, other clients, numbers of six digits, long commands."""

from __future__ import annotations

import pytest

from ldbpy.engine.backend import Capability, Support
from ldbpy.engine.breakpoints import LinePlace
from ldbpy.engine.stops import StepKind
from ldbpy.errors import UnsupportedOperationError
from ldbpy.model.debugging import Stopped, ValueKind
from ldbpy.render.runs import call_text
from tests.backends.places import Played, Remote, dataset, session_on
from tests.servers.fixtures import RealServer

SCRIPT = b"""redis.call("SET", KEYS[1], ARGV[1])
redis.call("RPUSH", "list", 1, 2, 3)
redis.call("HSET", "hash", "f", "v")
return 1
"""


def _to_line(played: Played, line: int) -> Stopped:
    stopped = played.go(StepKind.TO, frozenset((line,)))
    assert stopped is not None
    return stopped


def _evaluated(played: Played, text: str) -> object:
    told = played.session.ask(lambda: played.session.backend.evaluate(text, 0))
    return told.error if told.error is not None else [value.data for value in told.values]


@pytest.mark.parametrize("sync", [False, True], ids=["forked", "sync"])
def test_the_data_afterwards(every_server: RealServer, sync: bool) -> None:
    """As before after a forked session; as a plain EVAL leaves it after one in the server itself."""
    with every_server.client() as client:
        client.call("SET", "key", "before")
        before = dataset(every_server)
        client.call("EVAL", SCRIPT, 1, "key", "5")
        after = dataset(every_server)
        client.call("FLUSHALL")
        client.call("SET", "key", "before")
    with session_on(Remote(every_server, sync=sync), SCRIPT) as played:
        played.go(StepKind.STEP_IN)
        assert played.go(StepKind.CONTINUE) is None
        ended = played.session.ended
    assert ended is not None
    assert ended.kept is sync
    assert [change.key for change in ended.report.changes] == ([b"key"] if sync else [])
    assert dataset(every_server) == (after if sync else before)


def test_what_was_changed_before_an_abort_is_kept_in_sync(every_server: RealServer) -> None:
    """And said so: the server cannot take it back."""
    with session_on(Remote(every_server, sync=True), SCRIPT) as played:
        _to_line(played, 2)
        ended = played.session.abort()
    assert ended is not None
    assert (ended.aborted, ended.kept) == (True, True)
    assert list(dataset(every_server)) == [b"key"]
    told = played.session.backend.capabilities
    assert told.level(Capability.ROLLBACK) is Support.NONE
    assert Capability.ROLLBACK in told.reasons


def test_other_clients_are_served_and_see_nothing(every_server: RealServer) -> None:
    """While a forked session stands still."""
    with session_on(Remote(every_server), SCRIPT, alone=False) as played:
        _to_line(played, 4)
        with every_server.client() as client:
            assert client.call("GET", "key") is None
            client.call("SET", "key", "by another")
        assert _evaluated(played, "redis.call('GET', KEYS[1])") == [b"5"]
    with every_server.client() as client:
        assert client.call("GET", "key") == b"by another"


NUMBERS = b"""local big, third, whole = 123456789, 1 / 3, 123456
local exact = 1500000
local t = {at = 1700000000123}
return big
"""


def test_numbers_of_more_than_six_digits(every_server: RealServer) -> None:
    """They are about so large; an expression that this does not decide says so, one that it does is decided."""
    with session_on(Remote(every_server), NUMBERS) as played:
        _to_line(played, 4)
        scopes = played.session.ask(lambda: played.session.backend.scopes(0))
        exact = {each.name: each.value.exact for each in scopes.locals if each.value.kind is ValueKind.NUMBER}
        assert exact == {b"big": False, b"third": False, b"whole": True, b"exact": True}
        assert _evaluated(played, "big > 100") == [True]
        assert _evaluated(played, "t.at > 1600000000000 and third < 0.34") == [True]
        assert b"does not decide" in _error(played, "big == 123456789")
        assert b"does not decide" in _error(played, "big > 123457000")
        assert b"does not decide" in _error(played, "redis.call('SET', 'x', big)")
        told = played.session.ask(lambda: played.session.backend.evaluate("big * 2", 0)).values[0]
        assert not told.exact
        assert _evaluated(played, "exact / 3") == [500000]
        with every_server.client() as client:
            assert client.call("EXISTS", "x") == 0


def _error(played: Played, text: str) -> bytes:
    told = _evaluated(played, text)
    assert isinstance(told, bytes), told
    return told


def test_long_expressions_and_large_variables(every_server: RealServer) -> None:
    """More than a command may hold goes in pieces; and what the script sees of it is nothing."""
    source = b"local t = {}\nfor i = 1, 300 do t[i] = 'value ' .. i end\nlocal n = #t\nreturn getmetatable(KEYS) == nil"
    with session_on(Remote(every_server), source) as played:
        _to_line(played, 4)
        assert _evaluated(played, "t[300] .. #t") == [b"value 300300"]
        assert _evaluated(played, f"#'{'x' * 5000}'") == [5000]
        assert isinstance(_evaluated(played, f"error('{'x' * 2000}')"), bytes)
        assert played.go(StepKind.CONTINUE) is None
        assert played.session.ended is not None
        assert played.session.ended.report.reply == 1


def test_what_cannot_be_had_is_refused(every_server: RealServer) -> None:
    """With a reason and a way out."""
    with session_on(Remote(every_server), NUMBERS) as played:
        told = played.session.backend.capabilities
        for capability in Capability:
            if told.level(capability) is not Support.NONE:
                continue
            with pytest.raises(UnsupportedOperationError) as caught:
                told.require(capability)
            assert caught.value.hint
        _to_line(played, 4)
        for text in ("big = 5", "t.at = 1", "..."):
            assert b"cannot be" in _error(played, text)
        assert _evaluated(played, "big > 100") == [True]


COROUTINE = b"""local co = coroutine.wrap(function(a)
  local b = a + 1
  coroutine.yield(b)
  return b
end)
local x = co(1)
local y = co(2)
return x + y
"""


def test_coroutines(every_server: RealServer) -> None:
    """A step over passes the resume; one in a coroutine that yields comes back to who resumed it."""
    with session_on(Remote(every_server), COROUTINE) as played:
        _to_line(played, 6)
        stopped = played.go(StepKind.NEXT)
        assert stopped is not None
        assert (stopped.line, stopped.thread) == (7, 1)
        entered = played.go(StepKind.STEP_IN)
        assert entered is not None
        assert entered.line == 4
        assert entered.thread != 1
        if played.session.backend.capabilities.level(Capability.PAUSE) is Support.NONE:  # Valkey 9
            assert b"does not look into coroutines" in _error(played, "b")
        else:
            assert _evaluated(played, "b") == [2]
        left = played.go(StepKind.NEXT)
        assert left is not None
        assert (left.line, left.thread) == (8, 1)


def test_breakpoints_beyond_what_the_server_takes(every_server: RealServer) -> None:
    """It takes 64; with more the script goes step by step."""
    source = b"\n".join(b"local v%d = %d" % (number % 100, number) for number in range(100)) + b"\nreturn 1"
    with session_on(Remote(every_server), source) as played:
        for line in range(2, 90):
            played.session.breakpoints.add(LinePlace("script.lua", line, line))
        lines = []
        while (stopped := played.go(StepKind.CONTINUE)) is not None:
            lines.append(stopped.line)
        assert lines == list(range(2, 90))


def test_calls_are_told_while_stepping(every_server: RealServer) -> None:
    """With replies as they were: a text that begins with a minus is no error."""
    source = b"""redis.call('SET', KEYS[1], -5)
local v = redis.call('GET', KEYS[1])
redis.pcall('LPUSH', KEYS[1], 1)
redis.call('DEL', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l')
return v
"""
    with session_on(Remote(every_server), source) as played:
        while played.go(StepKind.STEP_IN) is not None:
            pass
        calls = played.session.calls
        assert [(call.line, call.argv[0]) for call in calls] == [(1, b"SET"), (2, b"GET"), (3, b"LPUSH"), (4, b"DEL")]
        assert [call.reply for call in calls[:2]] == [b"OK", b"-5"]
        assert call_text(calls[3]) == "DEL a b c d e f g h i … (3 more)"
        assert b"WRONGTYPE" in calls[2].reply.message  # type: ignore[union-attr]


@pytest.mark.parametrize("has_function", [False, True])
def test_whatever_is_asked_first(every_server: RealServer, *, has_function: bool) -> None:
    """What is looked at most is asked before anybody wants it: no other question gets its answer, nor does a step."""
    body = b"local a = 1\nlocal b = a + 1\nlocal c = b + 1\nreturn c"
    source = b"local function f()\n%b\nend\nlocal r = f()\nreturn r" % body if has_function else body
    with session_on(Remote(every_server), source) as played:
        backend = played.session.backend
        first = _to_line(played, 2).line if has_function else 1
        asked: list[object] = []
        for question in (
            lambda: backend.evaluate("a * 10", 0).values[0].data,
            lambda: [frame.line for frame in backend.frames()],
            lambda: [variable.value.data for variable in backend.scopes(0).locals],
        ):
            stopped = played.go(StepKind.STEP_IN)
            assert stopped is not None
            asked.append((stopped.line - first, played.session.ask(question)))
        stack = [first + 2, 7] if has_function else [first + 2]
        assert asked == [(1, 10.0), (2, stack), (3, [1.0, 2.0, 3.0])]
