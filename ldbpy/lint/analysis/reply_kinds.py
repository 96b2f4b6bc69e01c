"""What commands reply, as servers say. Made by ``python -m tests.lint.reply_kinds --write``.

Each row has the kind in RESP2, the kind in RESP3, and the commands, after ``:`` what their options make of them.
``string?`` may be absent, ``[integer]`` is an array of integers, ``pairs`` one of name, value, name, value.
"""

from __future__ import annotations

from typing import Final

__all__ = ["KINDS"]

_ROWS: Final = (
    (
        "[[]?]",
        "[[]?]",
        """
        GEOPOS
        """,
    ),
    (
        "[[]]",
        "[[]]",
        """
        GEOSEARCH:with GEORADIUS:with GEORADIUS_RO:with GEORADIUSBYMEMBER:with GEORADIUSBYMEMBER_RO:with XRANGE
        XREVRANGE
        """,
    ),
    (
        "[[]]?",
        "map?",
        """
        XREAD XREADGROUP
        """,
    ),
    (
        "[]",
        "[]",
        """
        XCLAIM
        """,
    ),
    (
        "[]?",
        "[]?",
        """
        LMPOP ZRANK:score ZREVRANK:score ZMPOP
        """,
    ),
    (
        "[integer?]",
        "[integer?]",
        """
        BITFIELD
        """,
    ),
    (
        "[integer]",
        "[integer]",
        """
        BITFIELD_RO HEXPIRE HPEXPIRE HTTL HPTTL HPERSIST LPOS:count SMISMEMBER
        """,
    ),
    (
        "[string?]",
        "[double?]",
        """
        ZMSCORE
        """,
    ),
    (
        "[string?]",
        "[string?]",
        """
        MGET HMGET HGETEX GEOHASH SORT:get SORT_RO:get
        """,
    ),
    (
        "[string]",
        "[string]",
        """
        KEYS TIME HKEYS HVALS HRANDFIELD:count LRANGE SRANDMEMBER:count ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE
        ZRANGEBYLEX ZREVRANGEBYLEX ZRANDMEMBER:count ZUNION ZINTER ZDIFF GEOSEARCH GEORADIUS GEORADIUS_RO
        GEORADIUSBYMEMBER GEORADIUSBYMEMBER_RO SORT SORT_RO
        """,
    ),
    (
        "[string]",
        "set",
        """
        SMEMBERS SPOP:count SUNION SINTER SDIFF
        """,
    ),
    (
        "[string]?",
        "[string]?",
        """
        LPOP:count RPOP:count
        """,
    ),
    (
        "cursor",
        "cursor",
        """
        SCAN HSCAN SSCAN ZSCAN
        """,
    ),
    (
        "integer",
        "integer",
        """
        MSETNX APPEND STRLEN INCR INCRBY DECR DECRBY SETRANGE SETNX EXISTS EXPIRE PEXPIRE EXPIREAT PEXPIREAT EXPIRETIME
        PEXPIRETIME TTL PTTL PERSIST RENAMENX DEL UNLINK TOUCH COPY MOVE DBSIZE PUBLISH SPUBLISH GETBIT SETBIT BITCOUNT
        BITPOS BITOP HSET HSETNX HEXISTS HINCRBY HLEN HSTRLEN HDEL HSETEX LPUSH RPUSH LPUSHX RPUSHX LLEN LREM LINSERT
        SADD SREM SCARD SISMEMBER SMOVE SUNIONSTORE SINTERSTORE SDIFFSTORE SINTERCARD ZADD ZREM ZCARD ZCOUNT ZLEXCOUNT
        ZRANGESTORE ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREMRANGEBYLEX ZUNIONSTORE ZINTERSTORE ZDIFFSTORE ZINTERCARD
        GEOADD GEOSEARCHSTORE GEORADIUS:store GEORADIUSBYMEMBER:store PFADD PFCOUNT XLEN XDEL XTRIM XACK SORT:store
        """,
    ),
    (
        "integer?",
        "integer?",
        """
        OBJECT|REFCOUNT OBJECT|IDLETIME LPOS ZRANK ZREVRANK
        """,
    ),
    (
        "pairs",
        "[[]]",
        """
        HRANDFIELD:values ZRANGE:scores ZREVRANGE:scores ZRANGEBYSCORE:scores ZREVRANGEBYSCORE:scores ZPOPMIN:count
        ZPOPMAX:count ZRANDMEMBER:values ZUNION:scores ZINTER:scores ZDIFF:scores
        """,
    ),
    (
        "pairs",
        "[]",
        """
        ZPOPMIN ZPOPMAX
        """,
    ),
    (
        "pairs",
        "map",
        """
        HGETALL
        """,
    ),
    (
        "status",
        "status",
        """
        SET MSET SETEX PSETEX TYPE RENAME SELECT SWAPDB FLUSHDB FLUSHALL PING HMSET LSET LTRIM PFMERGE
        """,
    ),
    (
        "status?",
        "status?",
        """
        SET:conditional
        """,
    ),
    (
        "string",
        "double",
        """
        ZINCRBY
        """,
    ),
    (
        "string",
        "string",
        """
        INCRBYFLOAT GETRANGE SUBSTR LCS ECHO PING:text HINCRBYFLOAT XADD
        """,
    ),
    (
        "string?",
        "double?",
        """
        ZADD:incr ZSCORE
        """,
    ),
    (
        "string?",
        "string?",
        """
        SET:get GET GETSET GETDEL GETEX RANDOMKEY DUMP OBJECT|ENCODING HGET HRANDFIELD LPOP RPOP LINDEX RPOPLPUSH LMOVE
        SPOP SRANDMEMBER ZRANDMEMBER GEODIST XADD:nomkstream
        """,
    ),
)
KINDS: Final = {form: (resp2, resp3) for resp2, resp3, forms in _ROWS for form in forms.split()}
"""The kinds in RESP2 and in RESP3, by form."""
