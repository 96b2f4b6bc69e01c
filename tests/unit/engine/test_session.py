"""A session on a backend without Lua: states, stops, outputs, pause and abort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from ldbpy.engine.backend import Capability, Listener, Support
from ldbpy.engine.breakpoints import CommandPlace, ErrorFilter, ErrorPlace, KeyPlace, LinePlace, VariablePlace
from ldbpy.engine.conditions import Condition, parse_log_template
from ldbpy.engine.session import Session, State
from ldbpy.engine.stops import StepKind
from ldbpy.errors import LdbpyError, SessionError, UnsupportedOperationError
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.model.debugging import Ended, Event, Output, OutputKind, Stopped
from ldbpy.model.runs import RunReport
from ldbpy.resp import ErrorReply
from ldbpy.testing import At, Calls, Debugs, Forever, Raises, ScriptedBackend, Step

ONE_TWO_THREE = [At(1, locals={"n": 1}), At(2, locals={"n": 2}), At(3, locals={"n": 3})]
CREATED = KeyChange(0, b"k", None, KeyState("string", b"1", None))
SET = Calls((b"SET", b"k", b"1"), keys=(b"k",), changes=(CREATED,))


@contextmanager
def session_of(steps: Sequence[Step], **options: object) -> Iterator[tuple[Session, ScriptedBackend]]:
    """A session that ends in any case."""
    backend = ScriptedBackend(steps, **options)  # type: ignore[arg-type]
    session = Session(backend, lambda pattern, key: pattern == key)
    session.load()
    try:
        yield session, backend
    finally:
        session.close()


def arrive(session: Session) -> Event:
    """Wait for the next stop or the end."""
    return list(session.events())[-1]


def spot(session: Session) -> tuple[str, int]:
    """The reason and the line of the next stop."""
    event = arrive(session)
    assert isinstance(event, Stopped), event
    return event.reason.value, event.line


def go(session: Session, kind: StepKind = StepKind.CONTINUE) -> Event:
    """Go on, and wait for the next stop or the end."""
    session.resume(kind)
    return arrive(session)


def test_life_of_a_session() -> None:
    """Created, stopped, ended, and begun again."""
    with session_of(ONE_TWO_THREE, reply=7) as (session, backend):
        states = [session.state]
        session.start()
        assert spot(session) == ("entry", 1)
        states.append(session.state)
        ended = go(session)
        states.append(session.state)
        assert isinstance(ended, Ended)
        assert (ended.report.reply, ended.statements, ended.aborted) == (7, 3, False)
        session.start()
        assert spot(session) == ("entry", 1)
        assert states == [State.CREATED, State.STOPPED, State.ENDED]
        assert (backend.runs, backend.finished) == (2, [False])


@pytest.mark.parametrize("state", ["created", "ended"])
def test_requests_that_need_a_stopped_script(state: str) -> None:
    """A request that makes no sense in a state is an error that says so, never a wait."""
    with session_of(ONE_TWO_THREE) as (session, backend):
        if state == "ended":
            session.start()
            arrive(session)
            go(session)
        for request in (session.resume, lambda: session.ask(backend.frames)):
            with pytest.raises(SessionError, match=f"the script is {state}, not stopped"):
                request()
        session.pause()  # nothing to pause is no error
        assert session.abort() is session.ended


def test_start_twice_is_refused() -> None:
    """A script that has begun cannot be begun."""
    with session_of(ONE_TWO_THREE) as (session, _):
        session.start()
        arrive(session)
        with pytest.raises(SessionError, match="cannot start: the script is stopped, not created or ended"):
            session.start()


def test_numbers_of_events_rise() -> None:
    """Events of all runs are numbered in one sequence."""
    steps: list[Step] = [At(1), Debugs("x"), At(2), Raises(b"caught"), At(3)]
    with session_of(steps) as (session, _):
        seen: list[int] = []
        for _ in range(2):
            session.start()
            seen += [event.seq for event in session.events()]
            session.resume()
            seen += [event.seq for event in session.events()]
        assert seen == sorted(set(seen))


def test_abort_undoes_and_ends() -> None:
    """An aborted script is told as such, and its changes are not kept even if they were to be."""
    with session_of([At(1), SET, At(2)]) as (session, backend):
        session.commit = True
        session.start()
        arrive(session)
        go(session, StepKind.STEP_IN)
        ended = session.abort()
        assert ended is not None
        assert (ended.aborted, ended.kept, session.stopped, backend.finished) == (True, False, None, [False])


def test_commit_keeps() -> None:
    """A script that ends by itself keeps its changes under commit."""
    with session_of([At(1), SET]) as (session, backend):
        session.commit = True
        session.start()
        arrive(session)
        ended = go(session)
        assert isinstance(ended, Ended)
        assert (ended.kept, ended.report.changes, backend.finished) == (True, (CREATED,), [True])


def test_pause_stops_what_would_not_end() -> None:
    """A pause is heard by a script that does nothing else, and is a stop like others."""
    with session_of([At(1), Forever(), At(2)]) as (session, _):
        session.start()
        arrive(session)
        session.resume()
        session.pause()
        assert spot(session) == ("pause", 1)
        assert isinstance(go(session), Ended)


def test_abort_of_a_running_script() -> None:
    """An abort needs no stop."""
    with session_of([At(1), Forever()]) as (session, _):
        session.stop_on_entry = False
        session.start()
        ended = session.abort()
        assert ended is not None
        assert ended.aborted


def test_condition_of_a_command_breakpoint_is_asked() -> None:
    """The engine asks for the conditions that a backend does not look at itself."""
    steps: list[Step] = [At(1, locals={"n": 1}), SET, At(2, locals={"n": 5}), SET, At(3), SET]
    with session_of(steps) as (session, _):
        session.breakpoints.add(CommandPlace("set"), condition=Condition("n > 3", (b"n",)))
        session.start()
        arrive(session)
        stopped = go(session)
        assert isinstance(stopped, Stopped)
        assert (stopped.line, stopped.before_call) == (2, True)
        failed = go(session)
        assert isinstance(failed, Stopped)
        assert (failed.line, failed.note) == (3, "the condition fails: there is no variable 'n' here")


def test_watch_with_a_condition() -> None:
    """A change stops only where the condition holds."""
    with session_of([At(line, locals={"n": line}) for line in range(1, 6)]) as (session, _):
        session.breakpoints.add(VariablePlace(Condition("n", (b"n",))), condition=Condition("n >= 4", (b"n",)))
        session.start()
        arrive(session)
        stopped = go(session)
        assert isinstance(stopped, Stopped)
        assert (stopped.reason.value, stopped.line) == ("data breakpoint", 4)


def test_key_breakpoint_tells_the_change() -> None:
    """A changed key stops after the command, with what it changed."""
    with session_of([At(1), SET]) as (session, _):
        session.breakpoints.add(KeyPlace(b"k"))
        session.start()
        arrive(session)
        stopped = go(session)
        assert isinstance(stopped, Stopped)
        assert (stopped.reason.value, stopped.before_call, stopped.changes) == ("data breakpoint", False, (CREATED,))


def test_commands_are_told_while_stepping_only() -> None:
    """They are kept always, and told as output where somebody follows."""
    with session_of([At(1), SET, At(2), SET]) as (session, _):
        session.tell_commands = True
        session.start()
        arrive(session)
        session.resume(StepKind.NEXT)
        stepping = [event.kind for event in session.events() if isinstance(event, Output)]
        session.resume()
        running = [event for event in session.events() if isinstance(event, Output)]
        assert (stepping, running, len(session.calls)) == ([OutputKind.COMMAND], [], 2)
        assert session.recording.checksum != 0


def test_logpoint_evaluates_and_passes() -> None:
    """A logpoint puts out its texts and values, an error in place of a value."""
    with session_of(ONE_TWO_THREE) as (session, _):
        session.breakpoints.add(LinePlace("", 2, 2), log=parse_log_template("n={n} m={m}"))
        session.start()
        arrive(session)
        session.resume()
        said = [event for event in session.events() if isinstance(event, Output)]
        assert [(event.kind, event.line, event.texts) for event in said] == [
            (OutputKind.LOGPOINT, 2, ("n=", " m=", ""))
        ]
        assert [value.data for value in said[0].values] == [2.0, b"<there is no variable 'm' here>"]


def test_hits_begin_anew_with_every_run() -> None:
    """The third time is the third time of this run."""
    with session_of(ONE_TWO_THREE) as (session, _):
        session.breakpoints.add(LinePlace("", 2, 2))
        for _ in range(2):
            session.start()
            arrive(session)
            go(session)
            assert session.breakpoints.get(1).hits == 1
            session.abort()


def test_errors_stop_before_they_end_the_script() -> None:
    """An error that ends the script stops once, then the script ends with it."""
    with session_of([At(1), Raises(b"boom", "uncaught")]) as (session, _):
        session.start()
        arrive(session)
        stopped = go(session)
        assert isinstance(stopped, Stopped)
        assert stopped.error is not None
        assert (stopped.reason.value, stopped.error.message) == ("exception", b"boom")
        ended = go(session)
        assert isinstance(ended, Ended)
        assert ended.report.reply == ErrorReply(b"ERR boom")


def test_caught_errors_stop_if_asked_for() -> None:
    """Errors that are caught pass, unless a breakpoint waits for them."""
    with session_of([At(1), Raises(b"caught one")]) as (session, _):
        session.breakpoints.add(ErrorPlace(ErrorFilter.CAUGHT))
        session.start()
        arrive(session)
        stopped = go(session)
        assert isinstance(stopped, Stopped)
        assert stopped.breakpoints == (1,)


def test_step_the_backend_cannot_do() -> None:
    """What a backend cannot do is refused before the script goes on."""
    support = dict.fromkeys(Capability, Support.NATIVE) | {Capability.STEP_OUT: Support.NONE}
    with session_of(ONE_TWO_THREE, support=support) as (session, _):
        session.start()
        arrive(session)
        with pytest.raises(UnsupportedOperationError, match="step out of a function: not here"):
            session.resume(StepKind.STEP_OUT)
        assert session.state is State.STOPPED
        assert spot_after(session) == ("step", 2)


def spot_after(session: Session) -> tuple[str, int]:
    """Where one step leads."""
    session.resume(StepKind.NEXT)
    return spot(session)


class Broken(ScriptedBackend):
    """A backend whose server is gone when the script runs."""

    def run(self, listener: Listener) -> RunReport:
        """Fail."""
        raise LdbpyError("the server is gone")


def test_failure_of_the_backend_reaches_the_front_end() -> None:
    """What goes wrong on the script's thread is raised where events are waited for."""
    session = Session(Broken([]), lambda pattern, key: False)
    session.start()
    with pytest.raises(LdbpyError, match="the server is gone"):
        list(session.events())
    assert session.state is State.ENDED


def test_failure_of_a_question_reaches_who_asked() -> None:
    """An error in an answer is the asker's; the session stands as before."""
    with session_of(ONE_TWO_THREE) as (session, _):
        session.start()
        arrive(session)
        with pytest.raises(ZeroDivisionError):
            session.ask(lambda: 1 // 0)
        assert session.state is State.STOPPED
