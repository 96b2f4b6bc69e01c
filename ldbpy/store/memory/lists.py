"""Lists (``t_list.c``), without the commands of several lists, and those that may block (``list_moves.py``)."""

from __future__ import annotations

from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX, INT64_MIN, NIL_ARRAY, OK, Reply
from ldbpy.store.memory.args import Argv, integer, positive, ranged, slice_bounds
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import (
    INDEX_OUT_OF_RANGE,
    NO_SUCH_KEY,
    reject,
    syntax_error,
    wrong_arity,
)
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import List

__all__ = ["grow", "new_list", "shrink", "store_list", "take"]

_LISTPACK_BYTES: Final = 8192  # list-max-listpack-size -2


def store_list(client: Client, key: bytes, items: list[bytes]) -> None:
    """Let the key hold a list of those items."""
    client.db.put(key, new_list(items))


def new_list(items: list[bytes]) -> List:
    """A list made at once."""
    value = List(items)
    grow(value)
    return value


def grow(value: List) -> None:
    """Note the conversion to a quicklist once a listpack would be too large. Eleven bytes: the longest overhead."""
    if not value.big and sum(len(item) for item in value) + 2 * len(value) + 7 > _LISTPACK_BYTES:
        value.big = True


def shrink(client: Client, key: bytes, value: List) -> None:
    """After removing: no key holds an empty list, and a quicklist of half a listpack is one listpack again."""
    if not value:
        client.db.remove(key)
    elif value.big and sum(len(item) for item in value) + 2 * len(value) + 7 <= _LISTPACK_BYTES // 2:
        value.big = False


# -- push and pop


def _push(client: Client, argv: Argv, *, left: bool, create: bool) -> Reply:
    value = client.db.edit_as(argv[1], List)
    if value is None:
        if not create:
            return 0
        value = List()
        client.db.put(argv[1], value)
    if left:
        value[:0] = argv[:1:-1]
    else:
        value.extend(argv[2:])
    if len(value) > 32 or sum(map(len, argv)) > 256:
        grow(value)
    return len(value)


@command("lpush")
def lpush(client: Client, argv: Argv) -> Reply:
    """LPUSH key element [element ...]."""
    return _push(client, argv, left=True, create=True)


@command("rpush")
def rpush(client: Client, argv: Argv) -> Reply:
    """RPUSH key element [element ...]."""
    return _push(client, argv, left=False, create=True)


@command("lpushx")
def lpushx(client: Client, argv: Argv) -> Reply:
    """LPUSHX key element [element ...]: only if there is a list."""
    return _push(client, argv, left=True, create=False)


@command("rpushx")
def rpushx(client: Client, argv: Argv) -> Reply:
    """RPUSHX key element [element ...]: only if there is a list."""
    return _push(client, argv, left=False, create=False)


def take(client: Client, key: bytes, value: List, count: int, *, left: bool) -> list[bytes]:
    """Take up to ``count`` items off one end, first taken first."""
    client.db.changing(key)
    if left:
        taken = value[:count]
        del value[:count]
    else:
        taken = value[: -count - 1 : -1]
        del value[max(len(value) - count, 0) :]
    shrink(client, key, value)
    return taken


def _pop(client: Client, argv: Argv, name: str, *, left: bool) -> Reply:
    if len(argv) > 3:
        wrong_arity(name)
    count = positive(argv[2]) if len(argv) == 3 else None
    value = client.db.get_as(argv[1], List)
    if value is None:
        return None if count is None else NIL_ARRAY
    if count is None:
        return take(client, argv[1], value, 1, left=left)[0]
    if count == 0:
        return []
    return list(take(client, argv[1], value, count, left=left))


@command("lpop")
def lpop(client: Client, argv: Argv) -> Reply:
    """LPOP key [count]."""
    return _pop(client, argv, "lpop", left=True)


@command("rpop")
def rpop(client: Client, argv: Argv) -> Reply:
    """RPOP key [count]."""
    return _pop(client, argv, "rpop", left=False)


# -- reading


@command("llen")
def llen(client: Client, argv: Argv) -> Reply:
    """LLEN key."""
    return len(client.db.get_as(argv[1], List) or ())


@command("lindex")
def lindex(client: Client, argv: Argv) -> Reply:
    """LINDEX key index. The list is looked at before the index."""
    value = client.db.get_as(argv[1], List)
    if value is None:
        return None
    index = integer(argv[2])
    return value[index] if -len(value) <= index < len(value) else None


@command("lrange")
def lrange(client: Client, argv: Argv) -> Reply:
    """LRANGE key start stop."""
    start, stop = integer(argv[2]), integer(argv[3])
    value = client.db.get_as(argv[1], List) or List()
    first, last = slice_bounds(start, stop, len(value))
    return list(value[first:last])


@command("lpos")
def lpos(client: Client, argv: Argv) -> Reply:
    """LPOS key element [RANK rank] [COUNT count] [MAXLEN len]."""
    rank, count, limit = 1, None, 0
    index = 3
    while index < len(argv):
        word = argv[index].upper()
        if index + 1 >= len(argv) or word not in (b"RANK", b"COUNT", b"MAXLEN"):
            syntax_error()
        text = argv[index + 1]
        if word == b"RANK":
            rank = _lpos_rank(client, text)
        elif word == b"COUNT":
            count = ranged(text, 0, INT64_MAX, b"ERR COUNT can't be negative")
        else:
            limit = ranged(text, 0, INT64_MAX, b"ERR MAXLEN can't be negative")
        index += 2
    value = client.db.get_as(argv[1], List)
    if value is None:
        return None if count is None else []
    if rank == INT64_MIN and count is not None:  # it has no negative: no match is skipped and COUNT is never reached
        count = 0
    places = _positions(value, argv[2], rank, 1 if count is None else count, limit)
    if count is None:
        return places[0] if places else None
    return list(places)


def _lpos_rank(client: Client, text: bytes) -> int:
    checked = Feature.LPOS_CHECKS_MINIMUM in client.features
    rank = ranged(text, -INT64_MAX, INT64_MAX) if checked else integer(text)
    if rank == 0:
        start = b"ERR RANK can't be zero: use 1 to start from the first match, 2 from the second"
        explained = Feature.LPOS_EXPLAINS_NEGATIVE in client.features
        reject(start + (b" ... or use negative to start from the end of the list" if explained else b", ..."))
    return rank


def _positions(value: List, element: bytes, rank: int, count: int, limit: int) -> list[int]:
    order = range(len(value)) if rank > 0 else range(len(value) - 1, -1, -1)
    to_skip = 0 if rank == INT64_MIN else abs(rank) - 1
    found: list[int] = []
    for index in order[: limit or None]:
        if value[index] == element:
            if to_skip:
                to_skip -= 1
                continue
            found.append(index)
            if count and len(found) == count:
                break
    return found


# -- changing


@command("lset")
def lset(client: Client, argv: Argv) -> Reply:
    """LSET key index element."""
    value = client.db.get_as(argv[1], List)
    if value is None:
        reject(NO_SUCH_KEY)
    index = integer(argv[2])
    if Feature.LISTPACK_LISTS in client.features:
        index = (index + 2**31) % 2**32 - 2**31  # the server passes it on as a C int
    if not -len(value) <= index < len(value):
        reject(INDEX_OUT_OF_RANGE)
    client.db.changing(argv[1])
    value[index] = argv[3]
    grow(value)
    return OK


@command("linsert")
def linsert(client: Client, argv: Argv) -> Reply:
    """LINSERT key BEFORE | AFTER pivot element."""
    where = argv[2].upper()
    if where not in (b"BEFORE", b"AFTER"):
        syntax_error()
    value = client.db.get_as(argv[1], List)
    if value is None:
        return 0
    if argv[3] not in value:
        return -1
    client.db.changing(argv[1])
    value.insert(value.index(argv[3]) + (where == b"AFTER"), argv[4])
    grow(value)
    return len(value)


@command("lrem")
def lrem(client: Client, argv: Argv) -> Reply:
    """LREM key count element."""
    checked = Feature.LREM_CHECKS_MINIMUM in client.features
    count = ranged(argv[2], -INT64_MAX, INT64_MAX) if checked else integer(argv[2])
    value = client.db.get_as(argv[1], List)
    if value is None:
        return 0
    places = [index for index, item in enumerate(value) if item == argv[3]]
    if count > 0:
        places = places[:count]
    elif count < 0:
        places = places[max(len(places) + count, 0) :]
    if places:
        client.db.changing(argv[1])
        for index in reversed(places):
            del value[index]
        shrink(client, argv[1], value)
    return len(places)


@command("ltrim")
def ltrim(client: Client, argv: Argv) -> Reply:
    """LTRIM key start stop."""
    start, stop = integer(argv[2]), integer(argv[3])
    value = client.db.get_as(argv[1], List)
    if value is not None:
        first, last = slice_bounds(start, stop, len(value))
        if last - first == len(value) and Feature.WHOLE_LTRIM_UNCHANGED in client.features:
            return OK
        client.db.changing(argv[1])
        value[:] = value[first:last]
        shrink(client, argv[1], value)
    return OK
