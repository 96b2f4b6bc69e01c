"""What is told of a run: its calls, its logs, what it changed, what it took."""

from __future__ import annotations

from collections.abc import Sequence

from ldbpy.model.calls import CommandCall, LogLine
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.model.runs import RunStats
from ldbpy.render.replies import inline
from ldbpy.render.style import Role, Style
from ldbpy.render.text import cut, display_width, readable, shortened, word
from ldbpy.resp import DoubleStyle, ErrorReply, format_double
from ldbpy.script.source import SourceMap

__all__ = ["call_lines", "call_text", "change_lines", "log_line", "state_text", "stats_lines", "ttl_text"]

_MARKS = {"created": ("+", Role.ADDED), "deleted": ("-", Role.REMOVED)}


def call_lines(calls: Sequence[CommandCall], places: SourceMap, style: Style) -> list[str]:
    """A line a call, in columns: where, what, the reply, how long it took."""
    rows = [(_place(call, places), call_text(call), inline(call.reply), _time(call)) for call in calls]
    where, what, reply = (_width([row[column] for row in rows]) for column in range(3))
    time = max(len(row[3]) for row in rows)
    lines = []
    for call, row in zip(calls, rows, strict=True):
        place, command, told = (_padded(text, width) for text, width in zip(row, (where, what, reply), strict=False))
        if isinstance(call.reply, ErrorReply):
            told = style.paint(Role.ERROR, told)
        lines.append(f"{place}   {command}  → {told}   {style.paint(Role.DIM, f'{row[3]:>{time}}')}".rstrip())
    return lines


def _time(call: CommandCall) -> str:
    return f"{call.microseconds:.0f} µs" if call.microseconds else ""  # a real server does not tell


_WIDEST_COLUMN = 40
"""Longer texts stand out of their column."""


def _place(call: CommandCall, places: SourceMap) -> str:
    return f"{places.locate(call.line)}" if call.line else "?"


_LONGEST = 100
"""Characters of a command."""


def call_text(call: CommandCall) -> str:
    """A command with its arguments."""
    told = cut(" ".join(word(part) for part in call.argv), _LONGEST)
    return f"{told} … ({call.left_out} more)" if call.left_out else told


def _width(texts: Sequence[str]) -> int:
    return max((width for text in texts if (width := display_width(text)) <= _WIDEST_COLUMN), default=0)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


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
    key = word(change.key) + (f" (db {change.db})" if change.db else "")
    return f"{style.paint(role, f'{mark} {key}')}   {_told(change, now)}"


def _told(change: KeyChange, now: int) -> str:
    before, after = change.before, change.after
    if after is None:
        assert before is not None
        return f"{state_text(before, now)}   deleted"
    if before is None:
        return state_text(after, now)
    if change.kind == "expiry":
        return f"{after.type}   {_expiry(before, now)} → {_expiry(after, now)}"
    return _difference(before, after, now) or f"{state_text(before, now)} → {state_text(after, now)}"


def state_text(state: KeyState, now: int) -> str:
    """What a key holds, and how long it has to live; ``now`` in milliseconds since 1970."""
    ttl = "" if state.expires_at is None else f"   {_expiry(state, now)}"
    return f"{state.type} {_content(state)}{ttl}"


def _expiry(state: KeyState, now: int) -> str:
    if state.expires_at is None:
        return "no ttl"
    return ttl_text(max(state.expires_at - now, 0))


def ttl_text(left: int) -> str:
    """How long something lives, in milliseconds."""
    if left < 1000:
        return f"ttl {left}ms"
    return f"ttl {round(left / 1000, 1 if left < 10_000 else None):g}s"


_SHOWN = 8


def _content(state: KeyState) -> str:
    content = state.content
    if isinstance(content, bytes):
        return shortened(content, 120)
    items = [_item(item) for item in content[:_SHOWN]]
    more = f", … ({len(content)} in all)" if len(content) > _SHOWN else ""
    opening, closing = ("{", "}") if state.type in ("hash", "zset", "set") else ("[", "]")
    return f"{opening}{', '.join(items)}{more}{closing}"


def _item(item: object) -> str:
    name, value = _parts(item)
    return f"{name}: {value}" if name else value


def _parts(item: object) -> tuple[str, str]:
    """The name and the value of an element; a list's and a set's have no name."""
    match item:
        case bytes():
            return "", shortened(item)
        case (bytes() as name, bytes() as value):
            return word(name), shortened(value)
        case (bytes() as member, float() as score):
            return word(member), format_double(score, DoubleStyle.SHORTEST).decode()
        case (bytes() as name, tuple() as fields):
            return readable(name), f"{{{', '.join(_item(field) for field in fields)}}}"
        case _:
            return "", str(item)


def _difference(before: KeyState, after: KeyState, now: int) -> str | None:
    """What differs of two values that are too long to be shown; None if they are not, or not of one type."""
    old, new = before.content, after.content
    if before.type != after.type or isinstance(old, bytes) or isinstance(new, bytes):
        return None
    if max(len(old), len(new)) <= _SHOWN:
        return None
    told = _changed_range(old, new) if before.type == "list" else _changed_items(_by_name(old), _by_name(new))
    if before.type == "list" and len(told) > _SHOWN:
        return None
    more = f", … ({len(told)} in all)" if len(told) > _SHOWN else ""
    ttl = "" if before.expires_at == after.expires_at else f"   {_expiry(before, now)} → {_expiry(after, now)}"
    return f"{after.type} of {len(new)}: {', '.join(told[:_SHOWN])}{more}{ttl}"


def _by_name(items: Sequence[object]) -> dict[object, object]:
    """The elements by what names them: field, member, id."""
    return {item[0] if isinstance(item, tuple) else item: item for item in items}


def _changed_items(old: dict[object, object], new: dict[object, object]) -> list[str]:
    added_or_changed = [
        f"+ {_item(item)}" if name not in old else f"~ {_item(old[name])} → {_parts(item)[1]}"
        for name, item in new.items()
        if old.get(name) != item
    ]
    return [*added_or_changed, *(f"- {_item(item)}" for name, item in old.items() if name not in new)]


def _changed_range(old: Sequence[object], new: Sequence[object]) -> list[str]:
    """The elements of lists between what they begin and end with alike, by index."""
    shorter = min(len(old), len(new))
    start = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    rest = shorter - start
    end = next((index for index in range(rest) if old[-1 - index] != new[-1 - index]), rest)
    gone, come = old[start : len(old) - end], new[start : len(new) - end]
    if len(gone) == len(come):
        pairs = zip(gone, come, strict=True)
        return [f"~ {index}: {_item(a)} → {_item(b)}" for index, (a, b) in enumerate(pairs, start)]
    return [
        *(f"- {index}: {_item(item)}" for index, item in enumerate(gone, start)),
        *(f"+ {index}: {_item(item)}" for index, item in enumerate(come, start)),
    ]


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
