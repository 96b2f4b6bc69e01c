"""A debugging session: one script, its breakpoints, and the thread it runs on.

::

    created -> stopped <-> running -> ended -> (restart) running

The backend runs on a thread of its own, which serves questions while the script stands still. Everything here is for
the other side, one thread at a time; ``pause`` may be called from any.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from enum import StrEnum
from typing import Final, TypeVar

from ldbpy.engine.asking import logged_values, with_outcomes
from ldbpy.engine.backend import Backend, Capability, Position, Program, Support, Verdict
from ldbpy.engine.breakpoints import BreakpointList, FunctionPlace, LinePlace, Place, VariablePlace
from ldbpy.engine.recording import Recording
from ldbpy.engine.stops import (
    CommandEvent,
    Decision,
    ErrorEvent,
    Interest,
    LineEvent,
    PauseEvent,
    StepKind,
    StepPlan,
    StopController,
)
from ldbpy.errors import SessionError
from ldbpy.model.calls import CommandCall, LogLevel
from ldbpy.model.changes import KeyChange
from ldbpy.model.debugging import Ended, Event, Output, OutputKind, Stopped, StopReason, Value
from ldbpy.model.location import Location

__all__ = ["Session", "State"]

T = TypeVar("T")
E = TypeVar("E", LineEvent, CommandEvent, ErrorEvent)

_STACK: Final = 64 * 1024 * 1024
"""Bytes of stack for the thread: Lua and Python call each other deep down."""


class State(StrEnum):
    """Where a session is."""

    CREATED = "created"
    STOPPED = "stopped"
    RUNNING = "running"
    ENDED = "ended"


_LEGAL: Final = {
    "start": (State.CREATED, State.ENDED),
    "resume": (State.STOPPED,),
    "ask": (State.STOPPED,),
    "pause": (State.RUNNING,),
    "abort": (State.RUNNING, State.STOPPED),
}
"""Which request is legal in which state."""


class Session:
    """Debugs one script on a backend."""

    def __init__(self, backend: Backend, matches: Callable[[bytes, bytes], bool], *, commit: bool = False) -> None:
        """``matches(pattern, key)`` says whether a key matches a pattern; ``commit``: keep what the script changes."""
        self.backend: Final = backend
        self.breakpoints: Final = BreakpointList()
        self.commit = commit
        self.stop_on_entry = True
        self.tell_commands = False
        """Whether commands are told as output when the script is stepped through."""
        self.recording = Recording()
        self.calls: list[CommandCall] = []
        """The commands of this run so far."""
        self.touched: dict[bytes, None] = {}
        """The keys they were given, in the order they first were."""
        self.look: Callable[[], object] | None = None
        """Asks the backend at every stop what the front end wants to know in any case: it need not ask then."""
        self.seen: object = None
        """What that gave at the last stop."""
        self.program: Program | None = None
        self.stopped: Stopped | None = None
        """Where the script stands."""
        self.ended: Ended | None = None
        self.failure: BaseException | None = None
        """Why the script could not be run to its end, if that is so."""
        self._controller: Final = StopController(self.breakpoints, matches)
        self._events: Final[queue.SimpleQueue[Event | BaseException]] = queue.SimpleQueue()
        self._tasks: Final[queue.SimpleQueue[Callable[[], Verdict | None]]] = queue.SimpleQueue()
        self._state = State.CREATED
        self._seq = 0
        self._aborting = False
        self._entered = False
        self._position = Position(0, 0, 0, 0)
        self._kind = StepKind.CONTINUE
        self._left = 0
        self._passing: Callable[[Event], None] | None = None
        self._go: Callable[[], Verdict | None] = lambda: None
        """Lets the script go on, if it still stands where it was told to."""
        self._thread: threading.Thread | None = None

    @property
    def stop_on_uncaught(self) -> bool:
        """Whether an error that is about to end the script stops it, breakpoint or not."""
        return self._controller.stop_on_uncaught

    @stop_on_uncaught.setter
    def stop_on_uncaught(self, wanted: bool) -> None:
        self._controller.stop_on_uncaught = wanted

    @property
    def state(self) -> State:
        """Where the session is."""
        return self._state

    @property
    def left(self) -> int:
        """How many of the steps that were asked for have not been begun."""
        return self._left

    def _require(self, request: str) -> None:
        if self._state not in _LEGAL[request]:
            allowed = " or ".join(_LEGAL[request])
            raise SessionError(f"cannot {request}: the script is {self._state}, not {allowed}")

    # -- for the front end

    def load(self) -> Program:
        """Read the script, and find the statements that breakpoints wait at anew."""
        before, self.program = self.program, self.backend.load()
        for waiting in self.breakpoints:
            edited = before is not None and before.lines != self.program.lines
            self.breakpoints.change(waiting.number, place=self._found_anew(waiting.place, edited=edited))
        return self.program

    def _found_anew(self, place: Place, *, edited: bool) -> Place:
        """A breakpoint's place in the script as it was just read."""
        match place:
            case LinePlace(file=file, line=number):
                line = self.backend.script().source_map.find(Location(file, number))
                found = None if line is None else self.backend.statement_at(line)
                return replace(place, statement=found[0] if found else 0)
            case FunctionPlace(name=name):
                return replace(place, statements=self.backend.statements_of(name))
            case VariablePlace() if edited:
                return replace(place, scope=None)  # its functions may have other numbers now
            case _:
                return place

    def start(self) -> None:
        """Begin to run the script. ``events`` tells how it goes.

        Raises:
            SessionError: it runs already.
        """
        self._require("start")
        if self.program is None:
            self.load()
        for waiting in self.breakpoints:
            self.breakpoints.change(waiting.number, hits=0)
        self.recording, self.calls, self.touched = Recording(), [], {}
        self.stopped = self.ended = self.failure = None
        self._aborting = self._entered = False
        self._state = State.RUNNING
        previous = threading.stack_size(_STACK)
        try:
            self._thread = threading.Thread(target=self._run, name="ldbpy script", daemon=True)
            self._thread.start()
        finally:
            threading.stack_size(previous)

    def resume(
        self,
        kind: StepKind = StepKind.CONTINUE,
        targets: frozenset[int] = frozenset(),
        *,
        count: int = 1,
        passing: Callable[[Event], None] | None = None,
    ) -> None:
        """Let the script go on.

        ``count``: how many such steps to make. ``passing`` is told what happens before the last of them, on the thread
        of the script: a stop between two steps takes no change of threads.

        Raises:
            SessionError: it does not stand still.
            UnsupportedOperationError: the backend cannot step so.
        """
        self._require("resume")
        self._go = self._from_here(Verdict.RESUMED)
        if kind in (StepKind.NEXT, StepKind.STEP_OUT):
            self.backend.capabilities.require(Capability.STEP_OVER if kind is StepKind.NEXT else Capability.STEP_OUT)
        self._state = State.RUNNING
        self.stopped = None
        at = self._position
        self._controller.plan = StepPlan(kind, at.thread, at.depth, targets)
        self._kind, self._left = kind, count - 1 if passing is not None else 0
        self._passing = passing if self._left else None
        self._tasks.put(self._go)

    def events(self) -> Iterator[Event]:
        """What happens from now on, up to the next ``Stopped`` or ``Ended``.

        Raises:
            LdbpyError: the script cannot be run.
        """
        while True:
            event = self._events.get()
            if isinstance(event, BaseException):
                raise event
            yield event
            if not isinstance(event, Output):
                return

    def arrived(self) -> list[Event]:
        """What has happened if the script stands or has ended, with that as the last; nothing while it runs.

        For whoever was interrupted while taking ``events``: the one that was on its way is not lost.

        Raises:
            LdbpyError: the script cannot be run.
        """
        if self._state is State.RUNNING or self._passing is not None:
            return []
        if self._state is State.STOPPED:
            self._settle()
        elif self._thread is not None:
            self._thread.join()
        found: list[Event] = []
        while not self._events.empty():
            event = self._events.get()
            if isinstance(event, BaseException):
                raise event
            found.append(event)
        last = self.stopped or self.ended
        return found if last is None or last in found else [*found, last]

    def outputs(self) -> Iterator[Output]:
        """What was put out since the script stopped: by what was evaluated meanwhile."""
        self._require("ask")
        while not self._events.empty():
            event = self._events.get()
            assert isinstance(event, Output)
            yield event

    def ask(self, question: Callable[[], T]) -> T:
        """The answer of the backend while the script stands still.

        Raises:
            SessionError: it does not.
        """
        self._require("ask")
        if threading.current_thread() is self._thread:
            return question()
        answer: Future[T] = Future()

        def work() -> None:
            try:
                answer.set_result(question())
            except BaseException as error:
                answer.set_exception(error)

        try:
            self._tasks.put(work)
            return answer.result()
        except KeyboardInterrupt:
            self.backend.interrupt()  # the question is dropped, not the session
            self._settle()
            if not answer.done():
                raise
            return answer.result()

    def _settle(self) -> None:
        """Wait until the script's thread has done all it was given."""
        done = threading.Event()
        self._tasks.put(done.set)
        done.wait()

    def pause(self) -> None:
        """Ask the running script to stop soon. May be called from any thread."""
        if self._state is State.RUNNING:
            self.backend.interrupt()
            self._tasks.put(self._go)  # Ctrl-C may have come before ``resume`` did

    def _from_here(self, verdict: Verdict) -> Callable[[], Verdict | None]:
        """A verdict on the stop there is; when the script has gone on since, none."""
        seq = self._seq
        return lambda: verdict if seq == self._seq else None

    def interrupt(self) -> None:
        """Ask the running script to stop soon, or drop what is asked of one that stands.

        May be called from any thread.
        """
        if self._state in (State.RUNNING, State.STOPPED):
            self.backend.interrupt()

    def abort(self) -> Ended | None:
        """End the script now and undo what it changed; None if it had not begun."""
        if self._state in (State.CREATED, State.ENDED):
            return self.ended
        self._aborting = True
        if self._state is State.STOPPED:
            self._state = State.RUNNING
            self._tasks.put(lambda: Verdict.ABORT)
        else:
            self.backend.interrupt()
            self._tasks.put(self._from_here(Verdict.ABORT))  # as in ``pause``
        while self.ended is None:
            for event in self.events():
                if isinstance(event, Stopped):  # it had stopped before it heard of the abort
                    self._tasks.put(lambda: Verdict.ABORT)
        return self.ended

    def close(self) -> None:
        """End the session whatever its state."""
        self.abort()
        if self._thread is not None:
            self._thread.join()

    # -- the thread of the script

    def _run(self) -> None:
        try:
            report = self.backend.run(self)
            kept_anyway = self.backend.capabilities.level(Capability.ROLLBACK) is Support.NONE
            commit = kept_anyway or (self.commit and not self._aborting)
            changes = self.backend.finish(commit=commit)
        except BaseException as error:
            self._state = State.ENDED
            self.stopped, self.failure = None, error
            self._events.put(error)
            return
        report = replace(report, changes=changes)
        self._seq += 1
        self.stopped = None
        self.ended = Ended(self._seq, report, self._aborting, commit, self.backend.statements)
        self._state = State.ENDED
        self._events.put(self.ended)

    def interest(self) -> Interest:
        """See ``Listener``."""
        return self._controller.interest(entry=self.stop_on_entry and not self._entered)

    def line(self, event: LineEvent, position: Callable[[], Position]) -> Verdict:
        """See ``Listener``."""
        return self._decided(self._controller.decide(self._checked(event)), position)

    def command(
        self,
        event: CommandEvent,
        position: Callable[[], Position],
        call: CommandCall,
        changes: Sequence[KeyChange] = (),
    ) -> Verdict:
        """See ``Listener``."""
        if not event.before:
            self.calls.append(call)
            self.touched |= dict.fromkeys(event.keys)
            self.recording.command(self.backend.statements, call.argv, call.reply)
            if self.tell_commands and self._controller.plan.kind is not StepKind.CONTINUE:
                self.output(OutputKind.COMMAND, call.line, call=call)
        decision = self._controller.decide(self._checked(event))
        return self._decided(decision, position, call=call, before_call=event.before, changes=tuple(changes))

    def error(self, event: ErrorEvent, position: Callable[[], Position], call: CommandCall | None = None) -> Verdict:
        """See ``Listener``."""
        return self._decided(self._controller.decide(self._checked(event)), position, call=call, error=event.error)

    def _checked(self, event: E) -> E:
        """The event with the outcomes of all conditions."""
        return event if self._aborting else with_outcomes(event, self._controller.conditions(event), self.backend)

    def paused(self, event: PauseEvent, position: Callable[[], Position]) -> Verdict:
        """See ``Listener``."""
        return self._decided(self._controller.decide(event), position)

    def output(
        self,
        kind: OutputKind,
        line: int,
        text: bytes = b"",
        *,
        level: LogLevel | None = None,
        values: Sequence[Value] = (),
        call: CommandCall | None = None,
        texts: tuple[str, ...] = (),
    ) -> None:
        """See ``Listener``."""
        self._seq += 1
        told = Output(self._seq, kind, line, text, level, tuple(values), call, texts)
        if self._passing is not None:
            self._passing(told)
        else:
            self._events.put(told)

    def _decided(self, decision: Decision, tell_position: Callable[[], Position], **details: object) -> Verdict:
        if self._aborting:
            return Verdict.ABORT
        if decision.reason is None and not decision.logs:
            return Verdict.GO
        position = tell_position()
        for logpoint in decision.logs:
            assert logpoint.log is not None
            values = logged_values(logpoint, self.backend)
            self.output(OutputKind.LOGPOINT, position.line, values=values, texts=logpoint.log.texts)
        if decision.reason is None:
            return Verdict.GO
        self._seq += 1
        self.stopped = Stopped(
            self._seq,
            decision.reason,
            position.line,
            position.column,
            position.thread,
            decision.breakpoints,
            position.statements,
            note=decision.note,
            **details,  # type: ignore[arg-type]
        )
        self._entered = True
        self._position = position
        self.seen = self.look() if self.look is not None else None
        self._state = State.STOPPED
        if self._passing is not None and self._left and decision.reason is StopReason.STEP:
            return self._passed(self._passing, self.stopped)
        self._passing = None
        self._events.put(self.stopped)
        return self._serve()

    def _passed(self, passing: Callable[[Event], None], stopped: Stopped) -> Verdict:
        """Tell of a stop between two steps, and make the next."""
        self._left -= 1
        try:
            passing(stopped)
        except Exception as error:  # whoever waits for the last step hears of it, and stands here
            self._passing = None
            self._events.put(error)
            return self._serve()
        self._state = State.RUNNING
        self.stopped = None
        self._controller.plan = StepPlan(self._kind, self._position.thread, self._position.depth)
        return Verdict.RESUMED

    def _serve(self) -> Verdict:
        """Answer questions until the script may go on."""
        while True:
            verdict = self._tasks.get()()
            if verdict is not None:
                return verdict
