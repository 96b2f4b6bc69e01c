"""The runtime's side of a debugger: a host that tells what the script does, and a probe into its state while it stands.

Everything belongs to the thread that runs the script. A probe's answers hold until the script goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any, Final, Protocol

from ldbpy.commands import Command, CommandTable
from ldbpy.flavors import Flavor
from ldbpy.lua.host import ScriptHost, UndeclaredUse
from ldbpy.lua.interpreter import CompileFailure, Interpreter
from ldbpy.lua.line_stops import stops_of
from ldbpy.lua.probe import Probe
from ldbpy.lua.random import Drand48
from ldbpy.model.calls import CommandCall, LogLine
from ldbpy.model.debugging import Value
from ldbpy.resp import Reply
from ldbpy.script.instrument import FunctionPlace, Instrumented, instrument
from ldbpy.script.parser import parse

__all__ = ["DebugHost", "DebugSink", "Debugging"]

_UPVALUES: Final = b"has more than 60 upvalues"
_LOCALS: Final = b"has more than 200 local variables"


class DebugSink(Protocol):
    """Who is told what the script does. True as an answer ends the script."""

    @property
    def stands(self) -> bool:
        """Whether the script stands still."""

    def loaded(self) -> None:
        """It is compiled and about to run."""

    def passed_over(self, functions: Sequence[FunctionPlace]) -> None:
        """It cannot be stopped in these functions: there was no room in them."""

    def reached(
        self, statement: int, thread: int, depth: int, came_back: bool, entry: bool, outcomes: Mapping[int, bool | str]
    ) -> bool:
        """It is about to begin a statement that is waited for."""

    def raised(self, kind: str, message: bytes) -> bool:
        """It raised an error, ``caught`` or ``uncaught``, and nothing is unwound yet."""

    def before_command(self, command: Command, argv: list[bytes], line: int) -> bool:
        """It calls a command."""

    def after_command(self, command: Command, call: CommandCall) -> bool:
        """A command has run."""

    def paused(self, *, by_script: bool, soon: bool) -> bool:
        """It was interrupted, or called ``redis.breakpoint``; ``soon``: the next statement will be told."""

    def logged(self, entry: LogLine) -> None:
        """It called ``redis.log``."""

    def debugged(self, line: int, values: tuple[Value, ...]) -> None:
        """It called ``redis.debug``."""


class DebugHost(ScriptHost):
    """Answers a script that is debugged."""

    def __init__(self, flavor: Flavor, table: CommandTable, rng: Drand48, sink: DebugSink) -> None:
        super().__init__(flavor, table, rng)
        self._sink: Final = sink
        self.probe: Probe | None = None
        self.busy = False
        """Whether an expression of the prompt is evaluated: what it does is not told."""
        self._pause = self._pausing = self._drop = self._soon = self._abort = self._checking = False

    def functions(self) -> dict[bytes, Callable[..., Any]]:
        """The functions of the prelude's ``host`` table."""
        more = (self.reached, self.raised, self.dropped, self.pause_reached, self.checking)
        return super().functions() | {method.__name__.encode(): self.guarded(method) for method in more}

    def interrupt(self) -> None:
        """Pause the script soon, or drop what is evaluated. May be called from any thread."""
        self._pause = True

    def forget_pause(self) -> None:
        """What was to be interrupted is over."""
        self._pause = False

    # -- told by the prelude

    def reached(
        self, statement: int, thread: int, depth: int, came_back: bool, entry: bool, *outcomes: Any
    ) -> bool | None:
        """A statement that is waited for is about to begin."""
        told = {
            int(outcomes[at]): outcome
            if isinstance(outcome := outcomes[at + 1], bool)
            else outcome.decode("utf-8", "replace")
            for at in range(0, len(outcomes), 2)
        }
        if self._soon:
            self._soon = self._pausing = False
            if self._sink.paused(by_script=False, soon=True):
                return True
        return self._sink.reached(statement, thread, depth, bool(came_back), bool(entry), told) or None

    def checking(self) -> None:
        """What is called next is called by a condition: it is not told."""
        self._checking = True

    def pause_reached(self) -> None:
        """The next ``reached`` is where a pause was asked for."""
        self._soon = True

    def raised(self, kind: bytes, message: bytes) -> bool | None:
        """An error was raised."""
        return self._sink.raised(kind.decode(), message) or None

    def dropped(self) -> bool:
        """Whether it is the evaluation that was interrupted, not the script. Asked once."""
        dropped, self._drop = self._drop, False
        return dropped

    def tick(self, step: int, own: bool = False) -> int:
        """See ``ScriptHost``; a pause is seen here."""
        if self._sink.stands and not (self.busy and own):  # what asks about the script runs, which has to end well
            return step
        if self._pause:
            self._pause = False
            if self.busy:
                self._drop = True
                return 0
            assert self.probe is not None
            self._pausing = True
            self.probe.pause_soon()
        elif self._pausing and not self.busy:
            # No statement came by: a chunk the script loaded is running, or an endless loop without one.
            self._pausing = False
            if self._sink.paused(by_script=False, soon=False):
                return 0
        return super().tick(step)

    # -- what the script does

    def call(self, *args: Any) -> Any:
        """Run a command, unless the script is to end."""
        answer = super().call(*args)
        self._checking = False
        return (None, True) if self._abort else answer

    def _undeclared_use(self, command: Command, argv: list[bytes]) -> UndeclaredUse | None:
        """The prompt may touch every key: it is the script that is strictly watched."""
        if self.busy or self._checking:
            return None
        return super()._undeclared_use(command, argv)

    def _run(self, command: Command, argv: list[bytes]) -> Reply:
        if self._untold():
            return self.runner.run(command, argv)
        if self._sink.before_command(command, argv, self._line):
            self._abort = True
            return None
        self.runner.warm(command, argv)
        start = perf_counter()
        reply = self.runner.run(command, argv)
        call = CommandCall(self._line, tuple(argv), reply, (perf_counter() - start) * 1e6)
        self._abort = self._sink.after_command(command, call)
        return reply

    def _untold(self) -> bool:
        """Whether it is not the script itself that calls."""
        checking, self._checking = self._checking, False
        return checking or self.busy

    def log(self, level: int, text: bytes, line: int | None) -> None:
        """``redis.log``."""
        super().log(level, text, line)
        self._sink.logged(self.logs[-1])

    def breakpoint(self) -> Any:
        """``redis.breakpoint``."""
        if not self._untold() and self._sink.paused(by_script=True, soon=False):
            return None, True
        return True

    def debug(self, line: int | None, *values: Any) -> None:
        """``redis.debug``."""
        assert self.probe is not None
        self._sink.debugged(max(line or 0, 0), self.probe.described(values))


class Debugging:
    """Makes one run of a script one that can be debugged."""

    def __init__(self, sink: DebugSink) -> None:
        self._sink: Final = sink
        self.instrumented: Instrumented | None = None
        self.host: DebugHost | None = None
        self.probe: Probe | None = None

    def make_host(self, flavor: Flavor, table: CommandTable, rng: Drand48) -> ScriptHost:
        """The host of the run."""
        self.host = DebugHost(flavor, table, rng, self._sink)
        return self.host

    def compile(self, interpreter: Interpreter, code: bytes, skipped: int, chunk_name: bytes) -> Any:
        """Compile the code behind ``skipped`` bytes of shebang so that it can be stopped.

        Raises:
            CompileFailure: it is no Lua.
        """
        plain = interpreter.compile(code[skipped:], chunk_name)  # for Lua's own words, if it is none
        assert self.host is not None
        self.probe = self.host.probe = Probe(interpreter, self.host)
        if interpreter.lua == "5.4":
            body = self._compile_5_4(interpreter, code, chunk_name, plain)
        else:
            body = self._compile_5_1(interpreter, code, chunk_name, plain)
        self._sink.loaded()
        self._tell_passed_over()
        return body

    def _compile_5_4(self, interpreter: Interpreter, code: bytes, chunk_name: bytes, plain: Any) -> Any:
        assert self.probe is not None
        self.instrumented = stops_of(code)
        if self.instrumented.source:
            maker = interpreter.compile(self.instrumented.source, chunk_name, instrumented=True)
            return self.probe.adopt(maker, self.instrumented)
        self.probe.follow(self.instrumented, interpreter.lines_before)
        return plain

    def _compile_5_1(self, interpreter: Interpreter, code: bytes, chunk_name: bytes, plain: Any) -> Any:
        assert self.probe is not None
        chunk = parse(code)
        without: set[int] = set()
        outside = False
        while True:
            self.instrumented = instrument(code, chunk, without, outside=outside)
            if len(without) == len(self.instrumented.functions):
                return plain
            try:
                maker = interpreter.compile(self.instrumented.source, chunk_name, instrumented=True)
            except CompileFailure as failure:
                if _LOCALS in failure.message and not outside:
                    outside = True
                else:
                    without |= _too_big(self.instrumented, failure.message)
            else:
                return self.probe.adopt(maker, self.instrumented)

    def _tell_passed_over(self) -> None:
        assert self.instrumented is not None
        passed = [each for each in self.instrumented.functions if not each.instrumented]
        if passed:
            self._sink.passed_over(passed)


def _too_big(instrumented: Instrumented, message: bytes) -> set[int]:
    """The functions that have no room for what is put in; all if it cannot be told which."""
    words = message.partition(b": ")[2].split()
    if _UPVALUES in message and words[:3] == [b"function", b"at", b"line"]:
        line = int(words[3])
        found = {each.number for each in instrumented.functions if each.line == line and each.instrumented}
        if found:
            return found
    return {each.number for each in instrumented.functions}
