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

from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.resp import Reply
from tests.fuzz.answers import Answers, Rule, alike, as_bytes, in_order, items_of, pairs_of, same_items
from tests.fuzz.times import MILLISECONDS, SECONDS, idle, idle_times, later, time_of_day

if TYPE_CHECKING:
    from tests.fuzz.mirror import Mirror

__all__ = ["RULES", "is_hash_table", "is_range_by_chance"]


# -- the order of hash tables


def is_hash_table(mirror: Mirror, key: bytes) -> bool:
    """Whether a key holds one. A sorted set has one beside its skip list, and SORT makes every one a skip list."""
    return mirror.ask(b"OBJECT", b"ENCODING", key) == b"hashtable" or mirror.ask(b"TYPE", key) == b"zset"


def _unordered(mirror: Mirror, answers: Answers) -> bool:
    if not (mirror.order_lost or any(is_hash_table(mirror, word) for word in answers.argv[1:])):
        return False
    return same_items(answers)


def _unordered_result(mirror: Mirror, answers: Answers) -> bool:
    kinds = {mirror.ask(b"OBJECT", b"ENCODING", key) for key in answers.argv[1:]}
    same = same_items(answers)
    return same and (mirror.order_lost or not kinds <= {b"intset", None})


def _unordered_pairs(mirror: Mirror, answers: Answers) -> bool:
    if not is_hash_table(mirror, answers.argv[1]):
        return False
    same = in_order(pairs_of(answers.theirs)) == in_order(pairs_of(answers.ours))
    return type(answers.theirs) is type(answers.ours) and same


def _keys(mirror: Mirror, answers: Answers) -> bool:
    return same_items(answers)


def _sort(mirror: Mirror, answers: Answers) -> bool:
    words = [word.upper() for word in answers.argv]
    if not (mirror.order_lost or is_hash_table(mirror, answers.argv[1])) or b"BY" not in words:
        return False
    if not alike(answers.theirs, answers.ours) or b"LIMIT" in words:
        return alike(answers.theirs, answers.ours)
    return in_order(items_of(answers.theirs)) == in_order(items_of(answers.ours))


_BY_MEMBER: Final = frozenset({"zrangebylex", "zrevrangebylex", "zlexcount", "zremrangebylex"})


def is_range_by_chance(mirror: Mirror, name: str, argv: list[bytes]) -> bool:
    """Whether the call is for a range by member where members are not in order."""
    if name not in _BY_MEMBER and b"BYLEX" not in map(bytes.upper, argv):
        return False
    key = argv[2 if name == "zrangestore" and len(argv) > 2 else 1]
    if mirror.ask(b"OBJECT", b"ENCODING", key) != b"skiplist":
        return False
    scores = {
        as_bytes(score) for _, score in map(items_of, pairs_of(mirror.ask(b"ZRANGE", key, b"0", b"-1", b"WITHSCORES")))
    }
    return len(scores) > 1


def _by_member(mirror: Mirror, answers: Answers) -> bool:
    name = mirror.name(answers.argv)
    return type(answers.theirs) is type(answers.ours) and is_range_by_chance(mirror, name, answers.argv)


# -- random picks


def _picked(everything: list[Reply], reply: Reply, *, repeats: bool) -> bool:
    """Whether a reply is made of things there are, none twice unless it may be."""
    found = set(map(as_bytes, everything))
    picks = [as_bytes(item) for item in (reply if isinstance(reply, list) else [reply])]
    return found.issuperset(picks) and (repeats or len(set(picks)) == len(picks))


def _both_picked(answers: Answers, everything: list[Reply]) -> bool:
    repeats = answers.argv[2:3] > [b"-"]
    return alike(answers.theirs, answers.ours) and all(
        _picked(everything, reply, repeats=repeats) for reply in (answers.theirs, answers.ours)
    )


def _srandmember(mirror: Mirror, answers: Answers) -> bool:
    return _both_picked(answers, items_of(mirror.ask(b"SMEMBERS", answers.argv[1])))


def _randomkey(mirror: Mirror, answers: Answers) -> bool:
    return _both_picked(answers, items_of(mirror.ask(b"KEYS", b"*")))


def _random_fields(mirror: Mirror, answers: Answers) -> bool:
    return _random_of(answers, mirror.ask(b"HKEYS", answers.argv[1]), mirror.ask(b"HGETALL", answers.argv[1]))


def _random_members(mirror: Mirror, answers: Answers) -> bool:
    names = mirror.ask(b"ZRANGE", answers.argv[1], b"0", b"-1")
    return _random_of(answers, names, mirror.ask(b"ZRANGE", answers.argv[1], b"0", b"-1", b"WITHSCORES"))


def _random_of(answers: Answers, names: Reply, pairs: Reply) -> bool:
    """Of names, or of pairs, which come one after the other in RESP2."""
    if len(answers.argv) < 4:
        return _both_picked(answers, items_of(names))
    paired = [pairs_of(answers.theirs), pairs_of(answers.ours)]
    same = alike(answers.theirs, answers.ours)
    return same and _both_picked(answers._replace(theirs=paired[0], ours=paired[1]), pairs_of(pairs))


# -- cursors


def _scanned(mirror: Mirror, answers: Answers) -> bool:
    paired = answers.argv[0].upper() in (b"HSCAN", b"ZSCAN") and not answers.argv[-1].upper().startswith(b"NO")
    theirs, ours = _page(answers.theirs, paired=paired), _page(answers.ours, paired=paired)
    if theirs is None or ours is None:
        return False
    place = 1 if answers.argv[0].upper() == b"SCAN" else 2
    whole_at_once = place == 2 and not is_hash_table(mirror, answers.argv[1])
    if whole_at_once or (theirs.last and ours.last and answers.argv[place] == b"0"):
        return theirs.last and ours.last and in_order(theirs.items) == in_order(ours.items)
    whole = _page(mirror.ask(*_with_large_count(answers.argv)), paired=paired)
    return whole is not None and all(_picked(whole.items, page.items, repeats=True) for page in (theirs, ours))


class _Page(NamedTuple):
    last: bool
    items: list[Reply]


def _page(reply: Reply, *, paired: bool) -> _Page | None:
    if not isinstance(reply, list) or len(reply) != 2:
        return None
    cursor, items = reply
    return _Page(cursor == b"0", pairs_of(items) if paired else items_of(items))


def _with_large_count(argv: list[bytes]) -> list[bytes]:
    """The call for everything at once: the last COUNT wins, and the cursor is that of the beginning."""
    place = 1 if argv[0].upper() == b"SCAN" else 2
    return [*argv[:place], b"0", *argv[place + 1 :], b"COUNT", b"100000"]


# -- the rest


def _same_numbers(mirror: Mirror, answers: Answers) -> bool:
    return as_bytes(answers.theirs) == as_bytes(answers.ours)


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
    **dict.fromkeys(("ttl", "expiretime", "httl", "hexpiretime"), SECONDS),
    **dict.fromkeys(("pttl", "pexpiretime", "hpttl", "hpexpiretime"), MILLISECONDS),
    **dict.fromkeys(("xpending", "xinfo|stream", "xinfo|groups", "xinfo|consumers", "xinfo"), idle_times),
    **dict.fromkeys(("object", "object|idletime"), idle),
    **dict.fromkeys(("expire", "pexpire", "hexpire", "hpexpire"), later),
    "time": time_of_day,
    "geopos": _same_numbers,
    **{name + suffix: _same_numbers for name in ("georadius", "georadiusbymember") for suffix in ("", "_ro")},
    "geosearch": _same_numbers,
    **dict.fromkeys(("zrangebylex", "zrevrangebylex", "zlexcount", "zrange"), _by_member),
    "dbsize": _dbsize,
    "memory": _a_number,
    "memory|usage": _a_number,
}
"""By the name of the command, for replies whose bytes differ."""
