"""What a server does not promise, so that its replies are compared without it: the one place where that is said.

Everything not named here is compared byte for byte.

- Random picks (SRANDMEMBER, HRANDFIELD, ZRANDMEMBER, RANDOMKEY): how many, that each is there, and that a positive
  count gives none twice. SPOP besides: the embedded server then goes on without the members the real one took.
- The order of hash tables: if a set or hash involved is one, its members are compared sorted. KEYS always; SUNION and
  SDIFF unless all sets are intsets, for they make a hash table of the result. SORT reads
  sorted sets by their hash table too; what is the same to its BY pattern comes in any order, and which of it LIMIT
  leaves is not said either.
- Ranges by member in a skip list whose scores differ: the random levels of its nodes decide what is found.
- SCAN and its relatives: if the iteration is not at its beginning, or is not over, that what came is there; else
  everything, sorted.
- Time goes on while the real server works and stands still here: what is left of a time, and times of day, may be
  apart by as much as passed from the round's beginning to its end.
- When expired keys go: DBSIZE may count some more than the embedded server does, which drops them before it counts.
- Whether the time that EXPIRE GT asks for is later than the one the key has, if both are so many seconds from now.
- OBJECT IDLETIME of a number that all keys share: how long nobody has used it.
- MEMORY USAGE: that there is a number.
- The text of coordinates in RESP3: that it is the same number. (A RESP3 double is a number here; how many of its digits
  are sent is the renderer's affair.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.resp import MapReply, Reply, encode

if TYPE_CHECKING:
    from tests.fuzz.mirror import Mirror

__all__ = ["RULES", "Answers", "is_hash_table", "is_range_by_chance"]


class Answers(NamedTuple):
    """What both sides answered to one call."""

    argv: list[bytes]
    theirs: Reply
    ours: Reply
    elapsed: int
    """Milliseconds the round took the real server."""


Rule = Callable[["Mirror", Answers], bool]
"""Whether the answers are the same but for what is not promised."""


def _bytes(reply: Reply) -> bytes:
    return encode(reply, protocol=3)


def _items(reply: Reply) -> list[Reply]:
    return reply if isinstance(reply, list) else []


def _sorted(items: Iterable[Reply]) -> list[bytes]:
    return sorted(map(_bytes, items))


def _pairs(reply: Reply) -> list[Reply]:
    """Pairs of a map or of a flat array as items to be compared."""
    if isinstance(reply, MapReply):
        return [[key, value] for key, value in reply.pairs]
    items = _items(reply)
    if items and isinstance(items[0], list):
        return items
    return [list(pair) for pair in zip(items[::2], items[1::2], strict=False)]


def _alike(theirs: Reply, ours: Reply) -> bool:
    """Whether both are replies of one type and length."""
    if type(theirs) is not type(ours):
        return False
    return not isinstance(theirs, list) or not isinstance(ours, list) or len(theirs) == len(ours)


# -- the order of hash tables


def is_hash_table(mirror: Mirror, key: bytes) -> bool:
    """Whether a key holds one. A sorted set has one beside its skip list, and SORT makes every one a skip list."""
    return mirror.ask(b"OBJECT", b"ENCODING", key) == b"hashtable" or mirror.ask(b"TYPE", key) == b"zset"


def _unordered(mirror: Mirror, answers: Answers) -> bool:
    if not (mirror.order_lost or any(is_hash_table(mirror, word) for word in answers.argv[1:])):
        return False
    return _alike(answers.theirs, answers.ours) and _sorted(_items(answers.theirs)) == _sorted(_items(answers.ours))


def _unordered_result(mirror: Mirror, answers: Answers) -> bool:
    kinds = {mirror.ask(b"OBJECT", b"ENCODING", key) for key in answers.argv[1:]}
    same = _alike(answers.theirs, answers.ours) and _sorted(_items(answers.theirs)) == _sorted(_items(answers.ours))
    return same and (mirror.order_lost or not kinds <= {b"intset", None})


def _unordered_pairs(mirror: Mirror, answers: Answers) -> bool:
    if not is_hash_table(mirror, answers.argv[1]):
        return False
    same = _sorted(_pairs(answers.theirs)) == _sorted(_pairs(answers.ours))
    return type(answers.theirs) is type(answers.ours) and same


def _keys(mirror: Mirror, answers: Answers) -> bool:
    return _alike(answers.theirs, answers.ours) and _sorted(_items(answers.theirs)) == _sorted(_items(answers.ours))


def _sort(mirror: Mirror, answers: Answers) -> bool:
    words = [word.upper() for word in answers.argv]
    if not (mirror.order_lost or is_hash_table(mirror, answers.argv[1])) or b"BY" not in words:
        return False
    if not _alike(answers.theirs, answers.ours) or b"LIMIT" in words:
        return _alike(answers.theirs, answers.ours)
    return _sorted(_items(answers.theirs)) == _sorted(_items(answers.ours))


_BY_MEMBER: Final = frozenset({"zrangebylex", "zrevrangebylex", "zlexcount", "zremrangebylex"})


def is_range_by_chance(mirror: Mirror, name: str, argv: list[bytes]) -> bool:
    """Whether the call is for a range by member where members are not in order."""
    if name not in _BY_MEMBER and b"BYLEX" not in map(bytes.upper, argv):
        return False
    key = argv[2 if name == "zrangestore" and len(argv) > 2 else 1]
    if mirror.ask(b"OBJECT", b"ENCODING", key) != b"skiplist":
        return False
    scores = {_bytes(score) for _, score in map(_items, _pairs(mirror.ask(b"ZRANGE", key, b"0", b"-1", b"WITHSCORES")))}
    return len(scores) > 1


def _by_member(mirror: Mirror, answers: Answers) -> bool:
    name = mirror.name(answers.argv)
    return type(answers.theirs) is type(answers.ours) and is_range_by_chance(mirror, name, answers.argv)


# -- random picks


def _picked(everything: list[Reply], reply: Reply, *, repeats: bool) -> bool:
    """Whether a reply is made of things there are, none twice unless it may be."""
    found = set(map(_bytes, everything))
    picks = [_bytes(item) for item in (reply if isinstance(reply, list) else [reply])]
    return found.issuperset(picks) and (repeats or len(set(picks)) == len(picks))


def _both_picked(answers: Answers, everything: list[Reply]) -> bool:
    repeats = answers.argv[2:3] > [b"-"]
    return _alike(answers.theirs, answers.ours) and all(
        _picked(everything, reply, repeats=repeats) for reply in (answers.theirs, answers.ours)
    )


def _srandmember(mirror: Mirror, answers: Answers) -> bool:
    return _both_picked(answers, _items(mirror.ask(b"SMEMBERS", answers.argv[1])))


def _randomkey(mirror: Mirror, answers: Answers) -> bool:
    return _both_picked(answers, _items(mirror.ask(b"KEYS", b"*")))


def _random_fields(mirror: Mirror, answers: Answers) -> bool:
    return _random_of(answers, mirror.ask(b"HKEYS", answers.argv[1]), mirror.ask(b"HGETALL", answers.argv[1]))


def _random_members(mirror: Mirror, answers: Answers) -> bool:
    names = mirror.ask(b"ZRANGE", answers.argv[1], b"0", b"-1")
    return _random_of(answers, names, mirror.ask(b"ZRANGE", answers.argv[1], b"0", b"-1", b"WITHSCORES"))


def _random_of(answers: Answers, names: Reply, pairs: Reply) -> bool:
    """Of names, or of pairs, which come one after the other in RESP2."""
    if len(answers.argv) < 4:
        return _both_picked(answers, _items(names))
    paired = [_pairs(answers.theirs), _pairs(answers.ours)]
    same = _alike(answers.theirs, answers.ours)
    return same and _both_picked(answers._replace(theirs=paired[0], ours=paired[1]), _pairs(pairs))


# -- cursors


def _scanned(mirror: Mirror, answers: Answers) -> bool:
    paired = answers.argv[0].upper() in (b"HSCAN", b"ZSCAN") and not answers.argv[-1].upper().startswith(b"NO")
    theirs, ours = _page(answers.theirs, paired=paired), _page(answers.ours, paired=paired)
    if theirs is None or ours is None:
        return False
    place = 1 if answers.argv[0].upper() == b"SCAN" else 2
    whole_at_once = place == 2 and not is_hash_table(mirror, answers.argv[1])
    if whole_at_once or (theirs.last and ours.last and answers.argv[place] == b"0"):
        return theirs.last and ours.last and _sorted(theirs.items) == _sorted(ours.items)
    whole = _page(mirror.ask(*_with_large_count(answers.argv)), paired=paired)
    return whole is not None and all(_picked(whole.items, page.items, repeats=True) for page in (theirs, ours))


class _Page(NamedTuple):
    last: bool
    items: list[Reply]


def _page(reply: Reply, *, paired: bool) -> _Page | None:
    if not isinstance(reply, list) or len(reply) != 2:
        return None
    cursor, items = reply
    return _Page(cursor == b"0", _pairs(items) if paired else _items(items))


def _with_large_count(argv: list[bytes]) -> list[bytes]:
    """The call for everything at once: the last COUNT wins, and the cursor is that of the beginning."""
    place = 1 if argv[0].upper() == b"SCAN" else 2
    return [*argv[:place], b"0", *argv[place + 1 :], b"COUNT", b"100000"]


# -- time

_IDLE: Final = frozenset({b"idle", b"inactive"})
_A_DATE: Final = 10**11
"""Numbers above it are times since 1970 in milliseconds."""


def _time_in(unit: int) -> Rule:
    """Every number in the reply tells a time in units of so many milliseconds."""

    def near(mirror: Mirror, answers: Answers) -> bool:
        return _near(answers.theirs, answers.ours, answers.elapsed // unit + 1, loose=True)

    return near


_MILLISECONDS, _SECONDS = _time_in(1), _time_in(1000)


def _idle_times(mirror: Mirror, answers: Answers) -> bool:
    """What is idle tells for how long: by name in XINFO, by place in the long form of XPENDING."""
    return _near(answers.theirs, answers.ours, answers.elapsed + 1, loose=False)


def _near(theirs: Reply, ours: Reply, tolerance: int, *, loose: bool) -> bool:
    """Whether replies are the same but for numbers close to each other: those that are times, or all if ``loose``."""
    if type(theirs) is int and type(ours) is int:
        apart = abs(theirs - ours)
        time = min(theirs, ours) >= (0 if loose else _A_DATE)
        return apart == 0 or (time and apart <= tolerance)
    left, right = _parts(theirs), _parts(ours)
    if left is None or right is None or type(theirs) is not type(ours) or len(left) != len(right):
        return _bytes(theirs) == _bytes(ours)
    return all(
        _near(one, other, tolerance, loose=loose or _is_idle(left, index))
        for index, (one, other) in enumerate(zip(left, right, strict=True))
    )


def _parts(reply: Reply) -> list[Reply] | None:
    if isinstance(reply, MapReply):
        return [item for pair in reply.pairs for item in pair]
    return reply if isinstance(reply, list) else None


def _is_idle(parts: list[Reply], index: int) -> bool:
    name = parts[index - 1] if index else None
    pending = [type(part) for part in parts] == [bytes, bytes, int, int]
    return (isinstance(name, bytes) and name in _IDLE) or (pending and index == 2)


def _idle(mirror: Mirror, answers: Answers) -> bool:
    shared = mirror.ask(b"OBJECT", b"REFCOUNT", answers.argv[2]) != 1
    return (shared and isinstance(answers.theirs, int)) or _SECONDS(mirror, answers)


def _later(mirror: Mirror, answers: Answers) -> bool:
    """What the same round set for as long as is asked for now is earlier on the real server, and the same here."""
    if b"GT" not in map(bytes.upper, answers.argv[3:]):
        return False
    if isinstance(answers.theirs, list) and isinstance(answers.ours, list):
        pairs = zip(answers.theirs, answers.ours, strict=False)
        return len(answers.theirs) == len(answers.ours) and all(pair == (1, 0) or pair[0] == pair[1] for pair in pairs)
    return answers.theirs == 1 and answers.ours == 0


def _time_of_day(mirror: Mirror, answers: Answers) -> bool:
    stamps = [_microseconds(reply) for reply in (answers.theirs, answers.ours)]
    return None not in stamps and abs((stamps[0] or 0) - (stamps[1] or 0)) <= (answers.elapsed + 1) * 1000


def _microseconds(reply: Reply) -> int | None:
    match reply:
        case [bytes() as seconds, bytes() as rest] if seconds.isdigit() and rest.isdigit():
            return int(seconds) * 10**6 + int(rest)
        case _:
            return None


# -- the rest


def _same_numbers(mirror: Mirror, answers: Answers) -> bool:
    return _bytes(answers.theirs) == _bytes(answers.ours)


def _dbsize(mirror: Mirror, answers: Answers) -> bool:
    theirs, ours = answers.theirs, answers.ours
    return isinstance(theirs, int) and isinstance(ours, int) and ours < theirs < ours + 5


def _a_number(mirror: Mirror, answers: Answers) -> bool:
    return type(answers.theirs) is int and type(answers.ours) is int


RULES: Final[dict[str, Rule]] = {
    **dict.fromkeys(("smembers", "sinter", "hkeys", "hvals"), _unordered),
    **dict.fromkeys(("sort", "sort_ro"), _sort),
    **dict.fromkeys(("sunion", "sdiff"), _unordered_result),
    "hgetall": _unordered_pairs,
    "keys": _keys,
    "srandmember": _srandmember,
    "randomkey": _randomkey,
    "hrandfield": _random_fields,
    "zrandmember": _random_members,
    **dict.fromkeys(("scan", "sscan", "hscan", "zscan"), _scanned),
    **dict.fromkeys(("ttl", "expiretime", "httl", "hexpiretime"), _SECONDS),
    **dict.fromkeys(("pttl", "pexpiretime", "hpttl", "hpexpiretime"), _MILLISECONDS),
    **dict.fromkeys(("xpending", "xinfo|stream", "xinfo|groups", "xinfo|consumers", "xinfo"), _idle_times),
    **dict.fromkeys(("object", "object|idletime"), _idle),
    **dict.fromkeys(("expire", "pexpire", "hexpire", "hpexpire"), _later),
    "time": _time_of_day,
    "geopos": _same_numbers,
    **{name + suffix: _same_numbers for name in ("georadius", "georadiusbymember") for suffix in ("", "_ro")},
    "geosearch": _same_numbers,
    **dict.fromkeys(("zrangebylex", "zrevrangebylex", "zlexcount", "zrange"), _by_member),
    "dbsize": _dbsize,
    "memory": _a_number,
    "memory|usage": _a_number,
}
"""By the name of the command, for replies whose bytes differ."""
