"""XGROUP: making, moving and removing consumer groups and their consumers (``t_stream.c``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NoReturn

from ldbpy.features import Feature
from ldbpy.resp import OK, Reply
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject
from ldbpy.store.memory.registry import Handler, command
from ldbpy.store.memory.streams.errors import no_such_group, subcommand_syntax_error
from ldbpy.store.memory.streams.help import help_reply
from ldbpy.store.memory.streams.ids import ZERO, parse_id
from ldbpy.store.memory.streams.value import Consumer, Group, Stream

__all__: list[str] = []

_NO_KEY: Final = (
    b"ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM "
    b"option to create an empty stream automatically."
)


@dataclass(slots=True)
class _Options:
    """The options of CREATE and SETID. ``read`` is None where it is not known."""

    make: bool = False
    read: int | None = None


def _parse_options(client: Client, argv: Argv, *, create: bool) -> _Options:
    options = _Options()
    index = 5
    while index < len(argv):
        word = argv[index].upper()
        if create and word == b"MKSTREAM":
            options.make = True
            index += 1
        elif word == b"ENTRIESREAD" and index + 1 < len(argv) and Feature.STREAM_COUNTERS in client.features:
            read = integer(argv[index + 1])
            if read < -1:
                reject(b"ERR value for ENTRIESREAD must be positive or -1")
            options.read = None if read == -1 else read
            index += 2
        else:
            subcommand_syntax_error(client, argv)
    return options


def _existing(client: Client, key: bytes) -> Stream:
    stream = client.db.get_as(key, Stream)
    if stream is None:
        reject(_NO_KEY)
    return stream


def _group(stream: Stream, argv: Argv) -> Group:
    group = stream.groups.get(argv[3])
    if group is None:
        no_such_group(argv[2], argv[3])
    return group


def _read_count(client: Client, stream: Stream, read: int | None) -> int | None:
    """How many entries the group has read, by ENTRIESREAD."""
    if read is not None and Feature.ENTRIES_READ_CAPPED in client.features:
        return min(read, stream.added)
    return read


@command("xgroup|create", arity=-5)
def create(client: Client, argv: Argv) -> Reply:
    """XGROUP CREATE key group id | $ [MKSTREAM] [ENTRIESREAD count]."""
    options = _parse_options(client, argv, create=True)
    key, name = argv[2], argv[3]
    stream = client.db.get_as(key, Stream)
    if stream is None and not options.make:
        reject(_NO_KEY)
    if len(argv) > 8:
        subcommand_syntax_error(client, argv)
    newest = ZERO if stream is None else stream.last_id
    last_id = newest if argv[4] == b"$" else parse_id(argv[4])
    if stream is None:
        stream = Stream()
        client.db.put(key, stream)
    if name in stream.groups:
        reject(b"BUSYGROUP Consumer Group name already exists")
    client.db.changing(key)
    stream.groups[name] = Group(last_id, _read_count(client, stream, options.read))
    return OK


@command("xgroup|setid", arity=-5)
def setid(client: Client, argv: Argv) -> Reply:
    """XGROUP SETID key group id | $ [ENTRIESREAD count]: ``-`` and ``+`` are ids here."""
    options = _parse_options(client, argv, create=False)
    stream = _existing(client, argv[2])
    group = _group(stream, argv)
    if len(argv) > 7:
        subcommand_syntax_error(client, argv)
    last_id = stream.last_id if argv[4] == b"$" else parse_id(argv[4], strict=False)
    client.db.changing(argv[2])
    group.last_id = last_id
    group.read = _read_count(client, stream, options.read)
    return OK


@command("xgroup|destroy", arity=4)
def destroy(client: Client, argv: Argv) -> Reply:
    """XGROUP DESTROY key group."""
    stream = _existing(client, argv[2])
    if argv[3] not in stream.groups:
        return 0
    client.db.changing(argv[2])
    del stream.groups[argv[3]]
    return 1


@command("xgroup|createconsumer", arity=5)
def createconsumer(client: Client, argv: Argv) -> Reply:
    """XGROUP CREATECONSUMER key group consumer."""
    group = _group(_existing(client, argv[2]), argv)
    if argv[4] in group.consumers:
        return 0
    client.db.changing(argv[2])
    group.consumers[argv[4]] = Consumer(client.db.now)
    return 1


@command("xgroup|delconsumer", arity=5)
def delconsumer(client: Client, argv: Argv) -> Reply:
    """XGROUP DELCONSUMER key group consumer: how many entries were pending for it."""
    group = _group(_existing(client, argv[2]), argv)
    if argv[4] not in group.consumers:
        return 0
    client.db.changing(argv[2])
    return group.remove_consumer(argv[4])


@command("xgroup|help", arity=2)
def help_(client: Client, argv: Argv) -> Reply:
    """XGROUP HELP."""
    counters = Feature.STREAM_COUNTERS in client.features
    lines = [
        b"CREATE <key> <groupname> <id|$> [option]",
        b"    Create a new consumer group. Options are:",
        b"    * MKSTREAM",
        b"      Create the empty stream if it does not exist.",
    ]
    if counters:
        lines += [b"    * ENTRIESREAD entries_read", b"      Set the group's entries_read counter (internal use)."]
    lines += [
        b"CREATECONSUMER <key> <groupname> <consumer>",
        b"    Create a new consumer in the specified group.",
        b"DELCONSUMER <key> <groupname> <consumer>",
        b"    Remove the specified consumer.",
    ]
    if counters:
        lines += [
            b"DESTROY <key> <groupname>",
            b"    Remove the specified group.",
            b"SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
            b"    Set the current group ID and entries_read counter.",
        ]
    else:  # Redis 6.2 lacks a comma here, so that two lines are one.
        lines += [
            b"DESTROY <key> <groupname>    Remove the specified group.",
            b"SETID <key> <groupname> <id|$>",
            b"    Set the current group ID.",
        ]
    return help_reply(client, argv, lines)


# -- Redis 6.2: one command, which looks at the key before it looks at the subcommand

_LEGACY: Final[dict[bytes, tuple[Handler, tuple[int, ...]]]] = {
    b"CREATE": (create, (5, 6)),
    b"SETID": (setid, (5,)),
    b"DESTROY": (destroy, (4,)),
    b"CREATECONSUMER": (createconsumer, (5,)),
    b"DELCONSUMER": (delconsumer, (5,)),
    b"HELP": (help_, (2,)),
}
_NEEDS_GROUP: Final = (b"SETID", b"CREATECONSUMER", b"DELCONSUMER")


@command("xgroup")
def xgroup(client: Client, argv: Argv) -> Reply:
    """XGROUP of servers whose table lists no subcommands."""
    word = argv[1].upper()
    making = word == b"CREATE" and len(argv) == 6
    if making and argv[5].upper() != b"MKSTREAM":
        subcommand_syntax_error(client, argv)
    if len(argv) >= 4:
        stream = client.db.get_as(argv[2], Stream)
        if not making:
            if stream is None:
                reject(_NO_KEY)
            if word in _NEEDS_GROUP:
                _group(stream, argv)
    handler, sizes = _LEGACY.get(word, (_unknown, (len(argv),)))
    return (handler if len(argv) in sizes else _unknown)(client, argv)


def _unknown(client: Client, argv: Argv) -> NoReturn:
    subcommand_syntax_error(client, argv)
