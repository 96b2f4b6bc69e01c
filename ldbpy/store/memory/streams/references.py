"""Deleting with a say over the groups' references: XDELEX and XACKDEL (Redis 8.2)."""

from __future__ import annotations

from ldbpy.resp import INT64_MAX, Reply
from ldbpy.store.memory.args import Argv, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.streams.ids import StreamId, parse_id
from ldbpy.store.memory.streams.trim import REFERENCE_WORDS, References
from ldbpy.store.memory.streams.value import Stream

__all__: list[str] = []

_MISSING, _DELETED, _REFERENCED = -1, 1, 2


def _parse(argv: Argv, index: int) -> tuple[References, list[bytes]]:
    """[KEEPREF | DELREF | ACKED] IDS count id [id ...]. IDS may come twice: the last one counts."""
    references: References | None = None
    ids: list[bytes] | None = None
    while index < len(argv):
        word = argv[index].upper()
        if word in REFERENCE_WORDS and references is None:
            references = REFERENCE_WORDS[word]
            index += 1
        elif word == b"IDS" and index + 1 < len(argv):
            count = ranged(argv[index + 1], 1, INT64_MAX, b"ERR Number of IDs must be a positive integer")
            index += 2
            if count > len(argv) - index:
                reject(b"ERR The `numids` parameter must match the number of arguments")
            ids = argv[index : index + count]
            index += count
        else:
            syntax_error()
    if ids is None:
        reject(b"ERR IDS option is required")
    return references or References.KEEP, ids


def _delete(stream: Stream, entry_id: StreamId, references: References) -> tuple[bool, bool]:
    """Delete an entry if it may be; whether it may, and whether it was there."""
    if references is References.RESPECT and stream.is_referenced(entry_id):
        return False, False
    if references is References.DROP:
        stream.drop_references(entry_id)
    return True, stream.delete(entry_id)


def _is_known(stream: Stream, entry_id: StreamId) -> bool:
    return entry_id in stream.entries or any(entry_id in group.pending for group in stream.groups.values())


@command("xdelex")
def xdelex(client: Client, argv: Argv) -> Reply:
    """XDELEX key [KEEPREF | DELREF | ACKED] IDS count id [id ...]: per id 1 deleted, 2 still referenced, -1 not there.

    With ACKED an id that some group has yet to reach is answered 2, there or not.
    """
    stream = client.db.get_as(argv[1], Stream)
    references, texts = _parse(argv, 2)
    if stream is None:
        return [_MISSING] * len(texts)
    ids = [parse_id(text) for text in texts]
    if any(_is_known(stream, entry_id) for entry_id in ids):
        client.db.changing(argv[1])
    replies: list[Reply] = []
    for entry_id in ids:
        allowed, there = _delete(stream, entry_id, references)
        replies.append(_REFERENCED if not allowed else _DELETED if there else _MISSING)
    return replies


@command("xackdel")
def xackdel(client: Client, argv: Argv) -> Reply:
    """XACKDEL key group [KEEPREF | DELREF | ACKED] IDS count id [id ...]: per id 1, 2 or, if it was not pending, -1."""
    stream = client.db.get_as(argv[1], Stream)
    references, texts = _parse(argv, 3)
    group = None if stream is None else stream.groups.get(argv[2])
    if stream is None or group is None:
        return [_MISSING] * len(texts)
    ids = [parse_id(text) for text in texts]
    if any(entry_id in group.pending for entry_id in ids):
        client.db.changing(argv[1])
    replies: list[Reply] = []
    for entry_id in ids:
        if group.release(entry_id):
            allowed, _ = _delete(stream, entry_id, references)
            replies.append(_DELETED if allowed else _REFERENCED)
        else:
            replies.append(_MISSING)
    return replies
