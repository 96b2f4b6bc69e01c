"""Unions, intersections and differences of sorted sets (``t_zset.c``). Sets take part too, each member scored 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX, Reply
from ldbpy.store.memory.args import Argv, Options, integer, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error, wrong_type
from ldbpy.store.memory.floats import score
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import Set, ZSet
from ldbpy.store.memory.zset_values import new_zset, scored_reply, store

__all__: list[str] = []

_AGGREGATES: Final = (b"SUM", b"MIN", b"MAX")
_Operands = ZSet | Set | None


@dataclass(slots=True)
class _Source:
    """One operand and its weight."""

    value: _Operands
    weight: float = 1.0

    def __len__(self) -> int:
        return 0 if self.value is None else len(self.value)

    @property
    def scores(self) -> dict[bytes, float]:
        """The scores by member, not weighted."""
        if self.value is None:
            return {}
        return self.value.scores if isinstance(self.value, ZSet) else dict.fromkeys(self.value, 1.0)


@dataclass(slots=True)
class _Query:
    """What a command asks for. ``limit`` is ZINTERCARD's, 0 for none."""

    sources: list[_Source]
    aggregate: bytes = b"SUM"
    with_scores: bool = False
    limit: int = 0

    def add(self, old: float, new: float) -> float:
        """Bring two scores of one member together. What adds up to no number is 0."""
        if self.aggregate == b"SUM":
            return _number(old + new)
        return min(old, new) if self.aggregate == b"MIN" else max(old, new)


def _number(value: float) -> float:
    return 0.0 if math.isnan(value) else value


# -- arguments


def _parse(client: Client, argv: Argv, at: int, allowed: frozenset[bytes]) -> _Query:
    """Read from the number of keys at ``at`` on. ``allowed``: which options the command has."""
    numkeys = integer(argv[at])
    if numkeys < 1:
        quoted = Feature.QUOTED_COMMAND_IN_ERRORS in client.features
        form = b"ERR at least 1 input key is needed for '%s' command" if quoted else _NO_KEYS_UNQUOTED
        reject(form % argv[0].lower())
    if numkeys > len(argv) - at - 1:
        syntax_error()
    options = Options(argv, at + 1 + numkeys)
    query = _Query([_source(client, key) for key in argv[at + 1 : options.index]])
    while options:
        word = options.word()
        if word not in allowed:
            syntax_error()
        _parse_option(client, query, word, options)
    return query


_NO_KEYS_UNQUOTED: Final = b"ERR at least 1 input key is needed for %s"


def _source(client: Client, key: bytes) -> _Source:
    value = client.db.get(key)
    if value is not None and not isinstance(value, ZSet | Set):
        wrong_type()
    return _Source(value)


def _parse_option(client: Client, query: _Query, word: bytes, options: Options) -> None:
    match word:
        case b"WEIGHTS":
            if options.left < len(query.sources):
                syntax_error()
            for source in query.sources:
                source.weight = score(client, options.value(), b"ERR weight value is not a float")
        case b"AGGREGATE":
            query.aggregate = options.value().upper()
            if query.aggregate not in _AGGREGATES:
                syntax_error()
        case b"LIMIT":
            query.limit = ranged(options.value(), 0, INT64_MAX, b"ERR LIMIT can't be negative")
        case _:
            query.with_scores = True


_STORED: Final = frozenset((b"WEIGHTS", b"AGGREGATE"))
_SHOWN: Final = _STORED | {b"WITHSCORES"}


# -- the operations


def _union(query: _Query) -> dict[bytes, float]:
    result: dict[bytes, float] = {}
    for source in sorted(query.sources, key=len):  # the order matters to the sums
        for member, value in source.scores.items():
            weighted = _number(source.weight * value)
            result[member] = query.add(result[member], weighted) if member in result else weighted
    return result


def _intersection(query: _Query) -> dict[bytes, float]:
    first, *others = sorted(query.sources, key=len)
    scores = [(source.scores, source.weight) for source in others]
    result = {}
    for member, value in first.scores.items():
        if all(member in other for other, _ in scores):
            total = _number(first.weight * value)
            for other, weight in scores:
                total = query.add(total, other[member] * weight)
            result[member] = total
    return result


def _difference(query: _Query) -> dict[bytes, float]:
    first, *others = query.sources
    scores = [source.scores for source in others]
    return {member: value for member, value in first.scores.items() if not any(member in other for other in scores)}


def _answer(client: Client, query: _Query, result: dict[bytes, float]) -> Reply:
    return scored_reply(client, ZSet(result).order, query.with_scores)


@command("zunion")
def zunion(client: Client, argv: Argv) -> Reply:
    """ZUNION numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM | MIN | MAX] [WITHSCORES]."""
    query = _parse(client, argv, 1, _SHOWN)
    return _answer(client, query, _union(query))


@command("zinter")
def zinter(client: Client, argv: Argv) -> Reply:
    """ZINTER numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM | MIN | MAX] [WITHSCORES]."""
    query = _parse(client, argv, 1, _SHOWN)
    return _answer(client, query, _intersection(query))


@command("zdiff")
def zdiff(client: Client, argv: Argv) -> Reply:
    """ZDIFF numkeys key [key ...] [WITHSCORES]."""
    query = _parse(client, argv, 1, frozenset((b"WITHSCORES",)))
    return _answer(client, query, _difference(query))


@command("zintercard")
def zintercard(client: Client, argv: Argv) -> Reply:
    """ZINTERCARD numkeys key [key ...] [LIMIT limit]."""
    query = _parse(client, argv, 1, frozenset((b"LIMIT",)))
    size = len(_intersection(query))
    return min(size, query.limit) if query.limit else size


@command("zunionstore")
def zunionstore(client: Client, argv: Argv) -> Reply:
    """ZUNIONSTORE destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM | MIN | MAX]."""
    return store(client, argv[1], new_zset(client, _union(_parse(client, argv, 2, _STORED))))


@command("zinterstore")
def zinterstore(client: Client, argv: Argv) -> Reply:
    """ZINTERSTORE destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM | MIN | MAX]."""
    return store(client, argv[1], new_zset(client, _intersection(_parse(client, argv, 2, _STORED))))


@command("zdiffstore")
def zdiffstore(client: Client, argv: Argv) -> Reply:
    """ZDIFFSTORE destination numkeys key [key ...]."""
    return store(client, argv[1], new_zset(client, _difference(_parse(client, argv, 2, frozenset()))))
