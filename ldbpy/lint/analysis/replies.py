"""What a command's reply is to a script, by command and options: status table, string or false, number, array.

In RESP2, which scripts see unless they call ``redis.setresp(3)``, and in RESP3. What is not in the table may be
anything. A test asks real servers whether each example of it is true, with the key there and not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

__all__ = ["Reply", "reply_of", "resp3_reply_of"]


class Reply(NamedTuple):
    """What a script gets.

    ``shape``: ``status`` ({ok=...}), ``integer``, ``string``, ``array``, ``cursor`` (what SCAN gives), ``unknown``; in
    RESP3 also ``map``, ``set`` and ``double``, tables with such a field. ``nullable``: may be ``absent`` instead.
    ``element``: what an array holds.
    """

    shape: str
    nullable: bool = False
    element: Reply | None = None
    pairs: bool = False
    """An array of name, value, name, value."""
    absent: str = "false"
    """What stands for a missing value: ``false``, in RESP3 ``nil``."""

    @property
    def types(self) -> frozenset[str]:
        """The Lua types it may have."""
        return _TYPES[self.shape] | ({self.absent} if self.nullable else frozenset())


_TYPES: Final = {
    "status": frozenset({"table"}),
    "integer": frozenset({"number"}),
    "string": frozenset({"string"}),
    "array": frozenset({"table"}),
    "cursor": frozenset({"table"}),
    "map": frozenset({"table"}),
    "set": frozenset({"table"}),
    "double": frozenset({"table"}),
    "unknown": frozenset({"nil", "false", "true", "number", "string", "table"}),
}

_STATUS: Final = Reply("status")
_STATUS_OR_FALSE: Final = Reply("status", nullable=True)
_INTEGER: Final = Reply("integer")
_INTEGER_OR_FALSE: Final = Reply("integer", nullable=True)
_STRING: Final = Reply("string")
_STRING_OR_FALSE: Final = Reply("string", nullable=True)
_ANY: Final = Reply("unknown")
_STRINGS: Final = Reply("array", element=_STRING)
_STRINGS_OR_FALSE: Final = Reply("array", nullable=True, element=_STRING)
_NULLABLES: Final = Reply("array", element=_STRING_OR_FALSE)
_INTEGERS: Final = Reply("array", element=_INTEGER)
_PAIRS: Final = Reply("array", element=_STRING, pairs=True)
_ARRAY: Final = Reply("array", element=_ANY)
_ARRAY_OR_FALSE: Final = Reply("array", nullable=True, element=_ANY)
_ARRAYS: Final = Reply("array", element=_ARRAY)
_ARRAYS_OR_FALSE: Final = Reply("array", nullable=True, element=_ARRAY)
_CURSOR: Final = Reply("cursor", element=_ANY)

_PLAIN: Final = (
    (_STATUS, "MSET HMSET SETEX PSETEX TYPE RENAME LSET LTRIM FLUSHALL FLUSHDB SELECT RESTORE PFMERGE SWAPDB"),
    (
        _INTEGER,
        (
            "APPEND BITCOUNT BITOP BITPOS COPY DBSIZE DECR DECRBY DEL EXISTS EXPIRE EXPIREAT EXPIRETIME GEOADD "
            "GEOSEARCHSTORE GETBIT HDEL HEXISTS HINCRBY HLEN HSET HSETNX HSTRLEN INCR INCRBY LINSERT LLEN LPUSH LPUSHX "
            "LREM MOVE MSETNX PERSIST PEXPIRE PEXPIREAT PEXPIRETIME PFADD PFCOUNT PTTL PUBLISH RENAMENX RPUSH RPUSHX "
            "SADD SCARD SDIFFSTORE SETBIT SETNX SETRANGE SINTERCARD SINTERSTORE SISMEMBER SMOVE SPUBLISH SREM STRLEN "
            "SUNIONSTORE TOUCH TTL UNLINK XACK XDEL XLEN XTRIM ZCARD ZCOUNT ZDIFFSTORE ZINTERCARD ZINTERSTORE "
            "ZLEXCOUNT ZRANGESTORE ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZUNIONSTORE"
        ),
    ),
    (_STRING, "ECHO GETRANGE HINCRBYFLOAT INCRBYFLOAT SUBSTR ZINCRBY"),
    (
        _STRING_OR_FALSE,
        "DUMP GET GETDEL GETEX GETSET HGET LINDEX LMOVE RANDOMKEY RPOPLPUSH ZSCORE GEODIST OBJECT|ENCODING",
    ),
    (_STRINGS, "HKEYS HVALS KEYS LRANGE SDIFF SINTER SMEMBERS SUNION TIME ZRANGEBYLEX ZREVRANGEBYLEX"),
    (_PAIRS, "HGETALL ZPOPMIN ZPOPMAX"),
    (_NULLABLES, "GEOHASH HMGET MGET ZMSCORE"),
    (_INTEGERS, "SMISMEMBER"),
    (_ARRAYS, "XRANGE XREVRANGE"),
    (_ARRAYS_OR_FALSE, "XREAD XREADGROUP"),
    (_CURSOR, "SCAN HSCAN SSCAN ZSCAN"),
)
_BY_NAME: Final = {name.encode(): reply for reply, names in _PLAIN for name in names.split()}


def _has(words: Sequence[bytes | None], start: int, *options: bytes) -> bool:
    return any(word is not None and word.upper() in options for word in words[start:])


def _set(words: Sequence[bytes | None]) -> Reply:
    if _has(words, 3, b"GET"):
        return _STRING_OR_FALSE
    conditional = _has(words, 3, b"NX", b"XX", b"IFEQ", b"IFNE", b"IFDEQ", b"IFDNE")
    return _STATUS_OR_FALSE if conditional else _STATUS


def _counted(at: int, without: Reply, with_count: Reply) -> Callable[[Sequence[bytes | None]], Reply]:
    return lambda words: with_count if len(words) > at else without


def _with_option(option: bytes, without: Reply, with_option: Reply, start: int = 2) -> Callable[..., Reply]:
    return lambda words: with_option if _has(words, start, option) else without


def _sort(words: Sequence[bytes | None]) -> Reply:
    if _has(words, 2, b"STORE"):
        return _INTEGER
    return _NULLABLES if _has(words, 2, b"GET") else _STRINGS


def _geo(words: Sequence[bytes | None]) -> Reply:
    if _has(words, 2, b"STORE", b"STOREDIST"):
        return _INTEGER
    return _ARRAYS if _has(words, 2, b"WITHCOORD", b"WITHDIST", b"WITHHASH") else _STRINGS


def _random(words: Sequence[bytes | None]) -> Reply:
    if len(words) == 2:
        return _STRING_OR_FALSE
    return _PAIRS if _has(words, 3, b"WITHVALUES", b"WITHSCORES") else _STRINGS


_SCORED: Final = _with_option(b"WITHSCORES", _STRINGS, _PAIRS, 3)
_BY_OPTIONS: Final[dict[bytes, Callable[[Sequence[bytes | None]], Reply]]] = {
    b"SET": _set,
    b"LPOP": _counted(2, _STRING_OR_FALSE, _STRINGS_OR_FALSE),
    b"RPOP": _counted(2, _STRING_OR_FALSE, _STRINGS_OR_FALSE),
    b"SPOP": _counted(2, _STRING_OR_FALSE, _STRINGS),
    b"SRANDMEMBER": _counted(2, _STRING_OR_FALSE, _STRINGS),
    b"HRANDFIELD": _random,
    b"ZRANDMEMBER": _random,
    b"PING": _counted(1, _STATUS, _STRING),
    b"ZADD": _with_option(b"INCR", _INTEGER, _STRING_OR_FALSE),
    b"XADD": _with_option(b"NOMKSTREAM", _STRING, _STRING_OR_FALSE),
    b"ZRANGE": _SCORED,
    b"ZREVRANGE": _SCORED,
    b"ZRANGEBYSCORE": _SCORED,
    b"ZREVRANGEBYSCORE": _SCORED,
    b"ZUNION": _with_option(b"WITHSCORES", _STRINGS, _PAIRS),
    b"ZINTER": _with_option(b"WITHSCORES", _STRINGS, _PAIRS),
    b"ZDIFF": _with_option(b"WITHSCORES", _STRINGS, _PAIRS),
    b"ZRANK": _with_option(b"WITHSCORE", _INTEGER_OR_FALSE, _ARRAY_OR_FALSE),
    b"ZREVRANK": _with_option(b"WITHSCORE", _INTEGER_OR_FALSE, _ARRAY_OR_FALSE),
    b"LPOS": _with_option(b"COUNT", _INTEGER_OR_FALSE, _INTEGERS),
    b"LCS": lambda words: _ANY if _has(words, 3, b"IDX", b"LEN") else _STRING,
    b"SORT": _sort,
    b"SORT_RO": _sort,
    b"GEORADIUS": _geo,
    b"GEORADIUS_RO": _geo,
    b"GEORADIUSBYMEMBER": _geo,
    b"GEORADIUSBYMEMBER_RO": _geo,
    b"GEOSEARCH": _geo,
}


def reply_of(words: Sequence[bytes | None], *, more: bool) -> Reply | None:
    """What ``words`` (name first, None where it is not known) reply. ``more``: there may be more arguments.

    None: not known.
    """
    if not words or words[0] is None:
        return None
    name = words[0].upper()
    if name in _BY_OPTIONS:
        # An argument that is not known may be an option that changes the reply: its place tells only in the plain ones.
        if more:
            return None
        reply = _BY_OPTIONS[name](words)
        unknown = any(word is None for word in words[_OPTIONS_FROM.get(name, len(words)) :])
        return None if unknown else reply
    if name == b"OBJECT" and len(words) > 1 and words[1] is not None:
        name += b"|" + words[1].upper()
    return _BY_NAME.get(name)


_OPTIONS_FROM: Final = {
    b"SET": 3,
    b"ZRANGE": 4,
    b"ZREVRANGE": 4,
    b"ZRANGEBYSCORE": 4,
    b"ZREVRANGEBYSCORE": 4,
}
"""Where an argument that is not known may be an option. Elsewhere values and options mix, and values are the rule."""


def _names(text: str) -> frozenset[bytes]:
    return frozenset(text.encode().split())


_MAPS: Final = _names("HGETALL XREAD XREADGROUP")
_SETS: Final = _names("SMEMBERS SUNION SINTER SDIFF SPOP")
_DOUBLES: Final = _names("ZSCORE ZINCRBY ZADD ZMSCORE")


def resp3_reply_of(words: Sequence[bytes | None], *, more: bool) -> Reply | None:
    """The same after ``redis.setresp(3)``."""
    reply = reply_of(words, more=more)
    return None if reply is None else _in_resp3((words[0] or b"").upper(), reply)


def _in_resp3(name: bytes, reply: Reply) -> Reply:
    if name in _MAPS:
        return Reply("map", reply.nullable, absent="nil")
    if name in _SETS and reply.shape == "array":
        return Reply("set")
    if name in _DOUBLES and reply.shape == "string":
        return Reply("double", reply.nullable, absent="nil")
    if reply.pairs:
        return _ARRAY  # of pairs, or flat: that depends on the command
    element = _in_resp3(name, reply.element) if reply.element is not None else None
    return reply._replace(element=element, absent="nil")
