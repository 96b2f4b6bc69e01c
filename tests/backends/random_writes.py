"""Scripts at random that write in every way there is, and the data they do it to."""

from __future__ import annotations

import random
from typing import Final

from tests.servers.wire import WireClient

__all__ = ["DATABASES", "fill", "random_script"]

DATABASES: Final = (0, 1, 2)
_BINARY: Final = b"\x00\xff key\r\n"
_KEYS: Final = (
    b"string",
    b"number",
    b"bits",
    b"hll",
    b"list",
    b"set",
    b"words",
    b"hash",
    b"table",
    b"zset",
    b"ranks",
    b"geo",
    b"stream",
    _BINARY,
    b"{tag}:new",
    b"new",
)
_DATA: Final = (
    "SET string text PX 100000000",
    "SET number 41",
    "SETBIT bits 70 1",
    "PFADD hll a b c",
    "RPUSH list a b c 1 2 3",
    "SADD set 1 2 3 4",
    "SADD words one two three",
    "HSET hash f v g 2 h x",
    "ZADD zset 1 a 2 b 3 c",
    "GEOADD geo 13.3 38.1 Palermo 15.0 37.5 Catania",
    "XADD stream 1-1 f v",
    "XADD stream 2-1 f w",
    "XGROUP CREATE stream group 0",
    "PEXPIRE list 90000000",
)

_WRITES: Final = """
SET K V|SET K V EX 100|SET K V KEEPTTL|SET K V NX|SET K V XX GET|SETNX K V|SETEX K 50 V|PSETEX K 50000 V|GETSET K V
GETDEL K
GETEX K PX 70000|GETEX K PERSIST|GETEX K|APPEND K V|SETRANGE K 3 V|INCR K|DECRBY K N|MSET K V K V
MSETNX K V K V|SETBIT K N 1|BITFIELD K SET u8 N 7 INCRBY i5 2 1|BITFIELD K GET u8 0|BITOP AND K K K|BITOP NOT K K
PFADD K V V|PFMERGE K K K|PFCOUNT K K
LPUSH K V V|RPUSHX K V|LPOP K|RPOP K 2|LSET K 0 V|LINSERT K BEFORE b V|LREM K 0 V|LTRIM K 1 N|LMOVE K K LEFT RIGHT
RPOPLPUSH K K|BLPOP K 0.01|BLMOVE K K LEFT LEFT 0.01|LMPOP 2 K K LEFT COUNT 2|BRPOP K K 0.01
SADD K V V 5|SREM K V 1|SMOVE K K V|SINTERSTORE K K K|SUNIONSTORE K K K|SDIFFSTORE K K K
HSET K f V g V|HDEL K f g h|HINCRBY K g N|HINCRBYFLOAT K g 0.5|HSETNX K new V|HEXPIREAT K 99999999999 FIELDS 1 f
HPERSIST K FIELDS 1 f|HPEXPIRE K 0 FIELDS 1 g|HSETEX K EXAT 99999999998 FIELDS 1 f V|HGETDEL K FIELDS 2 f g
HGETEX K PERSIST FIELDS 1 f
ZADD K N V 2 c|ZADD K GT CH N a|ZINCRBY K N a|ZREM K a V|ZPOPMIN K|ZPOPMAX K 2|BZPOPMIN K 0.01|ZMPOP 1 K MIN
ZUNIONSTORE K 2 K K WEIGHTS 1 2|ZINTERSTORE K 2 K K|ZDIFFSTORE K 2 K K|ZRANGESTORE K K 0 1|ZREMRANGEBYRANK K 0 0
ZREMRANGEBYSCORE K 0 2|ZREMRANGEBYLEX K - +
GEOADD K 1 1 V|GEOSEARCHSTORE K K FROMLONLAT 14 38 BYRADIUS 500 km|GEORADIUS K 14 38 500 km STORE K
GEORADIUSBYMEMBER K Palermo 500 km STOREDIST K
XADD K 9-N f V|XADD K NOMKSTREAM MAXLEN 1 99-N f V|XDEL K 1-1|XTRIM K MAXLEN N|XSETID K 500-0
XGROUP CREATE K other 0 MKSTREAM
XGROUP DESTROY K group|XGROUP SETID K group 1-1|XGROUP DELCONSUMER K group V|XACK K group 1-1
DEL K K|UNLINK K|RENAME K K|RENAMENX K K|COPY K K|COPY K K REPLACE|COPY K K DB D|COPY K K DB D REPLACE|MOVE K D
EXPIRE K 100|PEXPIRE K 0|EXPIRE K -1|EXPIREAT K 99999999999|EXPIRE K 10 GT|PERSIST K|SORT K ALPHA STORE K
SORT K BY nosort STORE K|SORT K ALPHA
RESTORE K 0 bad|TOUCH K|SELECT D|OBJECT FREQ K|SINTERCARD 2 K K|MEMORY USAGE K
"""
_UNSURE: Final = """
INCRBYFLOAT K 1.5|SPOP K|SPOP K 2|SRANDMEMBER K 2|XREADGROUP GROUP group me COUNT 1 STREAMS K >
XREADGROUP GROUP group me NOACK STREAMS K >
HEXPIRE K 100 FIELDS 1 f|HSETEX K EX 60 FIELDS 1 f V|HGETEX K EX 5 FIELDS 1 f|XGROUP CREATECONSUMER K group V
XCLAIM K group me 0 1-1|XAUTOCLAIM K group me 0 0|XADD K * f V|SET K V PX 1|PEXPIRE K 1
"""
"""What these leave depends on chance, or on the time. INCRBYFLOAT behind GEORADIUS in one EVAL crashes Redis 6.2.14."""


def _lines(text: str) -> list[str]:
    return [line for line in text.replace("|", "\n").split("\n") if line]


def fill(client: WireClient) -> None:
    """Forget everything, and make keys of every type in two databases, a table of many fields among them."""
    client.call("FLUSHALL")
    for db in (1, 0):
        client.call("SELECT", db)
        for line in _DATA:
            client.call(*line.split())
        client.call("HSET", "table", *(part for number in range(150) for part in (f"f{number}", number)))
        client.call("ZADD", "ranks", *(part for number in range(140) for part in (number, f"m{number}")))
        client.call("SET", _BINARY, b"\x00\r\n\xff")


def random_script(chance: random.Random, *, sure: bool, commands: int = 25) -> bytes:
    """A script of so many commands. ``sure``: it leaves the same whenever it runs."""
    known = _lines(_WRITES) + ([] if sure else _lines(_UNSURE))
    lines = [_line(chance, chance.choice(known).split()) for _ in range(commands)]
    if chance.random() < 0.2:
        lines.append(b"error('gives up')")
    return b"\n".join([*lines, b"return redis.call('DBSIZE')"])


def _line(chance: random.Random, words: list[str]) -> bytes:
    how = b"call" if chance.random() < 0.01 else b"pcall"
    return b"redis.%b(%b)" % (how, b", ".join(_quoted(_word(chance, word)) for word in words))


def _word(chance: random.Random, word: str) -> bytes:
    match word:
        case "K":
            return chance.choice(_KEYS)
        case "V":
            return chance.choice((b"a", b"one", b"7", b"x" * 70, b"\x00\xff"))
        case "N":
            return b"%d" % chance.randrange(1, 9)
        case "D":
            return b"%d" % chance.choice(DATABASES)
        case _:
            return word.replace("9-N", f"9-{chance.randrange(1, 9)}").encode()


def _quoted(word: bytes) -> bytes:
    return b'"' + b"".join(b"\\%03d" % each if not 32 < each < 127 else bytes((each,)) for each in word) + b'"'
