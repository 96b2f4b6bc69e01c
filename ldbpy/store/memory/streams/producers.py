"""Idempotent producers: XCFGSET, and XIDMPRECORD, which restores what XADD with IDMP remembered (Redis 8.6)."""

from __future__ import annotations

from typing import Final

from ldbpy.resp import OK, Reply
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import NO_SUCH_KEY, reject, syntax_error
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.streams.ids import parse_id
from ldbpy.store.memory.streams.value import Stream

__all__: list[str] = []

_LIMITS: Final = {b"IDMP-DURATION": (86400, b"seconds"), b"IDMP-MAXSIZE": (10000, b"entries")}


def _existing(client: Client, key: bytes) -> Stream:
    stream = client.db.get_as(key, Stream)
    if stream is None:
        reject(NO_SUCH_KEY)
    return stream


def _parse_settings(argv: Argv) -> dict[bytes, int]:
    settings: dict[bytes, int] = {}
    index = 2
    while index < len(argv):
        word = argv[index].upper()
        if word not in _LIMITS or index + 1 >= len(argv):
            syntax_error()
        if word in settings:
            reject(b"ERR %s specified multiple times" % word)
        value = integer(argv[index + 1])
        highest, unit = _LIMITS[word]
        if not 1 <= value <= highest:
            reject(b"ERR %s must be between 1 and %d %s" % (word, highest, unit))
        settings[word] = value
        index += 2
    if not settings:
        reject(b"ERR At least one parameter must be specified")
    return settings


@command("xcfgset")
def xcfgset(client: Client, argv: Argv) -> Reply:
    """XCFGSET key [IDMP-DURATION seconds] [IDMP-MAXSIZE count]: a new value makes the stream forget its producers."""
    stream = _existing(client, argv[1])
    settings = _parse_settings(argv)
    memory = stream.idempotency
    duration = settings.get(b"IDMP-DURATION", memory.duration)
    max_size = settings.get(b"IDMP-MAXSIZE", memory.max_size)
    if (duration, max_size) != (memory.duration, memory.max_size):
        client.db.changing(argv[1])
        memory.duration, memory.max_size = duration, max_size
        memory.producers.clear()
    return OK


@command("xidmprecord")
def xidmprecord(client: Client, argv: Argv) -> Reply:
    """XIDMPRECORD key producer message id: let the entry at ``id`` be what that message became."""
    entry_id = parse_id(argv[4])
    producer, message = argv[2], argv[3]
    if not producer:
        reject(b"ERR producer ID must be non-empty")
    if not message:
        reject(b"ERR idempotent ID must be non-empty")
    stream = _existing(client, argv[1])
    if entry_id not in stream.entries:
        reject(b"ERR No such message in stream")
    client.db.changing(argv[1])
    memory = stream.idempotency
    memory.forget_old(client.db.now)
    known = memory.find(producer, message)
    if known is None:
        memory.remember(producer, message, entry_id)
    elif known != entry_id:
        reject(b"ERR IID already exists for this producer with a different stream ID")
    return OK
