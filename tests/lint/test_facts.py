from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.lint.analysis.environment import LIBRARIES, fields_of, globals_of
from ldbpy.lint.analysis.replies import reply_of, resp3_reply_of
from ldbpy.resp import Reply
from tests.docs.generated import _environment
from tests.servers.fixtures import RealServers
from tests.servers.found import SERVER_FLAVORS, server_for

_ODD = {"_G", "_VERSION"}


@pytest.mark.parametrize("name", [name for name in FLAVORS if name != "dragonfly"])
def test_globals_of_scripts(name: str) -> None:
    """The linter knows the globals and fields that scripts have on each server, no more and no less."""
    flavor = FLAVORS[name]
    found = set(_environment(name))
    plain = {key for key in found if "." not in key}
    handlers = {key for key in globals_of(flavor, library=False) if key.startswith("__")}
    assert globals_of(flavor, library=False) - handlers == plain - handlers
    for table in LIBRARIES:
        under = "server" if table == "redis" and "server" in plain else table
        fields = {key.partition(".")[2] for key in found if key.startswith(f"{under}.") and key.count(".") == 1}
        known = fields_of(table, flavor, library=False) or frozenset()
        if table in plain:
            assert {field for field in known if not field.startswith("_")} == {f for f in fields if f[0] != "_"}, table


_TYPE = """
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
  for _, each in ipairs(reply) do out[#out + 1] = told(each) end
end
return out
"""

_DATA = (
    "SET s v", "SET n 5", "HSET h f v g w", "RPUSH l a b c", "SADD t a b", "ZADD z 1 a 2 b", "XADD x 1-1 f v",
    "GEOADD g 13.361389 38.115556 Palermo", "PFADD p a",
)  # fmt: skip
_CALLS = """
SET s w | SET s w NX | SET none w XX | SET s w GET | SET none2 w GET | GET s | GET none | GETSET s x | GETDEL none
GETEX s | MGET s none | MSET a 1 b 2 | MSETNX a 1 | APPEND s x | STRLEN s | INCR n | INCRBYFLOAT n 0.5 | GETRANGE s 0 1
SETNX s v | SETEX e 10 v | TYPE s | TYPE none | EXISTS none | EXPIRE s 10 | TTL s | PERSIST s | RENAME s b3 | DEL none
HGET h f | HGET h none | HGET none f | HSET h f v | HMSET h f v | HMGET h f none | HGETALL h | HGETALL none | HKEYS h
HVALS h | HEXISTS h f | HINCRBY h n 1 | HINCRBYFLOAT h n 1.5 | HLEN h | HDEL h none | HRANDFIELD h | HRANDFIELD h 2
HRANDFIELD h 1 WITHVALUES | HRANDFIELD none | LPUSH l z | LPOP l | LPOP none | LPOP l 1 | LPOP none 1 | LRANGE l 0 -1
LLEN l | LINDEX l 0 | LINDEX l 99 | LSET l 0 q | LTRIM l 0 9 | LREM l 0 q | LINSERT l BEFORE b x | RPOPLPUSH l l2
LPOS l b | LPOS l none | LPOS l b COUNT 0 | LMOVE l l2 LEFT RIGHT | SADD t c | SMEMBERS t | SMEMBERS none | SPOP t
SPOP none | SPOP t 1 | SRANDMEMBER t | SRANDMEMBER none | SRANDMEMBER t 2 | SISMEMBER t a | SMISMEMBER t a q | SCARD t
SUNION t none | SREM t a | ZADD z 3 c | ZADD z INCR 1 c | ZADD z NX INCR 1 a | ZSCORE z a | ZSCORE z none
ZINCRBY z 1 a | ZRANK z a | ZRANK z none | ZRANGE z 0 -1 | ZRANGE z 0 -1 WITHSCORES
ZRANGEBYSCORE z -inf +inf | ZCARD z | ZCOUNT z 0 9
ZMSCORE z a none | ZPOPMIN z | ZPOPMIN none | ZREM z none | XADD x * f v | XADD none9 NOMKSTREAM * f v | XLEN x
XRANGE x - + | XREAD STREAMS x 0 | XREAD STREAMS none 0 | XDEL x 0-1 | TIME | SCAN 0 | HSCAN h 0 | SSCAN t 0 | ZSCAN z 0
GEOHASH g Palermo none | GEODIST g Palermo none | PFCOUNT p | PUBLISH c m | OBJECT ENCODING s | OBJECT ENCODING none
DUMP s | DUMP none | RANDOMKEY | SORT l ALPHA | SORT l ALPHA STORE l9 | ECHO x | PING | PING x | DBSIZE | GETBIT s 0
BITCOUNT s | SETBIT s 0 1 | COPY s s2 | UNLINK none | TOUCH s | SINTERCARD 1 t
GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km
"""


def _types(kind: str) -> str:
    return {"false": "boolean", "table": "table"}.get(kind, kind)


@pytest.mark.parametrize("protocol", [2, 3])
@pytest.mark.parametrize("name", SERVER_FLAVORS)
def test_kinds_of_replies(name: str, protocol: int, real_servers: RealServers) -> None:
    """What a real server gives a script is of the kind the linter thinks, the key being there or not."""
    if server_for(FLAVORS[name]) is None:
        pytest.skip(f"no server binary for {name} on this machine")
    with real_servers.get(name).client() as client:
        asked = 0
        for call in _CALLS.replace("\n", "|").split("|"):
            words = call.split()
            if not words or (words[0] == "SINTERCARD" and name == "redis-6.2"):
                continue
            client.call("FLUSHALL")
            for command in _DATA:
                client.call(*command.split())
            reply_in = reply_of if protocol == 2 else resp3_reply_of
            known = reply_in([word.encode() for word in words], more=False)
            assert known is not None, call
            told = client.call("EVAL", _TYPE.replace("RESP", str(protocol)).encode(), "0", *words)
            asked += 1
            assert isinstance(told, list), (call, told)
            _agree(call, known.shape, {_types(kind) for kind in known.types}, told)
            if known.shape == "array" and known.element is not None and known.element.shape != "unknown":
                allowed = {_types(kind) for kind in known.element.types} | {known.element.shape}
                assert {each.decode() for each in told[1:] if isinstance(each, bytes)} <= allowed, call
    assert asked > 100


def _agree(call: str, shape: str, allowed: set[str], told: list[Reply]) -> None:
    found = told[0]
    assert isinstance(found, bytes)
    if found in (b"status", b"map", b"set", b"double"):
        assert shape == found.decode(), call
    else:
        assert found.decode() in allowed, (call, found)
        assert shape != "status" or found in (b"boolean", b"nil"), call
