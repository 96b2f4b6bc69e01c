"""Times of expiry of single fields of hashes (``t_hash.c``): HEXPIRE, HTTL, HPERSIST and their relatives."""

from __future__ import annotations

from ldbpy.features import Feature
from ldbpy.resp import Reply
from ldbpy.store.memory.args import Argv
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import SYNTAX
from ldbpy.store.memory.hash_args import expire_arguments, fields_of
from ldbpy.store.memory.hashes import drop_field, set_expiry
from ldbpy.store.memory.keys import expire_allowed
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import Hash

__all__: list[str] = []

_NO_FIELD = -2
_NO_TIME = -1
_REFUSED = 0
_DONE = 1
_DROPPED = 2


# -- setting


def _hexpire(client: Client, argv: Argv, unit: bytes) -> Reply:
    """HEXPIRE and its three relatives: 1 done, 0 against a condition, 2 dropped at once, -2 no such field."""
    if Feature.FIELDS_LIKE_KEYS not in client.features:
        client.db.get_as(argv[1], Hash)
    when, words, fields = expire_arguments(client, argv, unit)
    value = client.db.get_as(argv[1], Hash)
    if value is None:
        return [_NO_FIELD for _ in fields]
    make_room(client, argv[1], value)
    return [_expire_field(client, argv[1], value, field, when, words) for field in fields]


def make_room(client: Client, key: bytes, value: Hash) -> None:
    """Let the hash have room for times, as Redis does before it looks at the fields."""
    if Feature.LISTPACK_WITH_EXPIRY in client.features and not value.timed:
        client.db.changing(key)
        value.timed = True


def _expire_field(client: Client, key: bytes, value: Hash, field: bytes, when: int, words: set[bytes]) -> int:
    if field not in value:
        return _NO_FIELD
    if not expire_allowed(words, value.expires.get(field), when):
        return _REFUSED
    if when <= client.db.now:
        drop_field(client, key, value, field)
        return _DROPPED
    set_field_time(client, key, value, field, when)
    return _DONE


def set_field_time(client: Client, key: bytes, value: Hash, field: bytes, when: int) -> None:
    """Let the field expire; Valkey keeps a hash with such a field in a hash table."""
    set_expiry(client, key, value, field, when)
    if Feature.LISTPACK_WITH_EXPIRY not in client.features:
        value.big = True


@command("hexpire")
def hexpire(client: Client, argv: Argv) -> Reply:
    """HEXPIRE key seconds [NX | XX | GT | LT] FIELDS numfields field [field ...]."""
    return _hexpire(client, argv, b"EX")


@command("hpexpire")
def hpexpire(client: Client, argv: Argv) -> Reply:
    """HPEXPIRE key milliseconds [NX | XX | GT | LT] FIELDS numfields field [field ...]."""
    return _hexpire(client, argv, b"PX")


@command("hexpireat")
def hexpireat(client: Client, argv: Argv) -> Reply:
    """HEXPIREAT key unix-time-seconds [NX | XX | GT | LT] FIELDS numfields field [field ...]."""
    return _hexpire(client, argv, b"EXAT")


@command("hpexpireat")
def hpexpireat(client: Client, argv: Argv) -> Reply:
    """HPEXPIREAT key unix-time-milliseconds [NX | XX | GT | LT] FIELDS numfields field [field ...]."""
    return _hexpire(client, argv, b"PXAT")


@command("hpersist")
def hpersist(client: Client, argv: Argv) -> Reply:
    """HPERSIST key FIELDS numfields field [field ...]: 1 done, -1 had no time, -2 no such field."""
    value, fields = _hash_and_fields(client, argv)
    return [_persist_field(client, argv[1], value, field) for field in fields]


def _persist_field(client: Client, key: bytes, value: Hash, field: bytes) -> int:
    if field not in value:
        return _NO_FIELD
    if field not in value.expires:
        return _NO_TIME
    set_expiry(client, key, value, field, None)
    return _DONE


def _hash_and_fields(client: Client, argv: Argv, **mismatch: bytes) -> tuple[Hash, list[bytes]]:
    """The hash, empty if there is none, and the fields. Redis looks at the key's type before it does at those."""
    if Feature.FIELDS_LIKE_KEYS not in client.features:
        client.db.get_as(argv[1], Hash)
    fields = fields_of(client, argv, **mismatch)
    return client.db.get_as(argv[1], Hash) or Hash(), fields


# -- telling


def _httl(client: Client, argv: Argv, *, unit: int, absolute: bool) -> Reply:
    """HTTL and its three relatives: ``unit`` milliseconds to one of the reply."""
    value, fields = _hash_and_fields(client, argv, mismatch=SYNTAX)
    # Valkey rounds to the nearest second, Redis up.
    rounding = unit // 2 if Feature.FIELDS_LIKE_KEYS in client.features else unit - 1
    base = 0 if absolute else client.db.now
    times: list[Reply] = []
    for field in fields:
        when = value.expires.get(field)
        if field not in value or _is_due(client, value, when):
            times.append(_NO_FIELD)
        elif when is None:
            times.append(_NO_TIME)
        else:
            times.append((when - base + rounding) // unit)
    return times


def _is_due(client: Client, value: Hash, when: int | None) -> bool:
    """Whether HTTL calls a field gone in the very millisecond it expires: Redis does for a small hash."""
    return when == client.db.now and not value.big and Feature.LISTPACK_WITH_EXPIRY in client.features


@command("httl")
def httl(client: Client, argv: Argv) -> Reply:
    """HTTL key FIELDS numfields field [field ...]: -2 without the field, -1 without a time."""
    return _httl(client, argv, unit=1000, absolute=False)


@command("hpttl")
def hpttl(client: Client, argv: Argv) -> Reply:
    """HPTTL key FIELDS numfields field [field ...]."""
    return _httl(client, argv, unit=1, absolute=False)


@command("hexpiretime")
def hexpiretime(client: Client, argv: Argv) -> Reply:
    """HEXPIRETIME key FIELDS numfields field [field ...]."""
    return _httl(client, argv, unit=1000, absolute=True)


@command("hpexpiretime")
def hpexpiretime(client: Client, argv: Argv) -> Reply:
    """HPEXPIRETIME key FIELDS numfields field [field ...]."""
    return _httl(client, argv, unit=1, absolute=True)
