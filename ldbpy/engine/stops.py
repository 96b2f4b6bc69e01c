"""What stops a script: decided here and nowhere else. No Lua, no input or output, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ldbpy.engine.breakpoints import (
    Breakpoint,
    BreakpointList,
    CommandPlace,
    ErrorFilter,
    ErrorPlace,
    FunctionPlace,
    KeyPlace,
    LinePlace,
    VariablePlace,
)
from ldbpy.model.debugging import ScriptError, StopReason

__all__ = [
    "CommandEvent",
    "Decision",
    "ErrorEvent",
    "Interest",
    "LineEvent",
    "PauseEvent",
    "StepKind",
    "StepPlan",
    "StopController",
    "StopEvent",
]


class StepKind(StrEnum):
    """How a script goes on."""

    CONTINUE = "continue"
    STEP_IN = "stepIn"
    NEXT = "next"
    STEP_OUT = "stepOut"
    TO = "to"
    """Until a statement; then as ``CONTINUE`` stops."""


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step: its kind, and where it began."""

    kind: StepKind = StepKind.CONTINUE
    thread: int = 0
    depth: int = 0
    targets: frozenset[int] = frozenset()
    """The statements a ``TO`` goes to."""

    def wants(self, event: LineEvent) -> bool:
        """Whether the step ends at a statement."""
        match self.kind:
            case StepKind.CONTINUE:
                return False
            case StepKind.STEP_IN:
                return True
            case StepKind.TO:
                return event.statement in self.targets
            case StepKind.NEXT:
                return event.came_back or (event.thread == self.thread and event.depth <= self.depth)
            case StepKind.STEP_OUT:
                return event.came_back or (event.thread == self.thread and event.depth < self.depth)


@dataclass(frozen=True, slots=True)
class LineEvent:
    """The script is about to begin a statement."""

    statement: int
    thread: int
    depth: int
    """How many functions of the script are on the stack of its thread."""
    came_back: bool = False
    """Whether the thread of the step plan has given control back to this one, by yielding or by its end."""
    outcomes: Mapping[int, bool | str] = field(default_factory=dict)
    """By breakpoint: whether its condition holds, or why it cannot be told; of a variable: what it changed to."""
    entry: bool = False


@dataclass(frozen=True, slots=True)
class CommandEvent:
    """A command is about to run, or has run."""

    before: bool
    name: str
    """In lower case; a subcommand's is ``xgroup|create``."""
    categories: frozenset[str]
    """``@write``, ``@hash``, …"""
    keys: tuple[bytes, ...]
    changed: tuple[bytes, ...] = ()
    """The keys it changed."""
    outcomes: Mapping[int, bool | str] = field(default_factory=dict)
    late: bool = False
    """Whether this is all there will be of it: who waits for what is before it stops now."""


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """An error was raised, or a command answered one. Nothing is unwound yet."""

    error: ScriptError
    outcomes: Mapping[int, bool | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PauseEvent:
    """Somebody asked the script to pause."""

    asked_by_script: bool = False
    """``redis.breakpoint()``."""


StopEvent = LineEvent | CommandEvent | ErrorEvent | PauseEvent


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to stop."""

    reason: StopReason | None
    """None: go on."""
    breakpoints: tuple[int, ...] = ()
    logs: tuple[Breakpoint, ...] = ()
    """The logpoints that have something to say."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Interest:
    """What a backend has to tell of until the next stop."""

    plan: StepPlan
    gates: Mapping[int, tuple[Breakpoint, ...]]
    """By statement. It need not be told of if no condition of these holds and the plan does not want it."""
    variables: tuple[Breakpoint, ...]
    commands: tuple[Breakpoint, ...]
    """Those that wait for a command or a key."""
    errors: frozenset[ErrorFilter]
    entry: bool = False
    """Whether the first statement is to be told of."""


_ORDER: Final = list(StopReason)


class StopController:
    """Decides at every event, by the breakpoints and the step under way."""

    def __init__(self, breakpoints: BreakpointList, matches: Callable[[bytes, bytes], bool]) -> None:
        """``matches(pattern, key)`` says whether a key matches a pattern."""
        self.breakpoints: Final = breakpoints
        self.plan = StepPlan()
        self.stop_on_uncaught = True
        """Whether an error that is about to end the script stops it, breakpoint or not."""
        self._matches: Final = matches

    def decide(self, event: StopEvent) -> Decision:
        """What an event leads to. Counts the hits; a stop ends the step under way."""
        reasons: list[StopReason] = []
        numbers: list[int] = []
        logs: list[Breakpoint] = []
        notes: list[str] = []
        for waiting in self.breakpoints:
            reason = self._reason(waiting, event)
            if reason is None or not waiting.enabled:
                continue
            outcome = event.outcomes.get(waiting.number, True) if not isinstance(event, PauseEvent) else True
            told = self._meet(waiting, outcome)
            if told is None:
                continue
            failed = isinstance(outcome, str) and not isinstance(waiting.place, VariablePlace)
            if told.log is not None and not failed:
                logs.append(told)
                continue
            reasons.append(reason)
            numbers.append(told.number)
            if isinstance(outcome, str):
                notes.append(outcome)
        reasons += self._other_reasons(event)
        if isinstance(event, PauseEvent) and event.asked_by_script:
            notes.append("called by the script")
        if isinstance(event, CommandEvent) and event.late and any(map(self._is_before, numbers)):
            notes.append("told when it had run")
        if not reasons:
            return Decision(None, logs=tuple(logs))
        self.plan = StepPlan()
        for number in numbers:
            if self.breakpoints.get(number).temporary:
                self.breakpoints.remove(number)
        return Decision(min(reasons, key=_ORDER.index), tuple(numbers), tuple(logs), "; ".join(notes))

    def conditions(self, event: LineEvent | CommandEvent | ErrorEvent) -> list[Breakpoint]:
        """The breakpoints that wait for an event and have a condition of which the event does not tell."""
        return [
            waiting
            for waiting in self.breakpoints
            if waiting.enabled
            and waiting.condition is not None
            and (waiting.number not in event.outcomes or isinstance(waiting.place, VariablePlace))
            and self._reason(waiting, event) is not None
        ]

    def _other_reasons(self, event: StopEvent) -> list[StopReason]:
        match event:
            case LineEvent(entry=True):
                return [StopReason.ENTRY]
            case LineEvent() if self.plan.wants(event):
                return [StopReason.STEP]
            case ErrorEvent(error=error) if error.kind == ErrorFilter.UNCAUGHT and self.stop_on_uncaught:
                return [StopReason.EXCEPTION]
            case PauseEvent():
                return [StopReason.BREAKPOINT if event.asked_by_script else StopReason.PAUSE]
            case _:
                return []

    def _reason(self, waiting: Breakpoint, event: StopEvent) -> StopReason | None:
        """The reason a breakpoint would give for stopping at an event; None if it does not wait for it."""
        match waiting.place, event:
            case LinePlace(statement=statement), LineEvent() if statement == event.statement:
                return StopReason.BREAKPOINT
            case FunctionPlace(statements=statements), LineEvent() if event.statement in statements:
                return StopReason.FUNCTION_BREAKPOINT
            case VariablePlace(), LineEvent() if waiting.number in event.outcomes:
                return StopReason.DATA_BREAKPOINT
            case CommandPlace() as place, CommandEvent() if self._is_command(place, event):
                return StopReason.COMMAND_BREAKPOINT
            case KeyPlace(pattern=pattern), CommandEvent() if self._any_matches(pattern, event.changed):
                return StopReason.DATA_BREAKPOINT
            case ErrorPlace(filter=wanted), ErrorEvent() if wanted in (ErrorFilter.RAISED, event.error.kind):
                return StopReason.EXCEPTION
            case _:
                return None

    def _is_command(self, place: CommandPlace, event: CommandEvent) -> bool:
        if event.before == place.after and not event.late:
            return False
        names = ("*", event.name, event.name.partition("|")[0], event.name.replace("|", " "))
        if place.command not in names and place.command not in event.categories:
            return False
        return place.keys is None or self._any_matches(place.keys, event.keys)

    def _is_before(self, number: int) -> bool:
        place = self.breakpoints.get(number).place
        return isinstance(place, CommandPlace) and not place.after

    def _any_matches(self, pattern: bytes, keys: Iterable[bytes]) -> bool:
        return any(self._matches(pattern, key) for key in keys)

    def _meet(self, waiting: Breakpoint, outcome: bool | str) -> Breakpoint | None:
        """Count a meeting; the breakpoint as it is now if it counts."""
        if outcome is False:
            return None
        if isinstance(outcome, str) and not isinstance(waiting.place, VariablePlace):
            return waiting  # the condition fails: that is worth a stop whatever the count
        met = self.breakpoints.change(waiting.number, hits=waiting.hits + 1)
        if met.ignore:
            self.breakpoints.change(waiting.number, ignore=met.ignore - 1)
            return None
        if met.hit_condition is not None and not met.hit_condition.holds(met.hits):
            return None
        return met

    def interest(self, *, entry: bool = False) -> Interest:
        """What is waited for now; ``entry``: the first statement too."""
        gates: dict[int, list[Breakpoint]] = {}
        variables, commands, errors = [], [], set()
        for waiting in self.breakpoints:
            if not waiting.enabled:
                continue
            match waiting.place:
                case LinePlace(statement=statement):
                    gates.setdefault(statement, []).append(waiting)
                case FunctionPlace(statements=statements):
                    for statement in statements:
                        gates.setdefault(statement, []).append(waiting)
                case VariablePlace():
                    variables.append(waiting)
                case CommandPlace() | KeyPlace():
                    commands.append(waiting)
                case ErrorPlace(filter=wanted):
                    errors.add(wanted)
        found = {statement: tuple(waiting) for statement, waiting in gates.items()}
        return Interest(self.plan, found, tuple(variables), tuple(commands), frozenset(errors), entry)
