"""The dragonfly flavor. There is no Dragonfly to ask: what is expected follows its source.

The files are interpreter.cc, script_mgr.cc and main_service.cc.
"""

from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.lua.limits import Limits
from ldbpy.lua.returns import without_tail_calls
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.source import Script
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions


def run(script: str, *keys: str, limits: Limits | None = None) -> Reply:
    """The reply of EVAL."""
    server = EmbeddedServer(FLAVORS["dragonfly"], limits=limits)
    return server.call([b"EVAL", script.encode(), b"%d" % len(keys), *(key.encode() for key in keys)])


def failure(script: str, *keys: str) -> str:
    """The error, without what the server says before it."""
    reply = run(script, *keys)
    assert isinstance(reply, ErrorReply)
    before = f"ERR Error running script (call to {Script(script.encode()).sha1}): "
    return reply.message.decode().removeprefix(before)


@pytest.mark.parametrize(
    ("script", "reply"),
    [
        ("return 7 // 2", 3),
        ("return 1 << 3 | 1", 9),
        ("goto done ::done:: return _VERSION", b"Lua 5.4"),
        ("return 2.5", b"2.5"),
        ("return 4 / 2", b"2"),
        ("return {true, false, nil, 3}", [1, None, None, 3]),
        ("return {map = {a = 1}}", [b"a", 1]),
        ("return {ok = 'fine'}", b"fine"),
        ("return unpack({1, 2})", 1),
        ("return table.getn({1, 2, 3})", 3),
        ("return {coroutine == nil}", "Script attempted to access nonexistent global variable 'coroutine'"),
        ("return redis.setresp == nil and redis.LOG_WARNING == nil", 1),
        ("return load('return 1 + 1')()", 2),
        ("return load(string.dump(function() return 1 end)) == nil", 1),
        ("return tostring(cjson.null) .. cjson.encode({1, 2.5, cjson.null})", b"userdata: (nil)[1,2.5,null]"),
        ("return math.type(cjson.decode('[1]')[1])", b"integer"),
        ("return {struct.unpack('>I2', '\\1\\2')}", [258, 3]),
        ("return tostring(bit.band(7, 3))", b"3"),
        ("return cmsgpack.unpack(cmsgpack.pack({1, 'x'}))", [1, b"x"]),
    ],
)
def test_values(script: str, reply: object) -> None:
    """Values are those of Lua 5.4; a number with a fraction stays one."""
    if isinstance(reply, str):
        assert reply in failure(script)
    else:
        assert run(script) == reply


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("return foo", "@user_script:2: user_script:2: Script attempted to access nonexistent global variable 'foo'"),
        ("\nfoo = 1", "@user_script:3: user_script:3: Script attempted to create global variable 'foo'"),
        ("error('boom')", "@user_script:2: user_script:2: boom"),
        (
            "error({err = 'boom'})",
            "@err_handler_def:8: err_handler_def:8: attempt to concatenate a table value (local 'err')",
        ),
        (
            "return redis.call()",
            "@user_script:2: @user_script: 2: Please specify at least one argument for redis.call()",
        ),
        ("return redis.call('GET')", "@user_script:2: wrong number of arguments for 'get' command"),
        ("return redis.pcall('NOSUCH')", "ERR unknown command `NOSUCH`"),
        ("return x y", "ERR user_script:2: 'end' expected (to close 'function' at line 1) near 'y'"),
        ("local t = {} t[1] = t return t", "ERR reached lua stack limit"),
        ("return redis.error_reply('MINE text')", "ERR MINE text"),
        ("return redis.error_reply('-MINE text')", "MINE text"),
    ],
)
def test_errors(script: str, error: str) -> None:
    """Errors are texts; lines are one further down, for the server puts the script into a function."""
    assert failure(script) == error


def test_command_errors() -> None:
    """A code other than ERR stays, behind a dash."""
    wrong = "redis.call('SET', KEYS[1], 'x') return redis.call('LPUSH', KEYS[1], 1)"
    assert failure(wrong, "k") == ("@user_script:2: -WRONGTYPE Operation against a key holding the wrong kind of value")
    assert run(wrong.replace("return redis.call", "return redis.pcall"), "k") == ErrorReply(
        b"WRONGTYPE Operation against a key holding the wrong kind of value"
    )


def test_undeclared_keys_are_refused() -> None:
    """Commands may touch only KEYS, unless the first line says otherwise."""
    assert failure("return redis.call('INCR', 'other')", "k") == (
        "@user_script:2: script tried accessing undeclared key"
    )
    assert run("--!df flags=allow-undeclared-keys\nreturn redis.call('INCR', 'other')") == 1
    assert run("--!df flags=no-such\nreturn 1") == ErrorReply(b"ERR Invalid flag: no-such")


def test_doubles_are_numbers() -> None:
    """ZSCORE gives a number, whole ones an integer; numbers go to commands with 17 digits."""
    script = "redis.call('ZADD', KEYS[1], ARGV[1], 'm') return redis.call('ZSCORE', KEYS[1], 'm') + 1"
    server = EmbeddedServer(FLAVORS["dragonfly"])
    assert server.call([b"EVAL", script.encode(), b"1", b"z", b"1.5"]) == b"2.5"
    assert server.call([b"EVAL", script.encode(), b"1", b"z", b"3"]) == 4
    assert run("return redis.call('ECHO', 1.1)") == b"1.1000000000000001"


@pytest.mark.parametrize(
    "script",
    [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "setmetatable({}, {__gc = function() while true do end end}) collectgarbage() while true do end",
        "local t = setmetatable({}, {__index = function() while true do end end}) return t",
        "return load(function() while true do end end)",
    ],
)
def test_scripts_are_stopped(script: str) -> None:
    """No way to run on after the time is up."""
    assert run(script, limits=Limits(seconds=0.05)) == ErrorReply(b"ERR the script ran longer than 0.05 s")


def test_memory_is_limited() -> None:
    """A script's values take no more than they may."""
    script = "local t = {} while true do t[#t + 1] = ('x'):rep(1e5) .. #t end"
    reply = run(script, limits=Limits(memory=16 * 2**20))
    assert reply == ErrorReply(b"ERR the script's values took more than 16 MiB")


def test_lines_are_the_scripts() -> None:
    """The problem, the calls and the logs have the script's own lines."""
    script = Script(b"redis.log(0, 'here')\nredis.call('SET', KEYS[1], 1)\nreturn nil .. 1")
    report = EmbeddedServer(FLAVORS["dragonfly"]).run(script, [b"k"], [], RunOptions(trace=True))
    assert report.problem is not None
    assert (report.problem.line, report.problem.message) == (3, "attempt to concatenate a nil value")
    assert [call.line for call in report.calls] == [2]
    assert [log.line for log in report.logs] == [1]


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        (b"return redis.call('X')", b"return (redis.call('X'))"),
        (b"return redis.call('X'), 1", b"return redis.call('X'), 1"),
        (b"return f(redis.call('X'))", b"return f(redis.call('X'))"),
        (
            b"return redis.call((function() return bit.bnot(1) end)())",
            b"return (redis.call((function() return (bit.bnot(1)) end)()))",
        ),
        (b"return struct.unpack('b', s)", b"return struct.unpack('b', s)"),
        (b"local x = 1 // 2 return redis.call('X')", b"local x = 1 // 2 return redis.call('X')"),
    ],
)
def test_without_tail_calls(source: bytes, changed: bytes) -> None:
    """Only calls that give one value get parentheses."""
    assert without_tail_calls(source) == changed
