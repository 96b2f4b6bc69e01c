"""Sets (``t_set.c``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX, Reply, SetReply, parse_integer
from ldbpy.store.memory.args import Argv, positive, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import Set

__all__ = ["add_member", "store_set"]

_INTSET_ENTRIES: Final = 512
_LISTPACK_ENTRIES: Final = 128
_LISTPACK_VALUE: Final = 64


def add_member(client: Client, value: Set, member: bytes) -> bool:
    """Put a member in, changing the encoding as the server does; whether it is new."""
    if member in value:
        return False
    value[member] = None
    if value.encoding == "intset":
        if parse_integer(member) is None:
            _leave_intset(client, value, member)
        else:
            _keep_sorted(value)
            if len(value) > _INTSET_ENTRIES:
                value.encoding = "hashtable"
    elif value.encoding == "listpack" and (len(value) > _LISTPACK_ENTRIES or len(member) > _LISTPACK_VALUE):
        value.encoding = "hashtable"
    return True


def _leave_intset(client: Client, value: Set, member: bytes) -> None:
    small = len(value) <= _LISTPACK_ENTRIES and len(member) <= _LISTPACK_VALUE
    value.encoding = "listpack" if small and Feature.LISTPACK_SETS in client.features else "hashtable"


def _keep_sorted(value: Set) -> None:
    """An intset lists its members by number."""
    members = list(value)
    if len(members) > 1 and int(members[-2]) > int(members[-1]):
        members.sort(key=int)
        value.clear()
        value.update(dict.fromkeys(members))


def store_set(client: Client, key: bytes, members: Iterable[bytes]) -> int:
    """Let the key hold a set of those members, or nothing if there are none; how many there are."""
    result = Set()
    for member in members:
        add_member(client, result, member)
    if result:
        client.db.put(key, result)
    else:
        client.db.remove(key)
    return len(result)


@command("sadd")
def sadd(client: Client, argv: Argv) -> Reply:
    """SADD key member [member ...]."""
    value = client.db.edit_as(argv[1], Set)
    if value is None:
        value = Set()
        client.db.put(argv[1], value)
    added = sum(add_member(client, value, member) for member in argv[2:])
    if not added:
        client.db.unchanged(argv[1])
    return added


@command("srem")
def srem(client: Client, argv: Argv) -> Reply:
    """SREM key member [member ...]."""
    value = client.db.edit_as(argv[1], Set)
    if value is None:
        return 0
    removed = sum(value.pop(member, 0) is None for member in argv[2:])
    if not removed:
        client.db.unchanged(argv[1])
    elif not value:
        client.db.remove(argv[1])
    return removed


@command("scard")
def scard(client: Client, argv: Argv) -> Reply:
    """SCARD key."""
    return len(client.db.get_as(argv[1], Set) or ())


@command("sismember")
def sismember(client: Client, argv: Argv) -> Reply:
    """SISMEMBER key member."""
    return int(argv[2] in (client.db.get_as(argv[1], Set) or ()))


@command("smismember")
def smismember(client: Client, argv: Argv) -> Reply:
    """SMISMEMBER key member [member ...]."""
    value = client.db.get_as(argv[1], Set) or Set()
    return [int(member in value) for member in argv[2:]]


@command("smembers")
def smembers(client: Client, argv: Argv) -> Reply:
    """SMEMBERS key."""
    return SetReply(client.db.get_as(argv[1], Set) or ())


@command("smove")
def smove(client: Client, argv: Argv) -> Reply:
    """SMOVE source destination member. The destination's type matters only if there is a source."""
    source = client.db.get(argv[1])
    if source is None:
        return 0
    source = client.db.get_as(argv[1], Set)
    goal = client.db.get_as(argv[2], Set)
    assert source is not None
    if argv[1] == argv[2]:
        return int(argv[3] in source)
    if argv[3] not in source:
        return 0
    client.db.changing(argv[1])
    del source[argv[3]]
    if not source:
        client.db.remove(argv[1])
    if goal is None:
        goal = Set()
        client.db.put(argv[2], goal)
    elif argv[3] not in goal:
        client.db.changing(argv[2])
    add_member(client, goal, argv[3])
    return 1


@command("spop")
def spop(client: Client, argv: Argv) -> Reply:
    """SPOP key [count]."""
    if len(argv) > 3:
        syntax_error()
    count = positive(argv[2]) if len(argv) == 3 else None
    value = client.db.get_as(argv[1], Set)
    if value is None:
        return None if count is None else SetReply()
    if count == 0:
        return SetReply()
    picked = client.store.rng.sample(list(value), min(1 if count is None else count, len(value)))
    client.db.changing(argv[1])
    for member in picked:
        del value[member]
    if not value:
        client.db.remove(argv[1])
    return picked[0] if count is None else SetReply(picked)


@command("srandmember")
def srandmember(client: Client, argv: Argv) -> Reply:
    """SRANDMEMBER key [count]: a negative count picks with repetition."""
    if len(argv) > 3:
        syntax_error()
    if len(argv) == 2:
        value = client.db.get_as(argv[1], Set)
        return client.store.rng.choice(list(value)) if value else None
    count = ranged(argv[2], -INT64_MAX, INT64_MAX)
    value = client.db.get_as(argv[1], Set)
    if not value or count == 0:
        return []
    members: list[bytes] = list(value)
    if count < 0:
        members = client.store.rng.choices(members, k=-count)
    elif count < len(members):
        members = client.store.rng.sample(members, count)
    return list(members)


# -- algebra


def _sets(client: Client, keys: list[bytes]) -> list[Set | None]:
    return [client.db.get_as(key, Set) for key in keys]


def _intersection(client: Client, keys: list[bytes]) -> list[bytes]:
    """Members of all sets, in the smallest one's order."""
    values = _sets(client, keys)
    found = sorted((value for value in values if value is not None), key=len)
    if len(found) < len(values):
        return []
    return [member for member in found[0] if all(member in other for other in found[1:])]


def _union(client: Client, keys: list[bytes]) -> list[bytes]:
    result = Set()
    for value in _sets(client, keys):
        for member in value or ():
            add_member(client, result, member)
    return list(result)


def _difference(client: Client, keys: list[bytes]) -> list[bytes]:
    first, *others = _sets(client, keys)
    return [member for member in first or () if not any(other and member in other for other in others)]


@command("sinter")
def sinter(client: Client, argv: Argv) -> Reply:
    """SINTER key [key ...]."""
    return SetReply(_intersection(client, argv[1:]))


@command("sunion")
def sunion(client: Client, argv: Argv) -> Reply:
    """SUNION key [key ...]."""
    return SetReply(_union(client, argv[1:]))


@command("sdiff")
def sdiff(client: Client, argv: Argv) -> Reply:
    """SDIFF key [key ...]."""
    return SetReply(_difference(client, argv[1:]))


@command("sinterstore")
def sinterstore(client: Client, argv: Argv) -> Reply:
    """SINTERSTORE destination key [key ...]."""
    return store_set(client, argv[1], _intersection(client, argv[2:]))


@command("sunionstore")
def sunionstore(client: Client, argv: Argv) -> Reply:
    """SUNIONSTORE destination key [key ...]."""
    return store_set(client, argv[1], _union(client, argv[2:]))


@command("sdiffstore")
def sdiffstore(client: Client, argv: Argv) -> Reply:
    """SDIFFSTORE destination key [key ...]."""
    return store_set(client, argv[1], _difference(client, argv[2:]))


@command("sintercard")
def sintercard(client: Client, argv: Argv) -> Reply:
    """SINTERCARD numkeys key [key ...] [LIMIT limit]."""
    numkeys = ranged(argv[1], 1, INT64_MAX, b"ERR numkeys should be greater than 0")
    if numkeys > len(argv) - 2:
        reject(b"ERR Number of keys can't be greater than number of args")
    limit = 0
    index = 2 + numkeys
    while index < len(argv):
        if argv[index].upper() != b"LIMIT" or index + 1 >= len(argv):
            syntax_error()
        limit = ranged(argv[index + 1], 0, INT64_MAX, b"ERR LIMIT can't be negative")
        index += 2
    count = len(_intersection(client, argv[2 : 2 + numkeys]))
    return min(count, limit) if limit else count
