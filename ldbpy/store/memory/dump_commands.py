"""DUMP and RESTORE."""

from __future__ import annotations

from ldbpy.resp import INT64_MAX, OK, Reply
from ldbpy.store.memory.args import Argv, Options, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.dumps import dumped, is_sound, restored
from ldbpy.store.memory.errors import reject, syntax_error
from ldbpy.store.memory.packed import BadDumpError
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.states import type_name

__all__: list[str] = []


@command("dump")
def dump(client: Client, argv: Argv) -> Reply:
    """DUMP key."""
    value = client.db.get(argv[1])
    if value is None:
        return None
    payload = dumped(value, client.flavor.dump_version)
    if payload is None:
        what = b"hashes whose fields expire" if type_name(value) == b"hash" else b"the type %s" % type_name(value)
        reject(b"ERR the embedded store cannot dump %s" % what)
    return payload


@command("restore", "restore-asking")
def restore(client: Client, argv: Argv) -> Reply:
    """RESTORE key ttl payload [REPLACE] [ABSTTL] [IDLETIME seconds | FREQ number]: how often it is used is not kept."""
    given = _options(argv)
    db, key = client.db, argv[1]
    if b"REPLACE" not in given and key in db:
        reject(b"BUSYKEY Target key name already exists.")
    ttl = integer(argv[2])
    if ttl < 0:
        reject(b"ERR Invalid TTL value, must be >= 0")
    if not is_sound(argv[3], client.flavor.restores):
        reject(b"ERR DUMP payload version or checksum are wrong")
    try:
        value = restored(client, argv[3])
    except BadDumpError:
        reject(b"ERR Bad data format")
    if value is None:
        reject(b"ERR the embedded store cannot restore this type")
    when = ttl if b"ABSTTL" in given else _later(db.now, ttl)
    db.remove(key)
    if not ttl or when > db.now:
        db.put(key, value)
        if ttl:
            db.set_expiry(key, when)
    return OK


def _later(now: int, ttl: int) -> int:
    """The end of a time to live; too far away it is in the past, as in the server's own arithmetic."""
    when = now + ttl
    return when if when <= INT64_MAX else when - 2**64


def _options(argv: Argv) -> set[bytes]:
    given: set[bytes] = set()
    options = Options(argv, 4)
    while options:
        word = options.word()
        if word in (b"REPLACE", b"ABSTTL"):
            given.add(word)
        elif word == b"IDLETIME" and options and b"FREQ" not in given:
            if integer(options.value()) < 0:
                reject(b"ERR Invalid IDLETIME value, must be >= 0")
            given.add(word)
        elif word == b"FREQ" and options and b"IDLETIME" not in given:
            if not 0 <= integer(options.value()) <= 255:
                reject(b"ERR Invalid FREQ value, must be >= 0 and <= 255")
            given.add(word)
        else:
            syntax_error()
    return given
