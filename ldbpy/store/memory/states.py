"""A value of the embedded store as the neutral record the other layers read."""

from __future__ import annotations

from ldbpy.model.changes import KeyContent, KeyState
from ldbpy.store.memory.values import Hash, List, ModuleValue, Set, Value, ZSet

__all__ = ["key_state", "type_name"]


def type_name(value: Value) -> bytes:
    """As TYPE answers."""
    return b"string" if isinstance(value, bytes | bytearray) else value.type_name


def key_state(value: Value, expires_at: int | None) -> KeyState:
    """The record of a value."""
    return KeyState(type_name(value).decode("ascii"), _content(value), expires_at)


def _content(value: Value) -> KeyContent:
    match value:
        case bytes() | bytearray():
            return bytes(value)
        case List() | Set():
            return tuple(value)
        case Hash():
            return tuple(value.items())
        case ZSet():
            return tuple((member, score) for score, member in value.order)
        case ModuleValue():
            return value.kind.content(value.model)
        case _:
            return tuple((entry_id.text(), fields) for entry_id, fields in value.entries.items())
