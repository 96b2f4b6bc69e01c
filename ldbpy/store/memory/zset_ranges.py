"""Ranges of sorted sets by rank, score and member: ZRANGE and its family (``t_zset.c``).

A *span* is the places (from 0, lowest score first) a range takes up, ``[start, stop)``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, TypeAlias

from ldbpy.features import Feature
from ldbpy.resp import Reply
from ldbpy.store.memory.args import Argv, Options, integer, slice_bounds
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error
from ldbpy.store.memory.floats import range_end
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import ZSet
from ldbpy.store.memory.zset_values import MOST_SMALL_ENTRIES, insert, scored_reply, store

__all__ = ["score_span"]

Pair: TypeAlias = tuple[float, bytes]
_BY_SCORE: Final = itemgetter(0)
_EMPTY: Final = (0, 0)


# -- ranges by score and by member


@dataclass(frozen=True, slots=True)
class _Scores:
    """Scores from ``low`` to ``high``; ``open_low`` and ``open_high`` leave the end itself out."""

    low: float
    high: float
    open_low: bool
    open_high: bool

    def span(self, zset: ZSet, offset: int = 0) -> tuple[int, int]:
        """The places in the range, but for the first ``offset`` of them."""
        start = (bisect_right if self.open_low else bisect_left)(zset.order, self.low, key=_BY_SCORE)
        stop = (bisect_left if self.open_high else bisect_right)(zset.order, self.high, key=_BY_SCORE)
        return (start + offset, stop) if start + offset < stop else _EMPTY

    def reverse_span(self, zset: ZSet, offset: int) -> tuple[int, int]:
        """The places in the range, but for the last ``offset`` of them."""
        start, stop = self.span(zset)
        return (start, stop - offset) if start < stop - offset else _EMPTY


_Bound: TypeAlias = tuple[int, bytes]
"""A member as an end of a range: (0, member); (-1, empty) is before all members, (1, empty) after them."""


@dataclass(frozen=True, slots=True)
class _Members:
    """Members from ``low`` to ``high``; ``open_low`` and ``open_high`` leave the end itself out.

    Meant for members of one score. Where scores differ a server starts at the first (or, backwards, last) member that
    is in reach of one end, passes over ``offset`` members, whatever they are, and stops at the first one that is
    beyond the other end.
    """

    low: _Bound
    high: _Bound
    open_low: bool
    open_high: bool

    def _above_low(self, member: bytes) -> bool:
        return (0, member) > self.low if self.open_low else (0, member) >= self.low

    def _below_high(self, member: bytes) -> bool:
        return (0, member) < self.high if self.open_high else (0, member) <= self.high

    def _misses(self, zset: ZSet) -> bool:
        nothing = self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))
        return nothing or not self._above_low(zset.order[-1][1]) or not self._below_high(zset.order[0][1])

    def span(self, zset: ZSet, offset: int = 0) -> tuple[int, int]:
        """The places in the range, but for the first ``offset`` of them."""
        if self._misses(zset):
            return _EMPTY
        start = _first(zset, self._above_low)
        if not self._below_high(zset.order[start][1]):
            return _EMPTY
        start = min(start + offset, len(zset))
        return start, _first(zset, lambda member: not self._below_high(member), start)

    def reverse_span(self, zset: ZSet, offset: int) -> tuple[int, int]:
        """The places in the range, but for the last ``offset`` of them."""
        if self._misses(zset):
            return _EMPTY
        last = _last(zset, self._below_high)
        if last < offset or not self._above_low(zset.order[last][1]):
            return _EMPTY
        stop = last + 1 - offset
        return _last(zset, lambda member: not self._above_low(member), stop) + 1, stop


def _one_score(zset: ZSet) -> bool:
    return zset.order[0][0] == zset.order[-1][0]


def _first(zset: ZSet, wanted: Callable[[bytes], bool], start: int = 0) -> int:
    """The first place from ``start`` on whose member is wanted; the number of members if none is."""
    if _one_score(zset):
        return bisect_left(zset.order, True, start, key=lambda pair: wanted(pair[1]))
    places = range(start, len(zset))
    return next((place for place in places if wanted(zset.order[place][1])), len(zset))


def _last(zset: ZSet, wanted: Callable[[bytes], bool], stop: int | None = None) -> int:
    """The last place before ``stop`` whose member is wanted; -1 if none is."""
    stop = len(zset) if stop is None else stop
    if _one_score(zset):
        return bisect_left(zset.order, True, 0, stop, key=lambda pair: not wanted(pair[1])) - 1
    return next((place for place in range(stop - 1, -1, -1) if wanted(zset.order[place][1])), -1)


def score_span(zset: ZSet, low: float, high: float) -> tuple[int, int]:
    """The places of the scores from ``low`` to below ``high``."""
    return _Scores(low, high, open_low=False, open_high=True).span(zset)


def _scores(client: Client, low: bytes, high: bytes) -> _Scores:
    ends = [range_end(client, end[1:] if end.startswith(b"(") else end) for end in (low, high)]
    if ends[0] is None or ends[1] is None:
        reject(b"ERR min or max is not a float")
    return _Scores(ends[0], ends[1], low.startswith(b"("), high.startswith(b"("))


def _members(low: bytes, high: bytes) -> _Members:
    return _Members(_bound(low), _bound(high), not low.startswith(b"["), not high.startswith(b"["))


def _bound(text: bytes) -> _Bound:
    match text[:1]:
        case b"(" | b"[":
            return 0, text[1:]
        case b"-" | b"+" if text[1:2] in (b"", b"\0"):
            return (1 if text.startswith(b"+") else -1), b""
        case _:
            reject(b"ERR min or max not valid string range item")


# -- ZRANGE and what is like it


@dataclass(slots=True)
class _Query:
    """A range command as it was written. ``by``: RANK, SCORE or LEX, empty while that is open."""

    by: bytes = b""
    reverse: bool | None = None
    with_scores: bool = False
    offset: int = 0
    limit: int = -1


def _parse(argv: Argv, start: int, query: _Query, *, storing: bool) -> None:
    options = Options(argv, start)
    while options:
        word = options.word()
        if word == b"WITHSCORES" and not storing:
            query.with_scores = True
        elif word == b"LIMIT" and options.left >= 2:
            query.offset, query.limit = integer(options.value()), integer(options.value())
        elif word == b"REV" and query.reverse is None:
            query.reverse = True
        elif word in (b"BYLEX", b"BYSCORE") and not query.by:
            query.by = word[2:]
        else:
            syntax_error()
    query.by = query.by or b"RANK"
    if query.limit != -1 and query.by == b"RANK":
        reject(b"ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
    if query.with_scores and query.by == b"LEX":
        reject(b"ERR syntax error, WITHSCORES not supported in combination with BYLEX")


def _select(client: Client, argv: Argv, at: int, query: _Query) -> list[Pair]:
    """Run a query. ``at`` is where the key is; the ends come after it, the higher one first if it is reversed."""
    first, second = argv[at + 1], argv[at + 2]
    if query.by == b"RANK":
        start, stop = integer(first), integer(second)
        zset = client.db.get_as(argv[at], ZSet)
        return [] if zset is None else _by_rank(zset, start, stop, reverse=bool(query.reverse))
    low, high = (second, first) if query.reverse else (first, second)
    bounds = _scores(client, low, high) if query.by == b"SCORE" else _members(low, high)
    zset = client.db.get_as(argv[at], ZSet)
    return [] if zset is None else _limited(client, zset, bounds, query)


def _by_rank(zset: ZSet, start: int, stop: int, *, reverse: bool) -> list[Pair]:
    start, stop = slice_bounds(start, stop, len(zset))
    if not reverse:
        return zset.order[start:stop]
    size = len(zset)
    return zset.order[size - stop : size - start][::-1]


def _limited(client: Client, zset: ZSet, bounds: _Scores | _Members, query: _Query) -> list[Pair]:
    offset = query.offset
    if offset < 0 and not (zset.big and Feature.NEGATIVE_OFFSETS in client.features):
        return []
    if offset < 0:
        start, stop = bounds.span(zset)
        offset += stop - start  # a skip list counts from the other end
        if offset < 0:
            return []
    start, stop = bounds.reverse_span(zset, offset) if query.reverse else bounds.span(zset, offset)
    found = zset.order[start:stop][:: -1 if query.reverse else 1]
    return found if query.limit < 0 else found[: query.limit]


@command("zrange")
def zrange(client: Client, argv: Argv) -> Reply:
    """ZRANGE key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]."""
    return _range(client, argv, _Query())


@command("zrevrange")
def zrevrange(client: Client, argv: Argv) -> Reply:
    """ZREVRANGE key start stop [WITHSCORES]."""
    return _range(client, argv, _Query(b"RANK", reverse=True))


@command("zrangebyscore")
def zrangebyscore(client: Client, argv: Argv) -> Reply:
    """ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count]."""
    return _range(client, argv, _Query(b"SCORE", reverse=False))


@command("zrevrangebyscore")
def zrevrangebyscore(client: Client, argv: Argv) -> Reply:
    """ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count]."""
    return _range(client, argv, _Query(b"SCORE", reverse=True))


@command("zrangebylex")
def zrangebylex(client: Client, argv: Argv) -> Reply:
    """ZRANGEBYLEX key min max [LIMIT offset count]."""
    return _range(client, argv, _Query(b"LEX", reverse=False))


@command("zrevrangebylex")
def zrevrangebylex(client: Client, argv: Argv) -> Reply:
    """ZREVRANGEBYLEX key max min [LIMIT offset count]."""
    return _range(client, argv, _Query(b"LEX", reverse=True))


def _range(client: Client, argv: Argv, query: _Query) -> Reply:
    _parse(argv, 4, query, storing=False)
    return scored_reply(client, _select(client, argv, 1, query), query.with_scores)


@command("zrangestore")
def zrangestore(client: Client, argv: Argv) -> Reply:
    """ZRANGESTORE dst src min max [BYSCORE | BYLEX] [REV] [LIMIT offset count]."""
    query = _Query()
    _parse(argv, 5, query, storing=True)
    found = _select(client, argv, 2, query)
    result = ZSet()
    if query.by == b"RANK":
        result.big = Feature.LISTPACKS in client.features and len(found) > MOST_SMALL_ENTRIES
    else:
        result.big = Feature.STORED_RANGES_BIG in client.features
    for score, member in found:
        insert(client, result, member, score)
    return store(client, argv[1], result)


# -- counting and removing


@command("zcount")
def zcount(client: Client, argv: Argv) -> Reply:
    """ZCOUNT key min max."""
    return _count(client, argv[1], _scores(client, argv[2], argv[3]))


@command("zlexcount")
def zlexcount(client: Client, argv: Argv) -> Reply:
    """ZLEXCOUNT key min max."""
    return _count(client, argv[1], _members(argv[2], argv[3]))


def _count(client: Client, key: bytes, bounds: _Scores | _Members) -> Reply:
    zset = client.db.get_as(key, ZSet)
    if zset is None:
        return 0
    start, stop = bounds.span(zset)
    return stop - start


@command("zremrangebyrank")
def zremrangebyrank(client: Client, argv: Argv) -> Reply:
    """ZREMRANGEBYRANK key start stop."""
    first, last = integer(argv[2]), integer(argv[3])
    return _remove(client, argv[1], lambda zset: slice_bounds(first, last, len(zset)))


@command("zremrangebyscore")
def zremrangebyscore(client: Client, argv: Argv) -> Reply:
    """ZREMRANGEBYSCORE key min max."""
    return _remove(client, argv[1], _scores(client, argv[2], argv[3]).span)


@command("zremrangebylex")
def zremrangebylex(client: Client, argv: Argv) -> Reply:
    """ZREMRANGEBYLEX key min max."""
    return _remove(client, argv[1], _members(argv[2], argv[3]).span)


def _remove(client: Client, key: bytes, span: Callable[[ZSet], tuple[int, int]]) -> Reply:
    zset = client.db.get_as(key, ZSet)
    if zset is None:
        return 0
    start, stop = span(zset)
    if start == stop:
        return 0
    client.db.changing(key)
    gone = zset.remove_range(start, stop)
    if not zset:
        client.db.remove(key)
    return gone
