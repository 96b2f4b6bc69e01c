from __future__ import annotations

import pytest

from tests.unit.repl.sessions import Typed


@pytest.mark.parametrize(
    ("commands", "shown"),
    [
        (["SET k v"], ["k   string   1 byte   no ttl", '  "v"']),
        (["SET k v PX 90000"], ["k   string   1 byte   ttl 90s", '  "v"']),
        (["RPUSH k a b"], ["k   list   2 items   no ttl", '  0  "a"', '  1  "b"']),
        (["SADD k b a"], ["k   set   2 members   no ttl", '  "a"', '  "b"']),
        (['HSET k f "v w"'], ["k   hash   1 field   no ttl", '  f: "v w"']),
        (["ZADD k 1.5 m 2 n"], ["k   zset   2 members   no ttl", '  1.5  "m"', '  2  "n"']),
        (["XADD k 1-1 f v"], ["k   stream   1 entry   no ttl", '  1-1  {f: "v"}']),
        (["DEL k"], ["k   no such key"]),
    ],
)
def test_each_type(commands: list[str], shown: list[str]) -> None:
    """A key is shown by its type, with how much there is and how long it lives."""
    typed = Typed()
    typed.type(*(f".redis {command}" for command in commands))
    assert typed.type(".peek k").splitlines() == shown


@pytest.mark.parametrize(
    ("fill", "last"),
    [
        ("redis.call('RPUSH', 'k', i)", "  … 5000 in all"),
        ("redis.call('SADD', 'k', 'm' .. i)", "  … 5000 in all"),
        ("redis.call('HSET', 'k', i, i)", "  … 5000 in all"),
        ("redis.call('ZADD', 'k', i, i)", "  … 5000 in all"),
        ("redis.call('XADD', 'k', i, 'f', i)", "  … 5000 in all"),
    ],
)
def test_large_keys(fill: str, last: str) -> None:
    """Of a large key the first elements are shown, and how many there are."""
    typed = Typed()
    lines = typed.type(f"for i = 1, 5000 do {fill} end", ".peek k").splitlines()
    assert len(lines) == 22
    assert lines[-1] == last


def test_large_string() -> None:
    """Of a large string the beginning is read, and its size told."""
    typed = Typed()
    shown = typed.type("redis.call('SET', 'k', string.rep('x', 1e6))", ".peek k")
    assert shown.endswith('x"… (1000000 bytes)')
    assert len(shown) < 1200


def test_several_keys() -> None:
    """Several keys, quoted as for redis-cli."""
    typed = Typed()
    typed.type('.redis SET "a b" 1')
    assert typed.type('.peek "a b" c').splitlines() == ['"a b"   string   1 byte   no ttl', '  "1"', "c   no such key"]
