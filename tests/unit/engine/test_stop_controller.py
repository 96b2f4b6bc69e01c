"""What stops a script: tables of an event, what is waited for, and the decision."""

from __future__ import annotations

import pytest

from ldbpy.engine.breakpoints import (
    BreakpointList,
    CommandPlace,
    ErrorFilter,
    ErrorPlace,
    FunctionPlace,
    KeyPlace,
    LinePlace,
    Place,
    VariablePlace,
)
from ldbpy.engine.conditions import Condition, parse_hit_condition, parse_log_template
from ldbpy.engine.stops import (
    CommandEvent,
    ErrorEvent,
    LineEvent,
    PauseEvent,
    StepKind,
    StepPlan,
    StopController,
    StopEvent,
)
from ldbpy.model.debugging import ScriptError, StopReason


def controller(*places: Place) -> StopController:
    """One with breakpoints, and patterns that match what begins with them."""
    breakpoints = BreakpointList()
    for place in places:
        breakpoints.add(place)
    return StopController(breakpoints, lambda pattern, key: key.startswith(pattern.rstrip(b"*")))


HERE, LATER = LineEvent(5, 1, 2), LineEvent(6, 1, 2)
STEPS = [
    # kind, the event: thread, depth, came back; whether a step from thread 1, depth 2 ends there
    (StepKind.CONTINUE, LineEvent(5, 1, 1), False),
    (StepKind.STEP_IN, LineEvent(5, 1, 9), True),
    (StepKind.STEP_IN, LineEvent(5, 3, 1), True),
    (StepKind.NEXT, LineEvent(5, 1, 2), True),
    (StepKind.NEXT, LineEvent(5, 1, 1), True),
    (StepKind.NEXT, LineEvent(5, 1, 3), False),
    (StepKind.NEXT, LineEvent(5, 2, 1), False),
    (StepKind.NEXT, LineEvent(5, 2, 9, came_back=True), True),
    (StepKind.STEP_OUT, LineEvent(5, 1, 1), True),
    (StepKind.STEP_OUT, LineEvent(5, 1, 2), False),
    (StepKind.STEP_OUT, LineEvent(5, 2, 1), False),
    (StepKind.STEP_OUT, LineEvent(5, 2, 9, came_back=True), True),
    (StepKind.TO, LineEvent(7, 3, 9), True),
    (StepKind.TO, LineEvent(5, 1, 1), False),
]


@pytest.mark.parametrize(("kind", "event", "ends"), STEPS)
def test_step_ends(kind: StepKind, event: LineEvent, ends: bool) -> None:
    """A step ends by thread and depth; any stop ends the step under way."""
    decider = controller()
    decider.plan = StepPlan(kind, 1, 2, frozenset({7}))
    assert decider.decide(event).reason is (StopReason.STEP if ends else None)
    assert decider.plan.kind is (StepKind.CONTINUE if ends else kind)


SET = CommandEvent(True, "set", frozenset({"@write"}), (b"user:1",))
DONE = CommandEvent(False, "set", frozenset({"@write"}), (b"user:1",), changed=(b"user:1",))
CREATE = CommandEvent(True, "xgroup|create", frozenset(), (b"s",))
WAITING: list[tuple[Place, StopEvent, StopReason | None]] = [
    (LinePlace("f", 3, 5), HERE, StopReason.BREAKPOINT),
    (LinePlace("f", 3, 5), LATER, None),
    (FunctionPlace("f", (1, 5)), HERE, StopReason.FUNCTION_BREAKPOINT),
    (FunctionPlace("f", ()), HERE, None),
    (VariablePlace(Condition("n")), HERE, None),
    (VariablePlace(Condition("n")), LineEvent(5, 1, 1, outcomes={1: "n: 1 → 2"}), StopReason.DATA_BREAKPOINT),
    (CommandPlace("set"), SET, StopReason.COMMAND_BREAKPOINT),
    (CommandPlace("set"), DONE, None),
    (CommandPlace("set", after=True), SET, None),
    (CommandPlace("set", after=True), DONE, StopReason.COMMAND_BREAKPOINT),
    (CommandPlace("get"), SET, None),
    (CommandPlace("*"), SET, StopReason.COMMAND_BREAKPOINT),
    (CommandPlace("@write"), SET, StopReason.COMMAND_BREAKPOINT),
    (CommandPlace("@read"), SET, None),
    (CommandPlace("set", b"user:*"), SET, StopReason.COMMAND_BREAKPOINT),
    (CommandPlace("set", b"job:*"), SET, None),
    (CommandPlace("xgroup"), CREATE, StopReason.COMMAND_BREAKPOINT),
    (CommandPlace("xgroup create"), CREATE, StopReason.COMMAND_BREAKPOINT),
    (CommandPlace("xgroup|create"), CREATE, StopReason.COMMAND_BREAKPOINT),
    (CommandPlace("xgroup destroy"), CREATE, None),
    (KeyPlace(b"user:*"), DONE, StopReason.DATA_BREAKPOINT),
    (KeyPlace(b"user:*"), SET, None),
    (KeyPlace(b"job:*"), DONE, None),
    (ErrorPlace(ErrorFilter.CAUGHT), ErrorEvent(ScriptError("caught", b"")), StopReason.EXCEPTION),
    (ErrorPlace(ErrorFilter.CAUGHT), ErrorEvent(ScriptError("reply", b"")), None),
    (ErrorPlace(ErrorFilter.REPLY), ErrorEvent(ScriptError("reply", b"")), StopReason.EXCEPTION),
    (ErrorPlace(ErrorFilter.RAISED), ErrorEvent(ScriptError("reply", b"")), StopReason.EXCEPTION),
    (ErrorPlace(ErrorFilter.RAISED), HERE, None),
]


@pytest.mark.parametrize(("place", "event", "reason"), WAITING)
def test_place_waits(place: Place, event: StopEvent, reason: StopReason | None) -> None:
    """Each kind of breakpoint waits for its events, gives its reason and is told by number."""
    decision = controller(place).decide(event)
    assert decision.reason is reason
    assert decision.breakpoints == ((1,) if reason else ())


def test_disabled_breakpoint_waits_for_nothing() -> None:
    """A disabled breakpoint does not stop, does not count, and is no interest."""
    decider = controller(LinePlace("f", 3, 5))
    decider.breakpoints.change(1, enabled=False)
    assert decider.decide(HERE).reason is None
    assert decider.breakpoints.get(1).hits == 0
    assert not decider.interest().gates


@pytest.mark.parametrize(
    ("outcome", "stops", "hits", "note"),
    [(True, True, 1, ""), (False, False, 0, ""), ("the condition fails: x", True, 0, "the condition fails: x")],
)
def test_condition(outcome: bool | str, stops: bool, hits: int, note: str) -> None:
    """A condition that does not hold passes without a count; one that fails stops and says so."""
    decider = controller(LinePlace("f", 3, 5))
    decision = decider.decide(LineEvent(5, 1, 1, outcomes={1: outcome}))
    assert (decision.reason is not None, decider.breakpoints.get(1).hits, decision.note) == (stops, hits, note)


def test_hits_then_ignore_then_temporary() -> None:
    """Passed meetings count as hits; one that stops takes a temporary breakpoint away."""
    decider = controller()
    decider.breakpoints.add(LinePlace("f", 3, 5), hit_condition=parse_hit_condition(">=3"), temporary=True)
    decider.breakpoints.change(1, ignore=1)
    stops = [decider.decide(HERE).reason for _ in range(4)]
    assert stops == [None, None, StopReason.BREAKPOINT, None]
    assert len(decider.breakpoints) == 0


def test_logpoint_says_and_passes() -> None:
    """A logpoint goes with the decision and does not stop; if its condition fails it does."""
    decider = controller()
    decider.breakpoints.add(LinePlace("f", 3, 5), log=parse_log_template("x"), condition=Condition("c"))
    said = decider.decide(LineEvent(5, 1, 1, outcomes={1: True}))
    assert (said.reason, [each.number for each in said.logs]) == (None, [1])
    failed = decider.decide(LineEvent(5, 1, 1, outcomes={1: "the condition fails: y"}))
    assert (failed.reason, failed.logs, failed.note) == (StopReason.BREAKPOINT, (), "the condition fails: y")


def test_several_reasons_give_one_stop() -> None:
    """Of several reasons the first in their order is told, with the numbers of all breakpoints."""
    decider = controller(FunctionPlace("f", (5,)), LinePlace("f", 3, 5), VariablePlace(Condition("n")))
    decider.plan = StepPlan(StepKind.STEP_IN)
    decision = decider.decide(LineEvent(5, 1, 1, outcomes={3: "n: 1 → 2"}))
    assert (decision.reason, decision.breakpoints, decision.note) == (StopReason.DATA_BREAKPOINT, (1, 2, 3), "n: 1 → 2")


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (LineEvent(5, 1, 1, entry=True), StopReason.ENTRY),
        (PauseEvent(), StopReason.PAUSE),
        (PauseEvent(asked_by_script=True), StopReason.BREAKPOINT),
        (ErrorEvent(ScriptError("uncaught", b"")), StopReason.EXCEPTION),
        (ErrorEvent(ScriptError("caught", b"")), None),
    ],
)
def test_stops_without_breakpoints(event: StopEvent, reason: StopReason | None) -> None:
    """Entry, pause, redis.breakpoint() and an error that ends the script stop by themselves."""
    assert controller().decide(event).reason is reason


def test_uncaught_errors_may_pass() -> None:
    """Catch off: the script ends without a stop."""
    decider = controller()
    decider.stop_on_uncaught = False
    assert decider.decide(ErrorEvent(ScriptError("uncaught", b""))).reason is None


def test_conditions_to_be_asked_for() -> None:
    """The conditions of breakpoints that wait for an event, where the event does not tell of them."""
    decider = controller()
    decider.breakpoints.add(CommandPlace("set"), condition=Condition("n > 1"))
    decider.breakpoints.add(CommandPlace("get"), condition=Condition("n > 1"))
    decider.breakpoints.add(CommandPlace("set"))
    decider.breakpoints.add(VariablePlace(Condition("n")), condition=Condition("n > 1"))
    assert [each.number for each in decider.conditions(SET)] == [1]
    assert [each.number for each in decider.conditions(LineEvent(5, 1, 1, outcomes={4: "n: 1 → 2"}))] == [4]
    assert decider.conditions(HERE) == []


def test_interest_names_what_is_waited_for() -> None:
    """A backend need not tell of anything else."""
    decider = controller(
        LinePlace("f", 3, 5),
        FunctionPlace("g", (5, 9)),
        KeyPlace(b"k*"),
        CommandPlace("set"),
        ErrorPlace(ErrorFilter.REPLY),
        VariablePlace(Condition("n")),
    )
    interest = decider.interest()
    assert {number: [each.number for each in found] for number, found in interest.gates.items()} == {5: [1, 2], 9: [2]}
    assert [each.number for each in interest.commands] == [3, 4]
    assert [each.number for each in interest.variables] == [6]
    assert interest.errors == {ErrorFilter.REPLY}
