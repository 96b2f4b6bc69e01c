"""What commands reply to scripts, asked of every real server on this machine: each call with the key there, and not.

``python -m tests.lint.reply_kinds --write`` writes ``ldbpy/lint/analysis/reply_kinds.py`` from the answers. A test
holds that file and the servers together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from ldbpy.resp import ErrorReply
from tests.servers.found import SERVER_FLAVORS, found_servers, running
from tests.servers.wire import WireClient

__all__ = ["EMPTY", "FILE", "FORMS", "Seen", "ask_all", "module_of", "observed"]

FILE: Final = Path(__file__).parent.parent.parent / "ldbpy/lint/analysis/reply_kinds.py"

_SCRIPT: Final = """
redis.setresp(RESP)
local reply = redis.call(unpack(ARGV))
local function told(value)
  if type(value) ~= 'table' then return type(value) end
  if value.ok then return 'status' end
  for _, field in ipairs({'map', 'set', 'double'}) do
    if value[field] then return field end
  end
  return 'table'
end
local out = {told(reply)}
if out[1] == 'table' then
  for i = 1, table.maxn(reply) do out[i + 1] = told(reply[i]) end
end
return out
"""
EMPTY: Final = "EMPTY"
_DATA: Final = (
    "SET s v", "SET n 5", "HSET h f v g w", "RPUSH l a b c", "SADD t a b", "ZADD z 1 a 2 b", "XADD x 1-1 f v",
    "GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania", "PFADD p a", "XGROUP CREATE x grp 0",
    "XGROUP CREATE empty grp $ MKSTREAM",
    "SADD numbers 1 2", "SET expiring v EX 100",
)  # fmt: skip
FORMS: Final = {
    form.strip(): [call.split() for call in calls.split("|")]
    for form, _, calls in (
        line.partition("=")
        for line in """
        SET = SET s w | SET none w | SET s w EX 10
        SET:conditional = SET s w NX | SET none w NX | SET none w XX | SET s w XX | SET s w IFEQ other
        SET:get = SET s w GET | SET none w GET
        GET = GET s | GET none
        GETSET = GETSET s x | GETSET none x
        GETDEL = GETDEL s | GETDEL none
        GETEX = GETEX s | GETEX none
        MGET = MGET none s | MGET none
        MSET = MSET a 1 b 2
        MSETNX = MSETNX a 1 | MSETNX s 1
        APPEND = APPEND s x | APPEND none x
        STRLEN = STRLEN s | STRLEN none
        INCR = INCR n | INCR none
        INCRBY = INCRBY n 2
        DECR = DECR n
        DECRBY = DECRBY n 2
        INCRBYFLOAT = INCRBYFLOAT n 0.5 | INCRBYFLOAT none 1
        GETRANGE = GETRANGE s 0 1 | GETRANGE none 0 1
        SUBSTR = SUBSTR s 0 1 | SUBSTR none 0 1
        SETRANGE = SETRANGE s 1 x | SETRANGE none 0 x
        SETNX = SETNX s v | SETNX none v
        SETEX = SETEX s 10 v
        PSETEX = PSETEX s 10 v
        LCS = LCS s n | LCS none none2
        TYPE = TYPE s | TYPE none
        EXISTS = EXISTS s | EXISTS none
        EXPIRE = EXPIRE s 10 | EXPIRE none 10
        PEXPIRE = PEXPIRE s 10 | PEXPIRE none 10
        EXPIREAT = EXPIREAT s 9999999999 | EXPIREAT none 9999999999
        PEXPIREAT = PEXPIREAT s 9999999999000 | PEXPIREAT none 9999999999000
        EXPIRETIME = EXPIRETIME s | EXPIRETIME expiring | EXPIRETIME none
        PEXPIRETIME = PEXPIRETIME s | PEXPIRETIME expiring | PEXPIRETIME none
        TTL = TTL s | TTL expiring | TTL none
        PTTL = PTTL s | PTTL expiring | PTTL none
        PERSIST = PERSIST s | PERSIST expiring | PERSIST none
        RENAME = RENAME s other
        RENAMENX = RENAMENX s other | RENAMENX s n
        DEL = DEL s | DEL none
        UNLINK = UNLINK s | UNLINK none
        TOUCH = TOUCH s | TOUCH none
        COPY = COPY s other | COPY none other
        MOVE = MOVE s 1 | MOVE none 1
        KEYS = KEYS * | KEYS none
        RANDOMKEY = RANDOMKEY | EMPTY RANDOMKEY
        DBSIZE = DBSIZE
        DUMP = DUMP s | DUMP none
        OBJECT|ENCODING = OBJECT ENCODING s | OBJECT ENCODING none
        OBJECT|REFCOUNT = OBJECT REFCOUNT s | OBJECT REFCOUNT none
        OBJECT|IDLETIME = OBJECT IDLETIME s | OBJECT IDLETIME none
        SELECT = SELECT 0
        SWAPDB = SWAPDB 0 1
        FLUSHDB = FLUSHDB
        FLUSHALL = FLUSHALL
        PUBLISH = PUBLISH c m
        SPUBLISH = SPUBLISH c m
        ECHO = ECHO x
        PING = PING
        PING:text = PING x
        TIME = TIME
        GETBIT = GETBIT s 0 | GETBIT none 0
        SETBIT = SETBIT s 0 1 | SETBIT none 0 1
        BITCOUNT = BITCOUNT s | BITCOUNT none
        BITPOS = BITPOS s 1 | BITPOS none 1
        BITOP = BITOP NOT other s | BITOP NOT other none
        BITFIELD = BITFIELD s GET u8 0 | BITFIELD none OVERFLOW FAIL SET u2 0 9 GET u8 0
        BITFIELD_RO = BITFIELD_RO s GET u8 0 | BITFIELD_RO none GET u8 0
        HGET = HGET h f | HGET h none | HGET none f
        HSET = HSET h f v | HSET none f v
        HSETNX = HSETNX h f v | HSETNX none f v
        HMSET = HMSET h f v
        HMGET = HMGET h none f | HMGET none f
        HGETALL = HGETALL h | HGETALL none
        HKEYS = HKEYS h | HKEYS none
        HVALS = HVALS h | HVALS none
        HEXISTS = HEXISTS h f | HEXISTS none f
        HINCRBY = HINCRBY h new 1 | HINCRBY none f 1
        HINCRBYFLOAT = HINCRBYFLOAT h new 1.5 | HINCRBYFLOAT none f 1
        HLEN = HLEN h | HLEN none
        HSTRLEN = HSTRLEN h f | HSTRLEN none f
        HDEL = HDEL h f | HDEL none f
        HRANDFIELD = HRANDFIELD h | HRANDFIELD none
        HRANDFIELD:count = HRANDFIELD h 2 | HRANDFIELD none 2
        HRANDFIELD:values = HRANDFIELD h 2 WITHVALUES | HRANDFIELD none 2 WITHVALUES
        HEXPIRE = HEXPIRE h 10 FIELDS 2 f none | HEXPIRE none 10 FIELDS 1 f
        HPEXPIRE = HPEXPIRE h 10 FIELDS 2 f none | HPEXPIRE none 10 FIELDS 1 f
        HTTL = HTTL h FIELDS 2 f none | HTTL none FIELDS 1 f
        HPTTL = HPTTL h FIELDS 2 f none | HPTTL none FIELDS 1 f
        HPERSIST = HPERSIST h FIELDS 2 f none | HPERSIST none FIELDS 1 f
        HGETEX = HGETEX h EX 10 FIELDS 2 none f | HGETEX none EX 10 FIELDS 1 f
        HSETEX = HSETEX h EX 10 FIELDS 1 f v | HSETEX none EX 10 FIELDS 1 f v
        LPUSH = LPUSH l z | LPUSH none z
        RPUSH = RPUSH l z | RPUSH none z
        LPUSHX = LPUSHX l z | LPUSHX none z
        RPUSHX = RPUSHX l z | RPUSHX none z
        LPOP = LPOP l | LPOP none
        LPOP:count = LPOP l 2 | LPOP none 1
        RPOP = RPOP l | RPOP none
        RPOP:count = RPOP l 2 | RPOP none 1
        LMPOP = LMPOP 1 l LEFT | LMPOP 1 none LEFT
        LRANGE = LRANGE l 0 -1 | LRANGE none 0 -1
        LLEN = LLEN l | LLEN none
        LINDEX = LINDEX l 0 | LINDEX l 99 | LINDEX none 0
        LSET = LSET l 0 q
        LTRIM = LTRIM l 0 9 | LTRIM none 0 9
        LREM = LREM l 0 a | LREM none 0 a
        LINSERT = LINSERT l BEFORE b x | LINSERT none BEFORE b x
        RPOPLPUSH = RPOPLPUSH l other | RPOPLPUSH none other
        LMOVE = LMOVE l other LEFT RIGHT | LMOVE none other LEFT RIGHT
        LPOS = LPOS l b | LPOS l none | LPOS none b
        LPOS:count = LPOS l b COUNT 0 | LPOS none b COUNT 0
        SADD = SADD t c | SADD none c
        SREM = SREM t a | SREM none a
        SCARD = SCARD t | SCARD none
        SISMEMBER = SISMEMBER t a | SISMEMBER none a
        SMISMEMBER = SMISMEMBER t a q | SMISMEMBER none a
        SMEMBERS = SMEMBERS t | SMEMBERS none
        SPOP = SPOP t | SPOP none
        SPOP:count = SPOP t 1 | SPOP none 1
        SRANDMEMBER = SRANDMEMBER t | SRANDMEMBER none
        SRANDMEMBER:count = SRANDMEMBER t 2 | SRANDMEMBER none 2
        SMOVE = SMOVE t other a | SMOVE none other a
        SUNION = SUNION t | SUNION none
        SINTER = SINTER t | SINTER none
        SDIFF = SDIFF t | SDIFF none
        SUNIONSTORE = SUNIONSTORE other t | SUNIONSTORE other none
        SINTERSTORE = SINTERSTORE other t | SINTERSTORE other none
        SDIFFSTORE = SDIFFSTORE other t | SDIFFSTORE other none
        SINTERCARD = SINTERCARD 1 t | SINTERCARD 1 none
        ZADD = ZADD z 3 c | ZADD none 3 c
        ZADD:incr = ZADD z INCR 1 c | ZADD z NX INCR 1 a
        ZREM = ZREM z a | ZREM none a
        ZCARD = ZCARD z | ZCARD none
        ZCOUNT = ZCOUNT z 0 9 | ZCOUNT none 0 9
        ZLEXCOUNT = ZLEXCOUNT z - + | ZLEXCOUNT none - +
        ZSCORE = ZSCORE z a | ZSCORE z none | ZSCORE none a
        ZMSCORE = ZMSCORE z none a | ZMSCORE none a
        ZINCRBY = ZINCRBY z 1 a | ZINCRBY none 1 a
        ZRANK = ZRANK z a | ZRANK z none
        ZREVRANK = ZREVRANK z a | ZREVRANK z none
        ZRANK:score = ZRANK z a WITHSCORE | ZRANK z none WITHSCORE
        ZREVRANK:score = ZREVRANK z a WITHSCORE | ZREVRANK z none WITHSCORE
        ZRANGE = ZRANGE z 0 -1 | ZRANGE none 0 -1
        ZRANGE:scores = ZRANGE z 0 -1 WITHSCORES | ZRANGE none 0 -1 WITHSCORES
        ZREVRANGE = ZREVRANGE z 0 -1 | ZREVRANGE none 0 -1
        ZREVRANGE:scores = ZREVRANGE z 0 -1 WITHSCORES | ZREVRANGE none 0 -1 WITHSCORES
        ZRANGEBYSCORE = ZRANGEBYSCORE z -inf +inf | ZRANGEBYSCORE none 0 1
        ZRANGEBYSCORE:scores = ZRANGEBYSCORE z -inf +inf WITHSCORES | ZRANGEBYSCORE none 0 1 WITHSCORES
        ZREVRANGEBYSCORE = ZREVRANGEBYSCORE z +inf -inf | ZREVRANGEBYSCORE none 1 0
        ZREVRANGEBYSCORE:scores = ZREVRANGEBYSCORE z +inf -inf WITHSCORES | ZREVRANGEBYSCORE none 1 0 WITHSCORES
        ZRANGEBYLEX = ZRANGEBYLEX z - + | ZRANGEBYLEX none - +
        ZREVRANGEBYLEX = ZREVRANGEBYLEX z + - | ZREVRANGEBYLEX none + -
        ZRANGESTORE = ZRANGESTORE other z 0 -1 | ZRANGESTORE other none 0 -1
        ZREMRANGEBYRANK = ZREMRANGEBYRANK z 0 0 | ZREMRANGEBYRANK none 0 0
        ZREMRANGEBYSCORE = ZREMRANGEBYSCORE z 0 1 | ZREMRANGEBYSCORE none 0 1
        ZREMRANGEBYLEX = ZREMRANGEBYLEX z - + | ZREMRANGEBYLEX none - +
        ZPOPMIN = ZPOPMIN z | ZPOPMIN none
        ZPOPMAX = ZPOPMAX z | ZPOPMAX none
        ZPOPMIN:count = ZPOPMIN z 2 | ZPOPMIN none 2
        ZPOPMAX:count = ZPOPMAX z 2 | ZPOPMAX none 2
        ZMPOP = ZMPOP 1 z MIN | ZMPOP 1 none MIN
        ZRANDMEMBER = ZRANDMEMBER z | ZRANDMEMBER none
        ZRANDMEMBER:count = ZRANDMEMBER z 2 | ZRANDMEMBER none 2
        ZRANDMEMBER:values = ZRANDMEMBER z 2 WITHSCORES | ZRANDMEMBER none 2 WITHSCORES
        ZUNION = ZUNION 1 z | ZUNION 1 none
        ZUNION:scores = ZUNION 1 z WITHSCORES | ZUNION 1 none WITHSCORES
        ZINTER = ZINTER 1 z | ZINTER 1 none
        ZINTER:scores = ZINTER 1 z WITHSCORES | ZINTER 1 none WITHSCORES
        ZDIFF = ZDIFF 1 z | ZDIFF 1 none
        ZDIFF:scores = ZDIFF 1 z WITHSCORES | ZDIFF 1 none WITHSCORES
        ZUNIONSTORE = ZUNIONSTORE other 1 z | ZUNIONSTORE other 1 none
        ZINTERSTORE = ZINTERSTORE other 1 z | ZINTERSTORE other 1 none
        ZDIFFSTORE = ZDIFFSTORE other 1 z | ZDIFFSTORE other 1 none
        ZINTERCARD = ZINTERCARD 1 z | ZINTERCARD 1 none
        GEOADD = GEOADD g 13 38 new | GEOADD none 13 38 new
        GEODIST = GEODIST g Palermo Catania | GEODIST g Palermo none
        GEOHASH = GEOHASH g none Palermo | GEOHASH none Palermo
        GEOPOS = GEOPOS g none Palermo | GEOPOS none Palermo
        GEOSEARCH = GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km | GEOSEARCH none FROMLONLAT 1 1 BYRADIUS 1 km
        GEOSEARCH:with = GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km WITHDIST
        GEOSEARCHSTORE = GEOSEARCHSTORE other g FROMMEMBER Palermo BYRADIUS 1 km
        GEORADIUS = GEORADIUS g 13 38 100 km | GEORADIUS none 13 38 100 km
        GEORADIUS:with = GEORADIUS g 13 38 100 km WITHDIST
        GEORADIUS:store = GEORADIUS g 13 38 100 km STORE other
        GEORADIUS_RO = GEORADIUS_RO g 13 38 100 km | GEORADIUS_RO none 13 38 100 km
        GEORADIUS_RO:with = GEORADIUS_RO g 13 38 100 km WITHDIST
        GEORADIUSBYMEMBER = GEORADIUSBYMEMBER g Palermo 1 km | GEORADIUSBYMEMBER none Palermo 1 km
        GEORADIUSBYMEMBER:with = GEORADIUSBYMEMBER g Palermo 1 km WITHDIST
        GEORADIUSBYMEMBER:store = GEORADIUSBYMEMBER g Palermo 1 km STORE other
        GEORADIUSBYMEMBER_RO = GEORADIUSBYMEMBER_RO g Palermo 1 km | GEORADIUSBYMEMBER_RO none Palermo 1 km
        GEORADIUSBYMEMBER_RO:with = GEORADIUSBYMEMBER_RO g Palermo 1 km WITHDIST
        PFADD = PFADD p b | PFADD none b
        PFCOUNT = PFCOUNT p | PFCOUNT none
        PFMERGE = PFMERGE other p
        XADD = XADD x * f v | XADD none * f v
        XADD:nomkstream = XADD x NOMKSTREAM * f v | XADD none NOMKSTREAM * f v
        XLEN = XLEN x | XLEN none
        XDEL = XDEL x 1-1 | XDEL none 1-1
        XTRIM = XTRIM x MAXLEN 0 | XTRIM none MAXLEN 0
        XACK = XACK x grp 1-1 | XACK none grp 1-1
        XRANGE = XRANGE x - + | XRANGE none - +
        XREVRANGE = XREVRANGE x + - | XREVRANGE none + -
        XREAD = XREAD STREAMS x 0 | XREAD STREAMS none 0
        XREADGROUP = XREADGROUP GROUP grp c STREAMS x > | XREADGROUP GROUP grp c STREAMS empty >
        XCLAIM = XCLAIM x grp c 0 1-1
        SCAN = SCAN 0
        HSCAN = HSCAN h 0 | HSCAN none 0
        SSCAN = SSCAN t 0 | SSCAN none 0
        ZSCAN = ZSCAN z 0 | ZSCAN none 0
        SORT = SORT numbers | SORT none
        SORT:get = SORT numbers GET none* GET # | SORT none GET none*
        SORT:store = SORT numbers STORE other | SORT none STORE other
        SORT_RO = SORT_RO numbers | SORT_RO none
        SORT_RO:get = SORT_RO numbers GET none* GET # | SORT_RO none GET none*
        """.strip().splitlines()
    )
}
"""Calls by the form they are examples of: a command, after ``:`` what its options make of it. ``EMPTY``: no data."""


class Seen(NamedTuple):
    """One reply: what it was, and what its elements were, if it was an array."""

    reply: str
    elements: tuple[str, ...] = ()


_Answers = tuple[dict[str, dict[str, Seen]], dict[str, dict[str, Seen]]]
_LUA: Final = {"boolean": "absent", "nil": "absent", "number": "integer", "table": "array"}


def observed(client: WireClient, protocol: int) -> dict[str, dict[str, Seen]]:
    """What a server replies to the calls of each form. Calls of what it does not have are left out."""
    script = _SCRIPT.replace("RESP", str(protocol)).encode()
    found: dict[str, dict[str, Seen]] = {}
    for form, calls in FORMS.items():
        for call in calls:
            client.call("FLUSHALL")
            for command in _DATA if call[0] != EMPTY else ():
                client.call(*command.split())
            told = client.call("EVAL", script, "0", *(word for word in call if word != EMPTY))
            if isinstance(told, ErrorReply):
                continue
            assert isinstance(told, list)
            kinds = [_LUA.get(kind.decode(), kind.decode()) for kind in told if isinstance(kind, bytes)]
            found.setdefault(form, {})[" ".join(call)] = Seen(kinds[0], tuple(kinds[1:]))
    return found


def _told(seen: Iterable[Seen], other: Iterable[Seen]) -> str:
    """A kind as text: ``string?`` may be absent, ``[integer]`` is an array, ``pairs`` of names and values.

    ``other``: the same replies in RESP3, where pairs are told from lists.
    """
    seen, other = list(seen), list(other)
    kinds = {each.reply for each in seen} - {"absent"}
    absent = "?" if any(each.reply == "absent" for each in seen) else ""
    if len(kinds) != 1:
        return "unknown"
    kind = kinds.pop()
    if kind != "array":
        return kind + absent
    elements = {each for one in seen for each in one.elements}
    if elements == {"string"} and any(each.reply == "map" or _holds_pairs(each) for each in other):
        return f"pairs{absent}"
    if any(each.elements for each in seen) and all(each.elements == ("string", "array") for each in seen):
        return "cursor"
    inner = elements - {"absent"}
    if len(inner) > 1:
        return f"[]{absent}"
    element = inner.pop() if inner else ""
    told = "[]" if element == "array" else element
    return f"[{told}{'?' if 'absent' in elements else ''}]{absent}"


def _holds_pairs(seen: Seen) -> bool:
    return set(seen.elements) == {"string", "double"} or set(seen.elements) == {"array"}


def ask_all() -> Iterator[_Answers]:
    """What every server that was found replies, in RESP2 and in RESP3."""
    for server in found_servers():
        with ExitStack() as stack:
            client = stack.enter_context(WireClient(stack.enter_context(running(server))))
            yield observed(client, 2), observed(client, 3)


def module_of(answers: Iterable[_Answers]) -> str:
    """The text of the module, from what each server answered in RESP2 and RESP3."""
    all2: dict[str, list[Seen]] = {}
    all3: dict[str, list[Seen]] = {}
    for answer2, answer3 in answers:
        for total, answer in ((all2, answer2), (all3, answer3)):
            for form, seen in answer.items():
                total.setdefault(form, []).extend(seen.values())
    rows: dict[tuple[str, str], list[str]] = {}
    for form in FORMS:
        rows.setdefault((_told(all2[form], all3[form]), _told(all3[form], ())), []).append(form)
    lines = [_HEAD]
    for (resp2, resp3), forms in sorted(rows.items()):
        lines.append(
            f'    (\n        "{resp2}",\n        "{resp3}",\n        """\n{_wrapped(forms)}\n        """,\n    ),'
        )
    return "\n".join([*lines, ")", _FOOT])


def _wrapped(words: list[str]) -> str:
    lines = ["       "]
    for word in words:
        if len(lines[-1]) + len(word) > 118:
            lines.append("       ")
        lines[-1] += f" {word}"
    return "\n".join(lines)


_HEAD: Final = '''"""What commands reply, as servers say. Made by ``python -m tests.lint.reply_kinds --write``.

Each row has the kind in RESP2, the kind in RESP3, and the commands, after ``:`` what their options make of them.
``string?`` may be absent, ``[integer]`` is an array of integers, ``pairs`` one of name, value, name, value.
"""

from __future__ import annotations

from typing import Final

__all__ = ["KINDS"]

_ROWS: Final = ('''
_FOOT: Final = '''KINDS: Final = {form: (resp2, resp3) for resp2, resp3, forms in _ROWS for form in forms.split()}
"""The kinds in RESP2 and in RESP3, by form."""
'''

if __name__ == "__main__":
    assert len(found_servers()) >= len(SERVER_FLAVORS), "not all servers were found"
    text = module_of(ask_all())
    if "--write" in sys.argv:
        FILE.write_text(text, "utf-8")
    print(text)
