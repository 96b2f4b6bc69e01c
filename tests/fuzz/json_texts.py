"""JSON as bytes: right, and wrong in one place or all over."""

from __future__ import annotations

import json
from typing import Final

from hypothesis import strategies as st

__all__ = ["JSON_TEXTS"]

_NUMBERS: Final = """
    0 -0 1 -1 12 1.5 -1.5e3 1e5 1E+5 1e-5 0.1 1e400 -1e400 1e-400 5e-324 01 -01 00 +1 .5 5. 1.e3 1e 1e+ - --1 0x1F
    0x -0x10 0X1p4 0x.8 1x inf -inf Infinity -Infinity nan NaN -nan INF infinit 123456789012345678 9007199254740993
    18446744073709551616 0.1e1.5 1_000 1e5e5
"""
_ESCAPES: Final = [
    *(r"\n", r"\t", r"\b", r"\f", r"\r", r"\/", r"\\", r"\"", r"\u0041", r"\u0000", r"\u00e9", r"\u20AC"),
    *(r"\uD83D\uDE00", r"\ud800", r"\udc00", r"\ud800\u0041", r"\ud800x", r"\uD800\uD800", r"\u12", r"\u12G4"),
    *(r"\x", r"\a", r"\0", r"\u", "a", "/", "\t", "\n", "\x7f", "é", "\0", "'"),
]
_WORDS: Final = ["true", "false", "null", "True", "nul", "truex", "undefined", "", "'a'", "/**/", ",", ":", "]", "}"]
_SPACES: Final = st.sampled_from(["", "", "", " ", "\n", "\t ", "\r\n", "\v", "\xa0"])

_numbers: Final = st.one_of(
    st.sampled_from([*_NUMBERS.split(), "1 2"]),
    st.integers(-(2**70), 2**70).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.text("0123456789+-.eExX", min_size=1, max_size=6),
)
_strings: Final = st.one_of(
    st.text(max_size=5).map(lambda text: json.dumps(text, ensure_ascii=True)),
    st.lists(st.sampled_from(_ESCAPES), max_size=3).map(lambda parts: '"' + "".join(parts) + '"'),
    st.sampled_from(['"', '"a', 'a"', '"a""', '"\\"', '"\\']),
)
_flat: Final = st.one_of(_numbers, _strings, st.sampled_from(_WORDS[:3]), st.sampled_from(_WORDS))


def _container(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    spaced = st.tuples(_SPACES, inner, _SPACES).map("".join)
    pair = st.tuples(_SPACES, _strings, _SPACES, spaced).map(lambda parts: "".join(parts[:3]) + ":" + parts[3])
    return st.one_of(
        st.lists(spaced, max_size=4).map(lambda items: "[" + ",".join(items) + "]"),
        st.lists(pair, max_size=3).map(lambda items: "{" + ",".join(items) + "}"),
        st.tuples(st.integers(1, 6), inner).map(lambda deep: "[" * deep[0] + deep[1] + "]" * deep[0]),
    )


_documents: Final = st.recursive(_flat, _container, max_leaves=5).map(lambda text: text.encode("utf-8", "replace"))
_pieces: Final = st.lists(
    st.sampled_from([b"[", b"]", b"{", b"}", b",", b":", b'"a"', b"1", b"null", b" ", b"\x00", b"-", b"\\", b"\xff"]),
    max_size=8,
).map(b"".join)


def _spoilt(parts: tuple[bytes, int, int, bytes]) -> bytes:
    """The text with some bytes of it replaced."""
    text, place, length, piece = parts
    place %= len(text) + 1
    return text[:place] + piece + text[place + length :]


_spoils: Final = st.tuples(_documents, st.integers(0, 40), st.integers(0, 2), st.one_of(_pieces, st.binary(max_size=2)))

JSON_TEXTS: Final = st.one_of(_documents, _documents, _spoils.map(_spoilt), _pieces).filter(
    lambda text: b"nan(" not in text.lower()  # would be a NaN with a payload
)
"""What may be given to ``cjson.decode``."""
