"""Through errors: what an error carries, who handles it, what Python raises."""

from __future__ import annotations

from tests.security.attacks import Attack, gives, raises, stopped, table_of

__all__ = ["ESCAPES"]

_LATER = ("redis-7.0", "valkey-9")

ESCAPES = [
    *table_of(
        (
            "an error whose table answers every field",
            "local ok, e = pcall(error, setmetatable({}, {__index = function() return 'evil' end})) return ok",
            gives(None),
        ),
        (
            "an error that is equal to everything",
            ("local t = setmetatable({}, {__eq = function() return true end, __call = function() return 'evil' end})\n"
            "local ok, e = pcall(error, t) return e == t and 'mine'"),
            gives(b"mine"),
        ),
        ("an error that is cjson.null", "local ok, e = pcall(error, cjson.null) return e == cjson.null", gives(1)),
        ("an error that is a thread", "local _, e = pcall(error, coroutine.create(function() end)) return type(e)",
         gives(b"thread")),
        (
            "an error in the handler of xpcall",
            "return type(select(2, xpcall(function() error('a') end, function() error('b') end)))",
            gives(b"string"),
        ),
        (
            "a handler that raises for ever",
            "local function handler(e) error(e) end return (xpcall(error, handler))",
            gives(None),
        ),
        ("a handler that is no function", "return (xpcall(error, 5))", gives(None)),
        (
            "what redis.call raises for bad arguments",
            "local ok, e = pcall(redis.call, {}, cjson.null) return {type(e), type(e) == 'string' and e.format ~= nil}",
            gives([b"string", 1]),
        ),
        (
            "attributes of what a failed call gives",
            "local e = redis.pcall('GET', 'list') return {type(e), tostring(rawget(e, '__class__')), type(e.err)}",
            gives([b"table", b"nil", b"string"]),
        ),
        (
            "the metatable of what a failed call gives",
            "return type(getmetatable(redis.pcall('GET', 'list')))",
            gives(b"nil"),
        ),
        (
            "redis.call with values Python does not take",
            ("local kinds = {}\n"
            "for _, bad in ipairs({{}, type, coroutine.create(function() end), true, cjson.null}) do\n"
            "  local ok, e = pcall(redis.call, 'GET', bad)\n"
            "  kinds[#kinds + 1] = tostring(ok) .. type(e)\n"
            "end\n"
            "return table.concat(kinds, ' ')"),
            gives(b"falsestring falsestring falsestring falsestring falsestring"),
        ),
        (
            "redis.call with numbers that are none",
            "return {redis.pcall('ECHO', 0/0) ~= nil, redis.pcall('ECHO', 1e308 * 10), redis.pcall('GET', -1/0)}",
            gives([1, b"inf", None]),
        ),
        (
            "a table of the script's own as a reply",
            "return setmetatable({}, {__index = function() return 'evil' end})",
            gives([]),
        ),
        ("a reply with an error field that lies", "return {err = setmetatable({}, {})}", gives([])),
        ("the error of math.random", "return {pcall(math.random, 0)}", gives([None, (b"bad argument #1 to '?' "
         b"(interval is empty)")])),
        (
            "a number as Python cannot hold it",
            "return {pcall(math.randomseed, 0/0), type(math.random())}",
            gives([1, b"number"]),
        ),
        ("an error that says memory is used up", "return {pcall(error, 'not enough memory')}",
         stopped("memory")),
    ),
    Attack(
        "an error whose text is a function of its own",
        "error(setmetatable({}, {__tostring = function() return redis.call('SET', 'evil', 1) end}))",
        raises("unknown error"),
        _LATER,
    ),
    Attack("an error that is a table without text", "error({})", raises("unknown error"), _LATER),
    Attack(
        "an error whose text comes from a metatable",
        "error(setmetatable({}, {__index = {err = 'ERR from behind'}}))",
        raises("ERR from behind"),
        _LATER,
    ),
    Attack(
        "an error whose metatable runs for ever",
        "error(setmetatable({}, {__index = function() while true do end end}))",
        lambda report: report.problem is not None and report.problem.kind in ("stopped", "error"),
        seconds=0.05,
    ),
    Attack(
        "an error with a position of another script",
        "error('@user_script:1: \\0 evil\\r\\n+OK\\r\\n', 0)",
        raises("@user_script:1: "),
    ),
]  # fmt: skip
