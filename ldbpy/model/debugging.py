"""What a debugger tells: where a script stands, why it stopped, and what its values look like."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ldbpy.model.calls import CommandCall, LogLevel
from ldbpy.model.changes import KeyChange
from ldbpy.model.runs import RunReport

__all__ = [
    "Ended",
    "Event",
    "Frame",
    "Output",
    "OutputKind",
    "Page",
    "ScriptError",
    "StopReason",
    "Stopped",
    "Value",
    "ValueKind",
    "Variable",
]


class StopReason(StrEnum):
    """Why a script stopped. If several reasons meet, the first of them here is told."""

    EXCEPTION = "exception"
    DATA_BREAKPOINT = "data breakpoint"
    BREAKPOINT = "breakpoint"
    COMMAND_BREAKPOINT = "command breakpoint"
    FUNCTION_BREAKPOINT = "function breakpoint"
    STEP = "step"
    PAUSE = "pause"
    ENTRY = "entry"


class ValueKind(StrEnum):
    """The types of Lua."""

    NIL = "nil"
    BOOLEAN = "boolean"
    NUMBER = "number"
    STRING = "string"
    TABLE = "table"
    FUNCTION = "function"
    THREAD = "thread"
    USERDATA = "userdata"


@dataclass(frozen=True, slots=True)
class Value:
    """A Lua value as far as it is shown."""

    kind: ValueKind
    data: bytes | float | bool | None = None
    """A string's bytes, perhaps not all of them; a number; a boolean. What a function or userdata prints as."""
    size: int = 0
    """All bytes of a string; the elements of a table, as far as they were counted."""
    length: int = 0
    """What ``#`` gives for a table."""
    handle: int = 0
    """Asks for the elements of a table, until the script goes on; 0: there are none to ask for."""
    counted: bool = True
    """Whether all elements of a table were counted."""
    exact: bool = True
    """Whether a number is known with all its digits, not only with those a server shows."""
    page: Page | None = None
    """A table's first elements, if they came along."""
    is_float: bool = False
    """Whether a number is a float, where Lua has integers apart (5.4)."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Something with a name that has a value: a variable, or an element of a table."""

    name: bytes
    """An element's is its key as Lua would write it: ``["k"]``, ``[1]``."""
    value: Value


@dataclass(frozen=True, slots=True)
class Page:
    """Some elements of a table."""

    items: tuple[Variable, ...]
    start: int
    """How many elements come before them."""
    more: bool
    """Whether there are others behind them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A function that has been called and has not returned."""

    index: int
    """0: the one that runs now."""
    function: str
    """Its name; empty for the script itself."""
    line: int
    """Of the script; 0 if that is not known."""
    thread: int
    """The coroutine it is in; 1: none."""
    own: bool = True
    """Whether it is the script's own text, not a chunk that the script loaded."""


class OutputKind(StrEnum):
    """Where a line of output comes from."""

    LOG = "log"
    """``redis.log``."""
    DEBUG = "debug"
    """``redis.debug``."""
    LOGPOINT = "logpoint"
    COMMAND = "command"
    """A command that ran while the script was stepped through."""
    NOTICE = "notice"
    """Something the debugger has to say."""


@dataclass(frozen=True, slots=True)
class Output:
    """A line that appears while the script runs."""

    seq: int
    kind: OutputKind
    line: int
    """Of the script; 0 if that is not known."""
    text: bytes = b""
    level: LogLevel | None = None
    values: tuple[Value, ...] = ()
    """Of ``redis.debug``."""
    call: CommandCall | None = None
    texts: tuple[str, ...] = ()
    """Of a logpoint: what stands before, between and behind the values."""


@dataclass(frozen=True, slots=True)
class ScriptError:
    """An error the script raised or got."""

    kind: str
    """``uncaught``, ``caught`` (by pcall or resume) or ``reply`` (the command answered an error)."""
    message: bytes


@dataclass(frozen=True, slots=True)
class Stopped:
    """The script stands before a statement, at a command, or in an error that has not unwound yet."""

    seq: int
    reason: StopReason
    line: int
    """Of the script; 0 if it is in a chunk the script loaded."""
    column: int
    thread: int
    breakpoints: tuple[int, ...] = ()
    """The numbers of all breakpoints that are met here."""
    statement: int = 0
    """The number of statements begun so far."""
    call: CommandCall | None = None
    """The command it stands before (its reply is None) or after."""
    before_call: bool = False
    error: ScriptError | None = None
    changes: tuple[KeyChange, ...] = ()
    """What the command changed, if a breakpoint on a key is met."""
    note: str = ""
    """What else is to be said: a condition that failed, a variable that changed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The script is over."""

    seq: int
    report: RunReport
    aborted: bool = False
    kept: bool = False
    """Whether its changes were kept."""
    statements: int = 0


Event = Output | Stopped | Ended
