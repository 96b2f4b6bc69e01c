"""Runs a script in a server's debugger: tells the engine of every stop, and moves on as it decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ldbpy.backends.commands import late_event
from ldbpy.backends.ldb.dialect import Dialect
from ldbpy.backends.ldb.driver import Driver
from ldbpy.backends.ldb.handles import Handles
from ldbpy.backends.ldb.lines import Debugged, Log, Other, Ran, Stop, StopCause, read_log
from ldbpy.backends.ldb.places import Places
from ldbpy.backends.ldb.stand import Stand
from ldbpy.backends.ldb.threads import Threads
from ldbpy.backends.ldb.values import read_values
from ldbpy.commands import CommandTable
from ldbpy.engine.backend import Listener, Position, Verdict
from ldbpy.engine.stops import Interest, LineEvent, PauseEvent, StepKind
from ldbpy.errors import BackendError
from ldbpy.model.calls import CommandCall
from ldbpy.model.debugging import OutputKind
from ldbpy.model.runs import RunProblem, RunReport
from ldbpy.targets.server import problem_in

__all__ = ["Runner"]

_MOST_BREAKPOINTS: Final = 64
"""More the servers do not take."""
_MOST_ABORTS: Final = 100
"""How often a script that catches the error that ends it is tried to be ended."""


class Runner:
    """One run."""

    def __init__(
        self, driver: Driver, dialect: Dialect, places: Places, listener: Listener, table: CommandTable
    ) -> None:
        self._driver: Final = driver
        self._dialect: Final = dialect
        self._places: Final = places
        self._listener: Final = listener
        self._table: Final = table
        self._threads: Final = Threads()
        self._native: set[int] = set()
        """The lines the server has a breakpoint on."""
        self._last_line = 0
        self._on_way: frozenset[int] | None = None
        """The functions a step over or out may end in; None: any."""
        self._is_stepping = False
        """Whether the script will be looked at where it stops next."""
        self.stand: Stand | None = None
        """Where the script stands; None: it does not."""
        self.stops = 0
        self.on_leaving: Callable[[], None] = lambda: None

    def run(self, command: list[bytes], *, asking: bool = False) -> RunReport:
        """Run the script to its end; see ``Driver.begin``."""
        log = read_log(self._driver.begin(command, asking=asking))
        if log.stop is not None:
            self._driver.ask(b"maxlen", b"0")
        while True:
            verdict = self._tell(log)
            if log.ended:
                return self._ended()
            if log.stop is None:
                raise BackendError("the server's debugger told neither a stop nor the end of the script")
            if verdict is Verdict.ABORT:
                return self._aborted()
            log = read_log(self._go(resumed=verdict is Verdict.RESUMED))

    def _ended(self) -> RunReport:
        reply = self._driver.last_reply()
        if self.stops:  # else nothing of it ran
            self._say(self._driver.mode.fate)
        return RunReport(reply, problem_in(reply))

    def _say(self, text: str) -> None:
        self._listener.output(OutputKind.NOTICE, 0, text.encode())

    def _aborted(self) -> RunReport:
        """End the script. It may catch the error that does it."""
        self._leave()
        for _ in range(_MOST_ABORTS):
            log = read_log(self._driver.abort())
            if log.ended:
                self._say(self._driver.mode.fate)
                return RunReport(self._driver.last_reply(), RunProblem("stopped", "aborted", None, "interrupted"))
        self._driver.end()
        told = "the script catches every error: it runs on to its end there"
        self._say(told)
        return RunReport(None, RunProblem("stopped", told, None, "interrupted"))

    # -- telling

    def _tell(self, log: Log) -> Verdict:
        """Tell what happened, and where the script stands now; what is to be done next."""
        self.stops += log.stop is not None
        if log.stop is not None:
            self.stand = Stand(self._driver, self._dialect, self._places, log.stop.line, self.stops)
            if self._is_stepping:
                self.stand.foresee()
        verdict = Verdict.GO
        for entry in log.entries:
            told = self._tell_entry(entry)
            if told is Verdict.ABORT:
                return told
            verdict = told if told is Verdict.RESUMED else verdict
        if log.stop is None:
            return verdict
        told = self._tell_stop(log.stop)
        self._last_line = log.stop.line
        return verdict if told is Verdict.GO else told

    def _tell_entry(self, entry: Ran | Debugged | Other) -> Verdict:
        match entry:
            case Ran():
                call = CommandCall(self._last_line, entry.argv, entry.reply, 0.0, entry.left_out)
                return self._listener.command(late_event(self._table, entry.argv), self._position_of_call, call)
            case Debugged():
                nodes = read_values(entry.text, quotes=self._dialect.quotes)
                values = [Handles().value(node, whole=True) for node in nodes]
                self._listener.output(OutputKind.DEBUG, entry.line, values=values)
            case Other():
                self._listener.output(OutputKind.NOTICE, self._last_line, entry.text)
        return Verdict.GO

    def _position_of_call(self) -> Position:
        """Where a command was called that is told only now."""
        if self.stand is None:
            return Position(self._last_line, 1, 1, 1, statements=self.stops)
        at = self.stand.position()
        return Position(self._last_line, 1, at.thread, at.depth, at.functions, at.statements)

    def _tell_stop(self, stop: Stop) -> Verdict:
        assert self.stand is not None
        interest = self._listener.interest()
        paused = self._driver.take_pause()  # what is asked while it stands is for later
        verdict = Verdict.GO
        if stop.cause is not StopCause.TIMEOUT and not self._is_off_the_way(interest, stop):
            verdict = self._listener.line(self._event(interest, self.stand), self.stand.position)
        if verdict is not Verdict.GO:
            return verdict
        by_script = stop.cause is StopCause.CALLED
        if paused or by_script:
            return self._listener.paused(PauseEvent(by_script), self.stand.position)
        return Verdict.GO

    def _event(self, interest: Interest, stand: Stand) -> LineEvent:
        plan = interest.plan
        if plan.kind not in (StepKind.NEXT, StepKind.STEP_OUT):  # then nobody asks for the depth, which takes a trace
            return LineEvent(stand.line, 1, 1, entry=interest.entry)
        came_back = plan.thread in self._threads.enter(stand.thread)
        return LineEvent(stand.line, stand.thread, stand.depth, came_back, entry=interest.entry)

    def _is_off_the_way(self, interest: Interest, stop: Stop) -> bool:
        """Whether a step over or out cannot end at a stop, and nothing else waits for it: it needs no trace."""
        if self._on_way is None or stop.line in interest.gates:
            return False
        return not self._on_way & self._places.functions_at(stop.line)

    # -- moving

    def _leave(self) -> None:
        self.stand = None
        self.on_leaving()

    def _go(self, *, resumed: bool) -> list[bytes]:
        interest = self._listener.interest()
        assert self.stand is not None
        if resumed:
            self._plan(interest, self.stand)
        lines = set(interest.gates) | (interest.plan.targets if interest.plan.kind is StepKind.TO else set())
        native = (
            interest.plan.kind in (StepKind.CONTINUE, StepKind.TO)
            and not interest.commands
            and len(lines) <= _MOST_BREAKPOINTS
        )
        if native:
            self._set_breakpoints(lines)
        self._is_stepping = interest.plan.kind is StepKind.STEP_IN
        self._leave()
        return self._driver.go(b"continue" if native else b"step")

    def _plan(self, interest: Interest, stand: Stand) -> None:
        """Get ready for a step that has just begun."""
        self._on_way = None
        if interest.plan.kind in (StepKind.NEXT, StepKind.STEP_OUT):
            self._threads.begin(stand.thread)
            # A coroutine gives control back to functions that are not on its stack.
            if stand.thread == 1:
                self._on_way = stand.position().functions

    def _set_breakpoints(self, lines: set[int]) -> None:
        """Give the server exactly these. Taking single ones away is broken in all of them."""
        if lines == self._native:
            return
        if self._native - lines:
            self._driver.ask(b"break", b"0")
            self._native = set()
        for line in sorted(lines - self._native):
            self._driver.ask(b"break", b"%d" % line)
        self._native = lines
