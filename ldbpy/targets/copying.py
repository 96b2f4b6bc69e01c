"""Keys of a live server as the commands that make them anew: only read there, by type, with what their ttl has left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ldbpy.errors import ServerRefusedError, UsageError
from ldbpy.resp import ErrorReply, Reply, texts_in
from ldbpy.resp.quoting import quote
from ldbpy.store.protocol import Call

__all__ = ["KeyCopy", "copy_key", "matching_keys", "seed_line"]

_MOST_KEYS: Final = 100_000
"""Keys a pattern may name: more would be a backup."""
_WORDS: Final = 500
"""Words a command gets at most, so that a line of a seed file stays readable and a server is never blocked long."""
_SCAN: Final = 1000
_BARE: Final = re.compile(rb"[A-Za-z0-9_.:/@{}+*-]+")
_READERS: Final = {
    b"string": [b"GET"],
    b"list": [b"LRANGE", b"0", b"-1"],
    b"set": [b"SMEMBERS"],
    b"hash": [b"HGETALL"],
    b"zset": [b"ZRANGE", b"0", b"-1", b"WITHSCORES"],
    b"stream": [b"XRANGE", b"-", b"+"],
}


class KeyCopy(NamedTuple):
    """One key."""

    key: bytes
    commands: tuple[list[bytes], ...] = ()
    """What makes it anew; nothing if there is no such key."""
    left_out: str | None = None
    """What of it cannot be copied."""


def matching_keys(call: Call, pattern: bytes) -> list[bytes]:
    """The keys that match a pattern, sorted, found with SCAN: no other client has to wait.

    Raises:
        UsageError: there are too many.
        ServerRefusedError: the server will not tell.
    """
    found: set[bytes] = set()
    cursor = b"0"
    while True:
        reply = _asked(call, [b"SCAN", cursor, b"MATCH", pattern, b"COUNT", b"%d" % _SCAN])
        if not isinstance(reply, list) or not isinstance(reply[0], bytes) or not isinstance(reply[1], list):
            raise ServerRefusedError(f"SCAN was not answered as a server does: {reply!r}")
        found.update(key for key in reply[1] if isinstance(key, bytes))
        if len(found) > _MOST_KEYS:
            raise UsageError(f"more than {_MOST_KEYS:,} keys match {_text(pattern)}", hint="name fewer: user:42:*")
        cursor = reply[0]
        if cursor == b"0":
            return sorted(found)


def copy_key(call: Call, key: bytes) -> KeyCopy:
    """One key. What another client does to it meanwhile may be seen in part.

    Raises:
        ServerRefusedError: the server refuses a command that reads.
    """
    kind = _asked(call, [b"TYPE", key])
    if not isinstance(kind, bytes) or kind == b"none":
        return KeyCopy(key)
    if kind not in _READERS:
        return KeyCopy(key, left_out=f"its type {_text(kind)} is not copied")
    name, *rest = _READERS[kind]
    content = _asked(call, [name, key, *rest])
    ttl = _asked(call, [b"PTTL", key])
    commands = [*_making(kind, key, content)]
    left_out = None
    if kind == b"stream":
        commands += _stream_state(call, key)
        left_out = _pending_in(call, key)
    if kind == b"hash":
        commands += _field_ttls(call, key, content)
    if isinstance(ttl, int) and ttl >= 0:
        commands.append([b"PEXPIRE", key, b"%d" % max(ttl, 1)])
    return KeyCopy(key, tuple(commands), left_out)


def seed_line(command: Iterable[bytes]) -> bytes:
    """A command as a line of a seed file."""
    return b" ".join(word if _BARE.fullmatch(word) else quote(word) for word in command)


def _making(kind: bytes, key: bytes, content: Reply) -> Iterator[list[bytes]]:
    """The commands that make a key with its content."""
    if kind == b"string":
        if isinstance(content, bytes):
            yield [b"SET", key, content]
        return
    if not isinstance(content, list):
        return
    if kind == b"stream":
        for entry in content:
            assert isinstance(entry, list)
            number, fields = entry
            assert isinstance(number, bytes)
            yield [b"XADD", key, number, *texts_in(fields)]
        return
    words = texts_in(content)
    if kind == b"zset":
        words = [word for pair in zip(words[1::2], words[::2], strict=True) for word in pair]
    command = {b"list": b"RPUSH", b"set": b"SADD", b"hash": b"HSET", b"zset": b"ZADD"}[kind]
    for start in range(0, len(words), _WORDS):
        yield [command, key, *words[start : start + _WORDS]]


def _stream_state(call: Call, key: bytes) -> Iterator[list[bytes]]:
    """What a stream is beside its entries: its last id, its groups and where they stand."""
    state = _fields(call([b"XINFO", b"STREAM", key]))
    last = state.get(b"last-generated-id")
    if isinstance(last, bytes) and last != b"0-0" and state.get(b"length"):
        yield [b"XSETID", key, last]
    groups = call([b"XINFO", b"GROUPS", key])
    for group in groups if isinstance(groups, list) else ():
        told = _fields(group)
        name, delivered = told.get(b"name"), told.get(b"last-delivered-id")
        if isinstance(name, bytes) and isinstance(delivered, bytes):
            yield [b"XGROUP", b"CREATE", key, name, delivered, b"MKSTREAM"]


def _pending_in(call: Call, key: bytes) -> str | None:
    groups = call([b"XINFO", b"GROUPS", key])
    waits = any(_fields(group).get(b"pending") for group in groups) if isinstance(groups, list) else False
    return "what its consumers have not acknowledged is not copied" if waits else None


def _fields(reply: Reply) -> dict[bytes, Reply]:
    if not isinstance(reply, list):
        return {}
    return {name: value for name, value in zip(reply[::2], reply[1::2], strict=False) if isinstance(name, bytes)}


def _field_ttls(call: Call, key: bytes, content: Reply) -> Iterator[list[bytes]]:
    """The ttl of a hash's fields, where the server has such a thing (Redis 7.4, Valkey 9)."""
    fields = texts_in(content)[::2]
    for start in range(0, len(fields), _WORDS):
        some = fields[start : start + _WORDS]
        left = call([b"HPTTL", key, b"FIELDS", b"%d" % len(some), *some])
        if not isinstance(left, list):
            return  # the command is not there
        for field, ttl in zip(some, left, strict=False):
            if isinstance(ttl, int) and ttl > 0:
                yield [b"HPEXPIRE", key, b"%d" % ttl, b"FIELDS", b"1", field]


def _asked(call: Call, argv: list[bytes]) -> Reply:
    reply = call(argv)
    if isinstance(reply, ErrorReply):
        raise ServerRefusedError(
            f"the keys cannot be read: {_text(argv[0])}: {_text(reply.message)}",
            hint="reading needs TYPE, PTTL, SCAN and the command that reads each type, such as GET or HGETALL",
        )
    return reply


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
