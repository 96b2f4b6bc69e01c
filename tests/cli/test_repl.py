"""``ldbpy repl`` from a pipe."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import Ran, ldbpy, ldbpy_fresh
from tests.servers.fixtures import RealServers

REDIS_CLI = shutil.which("redis-cli")


def typed(*lines: str, arguments: tuple[str, ...] = ()) -> Ran:
    """What lines from a pipe give."""
    return ldbpy("repl", *arguments, stdin="".join(f"{line}\n" for line in lines).encode())


def test_values_go_to_standard_output() -> None:
    """Values are printed, and nothing else: no prompt, no greeting."""
    ran = typed("local x = 20", "x + 1", "'a\\0b'", ".redis SET k v")
    assert (ran.code, ran.out, ran.err) == (0, b'21\n"a\\x00b"\nOK\n', b"")


def test_errors_go_to_standard_error() -> None:
    """An input that fails is told, the next is carried out, and the exit code says that one failed."""
    ran = typed("nil + 1", "2", ".redis FOO", "3")
    assert ran.code == 1
    assert ran.out == b"2\n(error) ERR unknown command 'FOO', with args beginning with: \n3\n"
    assert ran.lines[0] == "error: attempt to perform arithmetic on a nil value"


def test_bail() -> None:
    """With --bail nothing is carried out behind the first input that fails."""
    ran = typed("1", "error('no')", "2", arguments=("--bail",))
    assert (ran.code, ran.out) == (1, b"1\n")


def test_inputs_of_several_lines() -> None:
    """Lines are put together until they are an input; one that is not complete at the end is an error."""
    ran = typed("local function f(n)", "  return n * 2", "end", "f(4)", "if f then")
    assert (ran.code, ran.out) == (1, b"8\n")
    assert ran.error == "'end' expected near '<eof>'"


def test_quit_ends() -> None:
    """Nothing behind .quit is read."""
    assert typed("1", ".quit", "2").out == b"1\n"


def test_last_line_without_an_end() -> None:
    """The last line counts without a newline, and lines may end as on Windows."""
    assert ldbpy("repl", stdin=b"1 +\r\n2\r\n3").out == b"3\n3\n"


def test_nothing() -> None:
    """An empty pipe is no error."""
    assert ldbpy("repl", stdin=b"").code == 0


def test_closed_input() -> None:
    """Without standard input there is nothing to read."""
    ldbpy("repl", stdin=None).failed(2, "standard input is closed, and there is no terminal to type at")


def test_echo() -> None:
    """With --echo it reads as on a terminal."""
    ran = typed("for i = 1, 2 do", "end", ".redis", "PING", ".lua", "1", arguments=("--echo",))
    assert ran.out.decode().splitlines()[1:] == [
        "lua> for i = 1, 2 do",
        "...> end",
        "lua> .redis",
        "redis> PING",
        "PONG",
        "redis> .lua",
        "lua> 1",
        "1",
    ]


def test_redis_from_the_beginning() -> None:
    """--redis begins with Redis commands."""
    assert typed("SET k v", "GET k", arguments=("--redis",)).out == b'OK\n"v"\n'


def test_flavor() -> None:
    """--server chooses which server is imitated."""
    ran = typed("server.SERVER_NAME", arguments=("--server", "valkey-9"))
    assert ran.out == b'"valkey"\n'


def test_seed(tmp_path: Path) -> None:
    """--seed fills the server first."""
    path = tmp_path / "data.redis"
    path.write_text("SET k seeded\n")
    assert typed("redis.call('GET', 'k')", arguments=("--seed", str(path))).out == b'"seeded"\n'


def test_seed_from_without_keys() -> None:
    """A REPL declares no keys that could be copied, so which ones has to be said."""
    ran = ldbpy("repl", "--seed-from", "redis://localhost")
    ran.failed(2, "--seed-from needs --keys PATTERN here: a REPL declares no KEYS", "--keys 'user:42:*'")


def test_copied_data(real_servers: RealServers) -> None:
    """--seed-from with --keys copies keys of a live server, which stays as it is."""
    server = real_servers.get("redis-7.0")
    with server.client() as client:
        client.call("MSET", "a:1", "x", "a:2", "y", "b", "z")
    lines = b"redis.call('SET', 'a:1', 'changed')\n.keys\n"
    assert ldbpy("repl", "--seed-from", server.url, "--keys", "a:*", stdin=lines).out == b'{ok = "OK"}\na:1\na:2\n'
    with server.client() as client:
        assert client.call("GET", "a:1") == b"x"


def test_private_server() -> None:
    """A throw-away server is a real one, gone at the end."""
    ran = ldbpy("repl", "--private-server", stdin=b"type(redis.call('INFO', 'server'))\n.redis PING\n")
    assert (ran.code, ran.out) == (0, b'"string"\nPONG\n')


def test_debugger_reads_on() -> None:
    """The debugger's commands come from the same pipe, and what is behind them is Lua again."""
    ran = typed("local function f(n)", "  return n + 1", "end", ".debug f(1)", "c", "7")
    assert ran.code == 0
    assert ran.out.decode().splitlines()[-2:] == ["finished  (integer) 2", "7"]


def test_debugger_undoes() -> None:
    """What a debugged expression writes is undone; quitting the debugger leaves the session as it was."""
    ran = typed(".debug redis.call('SET', 'k', 1)", "n", "1", ".debug redis.call('SET', 'k', 1)", "q", ".redis GET k")
    assert ran.out.decode().splitlines()[-1] == "(nil)"


def test_debugger_and_databases() -> None:
    """The debugger begins in the first database, and says so if another was selected."""
    ran = typed(".redis SELECT 1", ".debug 1", "2")
    assert (ran.code, ran.out) == (1, b"OK\n2\n")
    assert (ran.error, ran.hint) == ("the debugger begins in database 0", ".redis SELECT 0")


def test_debugged_expression_that_fails() -> None:
    """An error in the debugger is told there, and the session goes on."""
    ran = typed(".debug error('no')", "c", "c", "2")
    assert ran.out.decode().splitlines()[-1] == "2"
    assert "error: input:1: no" in ran.out.decode()


def test_two_places() -> None:
    """A URL and --target would be two places."""
    ran = ldbpy("repl", "redis://a", "--target", "redis://b")
    ran.failed(2, "a URL and --target are two places to run", "leave one of them out")


def test_server_that_is_not_there() -> None:
    """A server that cannot be reached ends it at once."""
    ran = ldbpy("repl", "unix:///nowhere.sock", stdin=b"1\n")
    assert (ran.code, ran.out) == (4, b"")
    assert ran.error.startswith("cannot connect to unix:///nowhere.sock")


def test_limit_of_time() -> None:
    """An endless loop ends at the limit, and the next input runs."""
    ran = typed("while true do end", "1", arguments=("--timeout", "0.1"))
    assert (ran.code, ran.out) == (1, b"1\n")
    assert ran.error == "the script ran longer than 0.1 s"


def test_binary_input() -> None:
    """Anything at all is told to be wrong, line by line, without harm to a terminal."""
    noise = bytes(range(256)) * 20
    ran = ldbpy("repl", stdin=noise + b"\n1\n")
    assert ran.code == 1
    assert ran.out.endswith(b"1\n") or ran.err
    assert not any(byte < 32 and byte not in b"\n\t" for byte in ran.out + ran.err)


def test_line_of_ten_megabytes() -> None:
    """A line that nobody types is refused, and the next is carried out."""
    ran = ldbpy("repl", stdin=b"local s = '" + b"a" * 10_000_000 + b"'\n1\n")
    assert (ran.code, ran.out) == (1, b"1\n")
    assert ran.error == "an input has up to 4 MiB"


def test_reader_that_goes_away() -> None:
    """Whoever stops reading ends it quietly."""
    done = subprocess.run(
        ["bash", "-c", 'for i in $(seq 5000); do echo 1; done | "$0" -m ldbpy repl | head -1', sys.executable],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"1\n", b"")


# -- on real servers


def test_real_server(real_servers: RealServers) -> None:
    """Lua typed here writes there, a script runs in the server, and the database is one for all."""
    server = real_servers.get("valkey-9")
    ran = ldbpy(
        "repl",
        server.url,
        stdin=b"redis.call('SET', 'k', 'v')\n.redis SELECT 1\nredis.call('GET', 'k')\n"
        b"redis.call('LPUSH', 'l', 1, 2)\n.redis LRANGE l 0 -1\n.peek l\n.keys\n",
    )
    assert (ran.code, ran.err) == (0, b"")
    assert ran.out.decode().splitlines() == [
        '{ok = "OK"}',
        "OK",
        "false",
        "2",
        '1) "2"',
        '2) "1"',
        "l   list   2 items   no ttl",
        '  0  "2"',
        '  1  "1"',
        "l",
    ]
    with server.client() as client:
        assert client.call("GET", "k") == b"v"


def test_script_in_the_server(real_servers: RealServers, tmp_path: Path) -> None:
    """.run has the server run it; .debug uses the server's own debugger and keeps nothing."""
    server = real_servers.get("redis-7.0")
    path = tmp_path / "a.lua"
    path.write_text("redis.call('SET', KEYS[1], ARGV[1])\nreturn redis.call('GET', KEYS[1])\n")
    text = f".run {path} k , v\n.redis DEL k\n.debug {path} k , v\nc\n.redis GET k\n.redis SCRIPT EXISTS x\n"
    ran = ldbpy("repl", server.url, stdin=text.encode())
    lines = ran.out.decode().splitlines()
    assert lines[0] == '"v"'
    assert lines[-2:] == ["(nil)", "1) (integer) 0"]


@pytest.mark.parametrize("flavor", [None, "redis-7.0"])
def test_transaction(flavor: str | None, real_servers: RealServers) -> None:
    """MULTI and EXEC work, here and on a server; the prompt tells, and Lua is no part of it."""
    url = "embedded" if flavor is None else real_servers.get(flavor).url
    lines = b".redis\nMULTI\nINCR n\n.lua redis.call('INCR', 'n')\nEXEC\nGET n\n"
    out = ldbpy("repl", "--echo", url, stdin=lines).out.decode()
    assert out.splitlines()[-11:] == [
        "lua> .redis",
        "redis> MULTI",
        "OK",
        "redis(TX)> INCR n",
        "QUEUED",
        "redis(TX)> .lua redis.call('INCR', 'n')",
        "1",
        "redis(TX)> EXEC",
        "1) (integer) 2",
        "redis> GET n",
        '"2"',
    ]


def test_database_chosen_in_a_transaction(real_servers: RealServers) -> None:
    """The prompt and Lua follow a SELECT that EXEC carries out, and none that is discarded."""
    url = real_servers.get("valkey-9").url
    lines = b".redis\nMULTI\nSELECT 3\nDISCARD\nPING\nMULTI\nSELECT 2\nSET k v\nEXEC\n"
    lines += b".lua redis.call('GET', 'k')\nGET k\n"
    out = ldbpy("repl", "--echo", url, stdin=lines).out.decode().splitlines()
    assert [line for line in out if line.startswith("redis")][3:] == [
        "redis> PING",
        "redis> MULTI",
        "redis(TX)> SELECT 2",
        "redis(TX)> SET k v",
        "redis(TX)> EXEC",
        "redis[2]> .lua redis.call('GET', 'k')",
        "redis[2]> GET k",
    ]
    assert [line for line in out if line == '"v"'] == ['"v"', '"v"']


def test_transaction_that_fails() -> None:
    """The prompt leaves a transaction as redis-cli does: with EXEC however it ends, with DISCARD if that was right."""
    lines = b".redis\nWATCH n\n.lua redis.call('INCR', 'n')\nMULTI\nDISCARD x\nNOPE\nEXEC\nEXEC\n"
    out = ldbpy("repl", "--echo", stdin=lines).out.decode()
    assert out.splitlines()[-10:] == [
        "redis> MULTI",
        "OK",
        "redis(TX)> DISCARD x",
        "(error) ERR wrong number of arguments for 'discard' command",
        "redis(TX)> NOPE",
        "(error) ERR unknown command 'NOPE', with args beginning with: ",
        "redis(TX)> EXEC",
        "(error) EXECABORT Transaction discarded because of previous errors.",
        "redis> EXEC",
        "(error) ERR EXEC without MULTI",
    ]


def test_transaction_of_a_watched_key() -> None:
    """What Lua does to a watched key counts."""
    lines = b".redis\nWATCH n\n.lua redis.call('INCR', 'n')\nMULTI\nINCR n\nEXEC\nGET n\n"
    assert ldbpy("repl", stdin=lines).out.decode().splitlines()[-2:] == ["(nil)", '"1"']


def test_protocol_of_lua(real_servers: RealServers) -> None:
    """Lua begins with RESP2 whatever was chosen for typed commands, and may choose RESP3."""
    server = real_servers.get("valkey-8")
    lines = (
        b".redis HELLO 3\n.redis HSET h a 1\nredis.call('HGETALL', 'h')\n"
        b"redis.setresp(3) return redis.call('HGETALL', 'h')\nredis.call('HGETALL', 'h')\n"
    )
    out = ldbpy("repl", server.url, stdin=lines).out.decode()
    assert out.splitlines()[-3:] == ['{"a", "1"}', '{map = {a = "1"}}', '{"a", "1"}']


def test_real_server_is_what_it_is(real_servers: RealServers) -> None:
    """What only the embedded server can do is refused."""
    server = real_servers.get("redis-7.0")
    ran = ldbpy("repl", server.url, stdin=b".server redis-8\n.seed x\n")
    assert [line for line in ran.lines if line.startswith("error:")] == [
        "error: a real server is what it is",
        "error: .seed gives data to the embedded server only, never to a real one",
    ]


def test_server_that_goes_away(real_servers: RealServers) -> None:
    """A connection that is lost is told, and made again for the next command."""
    server = real_servers.get("redis-7.0")
    lines = (
        b".redis SELECT 2\n.redis CLIENT KILL TYPE normal SKIPME no\n.redis SET k lost\n.redis SET k v\n.redis GET k\n"
    )
    ran = ldbpy("repl", server.url, stdin=lines)
    assert ran.code == 1
    assert ran.error.startswith(f"the connection to {server.url} was lost")
    assert ran.out.decode().splitlines()[-1] == '"v"'
    with server.client() as client:
        client.call("SELECT", "2")
        assert client.call("GET", "k") == b"v"


def test_peek_is_no_use_of_a_key(real_servers: RealServers) -> None:
    """Where a server can leave that a key was read unnoticed, .peek asks it to."""
    server = real_servers.get("valkey-8")
    ran = ldbpy("repl", server.url, stdin=b".redis SET k v\n.peek k\n.redis CLIENT LIST\n")
    assert " flags=UT " in ran.out.decode()


SESSION = r"""
SET greeting "hello\x00\n"
GET greeting
GET nobody
LPUSH list a "b c" 'd'
LRANGE list 0 -1
HSET hash f1 v1 f2 "v 2"
HGETALL hash
ZADD zset 1.5 one 2 two
ZRANGE zset 0 -1 WITHSCORES
SADD set member
SMEMBERS set
XADD stream 1-1 f v
XRANGE stream - +
INCR list
NOPE a b
GET
SET "unclosed
GET 'a'b
3 INCR counter
0 PING
-2 PING
TYPE list
EXISTS a b greeting
EVAL "return {1, 'two', {3, {}}, false, {ok='fine'}, redis.error_reply('MY bad')}" 0
EVAL "return redis.call('GET', KEYS[1])" 1 greeting
EVAL "return nosuch" 0
EVAL "return (" 0
SCRIPT LOAD "return ARGV[1]"
EVALSHA 098e0f0d1448c0a81dafe820f66d460eb09263da 0 x
EVALSHA ffffffffffffffffffffffffffffffffffffffff 0
SCRIPT EXISTS 098e0f0d1448c0a81dafe820f66d460eb09263da x
LMPOP 2 nolist1 nolist2 LEFT
SELECT 3
DBSIZE
OBJECT ENCODING greeting
ECHO ""
PING "with words"
COMMAND COUNT x
"""


@pytest.mark.skipif(REDIS_CLI is None, reason="redis-cli is not on this machine")
def test_answers_are_those_of_redis_cli(real_servers: RealServers) -> None:
    """A session reads as one of redis-cli on the server that is imitated, and so it does on that server."""
    server = real_servers.get("redis-7.0")
    done = subprocess.run(
        [REDIS_CLI or "", "-s", server.socket, "--no-raw"],
        input=SESSION.encode(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    expected = done.stdout.decode().splitlines()
    embedded = ldbpy("repl", "--redis", "--server", "redis-7.0", stdin=SESSION.encode()).out.decode().splitlines()
    assert embedded == [line for line in expected if line]
    real_servers.get("redis-7.0")
    there = ldbpy("repl", "--redis", server.url, stdin=SESSION.encode()).out.decode().splitlines()
    assert there == [line for line in expected if line]


@pytest.mark.skipif(REDIS_CLI is None, reason="redis-cli is not on this machine")
def test_resp3_answers_are_those_of_redis_cli(real_servers: RealServers) -> None:
    """So it is with the types of RESP3."""
    server = real_servers.get("redis-7.0")
    session = (
        b"HSET h a 1 b 2\nHGETALL h\nSADD s x\nSMEMBERS s\nZADD z 1.5 m\nZSCORE z m\nZRANGE z 0 -1 WITHSCORES\n"
        b'EVAL "redis.setresp(3) return {double=3.5}" 0\nEVAL "redis.setresp(3) return {map={a={map={b=1}}}}" 0\n'
        b"GET none\nCONFIG GET maxmemory\n"
    )
    done = subprocess.run(
        [REDIS_CLI or "", "-s", server.socket, "--no-raw", "-3"],
        input=session,
        capture_output=True,
        timeout=60,
        check=True,
    )
    server.reset()
    ran = ldbpy("repl", "--redis", server.url, stdin=b"HELLO 3\n" + session)
    shown = ran.out.decode().splitlines()
    expected = done.stdout.decode().splitlines()
    assert shown[-len(expected) :] == expected


def test_many_lines() -> None:
    """A long session goes from beginning to end, in a process of its own."""
    ran = ldbpy_fresh("repl", stdin=b"local x = 0\n" + b"x = x + 1\n" * 1000 + b"x\n")
    assert (ran.code, ran.out) == (0, b"1000\n")
