"""Past the limits: endless scripts that catch what stops them, values that fill memory, calls that go too deep."""

from __future__ import annotations

from tests.security.attacks import ALL, Attack, gives, raises, stopped, table_of

__all__ = ["ESCAPES"]

_EVERYWHERE = (*ALL, "dragonfly")

_LOOP = "function() while true do end end"

_ENDLESS_EVERYWHERE = {
    "a loop": "while true do end",
    "pcall in a loop": "while true do pcall(function() while true do end end) end",
    "pcall of pcall": "local function f() while true do pcall(pcall, f) end end f()",
    "xpcall with a handler that loops":
        "while true do xpcall(function() while true do end end, function() while true do end end) end",
    "a handler that catches": "while true do xpcall(error, function() pcall(function() while true do end end) end) end",
    "__index": f"local t = setmetatable({{}}, {{__index = {_LOOP}}}) "
    "while true do pcall(function() return t.x end) end",
    "__tostring": f"local t = setmetatable({{}}, {{__tostring = {_LOOP}}}) while true do pcall(tostring, t) end",
    "__eq": f"local m = {{__eq = {_LOOP}}} local a, b = setmetatable({{}}, m), setmetatable({{}}, m) "
    "while true do pcall(function() return a == b end) end",
    "__concat": f"local t = setmetatable({{}}, {{__concat = {_LOOP}}}) "
    "while true do pcall(function() return t .. 'x' end) end",
    "__call": f"local t = setmetatable({{}}, {{__call = {_LOOP}}}) while true do pcall(t) end",
    "a callback of gsub": f"while true do pcall(string.gsub, 'x', 'x', {_LOOP}) end",
    "gsub over and over": "while true do string.gsub(('x'):rep(1000), 'x', function() pcall(error) end) end",
    "a comparison of sort": "while true do pcall(table.sort, {3, 2, 1}, function() while true do end end) end",
    "a tail call for ever": "local function f() return f() end while true do pcall(f) end",
    "errors for ever": "while true do pcall(error, {}) end",
    "redis.pcall for ever": "while true do redis.pcall('ECHO', 'x') end",
    "an iterator for ever": "for _ in function() return 1 end do pcall(function() while true do end end) end",
    "goto by repeat": "repeat pcall(function() repeat until false end) until false",
    "a reader of load": "while true do pcall(load, function() while true do end end) end",
    "load for ever": "local n = 0 while true do n = n + 1 load(function() return nil end) end",
}  # fmt: skip

_ENDLESS_COROUTINES = {
    "recursion that is caught": "local function f() return 1 + f() end while true do pcall(f) end",
    "coroutine.wrap": "coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()",
    "a coroutine over and over": f"while true do coroutine.resume(coroutine.create({_LOOP})) end",
    "a coroutine that is yielded from": "local f = coroutine.wrap(function() while true do coroutine.yield() end end) "
    "while true do f() end",
    "coroutines too short to be looked at":
        "local function f(d)\n"
        "  if d == 0 then for i = 1, 1000 do end return end\n"
        "  for i = 1, 900 do coroutine.wrap(f)(d - 1) end\n"
        "end\n"
        "f(3)",
    "resumes too short to be looked at":
        "local function f(d)\n"
        "  for i = 1, 900 do\n"
        "    if d > 0 then coroutine.resume(coroutine.create(f), d - 1) end\n"
        "  end\n"
        "end\n"
        "f(5)",
    "a coroutine in a callback": f"while true do pcall(string.gsub, 'x', 'x', coroutine.wrap({_LOOP})) end",
    "cjson with __index":
        "local t = setmetatable({}, {__index = function() while true do end end}) t[2] = 1\n"
        "while true do cjson.encode(t) end",
    "decoding for ever": "while true do pcall(cjson.decode, ('['):rep(500)) end",
    "packing for ever": "while true do struct.pack('>I4', 1) cmsgpack.pack({}) end",
    "slow calls of C": "while true do local x = ('x'):rep(2e5) end",
    "slow calls of C that are caught": "while true do pcall(string.rep, 'x', 2e5) end",
    "a reply that contains itself": "local t = {} t[1], t[2] = t, t return t",
}  # fmt: skip

_ENDLESS = [
    Attack(f"endless: {name}", script, stopped("time"), flavors, seconds=0.05, twice=False)
    for scripts, flavors in ((_ENDLESS_EVERYWHERE, _EVERYWHERE), (_ENDLESS_COROUTINES, ALL))
    for name, script in scripts.items()
] + [
    Attack(
        "endless: __gc of a proxy",
        "local m = getmetatable(newproxy(true)) m.__gc = function() while true do end end m = nil\n"
        "while true do pcall(collectgarbage) end",
        stopped("time"),
        ("redis-6.2",),
        seconds=0.05,
        twice=False,
    ),
    Attack(
        "endless: closing a variable",
        f"local x <close> = setmetatable({{}}, {{__close = function() while true do pcall({_LOOP}) end end}})\n"
        "while true do end",
        stopped("time"),
        ("dragonfly",),
        seconds=0.05,
        twice=False,
    ),
    Attack(
        "endless: outside the function around the script",
        "end, (function() while true do end end)(), function()",
        stopped("time"),
        ("dragonfly",),
        seconds=0.05,
        twice=False,
    ),
]

_HUGE = [
    Attack(f"huge: {name}", script, stopped("memory"), flavors, twice=False)
    for name, script, flavors in (
        ("a string", "return #('x'):rep(1e9)", _EVERYWHERE),
        ("a string, caught", "return {pcall(string.rep, 'x', 1e9)}", _EVERYWHERE),
        ("a string, caught by xpcall", "return {xpcall(function() return ('x'):rep(1e9) end, function() end)}",
         _EVERYWHERE),
        ("a string, caught by a coroutine",
         "return {coroutine.resume(coroutine.create(function() return ('x'):rep(1e9) end))}", ALL),
        ("a string, caught around a coroutine",
         "return {pcall(coroutine.wrap(function() return ('x'):rep(1e9) end))}", ALL),
        ("doubling", "local s = 'x' while true do s = s .. s end", _EVERYWHERE),
        ("a table", "local t = {} while true do t[#t + 1] = {} end", _EVERYWHERE),
        ("a table, caught", "local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end",
         _EVERYWHERE),
        ("without collecting garbage", "collectgarbage('stop') while true do local t = {} end", ALL),
        ("table.concat", "local t = {} for i = 1, 3e4 do t[i] = ('x'):rep(1000) end return #table.concat(t)",
         _EVERYWHERE),
        ("gsub", "return #(('x'):rep(1e5):gsub('x', ('y'):rep(1e5)))", _EVERYWHERE),
        ("gsub, caught", "return pcall(string.gsub, ('x'):rep(1e5), 'x', ('y'):rep(1e5))", _EVERYWHERE),
        ("closures", "local t = {} while true do t[#t + 1] = function() return t end end", _EVERYWHERE),
        ("coroutines", "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end", ALL),
        ("what cjson writes", "return #cjson.encode({('\\1'):rep(2e6)})", ALL),
        ("what cjson reads", "return #cjson.decode('[' .. ('{},'):rep(4e5) .. '1]')", ALL),
        ("what cmsgpack reads", "return #cmsgpack.unpack('\\221\\0\\4\\0\\0' .. ('\\128'):rep(262144))", ALL),
        ("a chunk", "return loadstring('return \"' .. ('x'):rep(7e6) .. '\"')", ALL),
        ("what is logged", "for i = 1, 1e6 do redis.log(redis.LOG_WARNING, ('x'):rep(1e5)) end", _EVERYWHERE),
        ("a reply", "local t = {} for i = 1, 1e6 do t[i] = {} end return t", _EVERYWHERE),
    )
]  # fmt: skip

_SIZES = table_of(
    (
        "a width of a format",
        "return {pcall(string.format, '%99999d', 1)}",
        gives([None, b"invalid format (width or precision too long)"]),
    ),
    ("a precision of a format", "return #string.format('%.99f', 1e308)", gives(409)),
    ("unpacking millions", "return {pcall(unpack, {}, 1, 1e7)}", gives([None, b"too many results to unpack"])),
    (
        "unpacking across all integers",
        "return {pcall(unpack, {}, -2^31, 2^31 - 1)}",
        gives([None, b"too many results to unpack"]),
    ),
    (
        "bytes of a long string",
        "return {pcall(string.byte, ('x'):rep(1e6), 1, -1)}",
        gives([None, b"stack overflow (string slice too long)"]),
    ),
    ("a table with a huge index", "local t = {} t[2^53] = 1 t[-2^31] = 2 return #t", gives(0)),
    ("a reply with a hole of billions", "local t = {1} t[2^31] = 2 return t", gives([1])),
    (
        "cjson of a sparse table",
        "local t = {} t[2^30] = 1 return {pcall(cjson.encode, t)}",
        gives([None, b"Cannot serialise table: excessively sparse array"]),
    ),
    (
        "cjson of a sparse table that is allowed",
        "local t = {} t[2^40] = 1 cjson.encode_sparse_array(true) return cjson.encode(t)",
        gives(b'{"1099511627776":1}'),
    ),
    ("a struct of a huge size", "return (pcall(struct.pack, 'i99999999999', 1))", gives(None)),
    ("a struct that says it is long", "return (pcall(struct.unpack, 'I4c0', '\\255\\255\\255\\255x'))", gives(None)),
    ("cmsgpack that says it is long", "return (pcall(cmsgpack.unpack, '\\221\\255\\255\\255\\255'))", gives(None)),
    ("cmsgpack from a huge place", "return (pcall(cmsgpack.unpack_one, 'x', 2^62))", gives(None)),
    ("select of a huge place", "return {select(2^30, 1, 2)}", gives([])),
)

_DEEP = table_of(
    ("recursion", "local function f() return 1 + f() end return f()", raises("stack overflow")),
    ("recursion in pcall", "local function f() return (pcall(f)) end return f()", gives(1)),
    (
        "recursion of gsub",
        "local function f(s) return (s:gsub('.', f)) end return {pcall(f, 'x')}",
        gives([None, b"C stack overflow"]),
    ),
    ("recursion of sort", "local function f() table.sort({2, 1}, f) end return (pcall(f))", gives(None)),
    (
        "recursion of metamethods",
        (
            "local t = {} setmetatable(t, {__index = function(t, k) return t[k] end}) "
            "return (pcall(function() return t.x end))"
        ),
        gives(None),
    ),
    ("recursion of coroutines", "local function f() return coroutine.wrap(f)() end return (pcall(f))", gives(None)),
    ("recursion of load", "local function f() return load(f) end return (pcall(f))", gives(1)),
    (
        "a chain of __index",
        (
            "local t = {} for i = 1, 1e4 do t = setmetatable({}, {__index = t}) end "
            "return {pcall(function() return t.x end)}"
        ),
        gives([None, b"user_script:1: loop in gettable"]),
    ),
    (
        "a circle of __index",
        "local t = {} setmetatable(t, {__index = t}) return (pcall(function() return t.x end))",
        gives(None),
    ),
    (
        "a circle of __newindex",
        "local t = {} setmetatable(t, {__newindex = t}) return (pcall(function() t.x = 1 end))",
        gives(None),
    ),
    ("brackets", "return (loadstring('return ' .. ('('):rep(1e4) .. '1' .. (')'):rep(1e4))) == nil", gives(1)),
    ("tables in tables", "return (loadstring('return ' .. ('{'):rep(1e4) .. ('}'):rep(1e4))) == nil", gives(1)),
    ("dots", "return (loadstring('return ' .. ('a..'):rep(1e4) .. 'a')) == nil", gives(1)),
    ("signs", "return (loadstring('return ' .. ('-'):rep(1e4) .. '1')) == nil", gives(None)),
    ("brackets of a pattern", "return {pcall(string.find, 'x', ('('):rep(1e5))}", gives([None, b"too many captures"])),
    ("a pattern that goes too deep", "return (('a'):rep(2e5):find(('a?'):rep(2e5)))", raises("pattern too complex")),
    ("a pattern of stars", "return (('a'):rep(1e5):match(('a*'):rep(1e5)))", raises("pattern too complex")),
    ("a pattern of stars for gmatch", "return ('a'):rep(1e5):gmatch(('a*'):rep(1e5))", raises("pattern too complex")),
    ("a pattern of stars for gsub", "return ('a'):rep(1e5):gsub(('a-'):rep(1e5), '')", raises("pattern too complex")),
    (
        "cjson of a table in itself",
        "local t = {} t[1] = t return {pcall(cjson.encode, t)}",
        gives([None, b"Cannot serialise, excessive nesting (1001)"]),
    ),
    (
        "cjson without a limit",
        "local t = {} t[1] = t cjson.encode_max_depth(2^31 - 1) return (pcall(cjson.encode, t))",
        gives(None),
    ),
    (
        "cjson that reads without a limit",
        "cjson.decode_max_depth(2^31 - 1) return (pcall(cjson.decode, ('['):rep(1e6)))",
        gives(None),
    ),
    ("cmsgpack of a table in itself", "local t = {} t[1] = t return #cmsgpack.pack(t)", gives(17)),
    ("cmsgpack that reads deep", "return (pcall(cmsgpack.unpack, ('\\145'):rep(1e6)))", gives(None)),
)

ESCAPES = [*_ENDLESS, *_HUGE, *_SIZES, *_DEEP]
