"""What a stream key holds: entries by id, groups of consumers with their pending entries, and the counters beside."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from operator import attrgetter
from typing import Final, NamedTuple, TypeAlias, TypeVar, final

from ldbpy.store.memory.streams.idempotency import Idempotency
from ldbpy.store.memory.streams.ids import HIGHEST, ZERO, StreamId
from ldbpy.store.memory.streams.nodes import Node, radix_nodes

__all__ = ["ById", "Consumer", "Fields", "Group", "Pending", "Stream", "StreamId", "flat"]

V = TypeVar("V")

Fields: TypeAlias = tuple[tuple[bytes, bytes], ...]
"""An entry's (field, value) pairs. A field may come twice."""

_MASTER: Final = attrgetter("master")


@final
class ById(dict[StreamId, V]):
    """Values by id, and ``order``, the ids sorted. Change it by the methods here only."""

    __slots__ = ("order",)

    def __init__(self) -> None:
        super().__init__()
        self.order: list[StreamId] = []

    def add(self, entry_id: StreamId, value: V) -> None:
        """Put a value in, or in the place of another."""
        if entry_id not in self:
            if not self.order or entry_id > self.order[-1]:
                self.order.append(entry_id)
            else:
                insort(self.order, entry_id)
        self[entry_id] = value

    def discard(self, entry_id: StreamId) -> bool:
        """Take a value out; whether it was in."""
        if self.pop(entry_id, None) is None:
            return False
        del self.order[bisect_left(self.order, entry_id)]
        return True

    def discard_span(self, first: int, last: int) -> None:
        """Take out the values at those places in the order, ``last`` not included."""
        for entry_id in self.order[first:last]:
            del self[entry_id]
        del self.order[first:last]

    def between(
        self, start: StreamId, end: StreamId = HIGHEST, count: int | None = None, *, backwards: bool = False
    ) -> list[StreamId]:
        """The ids from ``start`` to ``end``, both included; of those the first ``count``, or backwards the last."""
        first, last = bisect_left(self.order, start), bisect_right(self.order, end)
        if backwards:
            lowest = first if count is None else max(first, last - count)
            return self.order[lowest:last][::-1]
        return self.order[first : last if count is None else min(last, first + count)]

    def duplicate(self) -> ById[V]:
        """The same ids and values in another mapping."""
        other: ById[V] = ById()
        other.update(self)
        other.order = list(self.order)
        return other


class Pending(NamedTuple):
    """An entry that was delivered and not acknowledged."""

    consumer: bytes
    time: int
    """Of the last delivery, in milliseconds since 1970."""
    deliveries: int
    """How often it was delivered."""


@final
class Consumer:
    """A consumer of a group. ``ids``: of its pending entries, sorted.

    ``seen`` is when it last asked for something, ``active`` when it last got something (-1: never).
    """

    __slots__ = ("active", "ids", "seen")

    def __init__(self, now: int) -> None:
        self.seen = now
        self.active = -1
        self.ids: list[StreamId] = []

    def copy(self) -> Consumer:
        """A copy that shares nothing that can change."""
        other = Consumer(self.seen)
        other.active = self.active
        other.ids = list(self.ids)
        return other


@final
class Group:
    """A consumer group. ``read``: how many entries came before its last id in all, None where that is not known."""

    __slots__ = ("consumers", "last_id", "pending", "read")

    def __init__(self, last_id: StreamId, read: int | None = None) -> None:
        self.last_id = last_id
        self.read = read
        self.pending: ById[Pending] = ById()
        self.consumers: dict[bytes, Consumer] = {}

    def consumer(self, name: bytes, now: int) -> Consumer:
        """The consumer of that name, made if it is not there, and seen now."""
        consumer = self.consumers.get(name)
        if consumer is None:
            consumer = self.consumers[name] = Consumer(now)
        consumer.seen = now
        return consumer

    def assign(self, entry_id: StreamId, pending: Pending) -> None:
        """Let an entry be pending for a consumer that is there, whoever had it before."""
        old = self.pending.get(entry_id)
        if old is None or old.consumer != pending.consumer:
            if old is not None:
                self._forget(old.consumer, entry_id)
            insort(self.consumers[pending.consumer].ids, entry_id)
        self.pending.add(entry_id, pending)

    def release(self, entry_id: StreamId) -> bool:
        """Let an entry be pending no more; whether it was."""
        pending = self.pending.get(entry_id)
        if pending is None:
            return False
        self._forget(pending.consumer, entry_id)
        return self.pending.discard(entry_id)

    def _forget(self, consumer: bytes, entry_id: StreamId) -> None:
        ids = self.consumers[consumer].ids
        del ids[bisect_left(ids, entry_id)]

    def remove_consumer(self, name: bytes) -> int:
        """Remove a consumer, if it is there, and its pending entries; how many those were."""
        consumer = self.consumers.pop(name, None)
        if consumer is None:
            return 0
        for entry_id in consumer.ids:
            self.pending.discard(entry_id)
        return len(consumer.ids)

    def copy(self) -> Group:
        """A copy that shares nothing that can change."""
        other = Group(self.last_id, self.read)
        other.pending = self.pending.duplicate()
        other.consumers = {name: consumer.copy() for name, consumer in self.consumers.items()}
        return other


@final
class Stream:
    """A stream. ``entries`` come in the order of their ids.

    ``nodes``: the radix tree nodes a server would keep the entries in. ``added`` counts every entry there ever was,
    ``max_deleted`` is the highest id XDEL ever removed.
    """

    __slots__ = ("added", "entries", "groups", "idempotency", "last_id", "max_deleted", "nodes")
    type_name = b"stream"

    def __init__(self) -> None:
        self.entries: ById[Fields] = ById()
        self.nodes: list[Node] = []
        self.last_id = ZERO
        self.max_deleted = ZERO
        self.added = 0
        self.groups: dict[bytes, Group] = {}
        self.idempotency = Idempotency()

    def copy(self) -> Stream:
        """A copy that shares nothing that can change."""
        other = Stream()
        other.entries = self.entries.duplicate()
        other.nodes = [node.copy() for node in self.nodes]
        other.last_id = self.last_id
        other.max_deleted = self.max_deleted
        other.added = self.added
        other.groups = {name: group.copy() for name, group in self.groups.items()}
        other.idempotency = self.idempotency.copy()
        return other

    # -- entries

    @property
    def first_id(self) -> StreamId:
        """The id of the first entry; 0-0 if there is none."""
        return self.entries.order[0] if self.entries.order else ZERO

    @property
    def top_id(self) -> StreamId:
        """The id of the last entry that is still there; 0-0 if there is none."""
        return self.entries.order[-1] if self.entries.order else ZERO

    def append(self, entry_id: StreamId, fields: Fields) -> None:
        """Add an entry whose id is above ``last_id``."""
        if not self.nodes or not self.nodes[-1].has_room_for(fields):
            self.nodes.append(Node(entry_id, fields))
        self.nodes[-1].add(entry_id, fields)
        self.entries.add(entry_id, fields)
        self.added += 1
        self.last_id = entry_id

    def delete(self, entry_id: StreamId) -> bool:
        """Delete an entry as XDEL does; whether it was there."""
        if not self.entries.discard(entry_id):
            return False
        place = bisect_right(self.nodes, entry_id, key=_MASTER) - 1
        node = self.nodes[place]
        node.delete(1)
        if not node.live:
            del self.nodes[place]
        self.max_deleted = max(self.max_deleted, entry_id)
        return True

    def radix_nodes(self) -> int:
        """How many nodes the radix tree has, those between the root and the entries' nodes included."""
        return radix_nodes([node.master for node in self.nodes])

    # -- references of groups to entries (Redis 8.2)

    def is_referenced(self, entry_id: StreamId) -> bool:
        """Whether a group has yet to read the entry or to acknowledge it."""
        return any(group.last_id < entry_id or entry_id in group.pending for group in self.groups.values())

    def drop_references(self, entry_id: StreamId) -> None:
        """Take the entry out of every group's pending entries."""
        for group in self.groups.values():
            group.release(entry_id)


def flat(fields: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """The fields and values in one row."""
    return [text for pair in fields for text in pair]
