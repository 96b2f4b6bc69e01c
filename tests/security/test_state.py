"""From one run into the next: globals, libraries, settings, function libraries, and what the host keeps."""

from __future__ import annotations

import threading

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.lua.limits import Limits
from ldbpy.model.runs import RunReport
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.source import Script
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from tests.security.attacks import server_of, works_as_before

_MARKS = {
    "methods of strings": ("getmetatable('').__index = function() return 'evil' end", "return ('x'):rep(2)", b"xx"),
    "KEYS": ("KEYS[1] = 'evil'", "return KEYS[1] or 'none'", b"none"),
    "the metatable of KEYS": (
        "setmetatable(KEYS, {__index = function() return 'evil' end})",
        "return KEYS[5] or 'none'",
        b"none",
    ),
    "settings of cjson": ("cjson.encode_max_depth(1)", "return cjson.encode({{1}})", b"[[1]]"),
    "the protocol": ("redis.setresp(3)", "return tostring(redis.call('GET', 'nosuch'))", b"false"),
    "the database": ("redis.call('SELECT', 5)", "return redis.call('GET', 'text')", b"as it was"),
    "a stopped collector": ("collectgarbage('stop')", "for i = 1, 4e5 do local t = {} end return 'done'", b"done"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "look", "expected"), _MARKS.values(), ids=_MARKS)
@pytest.mark.parametrize("flavor", ["redis-6.2", "redis-7.0", "valkey-9"])
def test_nothing_stays_for_the_next_script(change: str, look: str, expected: bytes, flavor: str) -> None:
    """What one script changes, another does not see."""
    server = server_of(flavor)
    server.call([b"EVAL", change.encode(), b"0"])
    assert server.call([b"EVAL", look.encode(), b"0"]) == expected
    works_as_before(server)


# -- function libraries


def _load(server: EmbeddedServer, body: str) -> Reply:
    return server.client().call([b"FUNCTION", b"LOAD", b"REPLACE", b"#!lua name=lib\n" + body.encode()])


_LIBRARIES = {
    "calls a command": ("redis.call('SET', 'evil', 1)", "nonexistent global variable 'call'"),
    "has a look at libraries": ("local f = string.format", "nonexistent global variable 'string'"),
    "has a look at getmetatable": ("getmetatable(redis)", "nonexistent global variable 'getmetatable'"),
    "sets a global": ("evil = 1", "Attempt to modify a readonly table"),
    "changes redis": ("redis.register_function = 1", "Attempt to modify a readonly table"),
    "loads for ever": ("while true do end", "FUNCTION LOAD timeout"),
    "registers for ever": (
        "local i = 0 while true do i = i + 1 redis.register_function('f' .. i, function() end) end",
        "",
    ),
    "registers no function": ("redis.register_function('f', 5)", "must be a function"),
    "registers a name that is none": ("redis.register_function('../f', function() end)", "can only contain letters"),
    "has endless flags": (
        "redis.register_function({function_name = 'f', callback = function() end, flags = {1}})",
        "unknown flag given",
    ),
    "is bytecode": ("\x1bLua", "unexpected symbol near 'char(27)'"),
    "registers nothing": ("", "No functions registered"),
}


@pytest.mark.parametrize(("body", "expected"), _LIBRARIES.values(), ids=_LIBRARIES)
@pytest.mark.parametrize("flavor", ["redis-7.0", "valkey-9"])
def test_library_that_is_refused(body: str, expected: str, flavor: str) -> None:
    """It is not there afterwards, and has done nothing."""
    server = server_of(flavor)
    reply = _load(server, body)
    assert isinstance(reply, ErrorReply)
    assert expected.encode() in reply.message
    assert server.libraries == {}
    assert server.call([b"EXISTS", b"evil"]) == 0
    works_as_before(server)


def test_functions_are_stopped_and_work_again() -> None:
    """A limit ends a call of a function, not its library."""
    server = EmbeddedServer(FLAVORS["redis-7.0"], limits=Limits(0.1, 0, 16 << 20))
    body = """
    local kept = {}
    redis.register_function('endless', function() while true do pcall(function() while true do end end) end end)
    redis.register_function('nested', function() local t = {} t[1], t[2] = t, t return t end)
    redis.register_function('fill', function() while true do pcall(function() kept[#kept + 1] = {} end) end end)
    redis.register_function('late', function() redis.register_function('more', function() end) end)
    redis.register_function('poison', function() string.format = nil end)
    redis.register_function('normal', function(keys, args) return {#args, cjson.encode({1}), ('x'):rep(2)} end)
    """
    assert _load(server, body) == b"lib"
    call = server.client().call
    normal: Reply = [1, b"[1]", b"xx"]
    assert call([b"FCALL", b"normal", b"0", b"a"]) == normal
    for name, text in (
        (b"endless", b"longer than"),
        (b"nested", b"longer than"),
        (b"late", b"attempt to call field 'register_function'"),
        (b"poison", b"Attempt to modify a readonly table"),
    ):
        reply = call([b"FCALL", name, b"0"])
        assert isinstance(reply, ErrorReply)
        assert text in reply.message
        assert call([b"FCALL", name, b"0"]) == reply
        assert call([b"FCALL", b"normal", b"0", b"a"]) == normal
    for _ in range(3):  # its variables stay full
        reply = call([b"FCALL", b"fill", b"0"])
        assert isinstance(reply, ErrorReply)
        assert b"took more than 16 MiB" in reply.message or b"longer than" in reply.message
    works_as_before(server_of("redis-7.0"))


# -- what comes from outside


@pytest.mark.parametrize("flavor", ["redis-7.0", "dragonfly"])
@pytest.mark.parametrize("size", [4 << 20, 9 << 20, 40 << 20])
def test_arguments_that_do_not_fit(flavor: str, size: int) -> None:
    """They are told as the limit they exceed."""
    server = server_of(flavor)
    report = server.run(Script(b"return #ARGV[1]"), [], [b"x" * size], RunOptions())
    fits = size < 8 << 20
    assert (report.reply == size) if fits else (report.problem is not None and report.problem.stop_reason == "memory")
    works_as_before(server) if flavor != "dragonfly" else None


@pytest.mark.parametrize("count", [50_000, 150_000, 400_000])
def test_replies_that_do_not_fit(count: int) -> None:
    """Lists and maps: the script gets them whole, or is stopped."""
    server = server_of("redis-7.0")
    server.call([b"RPUSH", b"many", *(b"%d" % i for i in range(count))])
    server.call([b"HSET", b"map", *(b"%d" % i for i in range(count * 2))])
    for source in (
        b"return #redis.call('LRANGE', 'many', 0, -1)",
        b"redis.setresp(3) local n = 0 for _ in pairs(redis.call('HGETALL', 'map').map) do n = n + 1 end return n",
    ):
        report = server.run(Script(source), [], [], RunOptions())
        assert report.reply == count or (report.problem is not None and report.problem.stop_reason == "memory")
    works_as_before(server)


@pytest.mark.parametrize("code", ["while true do end", "while true do pcall(math.random) end", "redis.call('PING')"])
def test_an_exception_of_python_ends_the_script(code: str) -> None:
    """KeyboardInterrupt or a mistake of ours in the host: the script neither sees nor survives it."""
    server = server_of("redis-7.0")
    report = _run_with_clock(server, code, KeyboardInterrupt)
    assert report is None
    works_as_before(server)


def _run_with_clock(server: EmbeddedServer, code: str, fault: type[BaseException]) -> RunReport | None:
    """Run it while the clock raises; None if that reaches the caller."""
    readings = iter([0.0])

    def clock() -> float:
        try:
            return next(readings)
        except StopIteration:
            raise fault from None

    runtime = server.runtime
    object.__setattr__(server, "runtime", runtime._replace(clock=clock))
    try:
        return server.run(Script(f"{code} while true do pcall(error) end".encode()), [], [], RunOptions())
    except fault:
        return None
    finally:
        object.__setattr__(server, "runtime", runtime)


def test_interrupt_from_another_thread() -> None:
    """It ends the script, whatever that catches."""
    server = server_of("redis-7.0")
    ready = threading.Event()

    def stop() -> None:
        ready.wait()
        server.interrupt()

    stopper = threading.Thread(target=stop)
    stopper.start()
    source = b"redis.log(redis.LOG_WARNING, 'ready') while true do pcall(function() while true do end end) end"
    report = server.run(Script(source), [], [], RunOptions(on_log=lambda _: ready.set()))
    stopper.join()
    assert report.problem is not None
    assert report.problem.stop_reason == "interrupted"
    works_as_before(server)
