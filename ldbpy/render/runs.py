"""What is told of a run: its calls, its logs, what it changed, what it took."""

from __future__ import annotations

from collections.abc import Sequence

from ldbpy.model.calls import CommandCall, LogLine
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.model.runs import RunStats
from ldbpy.render.replies import inline
from ldbpy.render.style import Role, Style
from ldbpy.render.text import quoted, readable, word
from ldbpy.resp import DoubleStyle, ErrorReply, format_double
from ldbpy.script.source import SourceMap

__all__ = ["call_line", "change_lines", "log_line", "stats_lines"]

_MARKS = {"created": ("+", Role.ADDED), "deleted": ("-", Role.REMOVED)}


def call_line(call: CommandCall, places: SourceMap, style: Style) -> str:
    """One call: where, what, the reply, how long it took."""
    place = f"{places.locate(call.line)}" if call.line else "?"
    command = " ".join(word(part) for part in call.argv)
    if len(command) > 100:
        command = command[:99] + "…"
    reply = inline(call.reply)
    if isinstance(call.reply, ErrorReply):
        reply = style.paint(Role.ERROR, reply)
    time = style.paint(Role.DIM, f"{call.microseconds:.0f} µs")
    return f"{place}   {command}  → {reply}   {time}"


def log_line(entry: LogLine, places: SourceMap, style: Style) -> str:
    """One ``redis.log``."""
    place = str(places.locate(entry.line)) if entry.line > 0 else places.file
    return f"{place}: {style.paint(Role.DIM, entry.level.name.lower())}: {readable(entry.text)}"


def change_lines(changes: Sequence[KeyChange], now: int, style: Style) -> list[str]:
    """What changed in the store, a line a key; ``now`` in milliseconds since 1970."""
    if not changes:
        return ["changed   nothing"]
    return [f"{'changed' if first else '       '}   {_change(change, now, style)}" for first, change in _first(changes)]


def _first(changes: Sequence[KeyChange]) -> list[tuple[bool, KeyChange]]:
    return [(index == 0, change) for index, change in enumerate(changes)]


def _change(change: KeyChange, now: int, style: Style) -> str:
    mark, role = _MARKS.get(change.kind, ("~", Role.CHANGED))
    key = word(change.key)
    if change.after is None:
        assert change.before is not None
        return style.paint(role, f"{mark} {key}") + f"   {_state(change.before, now)}   deleted"
    if change.before is None:
        return style.paint(role, f"{mark} {key}") + f"   {_state(change.after, now)}"
    if change.kind == "expiry":
        told = f"{change.after.type}   {_expiry(change.before, now)} → {_expiry(change.after, now)}"
    else:
        told = f"{_state(change.before, now)} → {_state(change.after, now)}"
    return style.paint(role, f"{mark} {key}") + f"   {told}"


def _state(state: KeyState, now: int) -> str:
    ttl = "" if state.expires_at is None else f"   {_expiry(state, now)}"
    return f"{state.type} {_content(state)}{ttl}"


def _expiry(state: KeyState, now: int) -> str:
    if state.expires_at is None:
        return "no ttl"
    left = max(state.expires_at - now, 0)
    if left < 1000:
        return f"ttl {left}ms"
    return f"ttl {round(left / 1000, 1 if left < 10_000 else None):g}s"


_SHOWN = 8


def _content(state: KeyState) -> str:
    content = state.content
    if isinstance(content, bytes):
        text = quoted(content[:120])
        return text if len(content) <= 120 else f"{text}… ({len(content)} bytes)"
    items = [_item(item) for item in content[:_SHOWN]]
    more = f", … ({len(content)} in all)" if len(content) > _SHOWN else ""
    opening, closing = ("{", "}") if state.type in ("hash", "zset", "set") else ("[", "]")
    return f"{opening}{', '.join(items)}{more}{closing}"


def _item(item: object) -> str:
    match item:
        case bytes():
            return quoted(item[:60])
        case (bytes() as name, bytes() as value):
            return f"{word(name)}: {quoted(value[:60])}"
        case (bytes() as member, float() as score):
            return f"{word(member)}: {format_double(score, DoubleStyle.SHORTEST).decode()}"
        case (bytes() as name, tuple() as fields):
            return f"{readable(name)}: {{{', '.join(_item(field) for field in fields)}}}"
        case _:
            return str(item)


def stats_lines(stats: RunStats) -> list[str]:
    """What a run took, as far as that is known."""
    lines = [f"time          {stats.seconds * 1000:.3f} ms"]
    if stats.commands is not None:
        lines.append(f"commands      {stats.commands}")
    if stats.instructions is not None:
        lines.append(f"instructions  {f'about {stats.instructions}' if stats.instructions else 'fewer than 10000'}")
    if stats.memory is not None:
        lines.append(f"memory        {stats.memory / 1024:.0f} KiB of Lua values")
    return lines
