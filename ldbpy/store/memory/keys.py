"""Commands on keys of any type (``db.c``, ``expire.c``, ``object.c``)."""

from __future__ import annotations

from ldbpy.resp import INT64_MAX, INT64_MIN, OK, Reply, Status
from ldbpy.store.memory.args import Argv, integer, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.encodings import encoding, reference_count
from ldbpy.store.memory.errors import NO_SUCH_KEY, reject, shown_last, syntax_error
from ldbpy.store.memory.expiry import invalid_expire_time
from ldbpy.store.memory.globs import glob
from ldbpy.store.memory.keyspace import Keyspace
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.states import type_name
from ldbpy.store.memory.values import OwnNumber

__all__ = ["DATABASES", "database", "expire_allowed", "expire_condition"]

DATABASES = 16
_SAME_OBJECT = b"ERR source and destination objects are the same"


def database(client: Client, text: bytes) -> Keyspace:
    """The database of the number in an argument."""
    index = ranged(text, -(2**31), 2**31 - 1)
    if not 0 <= index < DATABASES:
        reject(b"ERR DB index is out of range")
    return client.store.keyspace(index)


# -- being there


@command("del", "unlink")
def del_(client: Client, argv: Argv) -> Reply:
    """DEL key [key ...]; UNLINK the same."""
    return sum(client.db.remove(key) for key in argv[1:])


@command("exists", "touch")
def exists(client: Client, argv: Argv) -> Reply:
    """EXISTS key [key ...]: a key given twice counts twice; TOUCH the same."""
    return sum(key in client.db for key in argv[1:])


@command("type")
def type_(client: Client, argv: Argv) -> Reply:
    """TYPE key."""
    value = client.db.get(argv[1])
    return Status(b"none" if value is None else type_name(value))


@command("keys")
def keys(client: Client, argv: Argv) -> Reply:
    """KEYS pattern."""
    matches = glob(argv[1])
    return [key for key in client.db.names() if matches(key)]


@command("randomkey")
def randomkey(client: Client, argv: Argv) -> Reply:
    """RANDOMKEY."""
    names = list(client.db.names())
    return client.store.rng.choice(names) if names else None


@command("dbsize")
def dbsize(client: Client, argv: Argv) -> Reply:
    """DBSIZE."""
    return len(client.db)


# -- expiry


def _expire(client: Client, argv: Argv, *, unit: int, absolute: bool) -> Reply:
    """EXPIRE and its three relatives: ``unit`` milliseconds to one of the argument."""
    condition = expire_condition(argv[3:])
    name = argv[0].lower().decode("latin-1")
    db = client.db
    when = integer(argv[2])
    if unit == 1000:
        if not -(-INT64_MIN // 1000) <= when <= INT64_MAX // 1000:
            invalid_expire_time(client, name)
        when *= 1000
    base = 0 if absolute else db.now
    if when > INT64_MAX - base:
        invalid_expire_time(client, name)
    when += base
    if argv[1] not in client.db or not expire_allowed(condition, db.expiry(argv[1]), when):
        return 0
    if when <= db.now:
        db.remove(argv[1])
    else:
        db.set_expiry(argv[1], when)
    return 1


def expire_condition(args: list[bytes]) -> set[bytes]:
    """The words NX, XX, GT and LT (Redis 7.0 and later; before, the arity allows none)."""
    words: set[bytes] = set()
    for arg in args:
        word = arg.upper()
        if word not in (b"NX", b"XX", b"GT", b"LT"):
            reject(b"ERR Unsupported option %s" % shown_last(arg))
        words.add(word)
    if b"NX" in words and len(words) > 1:
        reject(b"ERR NX and XX, GT or LT options at the same time are not compatible")
    if {b"GT", b"LT"} <= words:
        reject(b"ERR GT and LT options at the same time are not compatible")
    return words


def expire_allowed(words: set[bytes], current: int | None, when: int) -> bool:
    """Whether a time of expiry may be set where there is ``current``: GT takes none for later than any, LT as well."""
    if b"NX" in words and current is not None:
        return False
    if b"XX" in words and current is None:
        return False
    if b"GT" in words and (current is None or when <= current):
        return False
    return not (b"LT" in words and current is not None and when >= current)


@command("expire")
def expire(client: Client, argv: Argv) -> Reply:
    """EXPIRE key seconds [NX | XX | GT | LT]."""
    return _expire(client, argv, unit=1000, absolute=False)


@command("pexpire")
def pexpire(client: Client, argv: Argv) -> Reply:
    """PEXPIRE key milliseconds [NX | XX | GT | LT]."""
    return _expire(client, argv, unit=1, absolute=False)


@command("expireat")
def expireat(client: Client, argv: Argv) -> Reply:
    """EXPIREAT key unix-time-seconds [NX | XX | GT | LT]."""
    return _expire(client, argv, unit=1000, absolute=True)


@command("pexpireat")
def pexpireat(client: Client, argv: Argv) -> Reply:
    """PEXPIREAT key unix-time-milliseconds [NX | XX | GT | LT]."""
    return _expire(client, argv, unit=1, absolute=True)


def _ttl(client: Client, key: bytes, *, unit: int, absolute: bool) -> Reply:
    if key not in client.db:
        return -2
    when = client.db.expiry(key)
    if when is None:
        return -1
    left = when if absolute else max(when - client.db.now, 0)
    return left if unit == 1 else (left + 500) // 1000


@command("ttl")
def ttl(client: Client, argv: Argv) -> Reply:
    """TTL key: -2 without the key, -1 without an expiry."""
    return _ttl(client, argv[1], unit=1000, absolute=False)


@command("pttl")
def pttl(client: Client, argv: Argv) -> Reply:
    """PTTL key."""
    return _ttl(client, argv[1], unit=1, absolute=False)


@command("expiretime")
def expiretime(client: Client, argv: Argv) -> Reply:
    """EXPIRETIME key."""
    return _ttl(client, argv[1], unit=1000, absolute=True)


@command("pexpiretime")
def pexpiretime(client: Client, argv: Argv) -> Reply:
    """PEXPIRETIME key."""
    return _ttl(client, argv[1], unit=1, absolute=True)


@command("persist")
def persist(client: Client, argv: Argv) -> Reply:
    """PERSIST key."""
    if argv[1] not in client.db or client.db.expiry(argv[1]) is None:
        return 0
    client.db.set_expiry(argv[1], None)
    return 1


# -- renaming, copying, moving


def _put_over(db: Keyspace, key: bytes, source: Keyspace, old: bytes, *, copy: bool) -> None:
    """Let ``key`` of ``db`` hold what ``old`` of ``source`` holds, its expiry included."""
    value, when = source.values[old], source.expiry(old)
    if copy and reference_count(value, db.features) > 1:
        value = OwnNumber(value)  # type: ignore[arg-type]
    elif copy and not isinstance(value, bytes):
        value = value.copy()
    if not copy:
        source.remove(old)
    db.remove(key)
    db.put(key, value)
    if when is not None:
        db.set_expiry(key, when)


def _rename(client: Client, argv: Argv) -> bool | None:
    """Whether the source was renamed; None: it is its own target."""
    if argv[1] not in client.db:
        reject(NO_SUCH_KEY)
    if argv[1] == argv[2]:
        return None
    if argv[0].lower() == b"renamenx" and argv[2] in client.db:
        return False
    _put_over(client.db, argv[2], client.db, argv[1], copy=False)
    return True


@command("rename")
def rename(client: Client, argv: Argv) -> Reply:
    """RENAME key newkey."""
    _rename(client, argv)
    return OK


@command("renamenx")
def renamenx(client: Client, argv: Argv) -> Reply:
    """RENAMENX key newkey."""
    return int(bool(_rename(client, argv)))


@command("copy")
def copy(client: Client, argv: Argv) -> Reply:
    """COPY source destination [DB db] [REPLACE]."""
    target, replace = client.db, False
    index = 3
    while index < len(argv):
        word = argv[index].upper()
        if word == b"REPLACE":
            replace = True
        elif word == b"DB" and index + 1 < len(argv):
            target = database(client, argv[index + 1])
            index += 1
        else:
            syntax_error()
        index += 1
    if target is client.db and argv[1] == argv[2]:
        reject(_SAME_OBJECT)
    if argv[1] not in client.db or (argv[2] in target and not replace):
        return 0
    _put_over(target, argv[2], client.db, argv[1], copy=True)
    return 1


@command("move")
def move(client: Client, argv: Argv) -> Reply:
    """MOVE key db."""
    target = database(client, argv[2])
    if target is client.db:
        reject(_SAME_OBJECT)
    if argv[1] not in client.db or argv[1] in target:
        return 0
    _put_over(target, argv[1], client.db, argv[1], copy=False)
    return 1


# -- OBJECT


@command("object|encoding", arity=3)
def object_encoding(client: Client, argv: Argv) -> Reply:
    """OBJECT ENCODING key."""
    value = client.db.get(argv[2])
    return None if value is None else encoding(argv[2], value, client.features)


@command("object|refcount", arity=3)
def object_refcount(client: Client, argv: Argv) -> Reply:
    """OBJECT REFCOUNT key."""
    value = client.db.get(argv[2])
    return None if value is None else reference_count(value, client.features)


@command("object|idletime", arity=3)
def object_idletime(client: Client, argv: Argv) -> Reply:
    """OBJECT IDLETIME key: nothing here is ever idle."""
    return None if argv[2] not in client.db else 0


@command("object|freq", arity=3)
def object_freq(client: Client, argv: Argv) -> Reply:
    """OBJECT FREQ key: refused, as by a server that does not count accesses."""
    if argv[2] not in client.db:
        return None
    reject(
        b"ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching "
        b"between policies at runtime LRU and LFU data will take some time to adjust."
    )
