"""The data a round of random calls begins with."""

from __future__ import annotations

from typing import Final

__all__ = ["SETUP"]


def _many(*words: bytes, count: int, form: bytes) -> list[bytes]:
    return [*words, *(form % number for number in range(count))]


SETUP: Final[list[list[bytes]]] = [
    b"SET s1 hello".split(),
    b"SET s2 10".split(),
    b"SET n1 5".split(),
    b"SET n2 3.5 EX 4321".split(),
    [b"SET", b"s3", b"x\x00y\xff" * 20],
    b"MSET w_a 3 w_b 1 w_c 2 w_1 x w_m1 0.5".split(),
    b"RPUSH l1 a b c a 1".split(),
    b"RPUSH l2 10 9 2 100 -5".split(),
    _many(b"RPUSH", b"l3", count=150, form=b"%070d"),
    b"HSET h1 f1 a f2 5 f3 2.5".split(),
    b"HSET h2 a 1 1 x".split(),
    [b"HSET", b"h3", b"f1", b"1", b"f2", b"2", b"big", b"y" * 70],
    b"SADD e1 a b c 1 2".split(),
    b"SADD e2 1 2 3 100 -5".split(),
    b"SADD e3 b c d".split(),
    _many(b"SADD", b"e4", b"a", b"b", count=150, form=b"m%d"),
    b"ZADD z1 1 a 2 b 2.5 c 3 d".split(),
    b"ZADD z2 0 a 0 b 0 c 0 m1".split(),
    [b"ZADD", b"z3", *(word for number in range(140) for word in (b"%d" % (number % 7), b"m%d" % number))],
    b"XADD x1 1-1 f1 a".split(),
    b"XADD x1 5-0 f2 b".split(),
    b"XADD x1 10-5 f1 c f2 d".split(),
    b"XGROUP CREATE x1 grp1 0".split(),
    b"XGROUP CREATE x1 grp2 $".split(),
    b"XREADGROUP GROUP grp1 c1 COUNT 2 STREAMS x1 >".split(),
    b"XADD x2 1-1 a 1".split(),
    b"XGROUP CREATE x2 grp1 0".split(),
    b"PFADD p1 a b c".split(),
    b"PFADD p2 c d".split(),
    _many(b"PFADD", b"p3", count=30, form=b"e%d"),
    b"GEOADD g1 13.361389 38.115556 a 15.087269 37.502669 b 2.35 48.85 c".split(),
    b"GEOADD g2 13.5 38 m1 -74 40.7 m2 151.2 -33.9 d".split(),
    b"SETBIT b1 7 1".split(),
    b"SETBIT b2 100 1".split(),
]
"""What a round begins with, most of it."""
