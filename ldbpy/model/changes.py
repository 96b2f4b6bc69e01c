"""What a key holds, and how a run changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["KeyChange", "KeyContent", "KeyState"]

KeyContent: TypeAlias = (
    bytes
    | tuple[bytes, ...]
    | tuple[tuple[bytes, bytes], ...]
    | tuple[tuple[bytes, float], ...]
    | tuple[tuple[bytes, tuple[tuple[bytes, bytes], ...]], ...]
)
"""By type: a string's bytes; a list's items or a set's members; a hash's (field, value) pairs; a sorted set's (member,
score) pairs; a stream's (id, (field, value) pairs) entries."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """What a key holds at one moment."""

    type: str
    """As TYPE answers: ``string``, ``list``, ``hash``, ``set``, ``zset``, ``stream``."""
    content: KeyContent
    expires_at: int | None
    """Milliseconds since 1970; None if it does not expire."""


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key that differs between two moments."""

    db: int
    key: bytes
    before: KeyState | None
    """None: the key was not there."""
    after: KeyState | None
    """None: the key is gone."""

    @property
    def kind(self) -> str:
        """``created``, ``deleted``, ``changed``, or ``expiry`` where only the time of expiry changed."""
        if self.before is None:
            return "created"
        if self.after is None:
            return "deleted"
        same = (self.before.type, self.before.content) == (self.after.type, self.after.content)
        return "expiry" if same else "changed"
