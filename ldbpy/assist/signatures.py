"""How the functions that scripts can call are written.

Facts from the Lua 5.1 reference manual, sections 5.1 to 5.6, and, for what servers add, from the pages "Redis Lua API
reference" and the sources of the libraries (Redis 7.0: deps/lua/src/lua_cjson.c, lua_cmsgpack.c, lua_struct.c,
lua_bit.c). Where a function came later than scripts themselves, the release.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

__all__ = ["FunctionSignature", "signature_of"]


class FunctionSignature(NamedTuple):
    """A function as it is written."""

    name: str
    parameters: tuple[str, ...]
    """With brackets around what may be left out."""
    since: str
    """The release of Redis it came with; empty if it was there from the beginning."""

    @property
    def text(self) -> str:
        """``string.sub(s, i, [j])``."""
        return f"{self.name}({', '.join(self.parameters)})"


_TEXTS: Final = """
assert(v, [message]) | collectgarbage([opt], [arg]) | error(message, [level]) | gcinfo() | getmetatable(object)
ipairs(t) | load(func, [chunkname]) | loadstring(string, [chunkname]) | next(table, [index]) | pairs(t)
pcall(f, [...]) | print([...]) | rawequal(v1, v2) | rawget(table, index) | rawset(table, index, value)
select(index, ...) | setmetatable(table, metatable) | tonumber(e, [base]) | tostring(e) | type(v)
unpack(list, [i], [j]) | xpcall(f, err) | getfenv([f]) | setfenv(f, table) | newproxy([boolean])
coroutine.create(f) | coroutine.resume(co, [...]) | coroutine.running() | coroutine.status(co) | coroutine.wrap(f)
coroutine.yield([...])
string.byte(s, [i], [j]) | string.char(...) | string.dump(function) | string.find(s, pattern, [init], [plain])
string.format(formatstring, ...) | string.gmatch(s, pattern) | string.gsub(s, pattern, repl, [n]) | string.len(s)
string.lower(s) | string.match(s, pattern, [init]) | string.rep(s, n) | string.reverse(s) | string.sub(s, i, [j])
string.upper(s)
table.concat(table, [sep], [i], [j]) | table.insert(table, [pos], value) | table.maxn(table)
table.remove(table, [pos]) | table.sort(table, [comp]) | table.getn(table) | table.foreach(table, f)
table.foreachi(table, f)
math.abs(x) | math.acos(x) | math.asin(x) | math.atan(x) | math.atan2(y, x) | math.ceil(x) | math.cos(x) | math.cosh(x)
math.deg(x) | math.exp(x) | math.floor(x) | math.fmod(x, y) | math.frexp(x) | math.ldexp(m, e) | math.log(x)
math.log10(x) | math.max(x, ...) | math.min(x, ...) | math.modf(x) | math.pow(x, y) | math.rad(x)
math.random([m], [n]) | math.randomseed(x) | math.sin(x) | math.sinh(x) | math.sqrt(x) | math.tan(x) | math.tanh(x)
os.clock()
bit.tobit(x) | bit.tohex(x, [n]) | bit.bnot(x) | bit.band(x1, [x2...]) | bit.bor(x1, [x2...]) | bit.bxor(x1, [x2...])
bit.lshift(x, n) | bit.rshift(x, n) | bit.arshift(x, n) | bit.rol(x, n) | bit.ror(x, n) | bit.bswap(x)
cjson.encode(value) | cjson.decode(text) | cjson.new() | cjson.encode_keep_buffer([keep])
cjson.encode_max_depth([depth]) | cjson.decode_max_depth([depth]) | cjson.encode_number_precision([digits])
cjson.encode_sparse_array([convert], [ratio], [safe]) | cjson.encode_invalid_numbers([setting])
cjson.decode_invalid_numbers([setting]) | cjson.decode_array_with_array_mt([enabled])
cmsgpack.pack(value, [...]) | cmsgpack.unpack(data) | cmsgpack.unpack_one(data, [offset])
cmsgpack.unpack_limit(data, limit, [offset])
struct.pack(format, ...) | struct.unpack(format, data, [position]) | struct.size(format)
redis.call(command, [arg...]) | redis.pcall(command, [arg...]) | redis.error_reply(text) | redis.status_reply(text)
redis.sha1hex(text) | redis.log(level, message, [...]) | redis.setresp(version) 6.0 | redis.set_repl(flags) 3.2
redis.replicate_commands() 3.2 | redis.breakpoint() 3.2 | redis.debug(value, [...]) 3.2
redis.acl_check_cmd(command, [arg...]) 7.0 | redis.register_function(name, callback) 7.0
"""


@cache
def _all() -> dict[str, FunctionSignature]:
    found = {}
    for text in _TEXTS.replace("\n", " | ").split(" | "):
        if text:
            call, _, since = text.partition(") ")
            name, _, parameters = call.removesuffix(")").partition("(")
            found[name] = FunctionSignature(name, tuple(parameters.split(", ")) if parameters else (), since)
    return found


def signature_of(path: tuple[str, ...]) -> FunctionSignature | None:
    """The function that a path names; ``server`` is ``redis``."""
    if path and path[0] == "server":
        path = ("redis", *path[1:])
    return _all().get(".".join(path))
