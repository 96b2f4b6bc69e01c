"""What was set the last time a script was debugged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ldbpy.console.registry import Group, command
from ldbpy.engine.breakpoints import (
    Breakpoint,
    CommandPlace,
    ErrorFilter,
    ErrorPlace,
    FunctionPlace,
    KeyPlace,
    LinePlace,
    VariablePlace,
)
from ldbpy.errors import LdbpyError, UsageError
from ldbpy.model.location import Location
from ldbpy.render.text import word
from ldbpy.settings.remembered import KeptBreakpoint, Remembered

if TYPE_CHECKING:
    from ldbpy.console.console import Console

__all__ = ["kept_of", "offer"]

_OFFERED: Final = 3
"""Breakpoints that are named in the offer."""


@command("recall", group=Group.BREAKPOINTS)
def recall(console: Console, rest: str) -> None:
    """Set the breakpoints and displays of the last session with this script again."""
    kept = console.remembered
    if not kept.breakpoints and not kept.displays:
        raise UsageError("nothing is remembered of this script", hint="what is set when a session ends will be")
    for each in kept.breakpoints:
        _carry_out(console, _now(console, each) if each.line else each.command)
    for expression in kept.displays:
        if expression not in console.displays.values():
            _carry_out(console, f"display {expression}")
    console.recalled = True


def _carry_out(console: Console, line: str) -> None:
    try:
        console.dispatch(line)
    except LdbpyError as error:
        console.write(f"{line}: {error}")


def _now(console: Console, each: KeptBreakpoint) -> str:
    """The command, for the line on which what stood on the breakpoint's line stands now; as it was if on none."""
    places = console.story.places()
    located = [(places.locate(number), line) for number, line in enumerate(console.story.lines(), 1)]
    same = [
        place.line
        for place, line in located
        if place.file == places.files[0] and line.decode("utf-8", "replace").strip() == each.text
    ]
    line = min(same, key=lambda number: abs(number - each.line)) if same else each.line
    return each.command.replace(f" {each.line}", f" {places.files[0]}:{line}", 1)


def offer(console: Console) -> None:
    """Say what is remembered of the script, and how to have it again."""
    kept = console.remembered
    told = [each.command for each in kept.breakpoints] + [f"display {each}" for each in kept.displays]
    if told:
        more = f" and {len(told) - _OFFERED} more" if len(told) > _OFFERED else ""
        console.write(f"last time: {' · '.join(told[:_OFFERED])}{more}; recall sets them again")


def kept_of(console: Console) -> Remembered:
    """What to remember of the script now. What was not recalled, nor replaced by something else, stays remembered."""
    before = console.remembered
    found = [kept for each in console.session.breakpoints if (kept := _kept(console, each)) is not None]
    displays = tuple(console.displays.values())
    if not found and not displays and not console.recalled:
        return before
    return Remembered(tuple(found), displays, before.layout)


def _kept(console: Console, each: Breakpoint) -> KeptBreakpoint | None:
    """A breakpoint as a command; None for one that is not to be kept or cannot be written."""
    place = _place_text(each, console.story.places().files[0])
    if place is None or each.temporary:
        return None
    text = f"{_verb(each)} {place}"
    if each.condition is not None:
        text += f" if {each.condition.text}"
    if each.hit_condition is not None:
        text += f" hits {each.hit_condition}"
    if each.log is not None:
        told = _log_text(each)
        if told is None:
            return None
        text += f" {told}"
    if not isinstance(each.place, LinePlace):
        return KeptBreakpoint(text)
    places, lines = console.story.places(), console.story.lines()
    line = places.find(Location(each.place.file, each.place.line)) or 0
    is_main = each.place.file == places.files[0] and 0 < line <= len(lines)
    source = lines[line - 1].decode("utf-8", "replace").strip() if is_main else ""
    return KeptBreakpoint(text, each.place.line if is_main else 0, source)


def _verb(each: Breakpoint) -> str:
    if isinstance(each.place, ErrorPlace):
        return "catch"
    if isinstance(each.place, VariablePlace):
        return "watch"
    return "log" if each.log is not None else "break"


def _place_text(each: Breakpoint, main: str) -> str | None:
    """The place as it is typed; None for that of errors that end a script. Without the name of the script's ``main``
    file, which may be called otherwise next time.
    """
    match each.place:
        case LinePlace(file=file, line=line):
            return str(line) if file == main else f"{file}:{line}"
        case FunctionPlace(name=name):
            return name
        case CommandPlace(command=name, keys=keys, after=after):
            return f"on {'after ' if after else ''}{name}{'' if keys is None else f' {word(keys)}'}"
        case KeyPlace(pattern=pattern):
            return f"key {word(pattern)}"
        case VariablePlace(expression=expression):
            return expression.text
        case ErrorPlace(filter=wanted):
            return None if wanted is ErrorFilter.UNCAUGHT else wanted.value


def _log_text(each: Breakpoint) -> str | None:
    """The text of a logpoint in quotes; None if it holds both kinds."""
    assert each.log is not None
    escaped = [text.replace("{", "{{").replace("}", "}}") for text in each.log.texts]
    expressions = [f"{{{expression.text}}}" for expression in each.log.expressions]
    text = escaped[0] + "".join(one + other for one, other in zip(expressions, escaped[1:], strict=True))
    quote = next((mark for mark in "\"'" if mark not in text), None)
    return None if quote is None else f"{quote}{text}{quote}"
