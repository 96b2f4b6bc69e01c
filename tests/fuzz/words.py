"""The words random calls are made of: few keys, so that calls meet, and numbers at the edges of every check.

Nothing here lets a key or field expire during a run, asks for more memory than a machine has, or blocks: relative times
are over a minute or in the past, and no offset lies where a string of megabytes would be made.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "ALL_KEYS",
    "ARGUMENTS",
    "CALMER",
    "INTEGERS",
    "KEYS",
    "ODD_INTEGERS",
    "ODD_NUMBERS",
    "ODD_WORDS",
    "SMALL_INTEGERS",
    "TAME",
    "TYPES",
    "UNKNOWN",
]

KEYS: Final[dict[str, list[bytes]]] = {
    "string": [b"s1", b"s2", b"s3", b"n1", b"n2"],
    "list": [b"l1", b"l2", b"l3"],
    "hash": [b"h1", b"h2", b"h3"],
    "set": [b"e1", b"e2", b"e3", b"e4"],
    "sorted-set": [b"z1", b"z2", b"z3"],
    "stream": [b"x1", b"x2"],
    "hyperloglog": [b"p1", b"p2", b"p3"],
    "geo": [b"g1", b"g2"],
    "bitmap": [b"b1", b"b2", b"s1"],
    "generic": [b"s1", b"n1", b"l1", b"l3", b"h1", b"h3", b"e1", b"e4", b"z1", b"z3", b"x1", b"new"],
}
"""By the group of the command."""

ALL_KEYS: Final = sorted({key for keys in KEYS.values() for key in keys} | {b"none"})

INTEGERS: Final = [b"0", b"1", b"2", b"3", b"-1", b"-2", b"5", b"10", b"7"]
SMALL_INTEGERS: Final = [b"0", b"1", b"1", b"2", b"3", b"5", b"100"]
CALMER: Final = [b"0", b"-1", b"100", b"1000", b"100000", b"-100"]
"""Integers for commands that take times: none is a time that passes during a run."""

ODD_INTEGERS: Final = [
    b"-9223372036854775808",
    b"9223372036854775807",
    b"9223372036854775808",
    b"-9223372036854775809",
    b"18446744073709551615",
    b"4294967296",
    b"1.5",
    b"abc",
    b"",
    b" 1",
    b"1 ",
    b"01",
    b"+1",
    b"-0",
    b"1e3",
    b"1\x00",
]

NUMBERS: Final = [
    b"0",
    b"1",
    b"2.5",
    b"-1.5",
    b"3",
    b"10",
    b"0.1",
    b"1e10",
    b"-0",
    b"3.0",
    b"1e-5",
    b"0.30000000000000004",
]
ODD_NUMBERS: Final = [
    b"inf",
    b"-inf",
    b"+inf",
    b"Infinity",
    b"nan",
    b"-nan",
    b"1e400",
    b"-1e400",
    b"1e-400",
    b"4.9e-324",
    b"1.7976931348623157e308",
    b"abc",
    b"0x10",
    b"",
    b"1e",
    b" 1",
    b"1 ",
    b"5.",
    b".5",
    b"+3",
    b"123456789012345678",
    b"9007199254740993",
    b"1\x002",
]

_VALUES: Final = [
    b"a",
    b"b",
    b"c",
    b"hello",
    b"10",
    b"5",
    b"-3",
    b"3.14",
    b"",
    b"foobar",
    b"x\x00y",
    b"\xff\xfe",
    b"line\r\nbreak",
    b"a" * 70,
]
_MEMBERS: Final = [b"a", b"b", b"c", b"d", b"m1", b"m2", b"1", b"2", b"3", b"100", b"-5"]
_FIELDS: Final = [b"f1", b"f2", b"f3", b"a", b"1", b"big"]
_PATTERNS: Final = [b"*", b"s*", b"?1", b"[a-z]1", b"f*", b"[^a]*", b"h\\1", b"*1*", b"", b"[", b"\\", b"[a-", b"**a"]
_IDS: Final = [b"0", b"0-1", b"1-1", b"5-0", b"5", b"10-5", b"20-1", b"0-0", b"2-3"]
_ODD_IDS: Final = [
    b"-",
    b"+",
    b"$",
    b"5-*",
    b"20-*",
    b"(1-1",
    b"abc",
    b"1-1-1",
    b">",
    b"",
    b"-1",
    b"18446744073709551615-18446744073709551615",
    b"18446744073709551616",
    b"(-",
]
_LEXICAL: Final = [b"-", b"+", b"[a", b"(b", b"[c", b"(m1", b"[", b"(", b"a", b""]
_SCORES: Final = [b"-inf", b"+inf", b"(1", b"2", b"1", b"3", b"0", b"-1", b"(2.5", b"(inf", b"100"]
_ODD_SCORES: Final = [b"(abc", b"[a", b"-", b"+", b"nan", b"(", b"", b"1 ", b"0x1", b"(-inf"]
_PLACES: Final = [
    b"13.361389",
    b"38.115556",
    b"15.087269",
    b"37.502669",
    b"2.35",
    b"48.85",
    b"0",
    b"-74",
    b"40.7",
    b"10",
]
_RADII: Final = [b"0", b"1", b"100", b"200000", b"5000", b"1e10", b"0.5", b"20000"]

_Words = tuple[list[bytes], list[bytes]]

ARGUMENTS: Final[dict[tuple[str, str], _Words]] = {
    ("", "min-idle-time"): ([b"0", b"3600000"], [b"-1", b"abc", b""]),
    ("", "ms"): ([b"0", b"5", b"1000"], [b"-1", b"abc"]),
    ("", "seconds"): (
        [b"100", b"1000", b"100000", b"0", b"-1"],
        ODD_INTEGERS[:4] + ODD_INTEGERS[6:9] + [b"9223372036854775"],
    ),
    ("", "milliseconds"): ([b"100000", b"5000000", b"123456789", b"0"], ODD_INTEGERS[:4] + ODD_INTEGERS[6:9]),
    ("", "unix-time-seconds"): ([b"2000000000", b"2000000001", b"1000000000", b"1", b"0"], ODD_INTEGERS[:9]),
    ("", "unix-time-milliseconds"): ([b"2000000000000", b"2000000000001", b"1000000000000", b"1"], ODD_INTEGERS[:9]),
    ("", "timeout"): ([b"0.0015"], [b"-1", b"abc", b"inf", b"nan", b"1e300", b""]),
    ("", "db"): ([b"0", b"1", b"1"], [b"15", b"16", b"-1", b"abc", b"4294967296"]),
    ("", "destination-db"): ([b"0", b"1"], [b"15", b"16", b"-1", b"abc", b"4294967296"]),
    ("", "cursor"): ([b"0"], [b"abc", b"-1", b"", b" 0", b"18446744073709551616", b"0x1"]),
    ("", "type"): ([b"string", b"hash", b"zset", b"STREAM"], [b"abc", b""]),
    ("", "encoding"): ([b"u8", b"i16", b"u63", b"i64", b"i5", b"u1", b"i1"], [b"u64", b"x8", b"u0", b"i65", b"", b"8"]),
    ("bitmap", "offset"): (
        [b"0", b"#1", b"5", b"100", b"#3", b"7"],
        [b"-1", b"abc", b"4294967296", b"#-1", b"#", b"1.5"],
    ),
    ("bitmap", "bit"): ([b"0", b"1"], [b"2", b"-1", b"abc", b""]),
    ("bitmap", "start"): ([b"0", b"1", b"-1", b"-3", b"5"], ODD_INTEGERS),
    ("bitmap", "value"): (
        [b"0", b"1", b"1", b"-1", b"127"],
        [b"9223372036854775807", b"-9223372036854775808", b"abc", b"2"],
    ),
    ("string", "offset"): ([b"0", b"1", b"5", b"20"], [b"-1", b"abc", b"4294967296", b"9223372036854775807"]),
    ("string", "value"): (_VALUES, ODD_NUMBERS),
    ("string", "comparison-value"): ([b"hello", b"5", b"10"], _VALUES),
    ("hash", "increment"): ([b"1", b"-5", b"2.5", b"10"], ODD_INTEGERS + ODD_NUMBERS),
    ("string", "increment"): ([b"1", b"-5", b"2.5", b"10"], ODD_INTEGERS + ODD_NUMBERS),
    ("sorted-set", "increment"): (NUMBERS, ODD_NUMBERS),
    ("sorted-set", "weight"): (NUMBERS, ODD_NUMBERS),
    ("hash", "count"): (
        [b"0", b"1", b"3", b"-3", b"-1", b"10"],
        [b"-9223372036854775808", b"9223372036854775807", b"abc", b""],
    ),
    ("sorted-set", "count"): (
        [b"0", b"1", b"3", b"-3", b"-1", b"10"],
        [b"-9223372036854775808", b"9223372036854775807", b"1.5"],
    ),
    ("set", "count"): (
        [b"0", b"1", b"3", b"-3", b"-1", b"10"],
        [b"-9223372036854775808", b"9223372036854775807", b"1.5"],
    ),
    ("stream", "group"): ([b"grp1", b"grp1", b"grp2"], [b"nogrp", b""]),
    ("stream", "consumer"): ([b"c1", b"c2"], [b"", b"c3"]),
    ("stream", "count"): ([b"0", b"1", b"2", b"3", b"10"], [b"-1", b"abc", b"", b"9223372036854775808"]),
    ("stream", "id"): (_IDS, _ODD_IDS),
    ("stream", "start"): ([*_IDS, b"-", b"-", b"(1-1"], _ODD_IDS),
    ("stream", "end"): ([*_IDS, b"+", b"+", b"(5-0"], _ODD_IDS),
    ("stream", "lastid"): (_IDS, _ODD_IDS),
    ("stream", "last-id"): ([b"10-5", b"20-0", b"5-0"], _IDS + _ODD_IDS),
    ("stream", "max-deleted-id"): ([b"1-1", b"0-0", b"5-0"], _IDS + _ODD_IDS),
    ("stream", "threshold"): ([b"0", b"1", b"2", b"5", b"5-0", b"10"], _ODD_IDS),
    ("stream", "entries-added"): ([b"0", b"3", b"10", b"100"], ODD_INTEGERS),
    ("stream", "entriesread"): ([b"0", b"1", b"3", b"-1"], ODD_INTEGERS),
    ("geo", "longitude"): (_PLACES, [b"180.1", b"-200", b"abc", b"nan", b"inf", b""]),
    ("geo", "latitude"): (_PLACES, [b"85.06", b"-90", b"abc", b"nan", b"inf", b""]),
    ("geo", "radius"): (_RADII, [b"-1", b"abc", b"inf", b"nan"]),
    ("geo", "width"): (_RADII, [b"-1", b"abc", b"inf"]),
    ("geo", "height"): (_RADII, [b"-1", b"abc", b"inf"]),
    ("lexical", "min"): (_LEXICAL, _ODD_SCORES),
    ("lexical", "max"): (_LEXICAL, _ODD_SCORES),
    ("sorted-set", "min"): (_SCORES, _ODD_SCORES + _LEXICAL),
    ("sorted-set", "max"): (_SCORES, _ODD_SCORES + _LEXICAL),
    ("any-range", "start"): (_SCORES + _LEXICAL + INTEGERS * 2, _ODD_SCORES + ODD_INTEGERS),
    ("any-range", "stop"): (_SCORES + _LEXICAL + INTEGERS * 2, _ODD_SCORES + ODD_INTEGERS),
    ("hash", "field"): (_FIELDS, _VALUES),
    ("hash", "value"): (_VALUES, ODD_NUMBERS),
    ("", "member"): (_MEMBERS, _VALUES),
    ("", "member1"): (_MEMBERS, _VALUES),
    ("", "member2"): (_MEMBERS, _VALUES),
    ("", "element"): (_MEMBERS, _VALUES),
    ("", "pivot"): (_MEMBERS, _VALUES),
    ("", "by-pattern"): ([b"nosort", b"w_*", b"h*->f1", b"*", b"s1"], [b"*->", b"->a", b"h1->*"]),
    ("", "get-pattern"): ([b"#", b"w_*", b"h*->f1", b"*"], [b"*->", b"x"]),
}
"""Good and odd values by (group, name) of an argument; an empty group: in any."""

TAME: Final = frozenset(
    {"timeout", "offset", "count", "min-idle-time", "ms", "seconds", "milliseconds", "unix-time-seconds"}
)
"""Arguments that only get values of these lists: other numbers could block, outlast the run, or ask for gigabytes."""

TYPES: Final[dict[str, _Words]] = {
    "integer": (INTEGERS, ODD_INTEGERS),
    "unix-time": ([b"2000000000", b"2000000000000", b"1", b"0"], ODD_INTEGERS[:9]),
    "double": (NUMBERS, ODD_NUMBERS),
    "pattern": (_PATTERNS, _VALUES),
    "string": (_VALUES, ODD_NUMBERS),
}
"""Good and odd values by the type of an argument, if its name does not say."""

ODD_WORDS: Final = [
    *_VALUES,
    b"NX",
    b"XX",
    b"GET",
    b"COUNT",
    b"LIMIT",
    b"WITHSCORES",
    b"FIELDS",
    b"STORE",
    b"0x10",
    b"nan",
]
"""What a call is spoilt with."""

UNKNOWN: Final = [
    b"GETT",
    b"",
    b"get ",
    b"g\x00et",
    b"nosuchcommand",
    b"two\r\nlines",
    b"\xff\xfe",
    b"x" * 200,
    b"LCS2",
    b"LPUSHXX",
]
"""Names of no command."""
