"""``--trace`` and ``--stats``: what went on inside, on standard error."""

from __future__ import annotations

import re

from tests.cli.program import ldbpy
from tests.servers.fixtures import RealServer

_TIME = re.compile(r" +\d+ µs$")


def _traced(code: str, *args: str) -> list[str]:
    """The lines of a trace, without their times."""
    ran = ldbpy("eval", "-e", code, *args, "--trace")
    assert all(_TIME.search(line) for line in ran.lines), ran.talk
    return [_TIME.sub("", line) for line in ran.lines]


def test_columns() -> None:
    """Line, command, reply, time: each below the other."""
    code = "redis.call('SET', KEYS[1], 1)\nredis.call('EXPIRE', KEYS[1], 60)\n\nreturn redis.call('GET', KEYS[1])"
    assert _traced(code, "rl:42") == [
        "<code>:1   SET rl:42 1      → OK",
        "<code>:2   EXPIRE rl:42 60  → 1",
        '<code>:4   GET rl:42        → "1"',
    ]


def test_times_are_aligned() -> None:
    """The times end in one column."""
    ran = ldbpy("eval", "-e", "for i = 1, 20 do redis.call('INCR', 'a') end", "--trace")
    assert len({len(line) for line in ran.lines}) == 1


def test_long_command_and_wide_characters() -> None:
    """A long command is cut and stands out; characters two columns wide count as two."""
    code = "redis.call('SET', '日本', ('x'):rep(200))\nredis.call('GET', 'é')\nredis.call('GET', '日本')"
    first, second, third = _traced(code)
    assert first.startswith("<code>:1   SET 日本 xxx")
    assert first.endswith("xxx…  → OK")
    assert second == "<code>:2   GET é     → nil"
    assert third.startswith('<code>:3   GET 日本  → "xxx')
    assert third.endswith("…")


def test_every_kind_of_reply() -> None:
    """A reply is told on one line, whatever it is."""
    code = """redis.call('RPUSH', 'l', 'a', 'b c', '\\n')
redis.call('LRANGE', 'l', 0, -1)
redis.call('HGETALL', 'nosuch')
redis.pcall('INCR', 'l')
redis.call('LPOP', 'nosuch')"""
    told = [line.partition("→ ")[2].rstrip() for line in _traced(code)]
    assert told == [
        "3",
        '["a", "b c", "\\n"]',
        "[]",
        "(error) WRONGTYPE Operation against a key holding the wrong…",
        "nil",
    ]


def test_arguments_as_they_could_be_typed() -> None:
    """What is no plain word is quoted; numbers are told as the server gets them."""
    assert _traced("redis.call('SET', 'a b', 1.5) redis.call('SET', '', '\\27')") == [
        '<code>:1   SET "a b" 1.5  → OK',
        '<code>:1   SET "" "\\x1b"  → OK',
    ]


def test_lines_inside_functions_and_loops() -> None:
    """A call tells its own line, not that of the function that was called."""
    code = "local function get(key)\n  return redis.call('GET', key)\nend\nfor i = 1, 2 do\n  get('k' .. i)\nend"
    assert [line.split()[0] for line in _traced(code)] == ["<code>:2", "<code>:2"]


def test_failing_script_tells_its_calls() -> None:
    """What was called before the failure, then the failure."""
    ran = ldbpy("eval", "-e", "redis.call('SET', 'a', 'x')\nredis.call('INCR', 'a')", "--trace")
    assert ran.code == 1
    assert [line.split("   ")[0] for line in ran.lines[:2]] == ["<code>:1", "<code>:2"]
    assert "(error) ERR value is not an integer" in ran.lines[1]
    assert ran.lines[2] == "error: <code>:2: value is not an integer or out of range"


def test_script_without_commands() -> None:
    """Nothing to tell is nothing told."""
    ran = ldbpy("eval", "-e", "return 1", "--trace")
    assert (ran.out, ran.err) == (b"1\n", b"")


def test_logs_come_first() -> None:
    """``redis.log`` is told as it happens, the calls at the end."""
    ran = ldbpy("eval", "-e", "redis.call('SET', 'a', 1)\nredis.log(redis.LOG_NOTICE, 'half\\27[31m')", "--trace")
    assert ran.lines[0] == "<code>:2: notice: half\\x1b[31m"
    assert ran.lines[1].startswith("<code>:1   SET a 1")


def test_trace_on_a_real_server(any_server: RealServer) -> None:
    """A server tells nothing of the inside: refused before the script is sent."""
    code = "return redis.call('SET', KEYS[1], 1)"
    ldbpy("eval", "-e", code, "k", "--target", any_server.url, "--trace").failed(
        2,
        "--trace needs the embedded server: a server tells nothing of the inside of a script",
        "with --local the script runs here, with the server's data",
    )
    with any_server.client() as client:
        assert client.call("EXISTS", "k") == 0


def test_stats() -> None:
    """Time, commands, instructions, memory."""
    ran = ldbpy("eval", "-e", "redis.call('SET', 'a', 1) redis.call('GET', 'a')", "--stats")
    assert ran.out == b"\n"
    assert re.fullmatch(r"time +\d+\.\d{3} ms", ran.lines[0])
    assert ran.lines[1:3] == ["commands      2", "instructions  fewer than 10000"]
    assert re.fullmatch(r"memory +\d+ KiB of Lua values", ran.lines[3])
    assert len(ran.lines) == 4


def test_stats_of_a_long_script() -> None:
    """Instructions are counted in steps of ten thousand."""
    ran = ldbpy("eval", "-e", "for i = 1, 100000 do end", "--stats")
    assert re.fullmatch(r"instructions  about \d+0000", ran.lines[2])


def test_stats_of_a_failing_script() -> None:
    """What it took until then."""
    ran = ldbpy("eval", "-e", "redis.call('SET', 'a', 1) error('no')", "--stats")
    assert ran.code == 1
    assert ran.lines[1] == "commands      1"
    assert ran.error == "<code>:1: no"


def test_stats_on_a_real_server(any_server: RealServer) -> None:
    """Only the time is known."""
    ran = ldbpy("eval", "-e", "return 1", "--target", any_server.url, "--stats")
    assert ran.out == b"1\n"
    assert [line.split()[0] for line in ran.lines] == ["time"]
