"""How far a group has read: its read counter and its lag (Redis 7.0; ``streamReplyWithCGLag`` and its kin)."""

from __future__ import annotations

from ldbpy.features import Feature
from ldbpy.store.memory.streams.ids import ZERO, StreamId, signed
from ldbpy.store.memory.streams.value import Group, Stream

__all__ = ["advance", "lag"]


def advance(stream: Stream, group: Group, entry_id: StreamId, features: frozenset[Feature]) -> None:
    """Let the group have read an entry above its last id."""
    if group.read is not None and _keeps_count(stream, group, entry_id, features):
        group.read = signed(group.read + 1)
    elif stream.added:
        group.read = _estimate(stream, entry_id, features)
    group.last_id = entry_id


def _keeps_count(stream: Stream, group: Group, entry_id: StreamId, features: frozenset[Feature]) -> bool:
    """Whether no gap lies ahead, so that counting on is right."""
    if Feature.READ_COUNT_RESTARTS in features and group.last_id < stream.first_id:
        return False
    since = group.last_id if Feature.LAG_SEES_GAPS in features else entry_id
    return not _gap_ahead(stream, since, features)


def lag(stream: Stream, group: Group, features: frozenset[Feature]) -> int | None:
    """How many entries the group has yet to read; None where XDEL made that uncertain."""
    if not stream.added:
        return 0
    if Feature.LAG_SEES_TRIMMING in features:
        if not stream.entries:
            return 0
        if max(group.last_id, stream.max_deleted) < stream.first_id:
            return len(stream.entries)
    read = group.read
    if read is None or _gap_ahead(stream, group.last_id, features):
        read = _estimate(stream, group.last_id, features)
    return None if read is None else signed(stream.added - read)


def _gap_ahead(stream: Stream, start: StreamId, features: frozenset[Feature]) -> bool:
    """Whether the highest id that XDEL removed is ``start`` or above."""
    if not stream.entries or stream.max_deleted == ZERO:
        return False
    if Feature.LAG_SEES_GAPS not in features and stream.first_id > stream.max_deleted:
        return False
    return start <= stream.max_deleted


def _estimate(stream: Stream, entry_id: StreamId, features: frozenset[Feature]) -> int | None:
    """How many entries there ever were up to that id, where that can be told."""
    if not stream.added:
        return 0
    added = signed(stream.added)
    if not stream.entries and entry_id <= stream.last_id:
        return added
    if Feature.LAG_SEES_GAPS in features and ZERO != entry_id < stream.max_deleted:
        return None
    if entry_id >= stream.last_id:
        return added if entry_id == stream.last_id else None
    if stream.max_deleted == ZERO or stream.max_deleted < stream.first_id:
        if entry_id < stream.first_id:
            return added - len(stream.entries)
        if entry_id == stream.first_id:
            return added - len(stream.entries) + 1
    return None
