"""Sorted sets, member by member: ZADD, ZREM, ZSCORE, ZRANK, ZPOPMIN and their family (``t_zset.c``).

Ranges are in ``zset_ranges``, unions and the like in ``zset_algebra``. Blocking commands never block: they answer as
if their timeout had elapsed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX, NIL_ARRAY, Double, Reply
from ldbpy.store.memory.args import Argv, Options, integer, positive, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import OUT_OF_RANGE, reject, syntax_error, wrong_arity
from ldbpy.store.memory.floats import check_timeout, score
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import ZSet
from ldbpy.store.memory.zset_values import (
    MOST_SMALL_ENTRIES,
    MOST_SMALL_LENGTH,
    insert,
    scored_reply,
)

__all__ = ["Conditions", "add"]

_NOT_A_NUMBER: Final = b"ERR resulting score is not a number (NaN)"
_MOST_RANDOM: Final = 10_000_000


# -- ZADD and ZINCRBY


@dataclass(slots=True)
class Conditions:
    """The options of ZADD."""

    nx: bool = False
    xx: bool = False
    gt: bool = False
    lt: bool = False
    ch: bool = False
    incr: bool = False

    def parse(self, argv: Argv, start: int) -> int:
        """Read the options from ``start`` on; the place of the first argument that is none."""
        for index in range(start, len(argv)):
            word = argv[index].lower().decode("latin-1")
            if word not in self.__slots__:
                return index
            setattr(self, word, True)
        return len(argv)

    def check(self) -> None:
        """Refuse options that exclude each other."""
        if self.nx and self.xx:
            reject(b"ERR XX and NX options at the same time are not compatible")
        if self.nx + self.gt + self.lt > 1:
            reject(b"ERR GT, LT, and/or NX options at the same time are not compatible")

    def allow(self, old: float, new: float) -> bool:
        """Whether a member that is in may go from ``old`` to ``new``."""
        return not (self.nx or (self.gt and new <= old) or (self.lt and new >= old))


@command("zadd")
def zadd(client: Client, argv: Argv) -> Reply:
    """ZADD key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]."""
    return _zadd(client, argv, Conditions())


@command("zincrby")
def zincrby(client: Client, argv: Argv) -> Reply:
    """ZINCRBY key increment member: ZADD with INCR, whose other options it would take too."""
    return _zadd(client, argv, Conditions(incr=True))


def _zadd(client: Client, argv: Argv, conditions: Conditions) -> Reply:
    first = conditions.parse(argv, 2)
    count = len(argv) - first
    if count % 2 or not count:
        syntax_error()
    conditions.check()
    if conditions.incr and count > 2:
        reject(b"ERR INCR option supports a single increment-element pair")
    pairs = [(score(client, argv[i]), argv[i + 1]) for i in range(first, len(argv), 2)]
    return add(client, argv[1], pairs, conditions)


def add(client: Client, key: bytes, pairs: list[tuple[float, bytes]], conditions: Conditions) -> Reply:
    """Run ZADD with its arguments read: (score, member) pairs."""
    zset = client.db.get_as(key, ZSet)
    if zset is None:
        if conditions.xx:
            return None if conditions.incr else 0
        zset = ZSet()
        client.db.put(key, zset)
    _grow_ahead(client, key, zset, pairs)
    added = updated = 0
    result: float | None = None
    for change, member in pairs:
        old = zset.scores.get(member)
        new = change if old is None or not conditions.incr else old + change
        if math.isnan(new):
            reject(_NOT_A_NUMBER)
        if conditions.xx if old is None else not conditions.allow(old, new):
            continue
        result = new
        if old is None or new != old:
            client.db.changing(key)
            insert(client, zset, member, new)
            added += old is None
            updated += old is not None
    if conditions.incr:
        return None if result is None else Double(result)
    return added + updated if conditions.ch else added


def _grow_ahead(client: Client, key: bytes, zset: ZSet, pairs: list[tuple[float, bytes]]) -> None:
    """Let a small one become a skip list before ZADD if what is to be added would not fit, were it all new."""
    if zset.big or Feature.ZADD_GROWS_AHEAD not in client.features:
        return
    long = Feature.ZADD_GROWS_AHEAD_BY_LENGTH in client.features and any(
        len(member) > MOST_SMALL_LENGTH for _, member in pairs
    )
    if long or len(pairs) > MOST_SMALL_ENTRIES:
        client.db.changing(key)
        zset.big = True


@command("zrem")
def zrem(client: Client, argv: Argv) -> Reply:
    """ZREM key member [member ...]."""
    key = argv[1]
    zset = client.db.get_as(key, ZSet)
    if zset is None:
        return 0
    gone = {member for member in argv[2:] if member in zset.scores}
    if gone:
        client.db.changing(key)
        for member in gone:
            zset.remove(member)
        _remove_if_empty(client, key, zset)
    return len(gone)


def _remove_if_empty(client: Client, key: bytes, zset: ZSet) -> None:
    if not zset:
        client.db.remove(key)


# -- reading


@command("zcard")
def zcard(client: Client, argv: Argv) -> Reply:
    """ZCARD key."""
    return len(client.db.get_as(argv[1], ZSet) or ())


@command("zscore")
def zscore(client: Client, argv: Argv) -> Reply:
    """ZSCORE key member."""
    return _score_reply(client.db.get_as(argv[1], ZSet), argv[2])


@command("zmscore")
def zmscore(client: Client, argv: Argv) -> Reply:
    """ZMSCORE key member [member ...]."""
    zset = client.db.get_as(argv[1], ZSet)
    return [_score_reply(zset, member) for member in argv[2:]]


def _score_reply(zset: ZSet | None, member: bytes) -> Reply:
    found = None if zset is None else zset.scores.get(member)
    return None if found is None else Double(found)


@command("zrank", "zrevrank")
def zrank(client: Client, argv: Argv) -> Reply:
    """ZRANK | ZREVRANK key member [WITHSCORE]."""
    name = argv[0].lower()
    if len(argv) > 4:
        wrong_arity(name.decode())
    with_score = len(argv) == 4
    if with_score and argv[3].upper() != b"WITHSCORE":
        syntax_error()
    zset = client.db.get_as(argv[1], ZSet)
    if zset is None or argv[2] not in zset.scores:
        return NIL_ARRAY if with_score else None
    rank = zset.rank(argv[2])
    if name == b"zrevrank":
        rank = len(zset) - 1 - rank
    return [rank, Double(zset.scores[argv[2]])] if with_score else rank


# -- popping


def _pop(client: Client, key: bytes, zset: ZSet, count: int, *, highest: bool) -> list[tuple[float, bytes]]:
    client.db.changing(key)
    start, stop = (max(len(zset) - count, 0), len(zset)) if highest else (0, count)
    popped = zset.order[start:stop]
    zset.remove_range(start, stop)
    _remove_if_empty(client, key, zset)
    return popped[::-1] if highest else popped


@command("zpopmin", "zpopmax")
def zpop(client: Client, argv: Argv) -> Reply:
    """ZPOPMIN | ZPOPMAX key [count]."""
    if len(argv) > 3:
        syntax_error()
    strict = Feature.ZPOP_CHECKS_COUNT in client.features
    count = 1
    if len(argv) == 3:
        count = positive(argv[2]) if strict else integer(argv[2])
        if not strict and count <= 0:
            return []
    zset = client.db.get_as(argv[1], ZSet)
    if zset is None or count == 0:
        return []
    popped = _pop(client, argv[1], zset, count, highest=argv[0].lower() == b"zpopmax")
    return scored_reply(client, popped, scores=True) if len(argv) == 3 else _flat(popped)


def _flat(pairs: Iterable[tuple[float, bytes]]) -> list[Reply]:
    return [item for number, member in pairs for item in (member, Double(number))]


def _first_zset(client: Client, keys: list[bytes]) -> tuple[bytes, ZSet] | None:
    """The first key that is there; WRONGTYPE if it holds something else."""
    for key in keys:
        zset = client.db.get_as(key, ZSet)
        if zset is not None:
            return key, zset
    return None


@command("bzpopmin", "bzpopmax")
def bzpop(client: Client, argv: Argv) -> Reply:
    """BZPOPMIN | BZPOPMAX key [key ...] timeout."""
    check_timeout(client, argv[-1])
    found = _first_zset(client, argv[1:-1])
    if found is None:
        return NIL_ARRAY
    key, zset = found
    return [key, *_flat(_pop(client, key, zset, 1, highest=argv[0].lower() == b"bzpopmax"))]


@command("zmpop")
def zmpop(client: Client, argv: Argv) -> Reply:
    """ZMPOP numkeys key [key ...] MIN | MAX [COUNT count]."""
    keys, highest, count = _parse_zmpop(argv, 1)
    return _zmpop(client, keys, highest, count)


@command("bzmpop")
def bzmpop(client: Client, argv: Argv) -> Reply:
    """BZMPOP timeout numkeys key [key ...] MIN | MAX [COUNT count]."""
    keys, highest, count = _parse_zmpop(argv, 2)
    check_timeout(client, argv[1])
    return _zmpop(client, keys, highest, count)


def _parse_zmpop(argv: Argv, at: int) -> tuple[list[bytes], bool, int]:
    """The keys, whether the highest scores are wanted, and how many; ``at`` is where the number of keys is."""
    numkeys = ranged(argv[at], 1, INT64_MAX, b"ERR numkeys should be greater than 0")
    options = Options(argv, at + numkeys + 1)
    where = options.word() if options else b""
    if where not in (b"MIN", b"MAX"):
        syntax_error()
    count = 0
    while options:
        if options.word() != b"COUNT" or count or not options:
            syntax_error()
        count = ranged(options.value(), 1, INT64_MAX, b"ERR count should be greater than 0")
    return argv[at + 1 : at + 1 + numkeys], where == b"MAX", count or 1


def _zmpop(client: Client, keys: list[bytes], highest: bool, count: int) -> Reply:
    found = _first_zset(client, keys)
    if found is None:
        return NIL_ARRAY
    key, zset = found
    popped = _pop(client, key, zset, count, highest=highest)
    return [key, scored_reply(client, popped, scores=True, nested=True)]


# -- ZRANDMEMBER


@command("zrandmember")
def zrandmember(client: Client, argv: Argv) -> Reply:
    """ZRANDMEMBER key [count [WITHSCORES]]: a negative count allows repetitions."""
    if len(argv) == 2:
        zset = client.db.get_as(argv[1], ZSet)
        return None if zset is None else client.store.rng.choice(zset.order)[1]
    count = ranged(argv[2], -INT64_MAX, INT64_MAX)
    if len(argv) > 4 or (len(argv) == 4 and argv[3].upper() != b"WITHSCORES"):
        syntax_error()
    with_scores = len(argv) == 4
    if with_scores and abs(count) > INT64_MAX // 2:
        reject(OUT_OF_RANGE)
    zset = client.db.get_as(argv[1], ZSet)
    if zset is None or count == 0:
        return []
    return scored_reply(client, _random_members(client, zset, count), with_scores)


def _random_members(client: Client, zset: ZSet, count: int) -> list[tuple[float, bytes]]:
    """All of them come highest first, some of a small one lowest first, as on a server."""
    rng, order = client.store.rng, zset.order
    if count < -_MOST_RANDOM:
        reject(b"ERR the embedded store picks at most %d random members at once" % _MOST_RANDOM)
    if count < 0:
        return rng.choices(order, k=-count)
    if count > 1 and count >= len(order):
        return order[::-1]
    picked = rng.sample(range(len(order)), min(count, len(order)))
    return [order[index] for index in (picked if zset.big else sorted(picked))]
