"""Lua values as source text, and the strategies that make them."""

from __future__ import annotations

import math
import re
from typing import Final

from hypothesis import strategies as st

__all__ = ["FLAT", "NUMBERS", "STRINGS", "TABLES", "VALUES", "bodies", "number", "string"]

_ESCAPED: Final = {byte: f"\\{byte:03d}" for byte in range(256) if not 32 <= byte < 127 or byte in b'"\\'}
_CHARACTERS: Final = [_ESCAPED.get(byte, chr(byte)) for byte in range(256)]


def string(data: bytes) -> str:
    """A string literal."""
    return '"' + "".join([_CHARACTERS[byte] for byte in data]) + '"'


def number(value: float) -> str:
    """An expression that gives the number to the last bit."""
    if math.isinf(value):
        return "(1/0)" if value > 0 else "(-1/0)"
    return f"({value!r})" if math.copysign(1.0, value) < 0 else repr(value)


def bodies(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A function's body: ``return`` and what the parts give, one after the other."""
    strategies = [st.just(part) if isinstance(part, str) else part for part in parts]
    return st.tuples(*strategies).map(lambda texts: "return " + "".join(texts))


_EDGES: Final = """
    0 1 (-1) 2 3 7 10 100 (-0.0) 0.1 0.5 1.5 (-1.5) (-2.5) (1/3) (2/3) (0/0) (-(0/0)) (1/0) (-1/0) 127 128 (-32)
    (-33) (-128) (-129) 255 256 65535 65536 2147483647 2147483648 (-2147483648) (-2147483649) 4294967295 4294967296
    2^51 2^52 2^53 (2^53+1) (2^53+2) (-2^53) 2^62 2^63 (-2^63) (2^63-1024) 2^64 2^70 1e14 1e15 99999999999999
    100000000000000 123456789012345 1234567890123456 12345678901234567 1e16 1e17 1e100 (-1e100) 1e-5 1e-4 1e-7
    1e-100 5e-324 1.7976931348623157e308 3.4028234663852886e38 1e39 1e-45 0.30000000000000004 123456.789 16777217
    9007199254740993 0x10 0xffffffffffffffff
"""

NUMBERS: Final = st.one_of(
    st.sampled_from(_EDGES.split()),
    st.integers(-300, 300).map(number),
    st.integers(-(2**64), 2**64).map(number),
    st.floats(allow_nan=False).map(number),
    st.floats(allow_nan=False, width=32).map(number),
    st.integers(-(10**9), 10**9).map(lambda thousandths: number(thousandths / 1000)),
)
"""Numbers of all kinds, those at the edges of every conversion most often."""

_TEXTS: Final = [
    *(b"", b"a", b"abc", b"key", b"0", b"1", b"-1", b"1.5", b"1e3", b"0x10", b" 1 ", b"10 x", b"nan", b"inf"),
    *(b"true", b"\x00", b"a\x00b", b"\r\n", b"\n", b'"', b"\\", b"/", b"\x7f", b"\x80", b"\xff\xfe"),
    *(b"\xc3\xa9", b"\xe2\x82\xac", b"OK", b"ERR x", b"-ERR x\r\n", b"9223372036854775807"),
    *(b"123456789012345678901", b"x" * 31, b"x" * 32, b"y" * 256),
]

STRINGS: Final = st.one_of(
    st.sampled_from(_TEXTS), st.binary(max_size=6), st.text('ab1 "\\/%\n\0', max_size=5).map(str.encode)
).map(string)
"""String literals, of any bytes."""

FLAT: Final = st.one_of(NUMBERS, STRINGS, st.sampled_from(["nil", "true", "false", "cjson.null"]))
"""Values that are no tables."""

_NUMERAL: Final = re.compile(r"""['"]-?[0-9.]+['"]""")
_KEYS: Final = st.one_of(
    # Builds of Lua 5.1 differ in how much of a longer name they hash, and in how they hash numbers: whether 1 or "1"
    # comes first would be told where both become "1", so no table has both.
    STRINGS.filter(lambda text: len(text) < 32 and not _NUMERAL.fullmatch(text)),
    st.sampled_from(["1", "2", "3", "4", "5", "10", "30", "0", "(-1)", "1.5", "2^31", "2^40", "true", "(1/0)"]),
)


def _table(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    named = st.tuples(_KEYS, inner).map(lambda pair: f"[{pair[0]}]={pair[1]}")
    items = st.one_of(
        st.lists(inner, max_size=4),
        st.lists(named, max_size=4),
        st.lists(st.one_of(inner, named), max_size=5),
        inner.map(lambda value: [f"['1']={value}"]),
    )
    return items.map(lambda texts: "{" + ",".join(texts) + "}")


VALUES: Final = st.recursive(FLAT, _table, max_leaves=6)
"""Any value."""

TABLES: Final = _table(VALUES)
"""Tables of anything."""
