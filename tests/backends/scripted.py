"""A script's course on our own runtime, written down as the steps of a ``ScriptedBackend``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ldbpy.backends.local import LocalBackend
from ldbpy.engine.backend import Capability, Position, Support, Verdict
from ldbpy.engine.breakpoints import BreakpointList, KeyPlace
from ldbpy.engine.stops import (
    CommandEvent,
    ErrorEvent,
    Interest,
    LineEvent,
    PauseEvent,
    StepKind,
    StepPlan,
    StopController,
)
from ldbpy.model.calls import CommandCall, LogLevel
from ldbpy.model.changes import KeyChange
from ldbpy.model.debugging import OutputKind, Value
from ldbpy.testing import At, Breaks, Calls, Debugs, Raises, ScriptedBackend, Step

__all__ = ["scripted"]

_CANNOT: Final = (Capability.EVALUATE_LOCALS, Capability.ASSIGN, Capability.FUNCTIONS)


class _Writer:
    """A listener that writes down all it is told."""

    def __init__(self, backend: LocalBackend) -> None:
        self.steps: Final[list[Step]] = []
        self._backend: Final = backend
        everything = BreakpointList()
        everything.add(KeyPlace(b"*"))  # so that what commands change is told
        self._controller: Final = StopController(everything, lambda pattern, key: False)
        self._controller.plan = StepPlan(StepKind.STEP_IN, 1, 0)

    def interest(self) -> Interest:
        return self._controller.interest(entry=True)

    def line(self, event: LineEvent, position: Callable[[], Position]) -> Verdict:
        variables = {each.name.decode(): each.value for each in self._backend.scopes(0).locals}
        self.steps.append(At(position().line, event.depth, event.thread, event.came_back, variables))
        return Verdict.GO

    def command(
        self,
        event: CommandEvent,
        position: Callable[[], Position],
        call: CommandCall,
        changes: Sequence[KeyChange] = (),
    ) -> Verdict:
        if not event.before:
            self.steps.append(Calls(call.argv, call.reply, event.keys, event.categories, tuple(changes)))
        return Verdict.GO

    def error(self, event: ErrorEvent, position: Callable[[], Position], call: CommandCall | None = None) -> Verdict:
        if event.error.kind == "uncaught":
            self.steps.append(Raises(event.error.message, "uncaught"))
        return Verdict.GO

    def paused(self, event: PauseEvent, position: Callable[[], Position]) -> Verdict:
        self.steps.append(Breaks())
        return Verdict.GO

    def output(
        self,
        kind: OutputKind,
        line: int,
        text: bytes = b"",
        *,
        level: LogLevel | None = None,
        values: Sequence[Value] = (),
    ) -> None:
        if kind is OutputKind.DEBUG:
            self.steps.append(Debugs(values[0], tuple(values[1:])))


def scripted(backend: LocalBackend) -> ScriptedBackend:
    """A backend that plays what a script does on that one, which can do less: there is no Lua in it."""
    writer = _Writer(backend)
    source = backend.script().body
    backend.load()
    data = dict(backend.keys())
    report = backend.run(writer)
    functions: dict[str, int] = {}
    if writer.steps:
        program = backend.program
        functions = {each.name: program.statement(each.first).line for each in program.functions if each.first}
    backend.finish(commit=False)
    support = {each: Support.NONE if each in _CANNOT else Support.NATIVE for each in Capability}
    return ScriptedBackend(writer.steps, source=source, functions=functions, report=report, data=data, support=support)
