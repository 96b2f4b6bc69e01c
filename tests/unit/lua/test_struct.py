"""The struct library: results and errors were taken from the servers."""

from __future__ import annotations

import pytest

from tests.unit.lua.evaluate import SERVERS, error_of, hex_of, numbers_of, value_of


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            'struct.pack(">bBhHlLTiI", 1, 2, 3, 4, 5, 6, 7, 8, 9)',
            "0102000300040000000000000005000000000000000600000000000000070000000800000009",
        ),
        ('struct.pack("<hi", 258, 16909060)', "020104030201"),
        ('struct.pack("i", -1.5)', "ffffffff"),
        ('struct.pack(">B", 256.9)', "00"),
        ('struct.pack(">b", -129)', "7f"),
        ('struct.pack(">i3i5", -2, 2^33)', "fffffe0200000000"),
        ('struct.pack(">I8", 2^63)', "8000000000000000"),
        ('struct.pack(">I8", 2^64)', "0000000000000000"),
        ('struct.pack(">I8", 2^64 - 2048)', "fffffffffffff800"),
        ('struct.pack(">I8", -2^64)', "8000000000000000"),
        ('struct.pack(">I8", 0/0)', "8000000000000000"),
        ('struct.pack(">i12", -1)', "00000000ffffffffffffffff"),
        ('struct.pack("<i10", 258)', "02010000000000000000"),
        ('struct.pack("i0", 1)', ""),
        ('struct.pack(">i", "0x10")', "00000010"),
    ],
)
def test_pack_integers(expression: str, expected: str, flavor: str) -> None:
    """Every integer option, in both byte orders; numbers are cut toward zero and wrap."""
    assert hex_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('struct.pack(">f", 0.1)', "3dcccccd"),
        ('struct.pack(">f", -0.0)', "80000000"),
        ('struct.pack(">f", 1e300)', "7f800000"),
        ('struct.pack(">f", 2^-149)', "00000001"),
        ('struct.pack(">f", 1.5 * 2^-149)', "00000002"),
        ('struct.pack(">f", 2^-150)', "00000000"),
        ('struct.pack(">f", 16777217)', "4b800000"),
        ('struct.pack(">f", 3.4028235677973366e38)', "7f800000"),
        ('struct.pack(">f", 0/0)', "ffc00000"),
        ('struct.pack(">d", 0.1)', "3fb999999999999a"),
        ('struct.pack(">d", -(0/0))', "7ff8000000000000"),
        ('struct.pack(">d", 2^-1074)', "0000000000000001"),
        ('struct.pack(">d", -1/0)', "fff0000000000000"),
        ('struct.pack("<fd", 1, 1)', "0000803f000000000000f03f"),
    ],
)
def test_pack_floats(expression: str, expected: str, flavor: str) -> None:
    """Floats are rounded to nearest, also the tiny ones, and overflow to infinity."""
    assert hex_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('struct.pack("s", "abc")', "61626300"),
        (r'struct.pack("s", "a\0b")', "61006200"),
        ('struct.pack("c0", "abc")', "616263"),
        ('struct.pack("c2", "abc")', "6162"),
        ('struct.pack("c", "abc")', "61"),
        ('struct.pack("s", 12)', "313200"),
        ('struct.pack("bxb", 1, 2)', "010002"),
        (r'struct.pack("i1\0i", 1)', "01"),
        ('struct.pack("", 1)', ""),
        ('struct.pack(" < > b ", 1)', "01"),
    ],
)
def test_pack_strings(expression: str, expected: str, flavor: str) -> None:
    """The c option cuts or takes all, s ends in a zero, x is a zero."""
    assert hex_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('struct.pack("!4bi", 1, 2)', "0100000002000000"),
        ('struct.pack("!bd", 1, 2)', "01000000000000000000000000000040"),
        ('struct.pack("!2bi", 1, 2)', "010002000000"),
        ('struct.pack("!8bi3i5", 1, 2, 3)', "0100000200000300000000"),
        ('struct.pack("!4bsi", 1, "ab", 5)', "0161620005000000"),
        ('struct.pack("!4bc3i", 1, "abc", 5)', "0161626305000000"),
        ('struct.pack("!16bi16", 1, 2)', "0100000000000000000000000000000002000000000000000000000000000000"),
    ],
)
def test_pack_aligns(expression: str, expected: str, flavor: str) -> None:
    """What ! aligns, with sizes that are no power of two as odd as on the server."""
    assert hex_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("struct.pack()", b"user_script:1: bad argument #1 to 'pack' (string expected, got no value)"),
        ("struct.pack(nil)", b"user_script:1: bad argument #1 to 'pack' (string expected, got nil)"),
        ('struct.pack("y", 1)', b"user_script:1: bad argument #1 to 'pack' (invalid format option 'y')"),
        (r'struct.pack("\200")', b"user_script:1: bad argument #1 to 'pack' (invalid format option '\xc8')"),
        (r'struct.pack("i5\5", 1)', b"user_script:1: bad argument #1 to 'pack' (invalid format option '\x05')"),
        ('struct.pack("i33", 1)', b"user_script:1: integral size 33 is larger than limit of 32"),
        ('struct.pack("i2147483648", 1)', b"user_script:1: integral size overflow"),
        ('struct.pack("c99999999999", "x")', b"user_script:1: integral size overflow"),
        ('struct.pack("!3")', b"user_script:1: alignment 3 is not a power of 2"),
        ('struct.pack("!0")', b"user_script:1: alignment 0 is not a power of 2"),
        ('struct.pack("!99999999999")', b"user_script:1: integral size overflow"),
        ('struct.pack("i")', b"user_script:1: bad argument #2 to 'pack' (number expected, got nil)"),
        ('struct.pack("ii", 1)', b"user_script:1: bad argument #3 to 'pack' (number expected, got nil)"),
        ('struct.pack("i", {})', b"user_script:1: bad argument #2 to 'pack' (number expected, got table)"),
        ('struct.pack("i", "x")', b"user_script:1: bad argument #2 to 'pack' (number expected, got string)"),
        ('struct.pack("s")', b"user_script:1: bad argument #2 to 'pack' (string expected, got nil)"),
        ('struct.pack("s", true)', b"user_script:1: bad argument #2 to 'pack' (string expected, got boolean)"),
        ('struct.pack("c5", "abc")', b"user_script:1: bad argument #3 to 'pack' (string too short)"),
        ('local p = struct.pack return p("i")', b"user_script:1: bad argument #2 to 'p' (number expected, got nil)"),
        (
            "local t = {p = struct.pack} return t:p()",
            b"user_script:1: calling 'p' on bad self (string expected, got table)",
        ),
    ],
)
def test_pack_errors(expression: str, expected: bytes, flavor: str) -> None:
    """What pack refuses."""
    assert error_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('struct.unpack("<i", "abcd")', [b"1684234849", b"5"]),
        (r'struct.unpack(">bB", "\200\200")', [b"-56", b"200", b"3"]),
        (r'struct.unpack(">hH", "\200\1\200\1")', [b"-14335", b"51201", b"5"]),
        (r'struct.unpack(">i3", "\200\1\2")', [b"-3669758", b"4"]),
        (r'struct.unpack(">I8", ("\255"):rep(8))', [b"1.8446744073709552e+19", b"9"]),
        (r'struct.unpack(">i8", ("\255"):rep(8))', [b"-1", b"9"]),
        (r'struct.unpack(">l", "\1\2\3\4\5\6\7\8")', [b"72623859790382848", b"9"]),
        ('struct.unpack("i0", "")', [b"0", b"1"]),
        (r'struct.unpack(">i9", ("\0"):rep(8) .. "\128")', [b"-128", b"10"]),
        (r'struct.unpack(">I9", ("\0"):rep(8) .. "\128")', [b"128", b"10"]),
        (r'struct.unpack("<i12", ("\200"):rep(12))', [b"-926365496", b"13"]),
        (r'struct.unpack(">I16", ("\200"):rep(16))', [b"1.4468034567615334e+19", b"17"]),
    ],
)
def test_unpack_integers(expression: str, expected: list[bytes], flavor: str) -> None:
    """Signs are extended; beyond 8 bytes the sign is where the shift count of the server wraps to."""
    assert numbers_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r'struct.unpack(">f", "\61\204\204\205")', [b"0.10000000149011612", b"5"]),
        (r'struct.unpack("f", "\1\0\0\0")', [b"1.4012984643248171e-45", b"5"]),
        (r'struct.unpack("f", "\255\255\255\255")', [b"-nan", b"5"]),
        (r'struct.unpack(">d", "\63\185\153\153\153\153\153\154")', [b"0.10000000000000001", b"9"]),
        (r'struct.unpack("d", "\1\0\0\0\0\0\0\0")', [b"4.9406564584124654e-324", b"9"]),
        (r'struct.unpack("s", "abc\0d")', [b"abc", b"5"]),
        ('struct.unpack("c3", "abcd")', [b"abc", b"4"]),
        ('struct.unpack("c", "abcd")', [b"a", b"2"]),
        (r'struct.unpack("Bc0", "\2abc")', [b"ab", b"4"]),
        (r'struct.unpack("sc0", "2\0abc")', [b"ab", b"5"]),
        ('struct.unpack("xx", "ab")', [b"3"]),
        ('struct.unpack("!4bi", "abcdefgh")', [b"97", b"1751606885", b"9"]),
        ('struct.unpack("!4bi", "abcdefgh", 2)', [b"98", b"1751606885", b"9"]),
        ('struct.unpack("b", "abc", 3)', [b"99", b"4"]),
        ('struct.unpack("b", "abc", "2")', [b"98", b"3"]),
        ('struct.unpack("b", "abc", nil)', [b"97", b"2"]),
        ('struct.unpack("", "abc", -5)', [b"-5"]),
        ('struct.unpack(" ", "abc", 4)', [b"4"]),
    ],
)
def test_unpack_the_rest(expression: str, expected: list[bytes], flavor: str) -> None:
    """Floats, strings and the position after them."""
    assert numbers_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("struct.unpack()", b"user_script:1: bad argument #1 to 'unpack' (string expected, got no value)"),
        ('struct.unpack("b")', b"user_script:1: bad argument #2 to 'unpack' (string expected, got no value)"),
        ('struct.unpack("b", nil)', b"user_script:1: bad argument #2 to 'unpack' (string expected, got nil)"),
        ('struct.unpack("i", "abc")', b"user_script:1: bad argument #2 to 'unpack' (data string too short)"),
        ('struct.unpack("b", "abc", 4)', b"user_script:1: bad argument #2 to 'unpack' (data string too short)"),
        ('struct.unpack("b", "abc", -5)', b"user_script:1: bad argument #2 to 'unpack' (data string too short)"),
        ('struct.unpack("b", "abc", 0)', b"user_script:1: bad argument #3 to 'unpack' (offset must be 1 or greater)"),
        ('struct.unpack("!4i", "abcd", -1)', b"user_script:1: bad argument #2 to 'unpack' (data string too short)"),
        ('struct.unpack("b", "abc", "x")', b"user_script:1: bad argument #3 to 'unpack' (number expected, got string)"),
        ('struct.unpack("y", "abc")', b"user_script:1: bad argument #1 to 'unpack' (invalid format option 'y')"),
        ('struct.unpack("yb", "abc", 9)', b"user_script:1: bad argument #2 to 'unpack' (data string too short)"),
        ('struct.unpack("s", "abc")', b"user_script:1: unfinished string in data"),
        ('struct.unpack("c0", "abc")', b"user_script:1: format 'c0' needs a previous size"),
        (r'struct.unpack("sc0", "x\0abc")', b"user_script:1: format 'c0' needs a previous size"),
        (r'struct.unpack("bc0", "\255abc")', b"user_script:1: bad argument #2 to 'unpack' (data string too short)"),
        (r'struct.unpack("Bc0c0", "\1abc")', b"user_script:1: format 'c0' needs a previous size"),
        ('struct.unpack("i33", "abc")', b"user_script:1: integral size 33 is larger than limit of 32"),
        ('struct.unpack(("b"):rep(7998), ("a"):rep(7998))', b"user_script:1: stack overflow (too many results)"),
    ],
)
def test_unpack_errors(expression: str, expected: bytes, flavor: str) -> None:
    """What unpack refuses."""
    assert error_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('struct.size("")', 0),
        ('struct.size("i")', 4),
        ('struct.size("bhilTfd")', 35),
        ('struct.size("!bhilTfd")', 40),
        ('struct.size("!8bd")', 16),
        ('struct.size("!2bd")', 10),
        ('struct.size("b!2d")', 10),
        ('struct.size("c10")', 10),
        ('struct.size("c")', 1),
        ('struct.size("xx")', 2),
        ('struct.size(" i ")', 4),
        ('struct.size("y")', 0),
        ('struct.size("z5Q")', 0),
        ('struct.size("!8bi3i5")', 11),
        ('struct.size("c2147483647c2147483647")', 4294967294),
        (r'struct.size("i\0s")', 4),
        ('struct.size("!16b!i16")', 24),
        ("struct.size(5)", 0),
    ],
)
def test_size(expression: str, expected: int, flavor: str) -> None:
    """Sizes, with what is no option counting for nothing."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("struct.size()", b"user_script:1: bad argument #1 to 'size' (string expected, got no value)"),
        ("struct.size(nil)", b"user_script:1: bad argument #1 to 'size' (string expected, got nil)"),
        ('struct.size("s")', b"user_script:1: bad argument #1 to 'size' (option 's' has no fixed size)"),
        ('struct.size("c0")', b"user_script:1: bad argument #1 to 'size' (option 'c0' has no fixed size)"),
        ('struct.size("%")', b"user_script:1: bad argument #1 to 'size' (invalid format option '%')"),
        ('struct.size("i33")', b"user_script:1: integral size 33 is larger than limit of 32"),
        ('struct.size("yi33")', b"user_script:1: integral size 33 is larger than limit of 32"),
        ('struct.size("y!3")', b"user_script:1: alignment 3 is not a power of 2"),
        ('struct.size("c2147483648")', b"user_script:1: integral size overflow"),
        ('struct.size("!b!0")', b"user_script:1: alignment 0 is not a power of 2"),
    ],
)
def test_size_errors(expression: str, expected: bytes, flavor: str) -> None:
    """What size refuses."""
    assert error_of(expression, flavor) == expected
