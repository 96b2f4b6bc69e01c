"""Commands on pending entries: XACK, XPENDING, XCLAIM and XAUTOCLAIM (``t_stream.c``)."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX, NIL_ARRAY, Reply, c_string
from ldbpy.store.memory.args import Argv, integer, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.streams.entries import entry_reply
from ldbpy.store.memory.streams.errors import no_such_key_or_group, reject_line
from ldbpy.store.memory.streams.ids import (
    ZERO,
    StreamId,
    find_id,
    interval_end,
    interval_start,
    parse_id,
    signed,
)
from ldbpy.store.memory.streams.value import Group, Pending, Stream

__all__ = ["delivered"]

_MEMORY: Final = 2**46
_ATTEMPTS: Final = 10


def delivered(pending: Pending, now: int) -> Pending:
    """The pending entry delivered once more, to the same consumer. The count overflows as C's does."""
    return pending._replace(time=now, deliveries=signed(pending.deliveries + 1))


def _find(client: Client, argv: Argv) -> tuple[Stream, Group]:
    """The stream and its group; NOGROUP if there is either not."""
    stream = client.db.get_as(argv[1], Stream)
    group = None if stream is None else stream.groups.get(argv[2])
    if stream is None or group is None:
        no_such_key_or_group(argv[1], argv[2])
    return stream, group


@command("xack")
def xack(client: Client, argv: Argv) -> Reply:
    """XACK key group id [id ...]."""
    stream = client.db.get_as(argv[1], Stream)
    group = None if stream is None else stream.groups.get(argv[2])
    if group is None:
        return 0
    ids = [parse_id(text) for text in argv[3:]]
    if any(entry_id in group.pending for entry_id in ids):
        client.db.changing(argv[1])
    return sum(group.release(entry_id) for entry_id in ids)


# -- XPENDING


@dataclass(slots=True)
class _PendingRange:
    """XPENDING's arguments after the group."""

    start: StreamId
    end: StreamId
    count: int
    idle: int = 0
    consumer: bytes | None = None


def _parse_pending(argv: Argv) -> _PendingRange | None:
    """The range, None if only the summary is asked for. ``count`` is checked before the ids."""
    if len(argv) == 3:
        return None
    if not 6 <= len(argv) <= 9:
        syntax_error()
    place, idle = 3, 0
    if argv[3].upper() == b"IDLE":
        idle = integer(argv[4])
        if len(argv) < 8:
            syntax_error()
        place = 5
    count = max(integer(argv[place + 2]), 0)
    start = interval_start(argv[place])
    end = interval_end(argv[place + 1])
    consumer = argv[place + 3] if place + 3 < len(argv) else None
    return _PendingRange(start, end, count, idle, consumer)


@command("xpending")
def xpending(client: Client, argv: Argv) -> Reply:
    """XPENDING key group [[IDLE min-idle] start end count [consumer]]."""
    wanted = _parse_pending(argv)
    _, group = _find(client, argv)
    if wanted is None:
        return _summary(group)
    if wanted.consumer is None:
        ids = group.pending.between(wanted.start, wanted.end)
    elif wanted.consumer in group.consumers:
        ids = [i for i in group.consumers[wanted.consumer].ids if wanted.start <= i <= wanted.end]
    else:
        return []
    now = client.db.now
    rows: list[Reply] = []
    for entry_id in ids:
        if len(rows) == wanted.count:
            break
        consumer, time, count = group.pending[entry_id]
        if not wanted.idle or now - time >= wanted.idle:
            rows.append([entry_id.text(), consumer, max(now - time, 0), count])
    return rows


def _summary(group: Group) -> Reply:
    order = group.pending.order
    if not order:
        return [0, None, None, NIL_ARRAY]
    consumers: list[Reply] = [
        [name, b"%d" % len(consumer.ids)] for name, consumer in sorted(group.consumers.items()) if consumer.ids
    ]
    return [len(order), order[0].text(), order[-1].text(), consumers]


# -- XCLAIM


@dataclass(slots=True)
class _Claim:
    """What XCLAIM and XAUTOCLAIM do with each entry. ``time`` and ``count`` are those to set, None for the usual."""

    consumer: bytes
    idle: int
    time: int
    count: int | None = None
    force: bool = False
    just_id: bool = False
    last_id: StreamId = ZERO


_NUMBERS: Final = (b"IDLE", b"TIME", b"RETRYCOUNT")


def _parse_claim(argv: Argv, now: int) -> tuple[_Claim, list[StreamId]]:
    """The options, which start at the first argument that is no id."""
    idle = integer(argv[4], b"ERR Invalid min-idle-time argument for XCLAIM")
    claim = _Claim(argv[3], max(idle, 0), now)
    ids: list[StreamId] = []
    index = 5
    while index < len(argv) and (entry_id := find_id(argv[index])) is not None:
        ids.append(entry_id)
        index += 1
    while index < len(argv):
        word, more = argv[index].upper(), index + 1 < len(argv)
        if word == b"FORCE":
            claim.force = True
        elif word == b"JUSTID":
            claim.just_id = True
        elif word in _NUMBERS and more:
            index += 1
            number = integer(argv[index], b"ERR Invalid %s option argument for XCLAIM" % word)
            _set_number(claim, word, number, now)
        elif word == b"LASTID" and more:
            index += 1
            claim.last_id = parse_id(argv[index])
        else:
            reject_line(b"ERR Unrecognized XCLAIM option '%s'" % c_string(argv[index]))
        index += 1
    return claim, ids


def _set_number(claim: _Claim, word: bytes, number: int, now: int) -> None:
    """Take IDLE, TIME or RETRYCOUNT. A time that makes no sense is now, a negative count the usual one."""
    if word == b"RETRYCOUNT":
        claim.count = number if number >= 0 else None
        return
    time = now - number if word == b"IDLE" else number
    claim.time = time if 0 <= time <= now else now


@command("xclaim")
def xclaim(client: Client, argv: Argv) -> Reply:
    """XCLAIM key group consumer min-idle id [id ...] [IDLE ms | TIME ms] [RETRYCOUNT n] [FORCE] [JUSTID] [LASTID id].

    Before Redis 7.0 an entry that was deleted is claimed all the same, and answered as null.
    """
    stream, group = _find(client, argv)
    claim, ids = _parse_claim(argv, client.db.now)
    client.db.changing(argv[1])
    group.last_id = max(group.last_id, claim.last_id)
    _see_claimant(client, group, claim.consumer)
    replies: list[Reply] = []
    for entry_id in ids:
        deleted = entry_id not in stream.entries
        if deleted and Feature.CLAIM_SKIPS_DELETED in client.features:
            group.release(entry_id)
        elif entry_id in group.pending or (claim.force and not deleted):
            _claim(client, stream, group, entry_id, claim, replies)
    return replies


def _see_claimant(client: Client, group: Group, name: bytes) -> None:
    """From Redis 7.2 on the claiming consumer is made, and seen, even if it gets nothing."""
    if Feature.CONSUMER_ACTIVE_TIME in client.features:
        group.consumer(name, client.db.now)


def _claim(
    client: Client, stream: Stream, group: Group, entry_id: StreamId, claim: _Claim, replies: list[Reply]
) -> None:
    """Claim an entry, if it has been idle long enough, and add it to the replies."""
    now = client.db.now
    old = group.pending.get(entry_id)
    if old is not None and claim.idle and now - old.time < claim.idle:
        return
    consumer = group.consumer(claim.consumer, now)
    count = 1 if old is None else old.deliveries
    if claim.count is not None:
        count = claim.count
    elif not claim.just_id:
        count = signed(count + 1)
    group.assign(entry_id, Pending(claim.consumer, claim.time, count))
    consumer.active = now
    if claim.just_id:
        replies.append(entry_id.text())
    else:
        replies.append(entry_reply(stream, entry_id) if entry_id in stream.entries else None)


# -- XAUTOCLAIM


def _parse_autoclaim(client: Client, argv: Argv) -> tuple[_Claim, StreamId, int]:
    idle = integer(argv[4], b"ERR Invalid min-idle-time argument for XAUTOCLAIM")
    claim = _Claim(argv[3], max(idle, 0), client.db.now)
    start = interval_start(argv[5])
    count = 100
    highest = INT64_MAX // 16 if Feature.CLAIM_SKIPS_DELETED in client.features else INT64_MAX
    index = 6
    while index < len(argv):
        word = argv[index].upper()
        if word == b"COUNT" and index + 1 < len(argv):
            count = ranged(argv[index + 1], 1, highest, b"ERR COUNT must be > 0")
            index += 1
        elif word == b"JUSTID":
            claim.just_id = True
        else:
            syntax_error()
        index += 1
    return claim, start, count


@command("xautoclaim")
def xautoclaim(client: Client, argv: Argv) -> Reply:
    """XAUTOCLAIM key group consumer min-idle start [COUNT count] [JUSTID].

    Answers where to go on, what was claimed, and from Redis 7.0 on what is gone. It looks at no more than ten times
    ``count`` entries.
    """
    claim, start, count = _parse_autoclaim(client, argv)
    stream, group = _find(client, argv)
    skips = Feature.CLAIM_SKIPS_DELETED in client.features
    if skips and count * 16 > _MEMORY:
        reject(b"ERR Insufficient memory, failed allocating transient memory, COUNT too high.")
    client.db.changing(argv[1])
    _see_claimant(client, group, claim.consumer)
    order = list(group.pending.order)
    first = place = bisect_left(order, start)
    replies: list[Reply] = []
    gone: list[Reply] = []
    while place < len(order) and place - first < count * _ATTEMPTS and len(replies) + len(gone) < count:
        entry_id = order[place]
        if skips and entry_id not in stream.entries:
            group.release(entry_id)
            gone.append(entry_id.text())
        else:
            _claim(client, stream, group, entry_id, claim, replies)
        place += 1
    cursor = order[place] if place < len(order) else ZERO
    return [cursor.text(), replies, gone] if skips else [cursor.text(), replies]
