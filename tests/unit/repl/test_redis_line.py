"""Redis commands at the REPL's prompt. That the answers are redis-cli's is shown in ``tests/cli``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.repl.places import EmbeddedPlace
from ldbpy.repl.redis_line import RedisLine
from ldbpy.targets.embedded import EmbeddedServer
from tests.unit.repl.sessions import Typed


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("PING", "PONG"),
        ("", ""),
        ("   ", ""),
        ('SET "a', "Invalid argument(s)"),
        ("2 INCR n", "(integer) 1\n(integer) 2"),
        ("0 PING", "Invalid redis-cli repeat command option value."),
        ("-1 PING", "Invalid redis-cli repeat command option value."),
        ("99999999999999999999 PING", "Invalid redis-cli repeat command option value."),
        ("FOO", "(error) ERR unknown command 'FOO', with args beginning with: "),
        ('ECHO "a\\x00\\n"', '"a\\x00\\n"'),
        ("12", "(error) ERR unknown command '12', with args beginning with: "),
    ],
)
def test_lines(line: str, shown: str) -> None:
    """A line is quoted, repeated and answered as by redis-cli."""
    assert Typed().type(".redis", line) == shown


def test_scripts_run() -> None:
    """EVAL, SCRIPT, EVALSHA, FUNCTION and FCALL run on our runtime."""
    typed = Typed()
    typed.type(".redis")
    assert typed.type("EVAL \"return redis.call('SET', KEYS[1], ARGV[1])\" 1 k v") == "OK"
    sha = typed.type("SCRIPT LOAD \"return redis.call('GET', KEYS[1])\"").strip('"')
    assert typed.type(f"EVALSHA {sha} 1 k") == '"v"'
    library = "#!lua name=l\\nredis.register_function('f', function(k, a) return a[1] end)"
    assert typed.type(f'FUNCTION LOAD "{library}"') == '"l"'
    assert typed.type("FCALL f 0 x") == '"x"'


@pytest.mark.parametrize("name", ["SUBSCRIBE x", "monitor", "PSYNC ? -1"])
def test_commands_without_end(name: str) -> None:
    """Commands that never end are refused, with where they go."""
    shown = Typed().type(f".redis {name}")
    assert shown.startswith(f"error: {name.split()[0].upper()} ")
    assert "hint: redis-cli" in shown


def test_help() -> None:
    """redis-cli's own help is not there, and something else is."""
    assert Typed().type(".redis help GET").startswith("error: redis-cli's help is not here\nhint: ")


def test_replies_off() -> None:
    """Without replies the prompt would wait for ever."""
    assert Typed().type(".redis CLIENT REPLY OFF").startswith("error: without replies")


def test_quit() -> None:
    """``quit`` and ``exit`` leave, as in redis-cli."""
    for word in ("quit", "EXIT"):
        typed = Typed()
        typed.type(".redis", word)
        assert typed.repl.done


def test_slow_commands_tell_their_time() -> None:
    """From half a second on the time is told, as by redis-cli."""
    ticks: Iterator[float] = iter([0.0, 0.4, 1.0, 1.5])
    line = RedisLine(EmbeddedPlace(EmbeddedServer(FLAVORS["redis-8"])), clock=lambda: next(ticks))
    assert [text for text, _ in line.run(b"2 PING")] == ["PONG", "PONG\n(0.50s)"]


def test_keys_are_remembered() -> None:
    """Keys of commands that went well are known from then on."""
    typed = Typed()
    typed.type(".redis MSET a 1 b 2", ".redis LPUSH a x", ".redis GET c")
    assert list(typed.repl.redis.keys) == [b"a", b"b", b"c"]
