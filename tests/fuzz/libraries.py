"""Random uses of cjson, cmsgpack, struct and bit: bodies of functions.

Nothing here makes a NaN of other bits than the usual ones, whose way through a server depends on its machine, and
nothing is the width that crashes ``bit.tohex`` of Redis 6.2.
"""

from __future__ import annotations

import struct
from typing import Final

from hypothesis import strategies as st

from tests.fuzz.json_texts import JSON_TEXTS
from tests.fuzz.literals import FLAT, NUMBERS, STRINGS, TABLES, VALUES, bodies, string

__all__ = ["BIT", "CJSON_DECODE", "CJSON_ENCODE", "CMSGPACK", "STRUCT"]

_SMALL: Final = st.sampled_from(["0", "1", "2", "3", "4", "(-1)", "10", "16", "1.5", "nil", "'2'", "'x'", "{}", "true"])
"""Arguments that should be small numbers, and some that are not."""
_SWITCHES: Final = st.sampled_from(["true", "false", "'on'", "'off'", "'null'", "nil", "'yes'", "1"])

# -- cjson: options are set on an instance of its own, for what is set on the library lasts on a server

_OPTIONS: Final = st.one_of(
    st.tuples(_SWITCHES, _SMALL, _SMALL).map(lambda args: f"c.encode_sparse_array({','.join(args)})"),
    st.tuples(
        st.sampled_from(["encode_max_depth", "decode_max_depth", "encode_number_precision"]),
        st.one_of(_SMALL, st.integers(1, 14).map(str)),
    ).map(lambda parts: f"c.{parts[0]}({parts[1]})"),
    st.tuples(
        st.sampled_from(["encode_invalid_numbers", "decode_invalid_numbers", "encode_keep_buffer"]), _SWITCHES
    ).map(lambda parts: f"c.{parts[0]}({parts[1]})"),
)


def _with_options(action: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    options = st.lists(_OPTIONS, min_size=1, max_size=2).map(" ".join)
    return st.tuples(options, action).map(lambda parts: f"local c = cjson.new() {parts[0]} return {parts[1]}")


_ENCODED: Final = st.one_of(TABLES, VALUES)

CJSON_ENCODE: Final = st.one_of(
    bodies("cjson.encode(", _ENCODED, ")"),
    bodies("cjson.encode(", _ENCODED, ")"),
    bodies("cjson.encode({", NUMBERS, ",", NUMBERS, ",", STRINGS, "})"),
    bodies("cjson.decode(cjson.encode(", _ENCODED, "))"),
    bodies("cjson.encode(", FLAT, ",", FLAT, ")"),
    _with_options(_ENCODED.map(lambda value: f"c.encode({value})")),
    _OPTIONS.map(lambda option: f"local c = cjson.new() return {option}"),
)
"""``cjson.encode`` and the options."""

_literals: Final = JSON_TEXTS.map(string)

CJSON_DECODE: Final = st.one_of(
    bodies("cjson.decode(", _literals, ")"),
    bodies("cjson.decode(", _literals, ")"),
    bodies("cjson.encode(cjson.decode(", _literals, "))"),
    bodies("cjson.decode(", FLAT, ")"),
    _with_options(_literals.map(lambda text: f"c.decode({text})")),
)
"""``cjson.decode`` of all kinds of texts."""


def _usual_nans(data: bytes) -> bytes:
    """The bytes, changed where any four or eight of them could be a NaN."""
    out = bytearray(data)
    for place, byte in enumerate(out):
        beside = out[max(place - 1, 0) : place] + out[place + 1 : place + 2]
        if byte & 0x7F == 0x7F and any(other & 0x80 for other in beside):
            out[place] = byte - 1
    return bytes(out)


# -- cmsgpack

_HEADS: Final = [
    bytes((mark,)) for mark in (*range(0xC0, 0xE0), 0x80, 0x81, 0x82, 0x90, 0x91, 0x92, 0xA1, 0xA3, 0x7F, 0xE0)
]
_packed: Final = st.one_of(
    st.tuples(st.sampled_from(_HEADS), st.binary(max_size=9)).map(b"".join),
    st.lists(
        st.one_of(
            st.sampled_from(_HEADS),
            st.sampled_from([b"\x00", b"\x01", b"\xa1a", b"\xc0", b"\xc3", b"\xff", b"\x92\x01\x02", b"\x81\xa1k\x05"]),
            st.integers(-(2**63), 2**64 - 1).map(lambda value: b"\xcf" + struct.pack(">Q", value % 2**64)),
            st.floats(allow_nan=False).map(lambda value: b"\xcb" + struct.pack(">d", value)),
            st.floats(allow_nan=False, width=32).map(lambda value: b"\xca" + struct.pack(">f", value)),
        ),
        max_size=5,
    ).map(b"".join),
    st.binary(max_size=8),
).map(_usual_nans)
_PACKED: Final = _packed.map(string)

CMSGPACK: Final = st.one_of(
    bodies("cmsgpack.pack(", VALUES, ")"),
    bodies("cmsgpack.pack(", TABLES, ")"),
    bodies("cmsgpack.pack(", st.lists(VALUES, max_size=3).map(",".join), ")"),
    bodies("cmsgpack.unpack(cmsgpack.pack(", VALUES, ",", VALUES, "))"),
    bodies("cmsgpack.unpack(", _PACKED, ")"),
    bodies("cmsgpack.unpack(", _PACKED, ")"),
    bodies("cmsgpack.unpack(", FLAT, ")"),
    bodies("cmsgpack.unpack_one(", _PACKED, ",", _SMALL, ")"),
    bodies("cmsgpack.unpack_limit(", _PACKED, ",", _SMALL, ",", _SMALL, ")"),
    bodies("cmsgpack.unpack_limit(cmsgpack.pack(", FLAT, ",{", FLAT, "},", FLAT, "),", _SMALL, ",", _SMALL, ")"),
)
"""``pack`` and its reverses."""

# -- struct

_SIZES: Final = st.sampled_from(["", "", "", "1", "2", "3", "4", "5", "8", "16", "32", "33", "0", "64"])
_LETTERS: Final = st.sampled_from([*"bBhHlLTiIfdscxiIscb<>=! ", "!4", "!8", "!1", "!3", "z", "i2147483648", "c0"])
_LAYOUTS: Final = st.lists(st.tuples(_LETTERS, _SIZES).map("".join), min_size=1, max_size=4).map("".join)
_ITEMS: Final = st.one_of(
    *(
        st.tuples(st.sampled_from([f"{order}{option}" for order in ("", "<", ">")]), NUMBERS)
        for option in "bBhHlLTiIfd"
    ),
    st.tuples(st.sampled_from(["i1", "i2", ">i3", "I3", "I5", "<i7", ">I8", "i16", "!4i4", "xI2"]), NUMBERS),
    st.tuples(st.sampled_from(["s", "c0", "c1", "c2", "xs"]), STRINGS),
)


def _call(items: list[tuple[str, str]]) -> str:
    """The arguments of a call of ``pack`` whose values fit, more or less."""
    return ",".join([string("".join(layout for layout, _ in items).encode()), *(value for _, value in items)])


_PACKS: Final = st.lists(_ITEMS, min_size=1, max_size=4).map(_call)
_BYTES: Final = st.one_of(st.binary(max_size=20), st.binary(min_size=8, max_size=16)).map(_usual_nans).map(string)
_FORMATS: Final = _LAYOUTS.map(lambda layout: string(layout.encode()))

STRUCT: Final = st.one_of(
    bodies("struct.pack(", _PACKS, ")"),
    bodies("struct.pack(", _PACKS, ")"),
    bodies("struct.pack(", _FORMATS, ",", st.lists(FLAT, max_size=4).map(lambda args: ",".join(args) or "nil"), ")"),
    bodies("struct.unpack(", _FORMATS, ",", _BYTES, ")"),
    bodies("struct.unpack(", _FORMATS, ",", _BYTES, ",", _SMALL, ")"),
    st.lists(_ITEMS, min_size=1, max_size=4).map(
        lambda items: f"return struct.unpack({_call(items).split(',')[0]}, struct.pack({_call(items)}))"
    ),
    bodies("struct.size(", _FORMATS, ")"),
    bodies("struct.size(", FLAT, ")"),
)
"""``pack``, ``unpack`` and ``size`` with formats of all kinds."""

# -- bit

_WORDS: Final = st.one_of(
    NUMBERS,
    st.integers(-(2**32), 2**33).map(str),
    st.sampled_from(
        ["'5'", "'0x10'", "'abc'", "nil", "true", "{}", "'-1'", "'1.5'", "2^31", "2^32-1", "0.5", "1.5", "2.5"]
    ),
)
_ONE: Final = st.sampled_from(["tobit", "bnot", "bswap", "tohex"])
_TWO: Final = st.sampled_from(["lshift", "rshift", "arshift", "rol", "ror", "band", "bor", "bxor"])
_MANY: Final = st.sampled_from(["band", "bor", "bxor"])

BIT: Final = st.one_of(
    bodies("bit.", _ONE, "(", _WORDS, ")"),
    bodies("bit.", _TWO, "(", _WORDS, ",", _WORDS, ")"),
    bodies("bit.", _TWO, "(", _WORDS, ",", st.integers(-40, 70).map(str), ")"),
    bodies("bit.", _MANY, "(", st.lists(_WORDS, max_size=5).map(",".join), ")"),
    bodies("bit.tohex(", _WORDS, ",", st.integers(-40, 40).map(lambda width: f"({width})"), ")"),
)
"""Every function of ``bit``."""
