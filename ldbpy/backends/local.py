"""Debugging on our own runtime: the script runs here, instrumented, its commands on the embedded server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from ldbpy.backends.commands import is_command
from ldbpy.backends.local_sink import Sink
from ldbpy.engine.backend import (
    Capabilities,
    Capability,
    Evaluation,
    Listener,
    Position,
    Program,
    Scopes,
    Support,
)
from ldbpy.engine.breakpoints import Breakpoint, ErrorFilter, VariableScope
from ldbpy.engine.stops import Interest, StepKind
from ldbpy.errors import SessionError, UsageError
from ldbpy.flavors import Flavor
from ldbpy.lua.debugging import Debugging
from ldbpy.lua.line_stops import stops_of
from ldbpy.lua.probe import Probe, RawFrame, WatchScope, names_in, reads_varargs
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.model.debugging import Frame, Page
from ldbpy.model.runs import RunReport
from ldbpy.script.instrument import Instrumented, instrument
from ldbpy.script.lines import LineIndex
from ldbpy.script.parser import parse
from ldbpy.script.source import Script
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.script_server import ScriptServer

__all__ = ["NATIVE", "LocalBackend"]

NATIVE: Final = Capabilities(dict.fromkeys(Capability, Support.NATIVE), {})
"""Everything can be done on our own runtime."""
_NO_VARARGS: Final = (
    b"... cannot be seen from here: Lua keeps it from debuggers. A local t = {...} in the script shows it"
)
_OWN_SOURCES: Final = (b"@user_script", b"@user_function")


class LocalBackend:
    """Debugs a script, or a function of a library, on a server whose scripts run here.

    ``read`` gives the script, again for every run.
    """

    def __init__(
        self,
        server: ScriptServer[Any],
        read: Callable[[], Script],
        keys: Sequence[bytes],
        args: Sequence[bytes],
        options: RunOptions,
        *,
        function: bytes | None = None,
    ) -> None:
        self._server: Final = server
        self._read: Final = read
        self._keys: Final = tuple(keys)
        self._args: Final = tuple(args)
        self._options: Final = options
        self._function: Final = function
        self._script: Script | None = None
        self._instrumented: Instrumented | None = None
        self._debugging: Debugging | None = None
        self._savepoint: Any = None
        self._command_savepoint: Any = None
        self._last_count = 0
        self._watched: set[int] = set()
        self._tracked = False
        self._executed: set[int] = set()
        self._stepped: dict[frozenset[int], list[int]] = {}
        """The statements of the functions on the stack, as they were last."""
        self.tracks_lines = False
        """See ``Backend``."""
        self.line = 0
        """The line of the statement the script stands before, where Lua's own count lags behind; 0: Lua's is right."""
        self.stands = False
        """Whether the script stands still."""
        self.interest: Interest | None = None
        """What the script was armed for last."""

    @property
    def capabilities(self) -> Capabilities:
        """See ``Backend``."""
        return NATIVE

    @property
    def is_function(self) -> bool:
        """Whether a function of a library is debugged: the loading of the library is not."""
        return self._function is not None

    @property
    def flavor(self) -> Flavor:
        """See ``Backend``."""
        return self._server.flavor

    # -- the script

    def script(self) -> Script:
        """The script as it was read last."""
        return self._script or self._read()

    def load(self) -> Program:
        """See ``Backend``."""
        script = self._read()
        self._instrumented = self._stops_of(script.body)
        self._script = script
        lines = LineIndex(script.body)
        texts = tuple(lines.text(number) for number in range(1, len(lines) + 1))
        # What ends the last line begins no other.
        return Program(script.source_map, texts[:-1] if len(texts) > 1 and not texts[-1] else texts)

    def _stops_of(self, source: bytes) -> Instrumented:
        if self.flavor.lua == "5.4":
            return stops_of(source)
        chunk = parse(source)
        return Instrumented(b"", (), (), frozenset()) if chunk.problems else instrument(source, chunk)

    def statement_at(self, line: int) -> tuple[int, int] | None:
        """See ``Backend``."""
        assert self._instrumented is not None
        found = self._instrumented.at_line(line)
        return None if found is None else (found.number, found.line)

    def statements_of(self, function: str) -> tuple[int, ...]:
        """See ``Backend``."""
        assert self._instrumented is not None
        return tuple(each.first for each in self._instrumented.named(function) if each.first)

    def is_command(self, name: str) -> bool:
        """See ``Backend``."""
        return is_command(self._server.store.table, name)

    def names_in(self, expression: str) -> tuple[bytes, ...]:
        """See ``Backend``."""
        names = names_in(expression.encode(), self.flavor.lua)
        if names is None:
            raise UsageError(f"{expression!r} is no expression of Lua")
        return names

    # -- running

    def run(self, listener: Listener) -> RunReport:
        """See ``Backend``."""
        assert self._script is not None
        self._savepoint = self._server.store.savepoint()
        self._last_count = 0
        self._tracked, self._executed, self._stepped = False, set(), {}
        # What is watched from before has no frame in this run that it was set in.
        self._watched = {each.number for each in listener.interest().variables}
        sink = Sink(self, listener)
        self._debugging = Debugging(sink)
        options = replace(self._options, debugging=self._debugging, trace=True)
        if self._function is None:
            return self._server.run(self._script, self._keys, self._args, options)
        refused = self._server.load_for_run(self._script, self._debugging)
        if refused is not None:
            return refused
        self.arm(listener)
        return self._server.call_function(self._function, self._keys, self._args, options)

    def finish(self, *, commit: bool) -> tuple[KeyChange, ...]:
        """See ``Backend``."""
        store = self._server.store
        self.drop_watched()
        self.executed()
        changes = tuple(store.changes(self._savepoint))
        self._last_count = self.statements
        (store.release if commit else store.rollback)(self._savepoint)
        self._savepoint = None
        return changes

    def interrupt(self) -> None:
        """See ``Backend``."""
        debugging = self._debugging
        if debugging is not None and debugging.host is not None:
            debugging.host.interrupt()

    def arm(self, listener: Listener) -> None:
        """Let the script stop at what is waited for."""
        probe, interest = self._probe, listener.interest()
        if self.tracks_lines and not self._tracked:
            self._tracked = True
            probe.track()
        self.interest = interest
        plan = interest.plan
        kind = None if plan.kind is StepKind.CONTINUE else plan.kind.value
        targets = sorted(plan.targets) if plan.kind is StepKind.TO else None
        probe.arm(kind, plan.thread, plan.depth, targets, self._step_statements(plan.kind))
        for statement, waiting in interest.gates.items():
            self._arm_statement(probe, statement, waiting)
        for breakpoint_ in interest.variables:
            self._arm_watch(probe, breakpoint_)
        probe.catch(bool(interest.errors & {ErrorFilter.CAUGHT, ErrorFilter.RAISED}))
        if interest.entry:
            probe.arm_entry()

    def _step_statements(self, kind: StepKind) -> list[int] | None:
        """The statements a step may end at: those of the functions on the stack. None: any."""
        if kind not in (StepKind.NEXT, StepKind.STEP_OUT):
            return None
        functions = self.position().functions
        known = self._stepped.get(functions)
        if known is None:
            known = [each.number for each in self.program.statements if each.function in functions]
            self._stepped = {functions: known}  # the next step is in the same functions, most likely
        return known

    def _arm_statement(self, probe: Probe, statement: int, waiting: Sequence[Breakpoint]) -> None:
        for each in waiting:
            if each.condition is None:
                probe.arm_statement(statement)
            else:
                probe.arm_gate(statement, each.number, each.condition.text.encode(), each.condition.names)

    def _arm_watch(self, probe: Probe, waiting: Breakpoint) -> None:
        place: Any = waiting.place
        code, names = place.expression.text.encode(), place.expression.names
        if waiting.number not in self._watched and self.stands:
            self._watched.add(waiting.number)
            frames = self._probe.frames()
            at = place.scope.frame if place.scope is not None else 0
            depth = sum(raw.thread == frames[at].thread for raw in frames[at:])
            probe.prime(waiting.number, code, names, at, frames[at].thread, depth)
        probe.arm_watch(waiting.number, code, names, self._scope(place.scope))

    def _scope(self, scope: VariableScope | None) -> WatchScope | None:
        if scope is None:
            return None
        program = self.program
        outer = frozenset(program.around(scope.function))
        inner = frozenset(each.number for each in program.functions if scope.function in program.around(each.number))
        return WatchScope(scope.function, scope.locals, scope.upvalues, inner, outer)

    @property
    def _probe(self) -> Probe:
        probe = self._debugging.probe if self._debugging is not None else None
        if probe is None:
            raise SessionError("the script is not running")
        return probe

    @property
    def program(self) -> Instrumented:
        """The script as it runs."""
        assert self._debugging is not None
        assert self._debugging.instrumented is not None
        return self._debugging.instrumented

    @property
    def statements(self) -> int:
        """See ``Backend``."""
        probe = self._debugging.probe if self._debugging is not None else None
        if probe is None or self._savepoint is None:
            return self._last_count
        return probe.count()

    # -- looking

    def position(self) -> Position:
        """Where the stopped script stands."""
        place = self._probe.place()
        functions = frozenset(number for lines in place.functions for number in self.program.functions_at(*lines))
        own = place.source in _OWN_SOURCES
        return Position(place.line if own else 0, 1, place.thread, place.depth, functions, place.statements)

    def frames(self) -> tuple[Frame, ...]:
        """See ``Backend``."""
        return tuple(self._frame(index, raw) for index, raw in enumerate(self._probe.frames()))

    def _frame(self, index: int, raw: RawFrame) -> Frame:
        own = raw.source in _OWN_SOURCES
        name = (raw.name or b"").decode("utf-8", "replace")
        if own:
            numbers = self.program.functions_at(raw.first_line, raw.last_line)
            known = [self.program.functions[number].name for number in numbers]
            name = next((each for each in known if each), name)
            name = name if name not in ("", "?") else f"function (line {raw.first_line})"
            name = "" if numbers == [0] else name
        line = self.line if index == 0 and self.line else raw.line
        return Frame(index, name, line, raw.thread, own)

    def function_of(self, frame: int) -> int:
        """See ``Backend``."""
        raw = self._probe.frames()[frame]
        return self.program.functions_at(raw.first_line, raw.last_line)[0] if raw.source in _OWN_SOURCES else -1

    def scopes(self, frame: int) -> Scopes:
        """See ``Backend``."""
        told = self._probe.variables(frame)
        if told is None:
            raise UsageError(f"there is no frame {frame}")
        return Scopes(*map(tuple, told))

    def elements(self, handle: int, start: int, count: int) -> Page:
        """See ``Backend``."""
        page = self._probe.elements(handle, start, count)
        if page is None:
            raise SessionError("that value is from an earlier stop")
        return page

    def evaluate(self, expression: str, frame: int, *, whole: bool = False) -> Evaluation:
        """See ``Backend``."""
        code = expression.encode()
        if b"..." in code and reads_varargs(code):
            return Evaluation(error=_NO_VARARGS)
        error, values = self._probe.evaluate(code, frame, whole=whole)
        return Evaluation(tuple(values), error)

    def assign(self, target: str, expression: str, frame: int) -> Evaluation:
        """See ``Backend``."""
        done = self.evaluate(f"{target} = {expression}", frame)
        return done if done.error is not None else self.evaluate(target, frame)

    def keys(self) -> Sequence[tuple[bytes, KeyState | None]]:
        """See ``Backend``."""
        return [(key, self.peek(key)) for key in self._keys]

    def executed(self) -> frozenset[int] | None:
        """See ``Backend``."""
        if not self._tracked:
            return None
        if self._savepoint is not None:  # the run is not over
            self._executed.update(self.program.statement(number).line for number in self._probe.visited())
        return frozenset(self._executed)

    def peek(self, key: bytes) -> KeyState | None:
        """See ``Backend``."""
        state: KeyState | None = self._server.store.peek(self._server.db, key)
        return state

    def changes(self) -> tuple[KeyChange, ...]:
        """See ``Backend``."""
        return tuple(self._server.store.changes(self._savepoint)) if self._savepoint is not None else ()

    # -- commands

    def watch_changes(self) -> None:
        """Keep what the next command changes."""
        self._command_savepoint = self._server.store.savepoint()

    def drop_watched(self) -> None:
        """Forget what was kept for a command that did not run to its end: the script was."""
        if self._command_savepoint is not None:
            self._server.store.release(self._command_savepoint)
            self._command_savepoint = None

    def watched_changes(self) -> tuple[KeyChange, ...]:
        """What it changed."""
        if self._command_savepoint is None:
            return ()
        store = self._server.store
        changes = tuple(store.changes(self._command_savepoint))
        store.release(self._command_savepoint)
        self._command_savepoint = None
        return changes
