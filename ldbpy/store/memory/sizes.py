"""Estimates of how much memory keys take, for maxmemory and MEMORY USAGE.

A server counts its allocator's blocks; these are round figures of the same order (``object.c``,
``objectComputeSize``), good enough to try a script's behaviour at the limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ldbpy.store.memory.values import Hash, List, ModuleValue, Set, Value, ZSet

if TYPE_CHECKING:
    from ldbpy.store.memory.keyspace import Keyspace

__all__ = ["UsedMemory", "size_of"]

_ENTRY: Final = 56  # a dict entry, its object and the key's header
_ITEM: Final = 11  # an item of a listpack, or its share of a node
_NODE: Final = 64  # an entry of a hash table or skiplist


def size_of(key: bytes, value: Value) -> int:
    """Bytes the key and its value take on a server, about."""
    return _ENTRY + len(key) + _value_size(value)


def _value_size(value: Value) -> int:
    match value:
        case bytes() | bytearray():
            return len(value)
        case List():
            return _items(value, _ITEM)
        case Hash():
            return _items(value, _NODE if value.big else _ITEM) + _items(value.values(), 0)
        case Set():
            return _items(value, _NODE if value.encoding == "hashtable" else _ITEM)
        case ZSet():
            return _items(value.scores, 2 * _NODE if value.big else _ITEM + 8)
        case ModuleValue():
            content = value.kind.content(value.model)
            return len(content if isinstance(content, bytes) else repr(content))
        case _:
            return sum(
                _ITEM + _items((part for pair in fields for part in pair), _ITEM) for fields in value.entries.values()
            )


def _items(items: Iterable[bytes], overhead: int) -> int:
    return sum(len(item) + overhead for item in items)


class UsedMemory:
    """The sum over every key, kept up to date key by key."""

    def __init__(self) -> None:
        self.total = 0
        self._sizes: Final[dict[tuple[int, bytes], int]] = {}

    def update(self, keyspace: Keyspace, keys: Iterable[bytes]) -> None:
        """Take the changes of those keys into account."""
        for key in keys:
            value = keyspace.values.get(key)
            size = 0 if value is None else size_of(key, value)
            self.total += size - self._sizes.pop((keyspace.index, key), 0)
            if size:
                self._sizes[keyspace.index, key] = size
