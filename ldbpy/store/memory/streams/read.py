"""XREAD and XREADGROUP (``xreadCommand``, ``streamReplyWithRange``). They never block: the time is up at once."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX, NIL_ARRAY, MapReply, Reply, c_string
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.streams.counters import advance
from ldbpy.store.memory.streams.entries import entry_reply
from ldbpy.store.memory.streams.errors import no_such_key_or_group, reject_line
from ldbpy.store.memory.streams.ids import HIGHEST, ZERO, StreamId, parse_id
from ldbpy.store.memory.streams.pending import delivered
from ldbpy.store.memory.streams.value import Consumer, Group, Pending, Stream

__all__: list[str] = []

_GROUP_ONLY: Final = b"ERR The %s option is only supported by XREADGROUP. You called XREAD instead."
_MEANINGLESS: Final = (
    b"ERR The %s ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by "
    b"specifying a proper ID, or use the > ID to get new messages. The %s ID would just return an empty result set."
)


@dataclass(slots=True)
class _Options:
    """The arguments before the keys. ``idle`` is CLAIM's, None without it."""

    grouped: bool
    count: int | None = None
    idle: int | None = None
    acknowledge: bool = False
    group: bytes | None = None
    consumer: bytes = b""
    keys: list[bytes] = field(default_factory=list)
    ids: list[bytes] = field(default_factory=list)


def _parse(client: Client, argv: Argv) -> _Options:
    options = _Options(len(argv[0]) == len("XREADGROUP"))
    index = 1
    while not options.keys:
        if index >= len(argv):
            syntax_error()
        index += _parse_word(client, options, argv, index)
    if options.grouped and options.group is None:
        reject(b"ERR Missing GROUP option for XREADGROUP")
    return options


def _parse_word(client: Client, options: _Options, argv: Argv, index: int) -> int:
    """Read an option; how many arguments it took."""
    word, more = argv[index].upper(), len(argv) - index - 1
    if word == b"BLOCK" and more:
        _check_block(client, argv, index + 1)
    elif word == b"COUNT" and more:
        options.count = max(integer(argv[index + 1]), 0) or None
    elif word == b"CLAIM" and more and Feature.XREADGROUP_CLAIM in client.features:
        _require_grouped(options, word)
        options.idle = integer(argv[index + 1], b"ERR min-idle-time is not an integer or out of range")
        if options.idle < 0:
            reject(b"ERR min-idle-time must be a positive integer")
    elif word == b"STREAMS" and more:
        if more % 2:
            reject(_unbalanced(client, options))
        options.keys = argv[index + 1 : index + 1 + more // 2]
        options.ids = argv[index + 1 + more // 2 :]
    elif word == b"GROUP" and more >= 2:
        _require_grouped(options, word)
        options.group, options.consumer = argv[index + 1], argv[index + 2]
        return 3
    elif word == b"NOACK":
        _require_grouped(options, word)
        options.acknowledge = True
        return 1
    else:
        syntax_error()
    return 2


def _require_grouped(options: _Options, word: bytes) -> None:
    if not options.grouped:
        reject(_GROUP_ONLY % word)


def _check_block(client: Client, argv: Argv, index: int) -> None:
    if client.in_script and Feature.XREAD_BLOCK_IN_SCRIPTS not in client.features:
        reject_line(b"ERR %s command is not allowed with BLOCK option from scripts" % c_string(argv[0]))
    timeout = integer(argv[index], b"ERR timeout is not an integer or out of range")
    if timeout < 0:
        reject(b"ERR timeout is negative")
    if timeout > INT64_MAX - client.db.now and Feature.CHECKED_TIMEOUTS in client.features:
        reject(b"ERR timeout is out of range")


def _unbalanced(client: Client, options: _Options) -> bytes:
    name, ids = b"XREAD", b"an ID or '$'"
    if Feature.UNBALANCED_NAMES_COMMAND in client.features:
        name = b"'xreadgroup'" if options.grouped else b"'xread'"
        ids = b"an ID or '>'" if options.grouped else ids
    if Feature.UNBALANCED_NAMES_PLUS in client.features and not options.grouped:
        ids = b"an ID, '+', or '$'"
    return b"ERR Unbalanced %s list of streams: for each stream key %s must be specified." % (name, ids)


# -- from which id on


def _find(client: Client, options: _Options, key: bytes) -> tuple[Stream | None, Group | None]:
    stream = client.db.get_as(key, Stream)
    if options.group is None:
        return stream, None
    group = None if stream is None else stream.groups.get(options.group)
    if group is None:
        no_such_key_or_group(key, options.group, b" in XREADGROUP with GROUP option")
    return stream, group


def _after(client: Client, options: _Options, stream: Stream | None, text: bytes) -> StreamId:
    """The id that is to be read after. The highest id stands for ``>``, as it does in the servers."""
    special = (b"$", b"+") if Feature.XREAD_LAST_ENTRY in client.features else (b"$",)
    if text in special:
        if options.grouped:
            reject(_MEANINGLESS % (text, text))
        if stream is None:
            return ZERO
        if text == b"$":
            return stream.last_id
        return _before_last(client, stream)
    if text == b">":
        if not options.grouped:
            reject(
                b"ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option."
            )
        return HIGHEST
    return parse_id(text)


def _before_last(client: Client, stream: Stream) -> StreamId:
    """What ``+`` stands for: the id before the last entry's, or before the last id where that will do."""
    if Feature.XREAD_LAST_LIVE_ENTRY in client.features:
        return stream.top_id.previous() or ZERO
    if stream.last_id == ZERO and Feature.XREAD_LAST_REFUSES_NONE in client.features:
        reject(b"ERR the stream last element ID is 0-0")
    return stream.last_id.previous() or ZERO


# -- reading


def _read(client: Client, argv: Argv) -> Reply:
    options = _parse(client, argv)
    wanted: list[tuple[bytes, Stream | None, Group | None, StreamId]] = []
    for key, text in zip(options.keys, options.ids, strict=True):
        stream, group = _find(client, options, key)
        wanted.append((key, stream, group, _after(client, options, stream, text)))
    found: list[tuple[Reply, Reply]] = []
    for key, stream, group, after in wanted:
        if stream is None:
            continue
        if group is None:
            rows = _read_stream(stream, after, options.count)
        else:
            rows = _GroupRead(client, options, key, stream, group).run(after)
        if rows is not None:
            found.append((key, rows))
    if not found:
        return NIL_ARRAY
    return MapReply(found) if client.resp == 3 else [[key, rows] for key, rows in found]


def _read_stream(stream: Stream, after: StreamId, count: int | None) -> list[Reply] | None:
    start = after.next()
    if start is None or stream.top_id <= after:
        return None
    return [entry_reply(stream, entry_id) for entry_id in stream.entries.between(start, count=count)]


class _GroupRead:
    """One stream's part of an XREADGROUP."""

    def __init__(self, client: Client, options: _Options, key: bytes, stream: Stream, group: Group) -> None:
        self.features = client.features
        self.db = client.db
        self.now = client.db.now
        self.options = options
        self.key = key
        self.stream = stream
        self.group = group

    def run(self, after: StreamId) -> list[Reply] | None:
        """What the consumer gets, None for nothing. Its history may be an empty list."""
        if after != HIGHEST:
            self.options.idle = None  # CLAIM does not go with a history, nor with what comes after one.
            return self._history(self._consumer(), after.next() or ZERO)
        fresh = self.stream.top_id > self.group.last_id
        if not fresh and Feature.READ_MAKES_CONSUMER not in self.features:
            return None
        consumer = self._consumer()
        idle = self.options.idle
        claimable = idle is not None and self._has_claimable(idle)
        if not fresh and not claimable:
            return None
        rows = [] if idle is None else self._claim(consumer, idle)
        count = self.options.count
        if fresh and (count is None or len(rows) != count):
            rows += self._deliver(consumer, None if count is None else count - len(rows))
        return rows

    def _consumer(self) -> Consumer:
        self.db.changing(self.key)
        return self.group.consumer(self.options.consumer, self.now)

    def _history(self, consumer: Consumer, start: StreamId) -> list[Reply]:
        """The consumer's own pending entries, delivered once more."""
        rows: list[Reply] = []
        for entry_id in consumer.ids[bisect_left(consumer.ids, start) :][: self.options.count]:
            if entry_id in self.stream.entries:
                rows.append(entry_reply(self.stream, entry_id))
                self.group.assign(entry_id, delivered(self.group.pending[entry_id], self.now))
            else:
                rows.append([entry_id.text(), NIL_ARRAY])
        return rows

    def _deliver(self, consumer: Consumer, count: int | None) -> list[Reply]:
        """Entries the group has not read yet."""
        rows: list[Reply] = []
        start = self.group.last_id.next()
        assert start is not None
        for entry_id in self.stream.entries.between(start, count=count):
            advance(self.stream, self.group, entry_id, self.features)
            row = entry_reply(self.stream, entry_id)
            assert isinstance(row, list)
            rows.append(row if self.options.idle is None else [*row, 0, 0])
            if not self.options.acknowledge:
                self.group.assign(entry_id, Pending(self.options.consumer, self.now, 1))
                consumer.active = self.now
        return rows

    # -- CLAIM (Redis 8.4)

    def _by_age(self) -> list[tuple[int, StreamId]]:
        return sorted((pending.time, entry_id) for entry_id, pending in self.group.pending.items())

    def _has_claimable(self, idle: int) -> bool:
        """Whether the oldest pending entry that is still in the stream is idle enough."""
        oldest = next((time for time, entry_id in self._by_age() if entry_id in self.stream.entries), None)
        return oldest is not None and self.now - oldest >= idle

    def _claim(self, consumer: Consumer, idle: int) -> list[Reply]:
        """Idle pending entries, oldest first. Deleted ones count against COUNT but are left out."""
        rows: list[Reply] = []
        for time, entry_id in [(t, i) for t, i in self._by_age() if self.now - t >= idle][: self.options.count]:
            if entry_id not in self.stream.entries:
                continue
            pending = self.group.pending[entry_id]
            row = entry_reply(self.stream, entry_id)
            assert isinstance(row, list)
            rows.append([*row, self.now - time, pending.deliveries])
            self.group.assign(entry_id, delivered(pending, self.now)._replace(consumer=self.options.consumer))
            consumer.active = self.now
        return rows


@command("xread")
def xread(client: Client, argv: Argv) -> Reply:
    """XREAD [COUNT count] [BLOCK ms] STREAMS key [key ...] id [id ...]."""
    return _read(client, argv)


@command("xreadgroup")
def xreadgroup(client: Client, argv: Argv) -> Reply:
    """XREADGROUP GROUP group consumer [COUNT n] [BLOCK ms] [CLAIM idle] [NOACK] STREAMS key [key ...] id [id ...]."""
    return _read(client, argv)
