"""Replies as Lua values, and Lua values as replies: bodies of functions."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from tests.fuzz.literals import FLAT, NUMBERS, STRINGS, TABLES, VALUES, bodies

__all__ = ["DATA", "REPLIES", "RETURNS"]

DATA: Final = [
    b"SET s1 hello".split(),
    b"SET s2 10".split(),
    [b"SET", b"s3", b"x\x00y\xff\r\n"],
    b"RPUSH l1 a b c a 1".split(),
    b"HSET h1 f1 a f2 5 f3 2.5".split(),
    b"SADD e1 3 1 2 100 -5".split(),
    b"ZADD z1 1 a 2 b 2.5 c 3 d 1e300 e -inf f".split(),
    b"XADD x1 1-1 f1 a f2 b".split(),
    b"XADD x1 5-0 f2 b".split(),
    b"XGROUP CREATE x1 grp1 0".split(),
    b"GEOADD g1 13.361389 38.115556 a 15.087269 37.502669 b".split(),
]
"""What the commands below read. No set or hash is large or mixed enough for its order to be by chance."""

_KEY: Final = st.sampled_from(["s1", "s2", "s3", "l1", "h1", "e1", "z1", "x1", "none"])
_READS: Final = """
    GET @; STRLEN @; TYPE @; EXISTS @; MGET s1 @ none; LRANGE @ 0 -1; LPOP none; LPOP none 2; LLEN @; HGETALL @;
    HGETALL h1; HMGET h1 f1 zz; HKEYS @; HVALS @; HGET @ f1; HEXISTS h1 f1; SMEMBERS @; SMEMBERS e1;
    SISMEMBER e1 1; SMISMEMBER e1 1 7; SINTER e1 e1; SUNION e1; SDIFF e1 none; ZSCORE z1 @; ZSCORE z1 c;
    ZSCORE z1 e; ZSCORE z1 f; ZMSCORE z1 a zz c; ZRANGE @ 0 -1; ZRANGE z1 0 -1 WITHSCORES;
    ZRANGEBYSCORE z1 1 3 WITHSCORES; ZINCRBY z9 0 a; ZRANK z1 b; ZRANK z1 zz; ZADD z1 NX INCR 1 a;
    ZADD z9 INCR 0 a; ZPOPMIN none; ZDIFF 2 z1 none WITHSCORES; ZRANDMEMBER none; XRANGE x1 - +; XRANGE none - +;
    XREAD COUNT 1 STREAMS x1 0; XREAD STREAMS x1 $; XPENDING x1 grp1; XINFO STREAM x1; XINFO GROUPS x1; XLEN @;
    GEODIST g1 a b; GEODIST g1 a zz; GEOHASH g1 a zz; GEOPOS g1 zz; PING; PING hi; ECHO hi; SET @; NOSUCH;
    OBJECT ENCODING @; INCR s1; PTTL s1; SET s2 10; SET s2 11 NX; SET s2 10 GET; HINCRBYFLOAT h9 f 0.5; DEL h9;
    TYPE none; LPOS l1 a COUNT 0; LPOS l1 zz; BITFIELD s9 GET u8 0; GETRANGE s1 0 2; SETRANGE s9 0 ab; APPEND s9 c;
    KEYS s1; HSCAN h1 0; SSCAN e1 0; ZSCAN z1 0; DEBUG; SUBSCRIBE a; EVAL x 0; LCS s1 s2; LCS s1 s2 IDX;
    COMMAND COUNT x; BLPOP none 0; BZPOPMIN none 0; LMPOP 1 none LEFT; ZMPOP 1 none MIN
"""


def _arguments(line: str) -> str:
    return ",".join(f"'{word}'" for word in line.split())


_CALL: Final = st.tuples(
    st.sampled_from(["redis.call", "redis.call", "redis.pcall"]), st.sampled_from(_READS.split(";")), _KEY
).map(lambda parts: f"{parts[0]}({_arguments(parts[1].replace('@', parts[2]))})")

REPLIES: Final = st.tuples(
    st.sampled_from(["redis.setresp(2)", "redis.setresp(3)", "redis.setresp(3)"]),
    st.one_of(
        _CALL,
        st.tuples(_CALL, _CALL).map(", ".join),
        st.tuples(_CALL, _CALL).map(lambda two: f"{{{two[0]}, {two[1]}}}"),
    ),
).map(lambda parts: f"{parts[0]} return {parts[1]}")
"""What scripts see of replies, in both protocols."""

_INNER: Final = st.one_of(VALUES, _CALL)
_WRONG: Final = st.sampled_from(["5", "'x'", "{}", "true", "nil", "{1,2}", "{a=1}", "{format='txt'}", "{ok='x'}"])
_SPECIAL: Final = st.one_of(
    STRINGS.map(lambda text: f"{{ok={text}}}"),
    STRINGS.map(lambda text: f"{{err={text}}}"),
    NUMBERS.map(lambda value: f"{{double={value}}}"),
    st.one_of(STRINGS, st.integers().map(lambda value: f"'{value}'")).map(lambda text: f"{{big_number={text}}}"),
    st.tuples(STRINGS, STRINGS).map(lambda pair: f"{{verbatim_string={{format={pair[0]},string={pair[1]}}}}}"),
    TABLES.map(lambda table: f"{{map={table}}}"),
    TABLES.map(lambda table: f"{{set={table}}}"),
    st.tuples(
        st.sampled_from(["ok", "err", "double", "map", "set", "big_number", "verbatim_string", "attrib"]), _WRONG
    ).map(lambda parts: f"{{{parts[0]}={parts[1]}}}"),
    st.tuples(STRINGS, FLAT).map(lambda pair: f"{{err={pair[0]}, ok={pair[0]}, {pair[1]}}}"),
)

RETURNS: Final = st.one_of(
    bodies(VALUES),
    bodies(TABLES),
    bodies(NUMBERS),
    bodies(_SPECIAL),
    bodies(_SPECIAL),
    bodies(_CALL),
    bodies("{", st.lists(st.one_of(_SPECIAL, _INNER), max_size=4).map(",".join), "}"),
    bodies("{map={[", FLAT, "]=", st.one_of(_SPECIAL, _INNER), "}}"),
    bodies("redis.", st.sampled_from(["error_reply", "status_reply"]), "(", STRINGS, ")"),
)
"""What scripts return."""
