"""Through bytecode: nothing may run what no compiler of ours has written."""

from __future__ import annotations

import struct
from functools import cache

from lupa.lua51 import LuaRuntime

from tests.security.attacks import Attack, Expectation, gives, raises, table_of

__all__ = ["ESCAPES"]


@cache
def _dumped(source: bytes) -> bytes:
    lua = LuaRuntime(encoding=None)
    dumped = lua.eval(b"string.dump")(lua.compile(source))
    assert isinstance(dumped, bytes)
    return dumped


def _patched(source: bytes, place: int, value: int) -> str:
    """The bytecode of a chunk, one of its 32-bit words changed, counted from the end of its header and name."""
    chunk = bytearray(_dumped(source))
    name = struct.unpack_from("=Q", chunk, 12)[0]
    struct.pack_into("=I", chunk, 12 + 8 + name + place, value)
    return chunk.decode("latin-1")


_REFUSED = raises("unexpected symbol near 'char(27)'", "compile")
_CODE_AT = 4 + 4 + 4 + 4  # after the lines, the four bytes of counts, and the number of instructions

_WHOLE = [
    Attack(f"a script that is bytecode: {name}", chunk, _REFUSED)
    for name, chunk in {
        "as dumped": _dumped(b"return 42").decode("latin-1"),
        "an upvalue that is not there": _patched(b"return 42", _CODE_AT, 4 | 200 << 23),
        "a constant out of range": _patched(b"return 42", _CODE_AT, 1 | 0x3FFFF << 14),
        "a jump out of the code": _patched(b"return 42", _CODE_AT, 22 | 0x3FFFF << 14),
        "a loop over no numbers": _patched(b"return 42", _CODE_AT, 32),
        "a billion instructions": _patched(b"return 42", _CODE_AT - 4, 0x3FFFFFFF),
        "cut off": _dumped(b"return 42")[:20].decode("latin-1"),
        "only its first byte": "\x1b",
    }.items()
]

_LOADED: list[tuple[str, str, Expectation]] = [
    ("loadstring of what string.dump gives", "return loadstring(string.dump(function() end)) == nil", gives(1)),
    (
        "loadstring of changed bytecode",
        "local d = string.dump(function() return 1 end):gsub('\\30', '\\31') return loadstring(d) == nil",
        gives(1),
    ),
    ("loadstring of nothing but the mark", "return select(2, loadstring('\\27', '=x'))",
     gives(b"x:1: unexpected symbol near 'char(27)'")),
    ("loadstring of the mark and a name", "return loadstring('\\27Lua' .. ('\\0'):rep(100), '=x') == nil", gives(1)),
    (
        "load that gets bytecode in pieces",
        ("local d, at = string.dump(function() return 1 end), 0\n"
        "return load(function() at = at + 1 return at <= #d and d:sub(at, at) or nil end) == nil"),
        gives(1),
    ),
    (
        "load whose reader gives a number first",
        "local parts = {'\\27', 'Lua'} return load(function() return table.remove(parts, 1) end) == nil",
        gives(1),
    ),
    ("bytecode behind a line", "return loadstring('#\\n' .. string.dump(function() end)) == nil", gives(1)),
    ("string.dump of redis.call", "return {pcall(string.dump, redis.call)}",
     gives([None, b"unable to dump given function"])),
    ("string.dump of a function of C", "return {pcall(string.dump, type)}",
     gives([None, b"unable to dump given function"])),
    ("string.dump of a coroutine's function", "return {pcall(string.dump, coroutine.wrap(function() end))}",
     gives([None, b"unable to dump given function"])),
    ("string.dump of string.find", "return {pcall(string.dump, string.find)}",
     gives([None, b"unable to dump given function"])),
    ("string.dump of the error handler", "return {pcall(string.dump, __redis__err__handler)}",
     gives([None, b"unable to dump given function"])),
    ("a chunk named as ours", "return {pcall(loadstring('error(\"x\", 2)', '=[C]'))}", gives([None, b"x"])),
    ("a chunk name of a million bytes", "return loadstring('return 1', ('n'):rep(1e6))()", gives(1)),
    ("a thousand nested functions", ("local s = ('return function() '):rep(1000) .. ('end '):rep(1000) "
     "return (select(2, loadstring(s, '=x')))"), gives(b"x:1: chunk has too many syntax levels")),
    ("as many nested functions as there may be", ("local s = ('return function() '):rep(95) .. ('end '):rep(95) "
     "return type(loadstring(s))"), gives(b"function")),
    ("more variables than there may be", ("local s = {} for i = 1, 201 do s[i] = 'local v' .. i end "
     "return (loadstring(table.concat(s, ' '), '=x')) == nil"), gives(1)),
    ("many blocks before a tail call", "return type(loadstring(('do local a = b end '):rep(20000) .. 'return f()'))",
     gives(b"function")),
]  # fmt: skip

ESCAPES = [*_WHOLE, *table_of(*_LOADED)]
