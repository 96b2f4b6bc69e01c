"""The nodes a server keeps a stream's entries in, as far as they show: what ``~`` can trim, and XINFO's radix-tree-*.

A node is a listpack under its first entry's id in a radix tree. A new one begins when the last holds 100 entries,
deleted ones included (``stream-node-max-entries``), or when its bytes and those to add reach 4096
(``stream-node-max-bytes``). Sources: ``streamAppendItem``, ``listpack.c``, ``rax.c``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from ldbpy.resp import parse_integer
from ldbpy.store.memory.streams.ids import StreamId, signed

__all__ = ["NODE_ENTRIES", "Node", "radix_nodes"]

NODE_ENTRIES: Final = 100
_NODE_BYTES: Final = 4096
_EMPTY_LISTPACK: Final = 7
_KEY_BYTES: Final = 16


@final
class Node:
    """One listpack of entries. ``master`` is the id it is kept under, ``last`` that of its last entry, there or not."""

    __slots__ = ("_names", "dead", "last", "live", "master", "size")

    def __init__(self, master: StreamId, fields: Iterable[tuple[bytes, bytes]]) -> None:
        self.master = master
        self.last = master
        self.live = 0
        self.dead = 0
        self._names: tuple[bytes, ...] = tuple(name for name, _ in fields)
        # The master entry: how many live, how many dead, how many fields, those, and a zero.
        header = 3 * _integer(0) + _integer(len(self._names))
        self.size = _EMPTY_LISTPACK + header + sum(map(_text, self._names))

    def copy(self) -> Node:
        """A copy that shares nothing that can change."""
        other = Node.__new__(Node)
        other.master, other.last, other.live, other.dead = self.master, self.last, self.live, self.dead
        other._names, other.size = self._names, self.size
        return other

    def has_room_for(self, fields: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether an entry with those fields would go here."""
        if self.live + self.dead >= NODE_ENTRIES:
            return False
        return self.size + sum(len(name) + len(value) for name, value in fields) < _NODE_BYTES

    def add(self, entry_id: StreamId, fields: tuple[tuple[bytes, bytes], ...]) -> None:
        """Count in an entry: flags, id as a difference, number and names of fields if not the master's, values."""
        names = tuple(name for name, _ in fields)
        size = _integer(0) + _integer(signed(entry_id.ms - self.master.ms))
        size += _integer(signed(entry_id.seq - self.master.seq)) + sum(_text(value) for _, value in fields)
        pieces = len(fields) + 3
        if names != self._names:
            size += _integer(len(fields)) + sum(map(_text, names))
            pieces += len(fields) + 1
        self.size += size + _integer(pieces)
        self.live += 1
        self.last = entry_id

    def delete(self, count: int) -> None:
        """Let that many of its entries be deleted: they are only marked so."""
        self.live -= count
        self.dead += count


def _integer(number: int) -> int:
    """The bytes an integer takes in a listpack."""
    if 0 <= number <= 127:
        return 2
    for bits, size in ((13, 3), (16, 4), (24, 5), (32, 6)):
        if -(1 << bits - 1) <= number < 1 << bits - 1:
            return size
    return 10


def _text(text: bytes) -> int:
    """The bytes a string takes in a listpack: an integer if it reads as one, else head, bytes, and length once more."""
    length = len(text)
    if length <= 20 and (number := parse_integer(text)) is not None:
        return _integer(number)
    size = length + (1 if length < 64 else 2 if length < 4096 else 5)
    return size + (1 if size <= 127 else 2 if size < 16383 else 3 if size < 2097151 else 4 if size < 268435455 else 5)


def radix_nodes(masters: list[StreamId]) -> int:
    """How many nodes a radix tree with those keys has (XINFO's radix-tree-nodes)."""
    keys = [master.ms.to_bytes(8) + master.seq.to_bytes(8) for master in masters]
    return _radix_nodes(keys, 0) if keys else 1


def _radix_nodes(keys: list[bytes], depth: int) -> int:
    """The nodes below ``depth`` bytes that ``keys`` have in common: runs of single bytes are one node each."""
    if len(keys) == 1:
        return 2 if depth < _KEY_BYTES else 1
    first, last, fork = keys[0], keys[-1], depth
    while first[fork] == last[fork]:
        fork += 1
    count = 2 if fork > depth else 1
    start = 0
    for place in range(1, len(keys) + 1):
        if place == len(keys) or keys[place][fork] != keys[start][fork]:
            count += _radix_nodes(keys[start:place], fork + 1)
            start = place
    return count
