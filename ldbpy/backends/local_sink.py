"""What the runtime tells while a script is debugged, put in the engine's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ldbpy.backends.commands import categories_of
from ldbpy.commands import Command
from ldbpy.commands.keys import find_keys
from ldbpy.engine.backend import (
    Listener,
    Position,
    Verdict,
)
from ldbpy.engine.breakpoints import KeyPlace
from ldbpy.engine.stops import CommandEvent, ErrorEvent, LineEvent, PauseEvent
from ldbpy.model.calls import CommandCall, LogLine
from ldbpy.model.changes import KeyChange
from ldbpy.model.debugging import OutputKind, ScriptError, Value
from ldbpy.resp import ErrorReply
from ldbpy.script.instrument import FunctionPlace

if TYPE_CHECKING:
    from ldbpy.backends.local import LocalBackend

__all__ = ["Sink"]


class Sink:
    """Puts what the runtime tells in the engine's words, and arms the script anew after each stop."""

    def __init__(self, backend: LocalBackend, listener: Listener) -> None:
        self._backend: Final = backend
        self._listener: Final = listener

    @property
    def stands(self) -> bool:
        """See ``DebugSink``."""
        return self._backend.stands

    def loaded(self) -> None:
        """The script is ready to run."""
        if not self._backend.is_function:
            self._backend.arm(self._listener)

    def passed_over(self, functions: Sequence[FunctionPlace]) -> None:
        """See ``DebugSink``."""
        for each in functions:
            name = each.name or ("a function" if each.number else "the script")
            told = f"{name} uses so many variables that nothing stops in it: steps and breakpoints pass it by"
            self._listener.output(OutputKind.NOTICE, each.line, told.encode())

    def _obey(self, tell: Callable[[], Verdict], line: int = 0) -> bool:
        self._backend.stands = True
        self._backend.line = line
        try:
            verdict = tell()
            if verdict is Verdict.RESUMED:
                self._backend.arm(self._listener)
        finally:
            self._backend.stands = False
        return verdict is Verdict.ABORT

    def reached(
        self, statement: int, thread: int, depth: int, came_back: bool, entry: bool, outcomes: Mapping[int, bool | str]
    ) -> bool:
        """See ``DebugSink``."""
        event = LineEvent(statement, thread, depth, came_back, outcomes, entry)
        place = self._backend.program.statement(statement)

        def position() -> Position:
            told = self._backend.position()
            return Position(place.line, place.column, thread, depth, told.functions, told.statements)

        return self._obey(lambda: self._listener.line(event, position), place.line)

    def raised(self, kind: str, message: bytes) -> bool:
        """See ``DebugSink``."""
        event = ErrorEvent(ScriptError(kind, message))
        return self._obey(lambda: self._listener.error(event, self._backend.position))

    def before_command(self, command: Command, argv: list[bytes], line: int) -> bool:
        """See ``DebugSink``."""
        interest = self._backend.interest
        if interest is None or not interest.commands:
            return False
        if any(isinstance(each.place, KeyPlace) for each in interest.commands):
            self._backend.watch_changes()
        event = self._command_event(command, argv, before=True)
        call = CommandCall(line, tuple(argv), None, 0.0)
        return self._obey(lambda: self._listener.command(event, self._backend.position, call))

    def after_command(self, command: Command, call: CommandCall) -> bool:
        """See ``DebugSink``."""
        changes = self._backend.watched_changes()
        event = self._command_event(command, list(call.argv), before=False, changes=changes)
        if self._obey(lambda: self._listener.command(event, self._backend.position, call, changes)):
            return True
        if not isinstance(call.reply, ErrorReply):
            return False
        error = ErrorEvent(ScriptError("reply", call.reply.message))
        return self._obey(lambda: self._listener.error(error, self._backend.position, call))

    def _command_event(
        self, command: Command, argv: list[bytes], *, before: bool, changes: tuple[KeyChange, ...] = ()
    ) -> CommandEvent:
        keys = tuple(use.key for use in find_keys(command, argv))
        return CommandEvent(before, command.name, categories_of(command), keys, tuple(change.key for change in changes))

    def paused(self, *, by_script: bool, soon: bool) -> bool:
        """See ``DebugSink``."""
        return self._obey(lambda: self._listener.paused(PauseEvent(by_script), self._backend.position))

    def logged(self, entry: LogLine) -> None:
        """See ``DebugSink``."""
        self._listener.output(OutputKind.LOG, entry.line, entry.text, level=entry.level)

    def debugged(self, line: int, values: tuple[Value, ...]) -> None:
        """See ``DebugSink``."""
        self._listener.output(OutputKind.DEBUG, line, values=values)
