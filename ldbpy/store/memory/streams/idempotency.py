"""What a stream remembers of its producers, so that XADD with IDMP or IDMPAUTO adds an entry once (Redis 8.6)."""

from __future__ import annotations

from typing import Final, TypeAlias, final

from ldbpy.store.memory.streams.ids import StreamId

__all__ = ["Idempotency", "MessageKey"]

MessageKey: TypeAlias = bytes | tuple[tuple[bytes, bytes], ...]
"""What tells a producer's messages apart: the id it gave, or for IDMPAUTO the fields, in sorted order."""

_DURATION: Final = 100
_MAX_SIZE: Final = 100


@final
class Idempotency:
    """Per producer, which entry each of its last messages became.

    ``duration``: for how many seconds; ``max_size``: for how many messages of a producer. A server forgets what is
    older about once a second; here it is forgotten as soon as it is older.
    """

    __slots__ = ("added", "duplicates", "duration", "max_size", "producers")

    def __init__(self) -> None:
        self.duration = _DURATION
        self.max_size = _MAX_SIZE
        self.producers: dict[bytes, dict[MessageKey, StreamId]] = {}
        self.added = 0
        self.duplicates = 0

    def copy(self) -> Idempotency:
        """A copy that shares nothing that can change."""
        other = Idempotency()
        other.duration, other.max_size = self.duration, self.max_size
        other.producers = {name: dict(messages) for name, messages in self.producers.items()}
        other.added, other.duplicates = self.added, self.duplicates
        return other

    def tracked(self, now: int) -> tuple[int, int]:
        """How many producers and how many messages are remembered at ``now``, in milliseconds since 1970."""
        oldest = now - self.duration * 1000
        counts = [sum(entry.ms > oldest for entry in messages.values()) for messages in self.producers.values()]
        alive = [
            count for count, messages in zip(counts, self.producers.values(), strict=True) if count or not messages
        ]
        return len(alive), sum(alive)

    def forget_old(self, now: int) -> None:
        """Forget what is older than ``duration``, and producers of whom nothing is left."""
        oldest = now - self.duration * 1000
        for name, messages in list(self.producers.items()):
            old = [key for key, entry in messages.items() if entry.ms <= oldest]
            for key in old:
                del messages[key]
            if old and not messages:
                del self.producers[name]

    def find(self, producer: bytes, key: MessageKey) -> StreamId | None:
        """The entry that message became. From now on the producer is known."""
        return self.producers.setdefault(producer, {}).get(key)

    def remember(self, producer: bytes, key: MessageKey, entry_id: StreamId) -> None:
        """Remember what a message became, and forget the producer's oldest if those are too many."""
        messages = self.producers.setdefault(producer, {})
        messages[key] = entry_id
        self.added += 1
        if len(messages) > self.max_size:
            del messages[next(iter(messages))]
