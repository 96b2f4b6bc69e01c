"""``--target``: the script runs on a real server, and gives what it gives embedded."""

from __future__ import annotations

import pytest

from ldbpy.features import Feature
from tests.cli.program import ldbpy
from tests.servers.fixtures import RealServer
from tests.servers.scripted import scripted_server

SCRIPTS = [
    "return 1",
    "return {KEYS, ARGV}",
    "return redis.call('INCR', KEYS[1])",
    "redis.call('HSET', KEYS[1], 'f', 'v') return redis.call('HGETALL', KEYS[1])",
    "return redis.call('GET', KEYS[1])",
    "return redis.pcall('INCR')",
    "return {err = 'MY own'}",
    "return {ok = 'FINE'}",
    "return nosuch",
    "\n\nerror('here')",
    "error({err = 'MY own'})",
    "return redis.call('NOSUCH')",
    "return redis.call('GET')",
    "redis.call('SET', KEYS[1], 'x')\nreturn redis.call('INCR', KEYS[1])",
    "local t = {}\nreturn t.x.y",
    "return +",
    "if x = 1 then end",
    "return ('x'):rep(1000)",
    "return {1, {2, {3.5, 'x', false}}}",
    "#!lua flags=nope\nreturn 1",
    "#!lua flags=no-writes\nreturn redis.call('SET', KEYS[1], 1)",
    "#!python\nreturn 1",
]


@pytest.mark.parametrize("code", SCRIPTS)
def test_same_as_embedded(code: str, every_server: RealServer) -> None:
    """The same output, message, line, caret and exit code; only who answered differs."""
    words = ("-e", code, "k", ",", "a b", "-5", "--format", "tty")
    there = ldbpy("eval", *words, "--target", every_server.url)
    here = ldbpy("eval", *words, "--server", every_server.flavor.name)
    assert there.out == here.out
    assert there.code == here.code
    assert there.talk.replace("the server answered:", "the server would answer:") == here.talk


def test_error_that_only_looks_raised(any_server: RealServer) -> None:
    """A line that a reply names may be none of the script's."""
    code = "return redis.error_reply('ERR x script: a, on @user_script:99.')"
    ran = ldbpy("eval", "-e", code, "--target", any_server.url)
    assert (ran.code, ran.error) == (1, "<code>:99: x")
    ran.is_calm()


def test_target_in_the_environment(any_server: RealServer) -> None:
    """``LDBPY_TARGET`` says where; ``--target`` has the last word; empty is as if it were not there."""
    code = "return redis.call('INCR', KEYS[1])"
    env = {"LDBPY_TARGET": any_server.url}
    assert [ldbpy("eval", "-e", code, "k", env=env).out for _ in range(2)] == [b"1\n", b"2\n"]
    assert ldbpy("eval", "-e", code, "k", "--target", "embedded", env=env).out == b"1\n"
    assert ldbpy("eval", "-e", code, "k", env={"LDBPY_TARGET": ""}).out == b"1\n"


def test_flavor_in_the_environment_is_for_the_embedded(any_server: RealServer) -> None:
    """``LDBPY_SERVER`` does not matter to a real server."""
    ran = ldbpy("eval", "-e", "return 1", "--target", any_server.url, env={"LDBPY_SERVER": "redis-6.2"})
    assert (ran.code, ran.out, ran.err) == (0, b"1\n", b"")


def test_database_in_the_url(any_server: RealServer) -> None:
    """The script runs in the database the URL names."""
    code = "return redis.call('SET', KEYS[1], 'in three')"
    assert ldbpy("eval", "-e", code, "k", "--target", f"{any_server.url}?db=3").code == 0
    with any_server.client() as client:
        assert client.call("EXISTS", "k") == 0
        client.call("SELECT", 3)
        assert client.call("GET", "k") == b"in three"


def test_database_that_is_not_there(any_server: RealServer) -> None:
    """The server's own words."""
    ldbpy("eval", "-e", "return 1", "--target", f"{any_server.url}?db=99").failed(
        4, f"{any_server.url} refuses the connection: DB index is out of range"
    )


@pytest.mark.parametrize("flush", [False, True])
def test_sha(flush: bool, every_server: RealServer) -> None:
    """The SHA1 first, the text when the server does not know it, also after SCRIPT FLUSH."""
    words = ("-e", "return redis.call('INCR', KEYS[1])", "k", "--sha", "--target", every_server.url)
    assert ldbpy("eval", *words).out == b"1\n"
    with every_server.client() as client:
        if flush:
            client.call("SCRIPT", "FLUSH")
        client.call("CONFIG", "RESETSTAT")
    assert ldbpy("eval", *words).out == b"2\n"
    with every_server.client() as client:
        stats = client.call("INFO", "commandstats")
    assert isinstance(stats, bytes)
    assert (b"cmdstat_eval:calls=1" in stats) is flush
    assert b"cmdstat_evalsha:calls=1" in stats


def test_sha_with_changes(every_server: RealServer) -> None:
    """``--diff`` tells the changes once, though the script was sent twice."""
    words = ("-e", "return redis.call('INCR', KEYS[1])", "k", "--sha", "--diff", "--target", every_server.url)
    assert ldbpy("eval", *words).lines == ['changed   + k   string "1"']


def test_sha_embedded() -> None:
    """The embedded server knows no script yet; the value is the same."""
    assert ldbpy("eval", "-e", "return 7", "--sha").out == b"7\n"


def test_read_only(every_server: RealServer) -> None:
    """EVAL_RO refuses a write. Redis 6.2 has none: told so, and nothing ran."""
    write, read = "return redis.call('SET', KEYS[1], 1)", "return redis.call('GET', KEYS[1])"
    written = ldbpy("eval", "-e", write, "k", "--ro", "--target", every_server.url)
    ran = ldbpy("eval", "-e", read, "k", "--ro", "--target", every_server.url)
    if every_server.flavor.name == "redis-6.2":
        for refused in (written, ran):
            assert (refused.code, refused.out) == (4, b"")
            assert refused.error.startswith(
                f"{every_server.url} refuses to run the script: ERR unknown command `EVAL_RO`"
            )
            assert refused.hint.startswith("read-only scripts came with Redis 7.0")
    else:
        assert written.error == "<code>:1: Write commands are not allowed from read-only scripts."
        assert (ran.code, ran.out, ran.err) == (0, b"\n", b"")
    with every_server.client() as client:
        assert client.call("EXISTS", "k") == 0


def test_read_only_where_it_is_not_known() -> None:
    """The embedded 6.2 refuses it as the real one."""
    ldbpy("eval", "-e", "return 1", "--ro", "--server", "redis-6.2").failed(
        2, "redis-6.2 has no read-only scripts", "EVAL_RO came with Redis 7.0"
    )


def test_dry_run(every_server: RealServer) -> None:
    """The value comes, nothing is changed."""
    with every_server.client() as client:
        client.call("SET", "k", "5")
        client.call("RPUSH", "l", "a")
        before = client.call("DEBUG", "DIGEST")
        code = "redis.call('SET', 'new', 1) redis.call('DEL', 'l') return {redis.call('INCR', KEYS[1]), 'é\\r\\n', {}}"
        ran = ldbpy("eval", "-e", code, "k", "--dry-run", "--format", "tty", "--target", every_server.url)
        assert (ran.code, ran.lines) == (0, ["dry run: nothing was kept"])
        assert ran.out.decode() == '1) (integer) 6\n2) "\\xc3\\xa9\\r\\n"\n3) (empty array)\n'
        assert client.call("GET", "k") == b"5"
        assert client.call("EXISTS", "new", "l") == 1
        assert client.call("DEBUG", "DIGEST") == before


def test_dry_run_that_fails(every_server: RealServer) -> None:
    """A failure is told as without it."""
    ran = ldbpy("eval", "-e", "redis.call('SET', 'a', 1)\nerror('no')", "--dry-run", "--target", every_server.url)
    assert (ran.code, ran.out) == (1, b"")
    assert ran.error == "<code>:2: no"
    assert ran.lines[-1] == "dry run: nothing was kept"
    with every_server.client() as client:
        assert client.call("EXISTS", "a") == 0


def test_dry_run_of_a_script_that_does_not_compile(any_server: RealServer) -> None:
    """So is a syntax error."""
    ran = ldbpy("eval", "-e", "return +", "--dry-run", "--target", any_server.url)
    assert (ran.code, ran.error) == (1, "<code>:1: unexpected symbol near '+'")


def test_dry_run_of_a_script_with_log(any_server: RealServer) -> None:
    """What the debugger prints meanwhile is not taken for the reply."""
    code = "redis.log(redis.LOG_WARNING, 'x') redis.debug('y') redis.breakpoint() return 'the end'"
    ran = ldbpy("eval", "-e", code, "--dry-run", "--target", any_server.url)
    assert (ran.code, ran.out) == (0, b"the end\n")


def test_dry_run_with_changes(any_server: RealServer) -> None:
    """What a fork changed cannot be seen: refused, with what to do."""
    ran = ldbpy("eval", "-e", "return 1", "--dry-run", "--diff", "--target", any_server.url)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.error.startswith("--diff with --dry-run needs the embedded server: ")


def test_script_that_takes_too_long(any_server: RealServer) -> None:
    """The wait ends; what may go on there is told. The next caller is told the server is busy."""
    with any_server.client() as client:
        client.call("CONFIG", "SET", "lua-time-limit", "50")
        ran = ldbpy("eval", "-e", "while true do end", "--timeout", "0.2", "--target", any_server.url)
        ran.failed(
            4,
            f"{any_server.url} did not answer within 0.2 s",
            "the script may still be running there: ldbpy script kill stops one that has not written",
        )
        busy = ldbpy("eval", "-e", "return 1", "--target", any_server.url)
        assert client.call("SCRIPT", "KILL") == b"OK"
        client.call("CONFIG", "SET", "lua-time-limit", "5000")
    assert (busy.code, busy.out) == (4, b"")
    assert busy.error.startswith(f"{any_server.url} refuses to run the script: BUSY ")
    assert busy.hint == "another script is running there: ldbpy script kill stops one that has not written"


def test_dry_run_that_takes_too_long(any_server: RealServer) -> None:
    """The fork ends when nobody listens any more; the server itself was never busy."""
    ran = ldbpy("eval", "-e", "while true do end", "--dry-run", "--timeout", "0.2", "--target", any_server.url)
    assert (ran.code, ran.error) == (1, "<code>: the script ran longer than 0.2 s")
    assert ldbpy("eval", "-e", "return 1", "--target", any_server.url).out == b"1\n"


def test_bytes_both_ways(every_server: RealServer) -> None:
    """A script, a key, an argument and a reply that are no UTF-8."""
    ran = ldbpy(
        "eval", "-e", b"return {KEYS[1], ARGV[1], '\xff'}", b"k\xfe", ",", b"a\xfd", "--target", every_server.url
    )
    assert ran.out == b"k\xfe\na\xfd\n\xff\n"


def test_large_values(any_server: RealServer) -> None:
    """Megabytes go both ways."""
    big = "x" * 100_000
    ran = ldbpy("eval", "-e", "return ARGV[1]:rep(100)", ",", big, "--target", any_server.url)
    assert ran.out == big.encode() * 100 + b"\n"


def test_function_library_and_a_real_server(every_server: RealServer) -> None:
    """Libraries of a real server are not replaced from here, whether it knows functions or not."""
    code = "#!lua name=lib\nredis.register_function('f', function() return 1 end)"
    ldbpy("eval", "-e", code, "--function", "f", "--target", every_server.url).failed(
        2,
        "--function with a library file needs the embedded server: a real one's libraries are not to be replaced",
        "ldbpy function load gives it to the server, --fcall NAME calls it there",
    )
    if Feature.FUNCTIONS in every_server.flavor.features:
        with every_server.client() as client:
            assert client.call("FUNCTION", "LIST") == []


def test_scripted_server_speaks() -> None:
    """The server that the tests of odd answers use is one that works."""
    with scripted_server({b"INFO": b"$0\r\n\r\n", b"EVAL": b":5\r\n"}) as server:
        assert ldbpy("eval", "-e", "return 5", "a", "--target", server.url).out == b"5\n"
        assert server.asked[-1] == [b"EVAL", b"return 5", b"1", b"a"]
