"""What a backend is asked while the script stands still: whether conditions hold, what logpoints say.

On the thread of the script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from ldbpy.engine.backend import Backend
from ldbpy.engine.breakpoints import Breakpoint, VariablePlace
from ldbpy.engine.stops import CommandEvent, ErrorEvent, LineEvent
from ldbpy.model.debugging import Value, ValueKind

__all__ = ["logged_values", "with_outcomes"]

E = TypeVar("E", LineEvent, CommandEvent, ErrorEvent)


def with_outcomes(event: E, waiting: Sequence[Breakpoint], backend: Backend) -> E:
    """The event with the outcomes of the conditions of breakpoints that the backend has not looked at itself."""
    if not waiting:
        return event
    outcomes = dict(event.outcomes)
    for each in waiting:
        outcome = _outcome(each, backend)
        if not isinstance(each.place, VariablePlace) or outcome is not True:
            outcomes[each.number] = outcome
    return replace(event, outcomes=outcomes)


def _outcome(waiting: Breakpoint, backend: Backend) -> bool | str:
    """Whether a condition holds; a text: why that cannot be told."""
    assert waiting.condition is not None
    told = backend.evaluate(waiting.condition.text, 0, whole=True)
    if told.error is not None:
        return f"the condition fails: {told.error.decode('utf-8', 'replace')}"
    value = told.values[0] if told.values else None
    return value is not None and value.kind is not ValueKind.NIL and value.data is not False


def logged_values(logpoint: Breakpoint, backend: Backend) -> list[Value]:
    """The values of a logpoint's expressions; of one that fails its error, in angle brackets."""
    assert logpoint.log is not None
    values: list[Value] = []
    for expression in logpoint.log.expressions:
        told = backend.evaluate(expression.text, 0, whole=True)
        failed = Value(ValueKind.USERDATA, b"<" + (told.error or b"nothing") + b">")
        values.append(told.values[0] if told.values else failed)
    return values
