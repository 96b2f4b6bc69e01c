"""Several steps in one go: told on the thread of the script, in order, and ended by whatever else stops it."""

from __future__ import annotations

import pytest

from ldbpy.engine.breakpoints import LinePlace
from ldbpy.engine.session import State
from ldbpy.engine.stops import StepKind
from ldbpy.errors import SessionError
from ldbpy.model.debugging import Ended, Event, Output, Stopped, StopReason
from tests.engine.walker import arrive, opened

SOURCE = b"""local n = 0
n = n + 1
redis.log(redis.LOG_NOTICE, 'three')
n = n + 1
n = n + 1
return n"""


def lines(events: list[Event]) -> list[int]:
    """The lines of stops and outputs."""
    return [event.line for event in events if isinstance(event, Stopped | Output)]


def test_steps_and_what_is_put_out_come_in_order() -> None:
    """The stops between are passed, the last is an event like any other."""
    passed: list[Event] = []
    with opened(SOURCE) as session:
        session.start()
        arrive(session)
        session.resume(StepKind.NEXT, count=4, passing=passed.append)
        last = arrive(session)
        assert last is not None
        assert (last.line, session.state) == (5, State.STOPPED)
    assert lines(passed) == [2, 3, 3, 4]
    assert [event.seq for event in passed] == sorted(event.seq for event in passed)


def test_breakpoint_ends_them() -> None:
    """Another reason to stop is the last stop."""
    passed: list[Event] = []
    with opened(SOURCE) as session:
        session.load()
        found = session.backend.statement_at(4)
        assert found is not None
        session.breakpoints.add(LinePlace("", 4, found[0]))
        session.start()
        arrive(session)
        session.resume(StepKind.NEXT, count=100, passing=passed.append)
        last = arrive(session)
        assert last is not None
        assert (last.line, last.reason) == (4, StopReason.BREAKPOINT)
    assert lines(passed) == [2, 3, 3]


def test_more_steps_than_there_are() -> None:
    """The script ends, and that is an event."""
    passed: list[Event] = []
    with opened(SOURCE) as session:
        session.start()
        arrive(session)
        session.resume(StepKind.STEP_IN, count=100, passing=passed.append)
        assert isinstance(list(session.events())[-1], Ended)
    assert lines(passed) == [2, 3, 3, 4, 5, 6]


def test_questions_between_steps() -> None:
    """Whoever is told may ask the backend."""
    seen: list[object] = []
    with opened(SOURCE) as session:

        def look(event: Event) -> None:
            if isinstance(event, Stopped):
                told = session.ask(lambda: session.backend.evaluate("n", 0))
                seen.extend(value.data for value in told.values)

        session.start()
        arrive(session)
        session.resume(StepKind.NEXT, count=3, passing=look)
        arrive(session)
    assert seen == [0, 1]


def test_error_of_who_is_told() -> None:
    """It is raised where the last step is waited for, and the script stands."""

    def fail(_: Event) -> None:
        raise SessionError("no more")

    with opened(SOURCE) as session:
        session.start()
        arrive(session)
        session.resume(StepKind.NEXT, count=3, passing=fail)
        with pytest.raises(SessionError, match="no more"):
            arrive(session)
        assert session.state is State.STOPPED
        session.resume()
        assert arrive(session) is None
