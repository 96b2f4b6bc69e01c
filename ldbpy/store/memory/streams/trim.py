"""Trimming a stream from its first entries on: XTRIM, and the same options of XADD (``streamTrim``)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from ldbpy.features import Feature
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.errors import reject
from ldbpy.store.memory.streams.ids import StreamId, parse_id
from ldbpy.store.memory.streams.nodes import NODE_ENTRIES, Node
from ldbpy.store.memory.streams.value import Stream

__all__ = ["REFERENCE_WORDS", "References", "Trim"]

_DEFAULT_LIMIT: Final = 100 * NODE_ENTRIES


class References(Enum):
    """What becomes of the groups' references to an entry that is deleted (Redis 8.2)."""

    KEEP = auto()
    DROP = auto()
    RESPECT = auto()
    """An entry some group has yet to read or acknowledge stays."""


REFERENCE_WORDS: Final = {
    b"KEEPREF": References.KEEP,
    b"DELREF": References.DROP,
    b"ACKED": References.RESPECT,
}


@dataclass(slots=True)
class Trim:
    """How far to trim: to ``length`` entries, or up to ``lowest``, the first id that stays; one of both, or neither."""

    length: int | None = None
    lowest: StreamId | None = None
    approximate: bool = False
    limit: int | None = None
    references: References | None = None

    def __bool__(self) -> bool:
        return self.length is not None or self.lowest is not None

    # -- the options

    def read_option(self, features: frozenset[Feature], argv: Argv, index: int) -> int:
        """Read the option at ``index`` if it is about trimming; how many arguments it took, 0 if it is not."""
        word, more = argv[index].upper(), len(argv) - 1 - index
        if word in (b"MAXLEN", b"MINID") and more:
            return 1 + self._read_threshold(word, argv, index + 1)
        if word == b"LIMIT" and more:
            self.limit = integer(argv[index + 1])
            if self.limit < 0:
                reject(b"ERR The LIMIT argument must be >= 0.")
            return 2
        if Feature.STREAM_REFERENCES in features and word in REFERENCE_WORDS and self.references is None:
            self.references = REFERENCE_WORDS[word]
            return 1
        return 0

    def _read_threshold(self, word: bytes, argv: Argv, index: int) -> int:
        if self:
            reject(b"ERR syntax error, MAXLEN and MINID options at the same time are not compatible")
        taken = 1
        if argv[index] in (b"~", b"=") and index + 1 < len(argv):
            self.approximate = argv[index] == b"~"
            taken = 2
        text = argv[index + taken - 1]
        if word == b"MINID":
            self.lowest = parse_id(text)
            return taken
        self.length = integer(text)
        if self.length < 0:
            reject(b"ERR The MAXLEN argument must be >= 0.")
        return taken

    def check(self, *, required: bool) -> None:
        """Refuse options that do not go together; ``required``: there must be something to trim by."""
        if self.limit and not self:
            reject(b"ERR syntax error, LIMIT cannot be used without specifying a trimming strategy")
        if required and not self:
            reject(b"ERR syntax error, XTRIM must be called with a trimming strategy")
        if self.limit is not None and not self.approximate:
            reject(b"ERR syntax error, LIMIT cannot be used without the special ~ option")
        if self.limit is None and self.approximate:
            self.limit = _DEFAULT_LIMIT

    # -- trimming

    def apply(self, stream: Stream, before_change: Callable[[], None]) -> int:
        """Trim; how many entries that removed. ``before_change`` is called before the first of them goes."""
        deleted = place = 0
        while self and place < len(stream.nodes) and not self._short_enough(stream):
            node = stream.nodes[place]
            entries = node.live
            if self.limit and deleted + entries > self.limit:
                break
            whole = self._takes_all_of(stream, node)
            if self.approximate and not whole and self._keeps_references:
                break
            before_change()
            gone = self._trim_node(stream, node)
            deleted += gone
            if whole and gone == entries:
                del stream.nodes[place]
            elif whole:
                place += 1
            else:
                break
        return deleted

    @property
    def _keeps_references(self) -> bool:
        return self.references in (None, References.KEEP)

    def _short_enough(self, stream: Stream) -> bool:
        return self.length is not None and len(stream.entries) <= self.length

    def _takes_all_of(self, stream: Stream, node: Node) -> bool:
        if self.lowest is not None:
            return node.last < self.lowest
        assert self.length is not None
        return len(stream.entries) - node.live >= self.length

    def _trim_node(self, stream: Stream, node: Node) -> int:
        """Delete the node's first entries as far as is to be trimmed; how many that were."""
        entries = stream.entries
        first = bisect_left(entries.order, node.master)
        last = first + node.live
        if self.lowest is not None:
            last = min(last, bisect_left(entries.order, self.lowest, first))
        if not self._keeps_references:
            return self._trim_entries(stream, node, entries.order[first:last])
        if self.length is not None:
            last = min(last, first + len(entries) - self.length)
        entries.discard_span(first, last)
        node.delete(last - first)
        return last - first

    def _trim_entries(self, stream: Stream, node: Node, ids: list[StreamId]) -> int:
        gone = 0
        for entry_id in ids:
            if self._short_enough(stream):
                break
            if self.references is References.DROP:
                stream.drop_references(entry_id)
            elif stream.is_referenced(entry_id):
                continue
            stream.entries.discard(entry_id)
            gone += 1
        node.delete(gone)
        return gone
