"""Hashes (``t_hash.c``), without the commands for the expiry of fields (``hash_expiry.py``, ``hash_getex.py``)."""

from __future__ import annotations

from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import (
    INT64_MAX,
    INT64_MIN,
    OK,
    MapReply,
    Reply,
    parse_integer,
)
from ldbpy.store.memory.args import Argv, integer, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import OUT_OF_RANGE, OVERFLOW, reject, syntax_error, wrong_arity
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import Hash

__all__ = ["drop_field", "edit_hash", "set_expiry", "set_field", "set_number"]

_LISTPACK_ENTRIES: Final = 512
_LISTPACK_VALUE: Final = 64


def edit_hash(client: Client, key: bytes) -> Hash:
    """The hash at that key, made if there is none, about to be changed."""
    value = client.db.get_as(key, Hash)
    if value is None:
        value = Hash()
        client.db.put(key, value)
    else:
        client.db.changing(key)
    return value


def set_field(value: Hash, field: bytes, text: bytes) -> bool:
    """Set a field; whether it is new. Its time of expiry is the caller's business."""
    new = field not in value
    value[field] = text
    if _is_long(field, text) or len(value) > _LISTPACK_ENTRIES:
        value.big = True
    return new


def _is_long(field: bytes, text: bytes) -> bool:
    """Whether one of them does not fit a listpack."""
    return len(field) > _LISTPACK_VALUE or len(text) > _LISTPACK_VALUE


def set_expiry(client: Client, key: bytes, value: Hash, field: bytes, when: int | None) -> None:
    """Let a field of the hash at that key expire at ``when`` (milliseconds since 1970), or never.

    Where small hashes have room for times, their fields are in the order of expiry, those without one last.
    """
    client.db.changing(key)
    if when is None:
        value.expires.pop(field, None)
    else:
        value.expires[field] = when
    if value.big or Feature.LISTPACK_WITH_EXPIRY not in client.features:
        return
    text = value.pop(field)
    items, expires = list(value.items()), value.expires
    place = len(items)
    if when is not None:
        place = next((i for i, (other, _) in enumerate(items) if expires.get(other, when) >= when), place)
    items.insert(place, (field, text))
    value.clear()
    value.update(items)


def drop_field(client: Client, key: bytes, value: Hash, field: bytes) -> bool:
    """Take the field out of the hash at that key, and the key away with the last one; whether it was in."""
    if field not in value:
        return False
    client.db.changing(key)
    del value[field]
    value.expires.pop(field, None)
    if not value:
        client.db.remove(key)
    return True


# -- reading


@command("hget")
def hget(client: Client, argv: Argv) -> Reply:
    """HGET key field."""
    value = client.db.get_as(argv[1], Hash)
    return None if value is None else value.get(argv[2])


@command("hmget")
def hmget(client: Client, argv: Argv) -> Reply:
    """HMGET key field [field ...]."""
    value = client.db.get_as(argv[1], Hash) or Hash()
    return [value.get(field) for field in argv[2:]]


@command("hgetall")
def hgetall(client: Client, argv: Argv) -> Reply:
    """HGETALL key."""
    value = client.db.get_as(argv[1], Hash) or Hash()
    if client.resp == 3:
        return MapReply(list(value.items()))
    return [item for pair in value.items() for item in pair]


@command("hkeys")
def hkeys(client: Client, argv: Argv) -> Reply:
    """HKEYS key."""
    return list(client.db.get_as(argv[1], Hash) or ())


@command("hvals")
def hvals(client: Client, argv: Argv) -> Reply:
    """HVALS key."""
    return list((client.db.get_as(argv[1], Hash) or Hash()).values())


@command("hlen")
def hlen(client: Client, argv: Argv) -> Reply:
    """HLEN key."""
    return len(client.db.get_as(argv[1], Hash) or ())


@command("hexists")
def hexists(client: Client, argv: Argv) -> Reply:
    """HEXISTS key field."""
    return int(argv[2] in (client.db.get_as(argv[1], Hash) or ()))


@command("hstrlen")
def hstrlen(client: Client, argv: Argv) -> Reply:
    """HSTRLEN key field."""
    return len((client.db.get_as(argv[1], Hash) or Hash()).get(argv[2], b""))


@command("hrandfield")
def hrandfield(client: Client, argv: Argv) -> Reply:
    """HRANDFIELD key [count [WITHVALUES]]: a negative count picks with repetition."""
    if len(argv) == 2:
        value = client.db.get_as(argv[1], Hash)
        return client.store.rng.choice(list(value)) if value else None
    count = ranged(argv[2], -INT64_MAX, INT64_MAX)
    if len(argv) > 4 or (len(argv) == 4 and argv[3].upper() != b"WITHVALUES"):
        syntax_error()
    with_values = len(argv) == 4
    if with_values and not -(INT64_MAX // 2) <= count <= INT64_MAX // 2:
        reject(OUT_OF_RANGE)
    value = client.db.get_as(argv[1], Hash)
    if not value or count == 0:
        return []
    fields = list(value)
    if count < 0:
        picked = client.store.rng.choices(fields, k=-count)
    else:
        picked = fields if count >= len(fields) else client.store.rng.sample(fields, count)
    if not with_values:
        return list(picked)
    if client.resp == 3:
        return [[field, value[field]] for field in picked]
    return [item for field in picked for item in (field, value[field])]


# -- changing


def _fields(argv: Argv, name: str) -> list[tuple[bytes, bytes]]:
    if len(argv) % 2:
        wrong_arity(name)
    return list(zip(argv[2::2], argv[3::2], strict=True))


@command("hset")
def hset(client: Client, argv: Argv) -> Reply:
    """HSET key field value [field value ...]."""
    pairs = _fields(argv, "hset")
    value = edit_hash(client, argv[1])
    new = 0
    for field, text in pairs:
        new += set_field(value, field, text)
        if field in value.expires:
            set_expiry(client, argv[1], value, field, None)
    return new


@command("hmset")
def hmset(client: Client, argv: Argv) -> Reply:
    """HMSET key field value [field value ...]."""
    _fields(argv, "hmset")
    hset(client, argv)
    return OK


@command("hsetnx")
def hsetnx(client: Client, argv: Argv) -> Reply:
    """HSETNX key field value."""
    value = client.db.get_as(argv[1], Hash)
    if value is not None and argv[2] in value:
        if Feature.HSETNX_CONVERTS_FIRST in client.features and _is_long(argv[2], argv[3]):
            value.big = True
        return 0
    set_field(edit_hash(client, argv[1]), argv[2], argv[3])
    return 1


@command("hdel")
def hdel(client: Client, argv: Argv) -> Reply:
    """HDEL key field [field ...]."""
    value = client.db.get_as(argv[1], Hash)
    if value is None:
        return 0
    return sum(drop_field(client, argv[1], value, field) for field in argv[2:])


def set_number(client: Client, argv: Argv, text: bytes) -> None:
    """Set the field an increment is for."""
    value = edit_hash(client, argv[1])
    big = value.big
    set_field(value, argv[2], text)
    if Feature.HINCRBY_CONVERTS not in client.features:
        value.big = big or len(value) > _LISTPACK_ENTRIES


@command("hincrby")
def hincrby(client: Client, argv: Argv) -> Reply:
    """HINCRBY key field increment."""
    by = integer(argv[3])
    old = (client.db.get_as(argv[1], Hash) or Hash()).get(argv[2], b"0")
    number = parse_integer(old)
    if number is None:
        reject(b"ERR hash value is not an integer")
    number += by
    if not INT64_MIN <= number <= INT64_MAX:
        reject(OVERFLOW)
    set_number(client, argv, b"%d" % number)
    return number
