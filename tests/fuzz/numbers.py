"""Random numbers on their way to text and back, and as arguments of commands: bodies of functions."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from tests.fuzz.literals import FLAT, NUMBERS, STRINGS, VALUES, bodies, string

__all__ = ["ARGUMENTS", "FORMATS", "NUMBER_TEXTS"]

_FLAGS: Final = st.sampled_from(["", "", "", "-", "+", " ", "#", "0", "-+", "+0", "# ", "-+ #0"])
_WIDTHS: Final = st.sampled_from(["", "", "", "1", "5", "12", "40", "99", "123"])
_PRECISIONS: Final = st.sampled_from(["", "", "", ".", ".0", ".1", ".3", ".14", ".17", ".20", ".99", ".123"])


def _specifiers(letters: str) -> st.SearchStrategy[str]:
    """Specifiers of one of those letters, as a literal with something around."""
    parts = st.tuples(_FLAGS, _WIDTHS, _PRECISIONS, st.sampled_from(letters))
    return parts.map(lambda each: string(f"<%{''.join(each)}>".encode()))


_NUMERALS: Final = st.one_of(
    st.text("0123456789abcdefxXeE+-. ", max_size=8).map(str.encode).map(string),
    st.integers(-(2**70), 2**70).map(lambda value: string(b"%d" % value)),
    st.floats(allow_nan=False).map(lambda value: string(repr(value).encode())),
    st.sampled_from(
        ['"0x"', '"0x1p4"', '" 12 "', '"1 2"', '"1e"', '"nan"', '"inf"', '"infinity"', '""', '"12a"', '"\\0001"']
    ),
)
_FUNCTIONS: Final = st.sampled_from(["floor", "ceil", "abs", "sqrt", "modf", "frexp", "log10", "deg", "exp"])

NUMBER_TEXTS: Final = st.one_of(
    bodies("tostring(", NUMBERS, ")"),
    bodies(NUMBERS, " .. ", st.one_of(NUMBERS, STRINGS)),
    bodies("tonumber(", st.one_of(_NUMERALS, FLAT), ")"),
    bodies("tonumber(", _NUMERALS, ",", st.integers(-1, 37).map(str), ")"),
    bodies(NUMBERS, st.sampled_from([" + ", " - ", " * ", " / ", " % ", " ^ ", " == ", " < "]), NUMBERS),
    bodies(_NUMERALS, st.sampled_from([" + ", " * ", " % ", " .. "]), NUMBERS),
    bodies("math.", _FUNCTIONS, "(", st.one_of(NUMBERS, FLAT), ")"),
    bodies("table.concat({", NUMBERS, ",", FLAT, ",", NUMBERS, "}, ", STRINGS, ")"),
)
"""Numbers as text and text as numbers."""

FORMATS: Final = st.one_of(
    bodies("string.format(", _specifiers("geEGf"), ",", NUMBERS, ")"),
    bodies("string.format(", _specifiers("dixXuoc"), ",", NUMBERS, ")"),
    bodies("string.format(", _specifiers("sq"), ",", st.one_of(STRINGS, NUMBERS), ")"),
    bodies("string.format(", _specifiers("dgsqcxyLa%"), ",", FLAT, ")"),
    bodies("(", STRINGS, "):format(", FLAT, ",", FLAT, ")"),
)
"""``string.format`` with specifiers of all kinds."""

_CALLS: Final = st.sampled_from(["redis.call", "redis.call", "redis.pcall"])

ARGUMENTS: Final = st.one_of(
    bodies(_CALLS, "('ECHO', ", NUMBERS, ")"),
    bodies(_CALLS, "('ECHO', ", VALUES, ")"),
    bodies(_CALLS, "(", st.lists(FLAT, max_size=3).map(",".join), ")"),
    NUMBERS.map(lambda value: f"redis.call('SET', 'arg', {value}) return redis.call('GET', 'arg')"),
    st.tuples(NUMBERS, NUMBERS).map(
        lambda pair: f"redis.call('SET', 'arg', {pair[0]}) return redis.pcall('INCRBYFLOAT', 'arg', {pair[1]})"
    ),
    bodies("redis.sha1hex(", FLAT, ")"),
    bodies("redis.", st.sampled_from(["error_reply", "status_reply"]), "(", st.one_of(STRINGS, FLAT), ")"),
)
"""Values as arguments of ``redis.call`` and its like."""
