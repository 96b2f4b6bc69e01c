"""XINFO: what there is to know of a stream, its groups and their consumers (``xinfoCommand``)."""

from __future__ import annotations

from typing import Final, NoReturn

from ldbpy.features import Feature
from ldbpy.resp import MapReply, Reply
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import NO_SUCH_KEY, reject
from ldbpy.store.memory.registry import Handler, command
from ldbpy.store.memory.streams.counters import lag
from ldbpy.store.memory.streams.entries import entry_reply
from ldbpy.store.memory.streams.errors import no_such_group, subcommand_syntax_error
from ldbpy.store.memory.streams.help import help_reply
from ldbpy.store.memory.streams.ids import StreamId, signed
from ldbpy.store.memory.streams.value import Group, Stream

__all__: list[str] = []

_Pairs = list[tuple[Reply, Reply]]
_DEFAULT_COUNT: Final = 10


def _stream(client: Client, argv: Argv) -> Stream:
    stream = client.db.get_as(argv[2], Stream)
    if stream is None:
        reject(NO_SUCH_KEY)
    return stream


@command("xinfo|consumers", arity=4)
def consumers(client: Client, argv: Argv) -> Reply:
    """XINFO CONSUMERS key group."""
    group = _stream(client, argv).groups.get(argv[3])
    if group is None:
        no_such_group(argv[2], argv[3])
    now = client.db.now
    rows: list[Reply] = []
    for name, consumer in sorted(group.consumers.items()):
        pairs: _Pairs = [
            (b"name", name),
            (b"pending", len(consumer.ids)),
            (b"idle", max(now - consumer.seen, 0)),
        ]
        if Feature.CONSUMER_ACTIVE_TIME in client.features:
            pairs.append((b"inactive", -1 if consumer.active == -1 else now - consumer.active))
        rows.append(MapReply(pairs))
    return rows


@command("xinfo|groups", arity=3)
def groups(client: Client, argv: Argv) -> Reply:
    """XINFO GROUPS key."""
    stream = _stream(client, argv)
    rows: list[Reply] = []
    for name, group in sorted(stream.groups.items()):
        pairs: _Pairs = [
            (b"name", name),
            (b"consumers", len(group.consumers)),
            (b"pending", len(group.pending)),
            (b"last-delivered-id", group.last_id.text()),
        ]
        rows.append(MapReply(pairs + _progress(client, stream, group)))
    return rows


def _progress(client: Client, stream: Stream, group: Group) -> _Pairs:
    if Feature.STREAM_COUNTERS not in client.features:
        return []
    return [(b"entries-read", group.read), (b"lag", lag(stream, group, client.features))]


@command("xinfo|stream", arity=-3)
def stream_(client: Client, argv: Argv) -> Reply:
    """XINFO STREAM key [FULL [COUNT count]]: a count of 0 is no limit, a negative one the usual 10."""
    stream = _stream(client, argv)
    if len(argv) == 3:
        return MapReply(_basics(client, stream) + _ends(stream))
    if len(argv) not in (4, 6) or argv[3].upper() != b"FULL" or (len(argv) == 6 and argv[4].upper() != b"COUNT"):
        subcommand_syntax_error(client, argv)
    count = integer(argv[5]) if len(argv) == 6 else _DEFAULT_COUNT
    limit = _DEFAULT_COUNT if count < 0 else count or None
    entries: list[Reply] = [entry_reply(stream, entry_id) for entry_id in stream.entries.order[:limit]]
    pairs: _Pairs = [
        (b"entries", entries),
        (b"groups", [_full_group(client, stream, *item, limit) for item in sorted(stream.groups.items())]),
    ]
    return MapReply(_basics(client, stream) + pairs)


def _basics(client: Client, stream: Stream) -> _Pairs:
    """What XINFO STREAM tells with FULL and without."""
    pairs: _Pairs = [
        (b"length", len(stream.entries)),
        (b"radix-tree-keys", len(stream.nodes)),
        (b"radix-tree-nodes", stream.radix_nodes()),
        (b"last-generated-id", stream.last_id.text()),
    ]
    if Feature.STREAM_COUNTERS in client.features:
        pairs += [
            (b"max-deleted-entry-id", stream.max_deleted.text()),
            (b"entries-added", signed(stream.added)),
            (b"recorded-first-entry-id", stream.first_id.text()),
        ]
    if Feature.STREAM_IDEMPOTENCY in client.features:
        memory = stream.idempotency
        producers, messages = memory.tracked(client.db.now)
        pairs += [
            (b"idmp-duration", memory.duration),
            (b"idmp-maxsize", memory.max_size),
            (b"pids-tracked", producers),
            (b"iids-tracked", messages),
            (b"iids-added", memory.added),
            (b"iids-duplicates", memory.duplicates),
        ]
    return pairs


def _ends(stream: Stream) -> _Pairs:
    order = stream.entries.order
    return [
        (b"groups", len(stream.groups)),
        (b"first-entry", entry_reply(stream, order[0]) if order else None),
        (b"last-entry", entry_reply(stream, order[-1]) if order else None),
    ]


def _full_group(client: Client, stream: Stream, name: bytes, group: Group, limit: int | None) -> Reply:
    pending: list[Reply] = []
    for entry_id in group.pending.order[:limit]:
        entry = group.pending[entry_id]
        pending.append([entry_id.text(), entry.consumer, entry.time, entry.deliveries])
    pairs: _Pairs = [
        (b"name", name),
        (b"last-delivered-id", group.last_id.text()),
        *_progress(client, stream, group),
        (b"pel-count", len(group.pending)),
        (b"pending", pending),
        (b"consumers", [_full_consumer(client, group, consumer, limit) for consumer in sorted(group.consumers)]),
    ]
    return MapReply(pairs)


def _full_consumer(client: Client, group: Group, name: bytes, limit: int | None) -> Reply:
    consumer = group.consumers[name]
    pairs: _Pairs = [(b"name", name), (b"seen-time", consumer.seen)]
    if Feature.CONSUMER_ACTIVE_TIME in client.features:
        pairs.append((b"active-time", consumer.active))
    pending: list[Reply] = [_own_pending(group, entry_id) for entry_id in consumer.ids[:limit]]
    return MapReply([*pairs, (b"pel-count", len(consumer.ids)), (b"pending", pending)])


def _own_pending(group: Group, entry_id: StreamId) -> Reply:
    entry = group.pending[entry_id]
    return [entry_id.text(), entry.time, entry.deliveries]


@command("xinfo|help", arity=2)
def help_(client: Client, argv: Argv) -> Reply:
    """XINFO HELP."""
    lines = [
        b"CONSUMERS <key> <groupname>",
        b"    Show consumers of <groupname>.",
        b"GROUPS <key>",
        b"    Show the stream consumer groups.",
        b"STREAM <key> [FULL [COUNT <count>]",
        b"    Show information about the stream.",
    ]
    return help_reply(client, argv, lines)


# -- Redis 6.2: one command, which looks at the key before it looks at the subcommand

_LEGACY: Final[dict[tuple[bytes, int], Handler]] = {(b"CONSUMERS", 4): consumers, (b"GROUPS", 3): groups}


@command("xinfo")
def xinfo(client: Client, argv: Argv) -> Reply:
    """XINFO of servers whose table lists no subcommands: HELP takes any arguments there."""
    word = argv[1].upper()
    if word == b"HELP":
        return help_(client, argv)
    if len(argv) < 3:
        subcommand_syntax_error(client, argv)
    _stream(client, argv)
    handler = stream_ if word == b"STREAM" else _LEGACY.get((word, len(argv)), _unknown)
    return handler(client, argv)


def _unknown(client: Client, argv: Argv) -> NoReturn:
    subcommand_syntax_error(client, argv)
