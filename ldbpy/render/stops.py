"""Where a script stands, and why."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ldbpy.model.debugging import Frame, Stopped, StopReason
from ldbpy.render.replies import inline
from ldbpy.render.runs import call_text
from ldbpy.render.style import Role, Style
from ldbpy.render.text import display_width, printable, readable
from ldbpy.script.source import SourceMap

__all__ = ["frame_line", "source_lines", "source_text", "stop_headline"]


def stop_headline(stop: Stopped, place: str, style: Style) -> str:
    """``● breakpoint 2, before EXPIRE rl:42 60   limiter.lua:5``."""
    what = stop.reason.value
    if stop.breakpoints and stop.reason is not StopReason.EXCEPTION:
        kind = what if stop.reason is not StopReason.BREAKPOINT else "breakpoint"
        what = f"{kind} {', '.join(map(str, stop.breakpoints))}"
    if stop.error is not None:
        what = {"reply": "error reply", "caught": "error that is caught"}.get(stop.error.kind, "error")
    parts = [what]
    if stop.call is not None and stop.error is not None:
        parts = [f"{what} to {call_text(stop.call)}"]
    elif stop.call is not None:
        told = call_text(stop.call)
        parts.append(f"before {told}" if stop.before_call else f"after {told} → {inline(stop.call.reply)}")
    if stop.note:
        parts.append(stop.note)
    told = style.paint(Role.MARK, "●") + f" {', '.join(parts)}   {place}"
    return told + (f"   {readable(_POSITION.sub(b'', stop.error.message))}" if stop.error is not None else "")


_POSITION = re.compile(rb"^user_(?:script|function):\d+: ")


def source_lines(
    lines: Sequence[bytes],
    first: int,
    last: int,
    current: int,
    breakpoints: Collection[int],
    style: Style,
    *,
    column: int = 0,
    width: int = 0,
    places: SourceMap,
) -> list[str]:
    """Lines of the source with their numbers; ``→`` marks the current one, ``●`` a breakpoint.

    ``column``, in bytes from 1: where the statement begins that is next. If others stand before it, it is pointed at.
    ``width``: the columns of the terminal, 0 for any; longer lines are cut. ``places``: the numbers are those of the
    files the lines came from; where another file begins, it is named.
    """
    room = max(width - _MARGIN, 20) if width else 0
    shown = []
    file = places.locate(current).file if current else places.file
    for number in range(max(first, 1), min(last, len(lines)) + 1):
        place = places.locate(number)
        if place.file != file:
            file = place.file
            shown.append(style.paint(Role.DIM, f"{' ' * _MARGIN}── {file}"))
        mark = style.paint(Role.MARK, "●") if number in breakpoints else " "
        arrow = style.paint(Role.ADDED, "→") if number == current else " "
        text = _cut(source_text(lines[number - 1]), room)
        shown.append(f"{mark} {arrow} {place.line:>4}  {text}".rstrip())
        before = lines[number - 1][: max(column - 1, 0)] if number == current else b""
        if before.strip() not in (b"", b"until"):
            shown.append(" " * (_MARGIN + display_width(source_text(before))) + style.paint(Role.ADDED, "^"))
    return shown


_MARGIN = len("● → 1234  ")


def source_text(line: bytes) -> str:
    """A line of the source with nothing in it that a terminal would obey; tabs are blanks."""
    return printable(readable(line).expandtabs(4).rstrip("\r\n"))


def _cut(text: str, room: int) -> str:
    """The text, or as much of it as has room, and a sign that there is more."""
    if not room or display_width(text) <= room:
        return text
    end = min(len(text), room)
    while display_width(text[:end]) >= room:
        end -= 1
    return text[:end] + "…"


def frame_line(frame: Frame, place: str, *, current: bool) -> str:
    """``→ 0  push   queue.lua:12``."""
    name = frame.function or ("the script" if frame.own else "a chunk it loaded")
    return f"{'→' if current else ' '} {frame.index}  {name}   {place}"
