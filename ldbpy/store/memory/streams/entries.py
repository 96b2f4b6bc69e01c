"""Commands on a stream's entries: XADD, XRANGE, XDEL, XTRIM and their kin (``t_stream.c``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import NIL_ARRAY, OK, Reply
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import NO_SUCH_KEY, reject, syntax_error, wrong_arity
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.streams.idempotency import MessageKey
from ldbpy.store.memory.streams.ids import (
    HIGHEST,
    ZERO,
    StreamId,
    interval_end,
    interval_start,
    parse_id,
    parse_new_id,
)
from ldbpy.store.memory.streams.trim import Trim
from ldbpy.store.memory.streams.value import Fields, Stream, flat

__all__ = ["entry_reply"]

_LARGEST: Final = 1 << 30
_TOO_SMALL: Final = b"ERR The ID specified in XADD is equal or smaller than the target stream top item"
_TOO_LARGE: Final = b"ERR Elements are too large to be stored"
_MIXED: Final = b"ERR syntax error, IDMP/IDMPAUTO "


def entry_reply(stream: Stream, entry_id: StreamId) -> Reply:
    """An entry that is there, as most commands answer it: its id, its fields and values."""
    return [entry_id.text(), [*flat(stream.entries[entry_id])]]


# -- XADD


@dataclass(slots=True)
class _AddOptions:
    """XADD's arguments before the fields. ``producer`` and ``message`` are IDMP's; a message of None is IDMPAUTO's."""

    trim: Trim = field(default_factory=Trim)
    create: bool = True
    producer: bytes | None = None
    message: bytes | None = None
    id: StreamId | None = None
    sequence_given: bool = True


def _parse_add(client: Client, argv: Argv) -> tuple[_AddOptions, int]:
    """The options, and where the fields start."""
    options = _AddOptions()
    index = 2
    while index < len(argv) and argv[index] != b"*":
        taken = options.trim.read_option(client.features, argv, index) or _idempotency(client, options, argv, index)
        if taken:
            index += taken
        elif argv[index].upper() == b"NOMKSTREAM":
            options.create = False
            index += 1
        else:
            automatic = Feature.STREAM_COUNTERS in client.features
            options.id, options.sequence_given = parse_new_id(argv[index], auto_sequence=automatic)
            if options.producer is not None:
                reject(_MIXED + b"can be used only with auto-generated IDs")
            break
    options.trim.check(required=False)
    return options, index + 1


def _idempotency(client: Client, options: _AddOptions, argv: Argv, index: int) -> int:
    """Read IDMPAUTO producer or IDMP producer message; how many arguments it took, 0 if it is neither."""
    word = argv[index].upper()
    size = {b"IDMPAUTO": 2, b"IDMP": 3}.get(word, 0)
    if not size or Feature.STREAM_IDEMPOTENCY not in client.features or index + size > len(argv):
        return 0
    if options.producer is not None:
        reject(_MIXED + b"specified multiple times")
    for name, value in zip((b"producer", b"idempotent"), argv[index + 1 : index + size], strict=False):
        if not value:
            reject(b"ERR syntax error, %s requires a non-empty %s ID" % (word, name))
    options.producer = argv[index + 1]
    options.message = argv[index + 2] if size == 3 else None
    return size


@command("xadd")
def xadd(client: Client, argv: Argv) -> Reply:
    """XADD key [NOMKSTREAM] [references] [IDMPAUTO p | IDMP p m] [MAXLEN | MINID ...] * | id field value [...].

    The options may come in any order.
    """
    options, start = _parse_add(client, argv)
    if len(argv) - start < 2 or (len(argv) - start) % 2:
        if Feature.QUOTED_COMMAND_IN_ERRORS not in client.features:
            reject(b"ERR wrong number of arguments for XADD")
        wrong_arity("xadd")
    fields = tuple(zip(argv[start::2], argv[start + 1 :: 2], strict=True))
    if options.id == ZERO and options.sequence_given:
        reject(b"ERR The ID specified in XADD must be greater than 0-0")
    db = client.db
    stream = db.get_as(argv[1], Stream)
    if stream is None:
        if not options.create:
            return None
        stream = Stream()
        db.put(argv[1], stream)
    if options.producer is not None:
        db.changing(argv[1])
        known = _known_message(stream, options.producer, _message_key(options, fields), db.now)
        if known is not None:
            return known.text()
    entry_id = _new_id(client, stream, options, fields)
    db.changing(argv[1])
    stream.append(entry_id, fields)
    if options.producer is not None:
        stream.idempotency.remember(options.producer, _message_key(options, fields), entry_id)
    options.trim.apply(stream, lambda: db.changing(argv[1]))
    return entry_id.text()


def _message_key(options: _AddOptions, fields: Fields) -> MessageKey:
    return tuple(sorted(fields)) if options.message is None else options.message


def _known_message(stream: Stream, producer: bytes, key: MessageKey, now: int) -> StreamId | None:
    stream.idempotency.forget_old(now)
    known = stream.idempotency.find(producer, key)
    if known is not None:
        stream.idempotency.duplicates += 1
    return known


def _new_id(client: Client, stream: Stream, options: _AddOptions, fields: Fields) -> StreamId:
    """The id to add under, above every id there ever was."""
    last, now = stream.last_id, client.db.now
    if last == HIGHEST:
        reject(b"ERR The stream has exhausted the last possible ID, unable to add more items")
    entry_id: StreamId | None = options.id
    if entry_id is None:
        entry_id = StreamId(now, 0) if now > last.ms else last.next()
    elif not options.sequence_given and entry_id.ms == last.ms:
        entry_id = last.next()
        if entry_id is not None and entry_id.ms != last.ms:
            reject(_TOO_SMALL if Feature.XADD_NAMES_OVERFLOW in client.features else _TOO_LARGE)
    if entry_id is None or entry_id <= last:
        reject(_TOO_SMALL)
    if sum(len(name) + len(value) for name, value in fields) > _LARGEST:
        reject(_TOO_LARGE)
    return entry_id


# -- reading


@command("xlen")
def xlen(client: Client, argv: Argv) -> Reply:
    """XLEN key."""
    stream = client.db.get_as(argv[1], Stream)
    return 0 if stream is None else len(stream.entries)


def _range(client: Client, argv: Argv, start: StreamId, end: StreamId, *, backwards: bool) -> Reply:
    count = _count(argv)
    stream = client.db.get_as(argv[1], Stream)
    if stream is None:
        return []
    if count == 0:
        return NIL_ARRAY
    ids = stream.entries.between(start, end, count, backwards=backwards)
    return [entry_reply(stream, entry_id) for entry_id in ids]


def _count(argv: Argv) -> int | None:
    count = None
    index = 4
    while index < len(argv):
        if argv[index].upper() != b"COUNT" or index + 1 >= len(argv):
            syntax_error()
        count = max(integer(argv[index + 1]), 0)
        index += 2
    return count


@command("xrange")
def xrange(client: Client, argv: Argv) -> Reply:
    """XRANGE key start end [COUNT count]: a count of 0 gives a null array."""
    start = interval_start(argv[2])
    return _range(client, argv, start, interval_end(argv[3]), backwards=False)


@command("xrevrange")
def xrevrange(client: Client, argv: Argv) -> Reply:
    """XREVRANGE key end start [COUNT count]."""
    start = interval_start(argv[3])
    return _range(client, argv, start, interval_end(argv[2]), backwards=True)


# -- deleting


@command("xdel")
def xdel(client: Client, argv: Argv) -> Reply:
    """XDEL key id [id ...]."""
    stream = client.db.get_as(argv[1], Stream)
    if stream is None:
        return 0
    ids = [parse_id(text) for text in argv[2:]]
    if any(entry_id in stream.entries for entry_id in ids):
        client.db.changing(argv[1])
    return sum(stream.delete(entry_id) for entry_id in ids)


@command("xtrim")
def xtrim(client: Client, argv: Argv) -> Reply:
    """XTRIM key MAXLEN | MINID [= | ~] threshold [LIMIT count] [KEEPREF | DELREF | ACKED]."""
    trim = Trim()
    index = 2
    while index < len(argv):
        taken = trim.read_option(client.features, argv, index)
        if not taken:
            syntax_error()
        index += taken
    trim.check(required=True)
    db = client.db
    stream = db.get_as(argv[1], Stream)
    return 0 if stream is None else trim.apply(stream, lambda: db.changing(argv[1]))


# -- XSETID


@dataclass(slots=True)
class _Counters:
    """XSETID's options."""

    added: int | None = None
    max_deleted: StreamId = ZERO


def _parse_counters(argv: Argv, new: StreamId) -> _Counters:
    counters = _Counters()
    index = 3
    while index < len(argv):
        word = argv[index].upper()
        if index + 1 >= len(argv) or word not in (b"ENTRIESADDED", b"MAXDELETEDID"):
            syntax_error()
        if word == b"ENTRIESADDED":
            counters.added = integer(argv[index + 1])
            if counters.added < 0:
                reject(b"ERR entries_added must be positive")
        else:
            counters.max_deleted = parse_id(argv[index + 1])
            if new < counters.max_deleted:
                reject(b"ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id")
        index += 2
    return counters


@command("xsetid")
def xsetid(client: Client, argv: Argv) -> Reply:
    """XSETID key last-id [ENTRIESADDED count] [MAXDELETEDID id]."""
    counters_first = Feature.STREAM_COUNTERS in client.features
    if not counters_first and client.db.get_as(argv[1], Stream) is None:
        reject(NO_SUCH_KEY)
    new = parse_id(argv[2])
    counters = _parse_counters(argv, new)
    stream = client.db.get_as(argv[1], Stream)
    if stream is None:
        reject(NO_SUCH_KEY)
    if Feature.XSETID_CHECKS_DELETED in client.features and new < stream.max_deleted:
        reject(b"ERR The ID specified in XSETID is smaller than current max_deleted_entry_id")
    if stream.entries:
        if new < stream.top_id:
            reject(b"ERR The ID specified in XSETID is smaller than the target stream top item")
        if counters.added is not None and len(stream.entries) > counters.added:
            reject(b"ERR The entries_added specified in XSETID is smaller than the target stream length")
    client.db.changing(argv[1])
    stream.last_id = new
    if counters.added is not None:
        stream.added = counters.added
    if counters.max_deleted != ZERO:
        stream.max_deleted = counters.max_deleted
    return OK
