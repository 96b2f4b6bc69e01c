"""Lists: commands that move an element, or look at several lists (``t_list.c``).

Those that block never do: they answer as if their timeout had elapsed.
"""

from __future__ import annotations

from ldbpy.resp import INT64_MAX, NIL_ARRAY, Reply
from ldbpy.store.memory.args import Argv, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import syntax_error
from ldbpy.store.memory.floats import check_timeout
from ldbpy.store.memory.lists import grow, shrink, take
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import List

__all__: list[str] = []


def _side(word: bytes) -> bool:
    """Whether the word says LEFT."""
    if word.upper() not in (b"LEFT", b"RIGHT"):
        syntax_error()
    return word.upper() == b"LEFT"


def _move(client: Client, source: bytes, target: bytes, *, from_left: bool, to_left: bool) -> Reply:
    value = client.db.get_as(source, List)
    if value is None:
        return None
    goal = client.db.get_as(target, List)
    client.db.changing(source)
    item = value.pop(0 if from_left else -1)
    if goal is None:
        goal = List()
        client.db.put(target, goal)
    else:
        client.db.changing(target)
    goal.insert(0 if to_left else len(goal), item)
    grow(goal)
    shrink(client, source, value)
    return item


@command("lmove")
def lmove(client: Client, argv: Argv) -> Reply:
    """LMOVE source destination LEFT | RIGHT LEFT | RIGHT."""
    from_left, to_left = _side(argv[3]), _side(argv[4])
    return _move(client, argv[1], argv[2], from_left=from_left, to_left=to_left)


@command("rpoplpush")
def rpoplpush(client: Client, argv: Argv) -> Reply:
    """RPOPLPUSH source destination."""
    return _move(client, argv[1], argv[2], from_left=False, to_left=True)


@command("blmove")
def blmove(client: Client, argv: Argv) -> Reply:
    """BLMOVE source destination LEFT | RIGHT LEFT | RIGHT timeout."""
    from_left, to_left = _side(argv[3]), _side(argv[4])
    check_timeout(client, argv[5])
    return _awaited(client, _move(client, argv[1], argv[2], from_left=from_left, to_left=to_left))


@command("brpoplpush")
def brpoplpush(client: Client, argv: Argv) -> Reply:
    """BRPOPLPUSH source destination timeout."""
    check_timeout(client, argv[3])
    return _awaited(client, _move(client, argv[1], argv[2], from_left=False, to_left=True))


def _awaited(client: Client, moved: Reply) -> Reply:
    """What was moved. A timeout that elapsed is a null array; where nothing may block, a null as of LMOVE."""
    return NIL_ARRAY if moved is None and client.may_block else moved


def _first_list(client: Client, keys: list[bytes]) -> tuple[bytes, List] | None:
    for key in keys:
        value = client.db.get_as(key, List)
        if value is not None:
            return key, value
    return None


def _blocking_pop(client: Client, argv: Argv, *, left: bool) -> Reply:
    check_timeout(client, argv[-1])
    found = _first_list(client, argv[1:-1])
    if found is None:
        return NIL_ARRAY
    key, value = found
    return [key, take(client, key, value, 1, left=left)[0]]


@command("blpop")
def blpop(client: Client, argv: Argv) -> Reply:
    """BLPOP key [key ...] timeout."""
    return _blocking_pop(client, argv, left=True)


@command("brpop")
def brpop(client: Client, argv: Argv) -> Reply:
    """BRPOP key [key ...] timeout."""
    return _blocking_pop(client, argv, left=False)


def _multi_pop(client: Client, argv: Argv, at: int) -> Reply:
    """LMPOP's arguments from numkeys on; a timeout before them is looked at after them."""
    numkeys = ranged(argv[at], 1, INT64_MAX, b"ERR numkeys should be greater than 0")
    side_at = at + numkeys + 1
    if side_at >= len(argv):
        syntax_error()
    left = _side(argv[side_at])
    count = None
    index = side_at + 1
    while index < len(argv):
        if count is not None or argv[index].upper() != b"COUNT" or index + 1 >= len(argv):
            syntax_error()
        count = ranged(argv[index + 1], 1, INT64_MAX, b"ERR count should be greater than 0")
        index += 2
    if at > 1:
        check_timeout(client, argv[1])
    found = _first_list(client, argv[at + 1 : side_at])
    if found is None:
        return NIL_ARRAY
    key, value = found
    return [key, list(take(client, key, value, count or 1, left=left))]


@command("lmpop")
def lmpop(client: Client, argv: Argv) -> Reply:
    """LMPOP numkeys key [key ...] LEFT | RIGHT [COUNT count]."""
    return _multi_pop(client, argv, 1)


@command("blmpop")
def blmpop(client: Client, argv: Argv) -> Reply:
    """BLMPOP timeout numkeys key [key ...] LEFT | RIGHT [COUNT count]."""
    return _multi_pop(client, argv, 2)
