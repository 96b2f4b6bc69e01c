"""What the engine asks of a place where scripts are debugged, and what that place asks of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ldbpy.engine.stops import CommandEvent, ErrorEvent, Interest, LineEvent, PauseEvent
from ldbpy.errors import UnsupportedOperationError
from ldbpy.flavors import Flavor
from ldbpy.model.calls import CommandCall, LogLevel
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.model.debugging import Frame, OutputKind, Page, Value, Variable
from ldbpy.model.runs import RunReport
from ldbpy.script.source import Script, SourceMap

__all__ = [
    "Backend",
    "Capabilities",
    "Capability",
    "Evaluation",
    "Listener",
    "Position",
    "Program",
    "Scopes",
    "Support",
    "Verdict",
]


class Support(StrEnum):
    """How a backend does something."""

    NATIVE = "native"
    EMULATED = "emulated"
    """From here, step by step: slower."""
    NONE = "none"


class Capability(StrEnum):
    """What a backend may be able to do. The text is what a person is told."""

    STEP_OVER = "step over a call"
    STEP_OUT = "step out of a function"
    CONDITIONS = "conditions"
    COMMAND_BREAKPOINTS = "breakpoints on commands"
    KEY_BREAKPOINTS = "breakpoints on keys"
    VARIABLE_BREAKPOINTS = "breakpoints on variables"
    ERROR_BREAKPOINTS = "breakpoints on errors"
    EVALUATE_LOCALS = "expressions with local variables"
    ASSIGN = "setting variables"
    PAUSE = "pausing a running script"
    ROLLBACK = "rolling back"
    FUNCTIONS = "function libraries"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can do. What is not listed it cannot."""

    levels: Mapping[Capability, Support]
    reasons: Mapping[Capability, str]
    """For what it cannot: why, and what to do instead."""

    def level(self, capability: Capability) -> Support:
        """How it does that."""
        return self.levels.get(capability, Support.NONE)

    def require(self, capability: Capability) -> None:
        """See to it that it can do that.

        Raises:
            UnsupportedOperationError: it cannot.
        """
        if self.level(capability) is Support.NONE:
            raise UnsupportedOperationError(
                f"{capability.value}: not here", hint=self.reasons.get(capability, "use the embedded server")
            )


class Verdict(StrEnum):
    """What a backend does after it has told of something."""

    GO = "go"
    RESUMED = "resumed"
    """Go on after a stop: something else may be waited for now."""
    ABORT = "abort"


@dataclass(frozen=True, slots=True)
class Program:
    """The script as it can be stopped."""

    places: SourceMap
    """Where its lines came from."""
    lines: tuple[bytes, ...]
    """The text of the script, from line 1."""

    @property
    def file(self) -> str:
        """The name of the script."""
        return self.places.file


@dataclass(frozen=True, slots=True)
class Position:
    """Where the script stands."""

    line: int
    column: int
    thread: int
    depth: int
    functions: frozenset[int] = frozenset()
    """The numbers of the functions on the stack."""
    statements: int = 0
    """How many statements have begun."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """The variables of one frame."""

    locals: tuple[Variable, ...]
    """Parameters and local variables, the last declared last; of a name twice, both."""
    upvalues: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an expression gave: values, or an error."""

    values: tuple[Value, ...] = ()
    error: bytes | None = None


class Listener(Protocol):
    """The engine, as a backend sees it. Everything is called on the thread that runs the backend."""

    def interest(self) -> Interest:
        """What has to be told of."""

    def line(self, event: LineEvent, position: Callable[[], Position]) -> Verdict:
        """Tell that a statement is about to begin."""

    def command(
        self,
        event: CommandEvent,
        position: Callable[[], Position],
        call: CommandCall,
        changes: Sequence[KeyChange] = (),
    ) -> Verdict:
        """Tell of a command before it runs, or after."""

    def error(self, event: ErrorEvent, position: Callable[[], Position], call: CommandCall | None = None) -> Verdict:
        """Tell of an error before it unwinds the stack."""

    def paused(self, event: PauseEvent, position: Callable[[], Position]) -> Verdict:
        """Tell that the script was interrupted."""

    def output(
        self,
        kind: OutputKind,
        line: int,
        text: bytes = b"",
        *,
        level: LogLevel | None = None,
        values: Sequence[Value] = (),
    ) -> None:
        """Tell of a line of output."""


class Backend(Protocol):
    """A place where a script is debugged.

    ``run`` and everything that asks about the stopped script is called on one thread; ``interrupt`` on any.
    """

    tracks_lines: bool
    """Whether it is to keep which lines have run, if it can; set before ``run``."""

    @property
    def flavor(self) -> Flavor:
        """The server the script meets, or the nearest to it that is known."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    @property
    def statements(self) -> int:
        """How many statements of this run have begun."""

    def script(self) -> Script:
        """The script as it was read last."""

    def load(self) -> Program:
        """Read the script.

        Raises:
            LdbpyError: it cannot be read, compiled or run.
        """

    def statement_at(self, line: int) -> tuple[int, int] | None:
        """The number and the line of the first statement on a line of the script, or on the next that has one."""

    def statements_of(self, function: str) -> tuple[int, ...]:
        """The numbers of the first statements of the functions of that name."""

    def is_command(self, name: str) -> bool:
        """Whether there is a command (``hset``, ``xgroup create``) or a category (``@write``) of that name."""

    def names_in(self, expression: str) -> tuple[bytes, ...]:
        """The names an expression reads.

        Raises:
            UsageError: it is no expression.
        """

    def run(self, listener: Listener) -> RunReport:
        """Run the script from the beginning to the end, telling the listener."""

    def finish(self, *, commit: bool) -> tuple[KeyChange, ...]:
        """End the session after a run: what the script changed, kept or undone."""

    def interrupt(self) -> None:
        """Make the running script tell of a pause soon."""

    def frames(self) -> tuple[Frame, ...]:
        """The stack, the function that runs now first; behind a coroutine's frames those of who resumed it."""

    def function_of(self, frame: int) -> int:
        """The number of the function a frame is of: 0 for the script itself, -1 if it is not the script's."""

    def scopes(self, frame: int) -> Scopes:
        """The variables of a frame."""

    def elements(self, handle: int, start: int, count: int) -> Page:
        """Some elements of a table."""

    def evaluate(self, expression: str, frame: int, *, whole: bool = False) -> Evaluation:
        """The value of an expression, or what a statement does, as if it stood in that frame.

        ``whole``: tables come with their first elements, for when nobody can ask for them later.
        """

    def assign(self, target: str, expression: str, frame: int) -> Evaluation:
        """Set a variable or an element; gives the new value."""

    def keys(self) -> Sequence[tuple[bytes, KeyState | None]]:
        """The declared keys and what they hold now."""

    def executed(self) -> frozenset[int] | None:
        """The lines of the script on which statements have begun in this run; None: that is not kept."""

    def peek(self, key: bytes) -> KeyState | None:
        """What a key holds now, without touching it."""

    def changes(self) -> tuple[KeyChange, ...]:
        """What the script has changed so far."""
