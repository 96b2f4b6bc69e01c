"""Through the environment: globals, metatables, environments of functions, names that must not be there."""

from __future__ import annotations

from tests.security.attacks import WITH_ENVIRONMENTS, Attack, gives, raises, table_of

__all__ = ["ESCAPES"]

_READ_ONLY = "Attempt to modify a readonly table"
_PROTECTED = raises(_READ_ONLY)
_MISSING = ("debug", "package", "io", "require", "dofile", "loadfile", "module", "python", "setprogdir", "ffi", "jit")

_NAMES = [
    Attack(f"the global {name}", f"return {name}", raises(f"nonexistent global variable '{name}'")) for name in _MISSING
] + [
    Attack(f"{name} by rawget", f"return type(rawget(_G, '{name}'))", gives(b"nil"))
    for name in ("debug", "python", "package", "io")
]

_POISONED = ("string", "table", "math", "coroutine", "redis", "cjson", "cmsgpack", "struct", "bit")
_POISON = [Attack(f"rawset on {name}", f"rawset({name}, 'format', 1)", _PROTECTED) for name in _POISONED] + [
    Attack(f"a metatable for {name}", f"setmetatable({name}, {{__index = function() return 'evil' end}})", _PROTECTED)
    for name in _POISONED
]
_ROOTS = (
    "pairs", "next", "tostring", "pcall", "error", "type", "select", "unpack", "getmetatable", "rawset", "_G", "KEYS",
)  # fmt: skip
_ROOT = [Attack(f"rawset of the global {name}", f"rawset(_G, '{name}', 1)", _PROTECTED) for name in _ROOTS]

_ENVIRONMENT = table_of(
    ("assigning a global", "evil = 1", _PROTECTED),
    ("assigning a global function", "function tostring() return 'evil' end", _PROTECTED),
    ("assigning redis.call", "redis.call = function() return 'evil' end", _PROTECTED),
    ("assigning a string function", "string.format = nil", _PROTECTED),
    ("a field of _G by its own name", "_G._G.pcall = nil", _PROTECTED),
    ("table.insert into _G", "table.insert(_G, 'evil')", _PROTECTED),
    ("table.insert at a place", "table.insert(string, 1, 'evil')", _PROTECTED),
    ("a metatable for _G", "setmetatable(_G, nil)", _PROTECTED),
    ("globals through load", "return loadstring('evil = 1')()", _PROTECTED),
    ("globals through a coroutine", "coroutine.wrap(function() evil = 1 end)()", _PROTECTED),
    ("the metatable of _G", "getmetatable(_G).__index = nil", _PROTECTED),
    ("rawset on the metatable of _G", "rawset(getmetatable(_G), '__index', nil)", _PROTECTED),
    ("the handler behind _G", "return type(getmetatable(_G).__newindex)", gives(b"nil")),
    ("the metatable of redis", "return type(getmetatable(redis))", gives(b"nil")),
    ("the metatable of KEYS", "return type(getmetatable(KEYS))", gives(b"nil")),
    ("the metatable of cjson.null", "return type(getmetatable(cjson.null))", gives(b"nil")),
    ("indexing cjson.null", "return cjson.null.x", raises("attempt to index field 'null'")),
    ("calling cjson.null", "return cjson.null()", raises("attempt to call field 'null'")),
    ("table.remove from a library", "table.remove(redis) return type(redis.call)", gives(b"function")),
    ("table.sort of a library", "table.sort(string) return type(string.rep)", gives(b"function")),
    ("next with a key that is not there", "return (next(string, 'nosuch'))", raises("")),
    (
        "writing while a library is walked",
        "for name in pairs(string) do string[name] = nil end",
        _PROTECTED,
    ),
    (
        "what foreach is handed",
        "table.foreach(redis, function(name) redis[name] = nil end)",
        _PROTECTED,
    ),
    ("names with a zero byte", "return type(rawget(_G, 'debug\\0'))", gives(b"nil")),
    ("__redis__err__handler replaced", "__redis__err__handler = function() return 'evil' end", _PROTECTED),
    ("__metatable on a table of its own", "local t = setmetatable({}, {__metatable = 1}) setmetatable(t, {})",
     raises("cannot change a protected metatable")),
    ("KEYS with a metatable", "setmetatable(KEYS, {__index = function() return 'text' end}) return KEYS[9]",
     gives(b"text")),
    ("ARGV handed to getmetatable", "return type(getmetatable(ARGV))", gives(b"nil")),
)  # fmt: skip

_STRINGS = [
    Attack(
        "the metatable of strings",
        "getmetatable('').__index = function() return function() return 'evil' end end return ('x'):rep(2)",
        _PROTECTED,
        ("redis-7.0", "valkey-9"),
    ),
    Attack(
        "the metatable of strings, where it can be written",
        "getmetatable('').__index = {rep = function() return 'mine' end} return ('x'):rep(2)",
        gives(b"mine"),
        WITH_ENVIRONMENTS,
    ),
    Attack(
        "metamethods of strings",
        "local m = getmetatable('') pcall(function() m.__call = redis.call m.__add = error end)\n"
        "return cjson.encode({redis.sha1hex('') .. string.format('%s', 1)}) ~= nil and 'fine'",
        gives(b"fine"),
    ),
]

_FUNCTIONS = [
    Attack(name, script, expectation, WITH_ENVIRONMENTS)
    for name, script, expectation in (
        ("getfenv of level 0", "return getfenv(0) == _G", gives(1)),
        ("setfenv of level 0", "setfenv(0, {evil = 1}) return pcall(loadstring('return evil'))", gives(None)),
        ("getfenv of a function of C", "return getfenv(string.rep) == _G and getfenv(type) == _G", gives(1)),
        ("getfenv of redis.call", "return getfenv(redis.call) == _G", gives(1)),
        ("getfenv of a wrapped coroutine", "return getfenv(coroutine.wrap(function() end)) == _G", gives(1)),
        ("writing what getfenv gives", "getfenv(redis.call).evil = 1", _PROTECTED),
        ("setfenv on redis.call", "setfenv(redis.call, {})", raises("cannot change environment of given object")),
        ("setfenv on a method", "setfenv(('').rep, {})", raises("cannot change environment of given object")),
        ("setfenv on print", "setfenv(print, {})", raises("cannot change environment of given object")),
        ("setfenv on an iterator", "setfenv((pairs({})), {})", raises("cannot change environment of given object")),
        ("setfenv on the caller of a callback",
         "('x'):gsub('x', function() setfenv(2, {}) end)", raises("cannot change environment of given object")),
        ("setfenv on a level above the script", "setfenv(3, {})", raises("bad argument #1 to 'setfenv'")),
        ("setfenv on a level far above", "setfenv(100, {})", raises("invalid level")),
        ("getfenv of levels above", ("for i = 1, 9 do local ok, e = pcall(getfenv, i) "
         "if ok and e.debug ~= nil then return 'evil' end end"), raises("nonexistent global variable 'debug'")),
        ("an environment with a trap", ("local f = setfenv(function() return x end, setmetatable({}, "
         "{__index = function(_, k) return k .. '!' end})) return f()"), gives(b"x!")),
        ("a chunk that calls itself C", "local f = loadstring('return getfenv(1)', '=[C]') return f() == _G", gives(1)),
        ("newproxy of cjson.null", "return newproxy(cjson.null)", raises("boolean or proxy expected")),
        ("newproxy with __gc", ("local m = getmetatable(newproxy(true)) m.__gc = function() while true do end end "
         "m = nil collectgarbage() collectgarbage() return 'fine'"), gives(b"fine")),
        ("newproxy with __gc by rawset", ("local p = newproxy(true) rawset(getmetatable(p), '__gc', "
         "function() while true do end end) p = nil collectgarbage() return 'fine'"), gives(b"fine")),
        ("newproxy with __gc by a model", ("local p = newproxy(true) getmetatable(p).__gc = error "
         "local q = newproxy(p) p, q = nil, nil collectgarbage() return 'fine'"), gives(b"fine")),
        ("the metatable behind a proxy's", ("local m = getmetatable(newproxy(true)) "
         "local front = getmetatable(m) front.__newindex(m, '__gc', error) collectgarbage() return 'fine'"),
         gives(b"fine")),
    )
]  # fmt: skip

_DRAGONFLY = [
    Attack(name, script, expectation, ("dragonfly",))
    for name, script, expectation in (
        ("dragonfly: debug", "return debug", raises("nonexistent global variable 'debug'")),
        ("dragonfly: python", "return python", raises("nonexistent global variable 'python'")),
        ("dragonfly: os", "return os", raises("nonexistent global variable 'os'")),
        ("dragonfly: require", "return require", raises("nonexistent global variable 'require'")),
        ("dragonfly: a global in a function", "evil = 1", raises("attempted to create global variable 'evil'")),
        ("dragonfly: closing the function around the script",
         "end, (function() string.rep = nil end)(), function() return 'out'", gives(None)),
        ("dragonfly: __gc false at first", ("local m = {__gc = false} for i = 1, 100 do setmetatable({}, m) end "
         "m.__gc = function() while true do end end collectgarbage() collectgarbage() return 'fine'"), gives(b"fine")),
        ("dragonfly: __gc", ("setmetatable({}, {__gc = function() while true do end end}) collectgarbage() "
         "collectgarbage() return 'fine'"), gives(b"fine")),
        ("dragonfly: string.dump and load", "return load(string.dump(redis.call)) == nil", gives(1)),
        ("dragonfly: load of binary with a mode", "return load('\\27Lua', 'x', 'b') == nil", gives(1)),
        ("dragonfly: an environment for load", "return load('return type', 'x', 't', {})() == nil", gives(1)),
        ("dragonfly: poisoned library", ("string.format, table.concat, math.floor = nil, nil, nil "
         "return cjson.encode({1.5})"), gives(b"[1.5]")),
        ("dragonfly: poisoned globals", ("rawset(_G, 'pcall', error) rawset(_G, 'type', error) "
         "return redis.pcall('GET', 'list').err ~= nil"), gives(1)),
    )
]  # fmt: skip

ESCAPES = [*_NAMES, *_POISON, *_ROOT, *_ENVIRONMENT, *_STRINGS, *_FUNCTIONS, *_DRAGONFLY]
