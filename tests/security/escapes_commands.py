"""Through what a script may call: commands that are not for scripts, coroutines across calls, undeclared keys."""

from __future__ import annotations

from tests.security.attacks import Attack, Expectation, gives, raises, table_of

__all__ = ["ESCAPES"]

_REFUSED = "not allowed from script"
_NESTED = (
    "EVAL", "EVALSHA", "SCRIPT", "SUBSCRIBE", "MULTI", "EXEC", "WATCH", "AUTH", "CONFIG", "MONITOR",
)  # fmt: skip
_ARGUMENTS = {
    "EVAL": "'return 1', 0",
    "EVALSHA": "('f'):rep(40), 0",
    "SCRIPT": "'FLUSH'",
    "SUBSCRIBE": "'channel'",
    "WATCH": "'text'",
    "AUTH": "'password'",
    "CONFIG": "'SET', 'maxmemory', '1'",
}

_COMMANDS = [
    Attack(
        f"redis.call of {name}", f"return redis.call('{name}'{', ' * (name in _ARGUMENTS)}{_ARGUMENTS.get(name, '')})",
        raises(_REFUSED),
    )
    for name in _NESTED
    if name != "CONFIG"
]  # fmt: skip

_CALLS: list[tuple[str, str, Expectation]] = [
    ("a command with a zero byte", "return redis.call('GET\\0', 'text')", raises("nknown")),
    ("a command that is a path", "return redis.call('../../etc/passwd')", raises("nknown")),
    ("a command with a line break", "return redis.call('SET x y\\r\\nFLUSHALL')", raises("nknown")),
    ("a command that is a number", "return redis.call(1e308)", raises("nknown")),
    ("a command that is an attribute of Python", "return redis.call('__class__')", raises("nknown")),
    ("no command", "return redis.call()", raises("lease specify at least one argument")),
    ("thousands of arguments", "local t = {} for i = 1, 7000 do t[i] = 'x' end return redis.call('DEL', unpack(t))",
     gives(0)),
    ("setresp of garbage", "redis.setresp({})", raises("RESP version must be 2 or 3")),
    ("setresp of what is no number", "redis.setresp(0/0)", raises("RESP version must be 2 or 3")),
    ("set_repl of garbage", "redis.set_repl(99)", raises("Invalid replication flags")),
    ("log of garbage", "redis.log({}, {})", raises("First argument must be a number")),
    ("log of a level out of range", "redis.log(2^40, 'x')", raises("level")),
    ("sha1hex of a table", "return redis.sha1hex({})", gives(b"da39a3ee5e6b4b0d3255bfef95601890afd80709")),
    ("breakpoint", "return redis.breakpoint()", gives(None)),
    ("debug with values Python does not take", "redis.debug({}, redis.call, cjson.null) return 1", gives(1)),
    ("error_reply of garbage", "return type(redis.error_reply({}).err)", gives(b"string")),
    ("an error reply with lines", "return redis.error_reply('A b\\r\\n+OK').err", gives(b"A b\r\n+OK")),
    ("the count of KEYS", "KEYS[99] = 'more' return #ARGV", gives(1)),
    ("SELECT stays in the script", "redis.call('SELECT', 1) return redis.call('EXISTS', 'text')", gives(0)),
    ("math.random is replaced only here", "return pcall(rawset, math, 'random', nil)", gives(None)),
    ("DEBUG of the process", "return type(redis.pcall('DEBUG', 'SEGFAULT'))", gives(b"table")),
    ("SHUTDOWN", "return type(redis.pcall('SHUTDOWN'))", gives(b"table")),
    ("yielding out of the script", "coroutine.yield(1)", raises("attempt to yield across")),
    ("yielding out of a callback", ("return {pcall(coroutine.wrap(function() "
     "('x'):gsub('x', coroutine.yield) end))}"), gives([None, b"attempt to yield across metamethod/C-call boundary"])),
    ("yielding out of pcall", "return (coroutine.wrap(function() return pcall(coroutine.yield, 1) end)())",
     gives(None)),
    ("redis.call as a coroutine", "return {pcall(coroutine.create, redis.call)}",
     gives([None, b"bad argument #1 to '?' (Lua function expected)"])),
    ("a coroutine that resumes itself", ("local co co = coroutine.create(function() return coroutine.resume(co) end) "
     "return {select(2, coroutine.resume(co))}"), gives([None, b"cannot resume running coroutine"])),
    ("a dead coroutine", ("local co = coroutine.create(function() end) coroutine.resume(co) "
     "return {coroutine.resume(co)}"), gives([None, b"cannot resume dead coroutine"])),
    ("a coroutine that is left behind", ("local co = coroutine.wrap(function() while true do coroutine.yield() "
     "redis.call('SET', 'evil', 1) end end) co() return type(co)"), gives(b"function")),
    ("a call inside a coroutine", "return coroutine.wrap(function() return redis.call('GET', 'text') end)()",
     gives(b"as it was")),
    ("a call inside a comparison", ("local t = {2, 1} table.sort(t, function(a, b) redis.call('GET', 'text') "
     "return a < b end) return t"), gives([1, 2])),
    ("a comparison that lies", "return (pcall(table.sort, {1, 2, 3, 4, 5, 6, 7}, function() return true end)) ~= nil",
     gives(1)),
    ("changing a table while it is walked", ("local t = {1, 2, 3} return (pcall(function() for k in pairs(t) do "
     "t[k] = nil t[k + 100] = 1 if k > 5000 then break end end end)) ~= nil"), gives(1)),
]  # fmt: skip

_STRICT = "touches the key 'text', which is not in KEYS"
_KEYS = [
    Attack(f"strict keys: {name}", script, raises(_STRICT, "undeclared"), strict_keys=True, keys=(b"list",))
    for name, script in {
        "KEYS that is added to": "KEYS[2] = 'text' return redis.call('GET', 'text')",
        "KEYS with a metatable": "setmetatable(KEYS, {__index = function() return 'text' end}) "
        "return redis.call('GET', KEYS[2])",
        "caught": "pcall(redis.call, 'GET', 'text') return 'went on'",
        "caught by redis.pcall": "redis.pcall('GET', 'text') return 'went on'",
        "caught in a coroutine": "coroutine.resume(coroutine.create(function() redis.call('GET', 'text') end))",
        "caught by xpcall": "xpcall(function() redis.call('GET', 'text') end, function() end) return 'went on'",
        "in a callback": "('x'):gsub('x', function() redis.call('DEL', 'text') end) return 'went on'",
        "a key among arguments": "return redis.call('EXISTS', 'list', 'text')",
    }.items()
]

ESCAPES = [*_COMMANDS, *table_of(*_CALLS), *_KEYS]
