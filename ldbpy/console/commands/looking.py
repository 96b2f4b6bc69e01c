"""Commands that look at the stopped script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ldbpy.console.places import read_place
from ldbpy.console.registry import Group, Takes, command, number_in
from ldbpy.engine.backend import Capability
from ldbpy.errors import UsageError
from ldbpy.render.stops import frame_line, stop_headline
from ldbpy.render.text import readable
from ldbpy.render.values import count_text, value_text, variable_text

if TYPE_CHECKING:
    from ldbpy.console.console import Console
    from ldbpy.model.debugging import Frame
    from ldbpy.model.location import Location

__all__: list[str] = []

_NEAR = 5
_ALL = 10**9
_FRAMES = 20


@command("list", "l", usage="[LINE] [AROUND]", group=Group.LOOKING)
def list_(console: Console, rest: str) -> None:
    """Show the source around the current line, or around LINE.

    helper.lua:12 is a line of a file that the script includes.
    """
    words = rest.split()
    wanted = read_place(console, words[0].removeprefix("-")) if words else None
    numbers = [number_in(word.removeprefix("-")) for word in words[1:]]
    if (words and wanted is None) or None in numbers:
        raise UsageError(f"{rest!r} is no line", hint="list 12, list 12 3")
    around = numbers[0] if numbers and numbers[0] is not None else _NEAR
    if numbers and words[1].startswith("-") and around:
        raise UsageError(f"there are no -{around} lines around it", hint="list 12 3")
    line = console.story.current_line() if console.session.stopped else 1
    if wanted is not None and wanted.line and not words[0].startswith("-"):
        line = _line_of(console, wanted)
    console.story.source(line - around, line + around)


def _line_of(console: Console, wanted: Location) -> int:
    """The line of the whole script."""
    line = console.story.places().find(wanted)
    if line is None or line > len(console.story.lines()):
        many = len(console.story.places().files) > 1
        of = f" of {wanted.file} in the script" if many else ""
        hint = None if many else f"the script has {len(console.story.lines())} lines"
        raise UsageError(f"there is no line {wanted.line}{of}", hint=hint)
    return line


@command("whole", "w", group=Group.LOOKING)
def whole(console: Console, rest: str) -> None:
    """Show the whole source."""
    console.story.source(1, _ALL)


@command("print", "p", usage="[EXPRESSION]", group=Group.LOOKING, takes=Takes.EXPRESSION)
def print_(console: Console, rest: str) -> None:
    """Show what an expression gives in the current frame, or all local variables."""
    if rest:
        console.story.show_expression(rest)
    else:
        locals_(console, rest)


@command("eval", "e", usage="CODE", group=Group.LOOKING, takes=Takes.EXPRESSION)
def eval_(console: Console, rest: str) -> None:
    """Run code in the current frame, with its variables in sight, and show what it gives."""
    if not rest:
        raise UsageError("which code?", hint="eval n + 1")
    console.story.show_expression(rest)


@command("locals", "vars", group=Group.LOOKING)
def locals_(console: Console, rest: str) -> None:
    """Show the local variables of the current frame, and the variables of functions around it."""
    frame = console.frame
    scopes = console.ask(lambda: console.session.backend.scopes(frame))
    shown = [f"  {variable_text(each, console.expand)}" for each in console.story.locals()]
    shown += [f"  {variable_text(each, console.expand)}   (from around)" for each in scopes.upvalues]
    console.write("\n".join(shown) or "no local variables here")


@command("elements", "el", usage="EXPRESSION [, FROM [, COUNT]]", group=Group.LOOKING, takes=Takes.EXPRESSION)
def elements(console: Console, rest: str) -> None:
    """Show the elements of a table, a line each, after the first FROM."""
    match = re.fullmatch(r"(.+?)(?:\s*,\s*(\d+))?(?:\s*,\s*(\d+))?", rest.strip())
    if match is None:
        raise UsageError("the elements of what?", hint="elements t, 100, 50")
    console.story.show_elements(match[1], number_in(match[2] or "0") or 0, number_in(match[3] or "20") or 0)


@command("whatis", usage="EXPRESSION", group=Group.LOOKING, takes=Takes.EXPRESSION)
def whatis(console: Console, rest: str) -> None:
    """Show of which type an expression is, and how large."""
    if not rest:
        raise UsageError("what?", hint="whatis n")
    frame = console.frame
    told = console.ask(lambda: console.session.backend.evaluate(rest, frame))
    if told.error is not None:
        raise UsageError(readable(told.error))
    for value in told.values:
        size = {"string": f", {value.size} bytes", "table": f", {count_text(value)} elements, # {value.length}"}
        console.write(f"{value.kind.value}{size.get(value.kind.value, '')}")


@command("set", usage="NAME = EXPRESSION", group=Group.LOOKING, takes=Takes.TEXT)
def set_(console: Console, rest: str) -> None:
    """Give a variable or an element of a table another value."""
    match = re.match(r"([A-Za-z_][^=]*?)\s*=(?!=)\s*(.+)$", rest, re.DOTALL)
    if match is None:
        raise UsageError("what to what?", hint="set n = 3, set t.name = 'x'")
    console.session.backend.capabilities.require(Capability.ASSIGN)
    frame, (target, expression) = console.frame, match.groups()
    told = console.ask(lambda: console.session.backend.assign(target, expression, frame))
    if told.error is not None:
        raise UsageError(readable(told.error).removeprefix("(ldbpy):1: "))
    stopped = console.require_stopped()
    console.session.recording.edit(stopped.statement, rest)
    console.write(f"{target} = {', '.join(value_text(value, console.expand) for value in told.values)}")


@command("display", usage="[EXPRESSION]", group=Group.LOOKING, takes=Takes.EXPRESSION)
def display(console: Console, rest: str) -> None:
    """Show an expression at every stop, or tell which are shown."""
    if rest:
        console.session.backend.names_in(rest)
        number = max(console.displays, default=0) + 1
        console.displays[number] = rest
        if console.session.stopped is not None and not console.story.brief:
            console.story.show_display(number)
        return
    told = [f"  {number}: {expression}" for number, expression in console.displays.items()]
    console.write("\n".join(told) or "nothing is displayed: display EXPRESSION does it")


@command("undisplay", usage="[NUMBER]", group=Group.LOOKING)
def undisplay(console: Console, rest: str) -> None:
    """Show an expression no longer at every stop, or none."""
    if not rest:
        console.displays.clear()
    elif console.displays.pop(number_in(rest) or 0, None) is None:
        raise UsageError(f"{rest!r} is not displayed", hint="display tells what is")


@command("backtrace", "bt", "where", "trace", "t", usage="[N]", group=Group.LOOKING)
def backtrace(console: Console, rest: str) -> None:
    """Show the stack: who called whom; of a deep one N frames."""
    count = number_in(rest or str(_FRAMES))
    if not count:
        raise UsageError(f"{rest!r} is no number of frames", hint="bt, bt 100")
    frames = console.frames()
    thread = frames[0].thread if frames else 1
    shown = frames if len(frames) <= count + 1 else frames[:count]
    for frame in shown:
        if frame.thread != thread:
            console.write("  resumed by")
            thread = frame.thread
        console.write(_frame_text(console, frame))
    if len(shown) < len(frames):
        console.write(f"  … {len(frames)} in all: bt {len(frames)} shows them")
        console.write(_frame_text(console, frames[-1]))


def _frame_text(console: Console, frame: Frame) -> str:
    place = console.story.place(frame.line) if frame.own else "a chunk the script loaded"
    return frame_line(frame, place, current=frame.index == console.frame)


def _move(console: Console, wanted: int) -> None:
    frames = console.frames()
    if not 0 <= wanted < len(frames):
        raise UsageError(
            "this is the innermost frame"
            if wanted < 0
            else "this is the outermost frame"
            if wanted == len(frames)
            else f"there is no frame {wanted}"
        )
    console.frame = wanted
    frame = frames[wanted]
    if console.story.brief:
        return
    console.write(_frame_text(console, frame))
    if frame.own:
        console.story.source(frame.line, frame.line)


@command("up", usage="[N]", group=Group.LOOKING, repeats=True)
def up(console: Console, rest: str) -> None:
    """Look at the frame that called this one."""
    _move(console, console.frame + _steps(rest))


@command("down", usage="[N]", group=Group.LOOKING, repeats=True)
def down(console: Console, rest: str) -> None:
    """Look at the frame that this one called."""
    _move(console, console.frame - _steps(rest))


@command("frame", "f", usage="[NUMBER]", group=Group.LOOKING)
def frame(console: Console, rest: str) -> None:
    """Look at a frame by its number in the backtrace."""
    wanted = number_in(rest) if rest else console.frame
    if wanted is None:
        raise UsageError(f"{rest!r} is no number of a frame", hint="bt tells them")
    _move(console, wanted)


def _steps(rest: str) -> int:
    count = number_in(rest or "1")
    if count is None:
        raise UsageError(f"{rest!r} is no number of frames", hint="up 2")
    return count


@command("why", "why-stopped", group=Group.LOOKING)
def why(console: Console, rest: str) -> None:
    """Tell why the script stopped here."""
    stopped = console.require_stopped()
    console.write(stop_headline(stopped, console.story.place(stopped.line), console.style))
