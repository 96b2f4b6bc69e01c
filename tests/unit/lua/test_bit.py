"""The bit library: results and errors were taken from the servers."""

from __future__ import annotations

import pytest

from tests.unit.lua.evaluate import SERVERS, error_of, value_of


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("bit.tobit(0)", 0),
        ("bit.tobit(0.5)", 0),
        ("bit.tobit(1.5)", 2),
        ("bit.tobit(2.5)", 2),
        ("bit.tobit(-0.5)", 0),
        ("bit.tobit(-1.5)", -2),
        ("bit.tobit(2^31)", -2147483648),
        ("bit.tobit(2^32)", 0),
        ("bit.tobit(2^32+1)", 1),
        ("bit.tobit(-2^31-1)", 2147483647),
        ("bit.tobit(0xffffffff)", -1),
        ("bit.tobit(2^51)", 0),
        ("bit.tobit(2^52+1)", 0),
        ("bit.tobit(2^53+2)", 1),
        ("bit.tobit(1e15)", -1530494976),
        ("bit.tobit(1e16)", 937459712),
        ("bit.tobit(1e300)", -2013235812),
        ("bit.tobit(1/0)", 0),
        ("bit.tobit(0/0)", 0),
        ("bit.tobit(2^60+2^30)", 4194304),
    ],
)
def test_tobit_rounds_and_wraps(expression: str, expected: int, flavor: str) -> None:
    """A number is rounded, half to even, and cut to 32 bits; beyond 2^51 its representation is."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('bit.tobit("10")', 10),
        ('bit.tobit("0x1F")', 31),
        ('bit.band(" 7 ", "3")', 3),
        ('bit.bor("1e3", 0)', 1000),
        ('bit.lshift("1", "4")', 16),
    ],
)
def test_strings_are_numbers(expression: str, expected: int, flavor: str) -> None:
    """Strings that read as numbers are taken."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("bit.bnot(0)", -1),
        ("bit.bnot(0x12345678)", -305419897),
        ("bit.band(0x12345678, 0xff)", 120),
        ("bit.band(0xf0f0, 0xff00, 0xfff)", 0),
        ("bit.band(-1)", -1),
        ("bit.bor(1, 2, 4, 8)", 15),
        ("bit.bor(0x80000000, 1)", -2147483647),
        ("bit.bxor(0xa5a5f0f0, 0xaa55ff00)", 267390960),
        ("bit.bxor(1, 2, 3)", 0),
        ("bit.bxor(-1, 1)", -2),
    ],
)
def test_logic(expression: str, expected: int, flavor: str) -> None:
    """The logical operations take any number of arguments."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("bit.lshift(1, 0)", 1),
        ("bit.lshift(1, 31)", -2147483648),
        ("bit.lshift(1, 32)", 1),
        ("bit.lshift(1, -1)", -2147483648),
        ("bit.rshift(-256, 8)", 16777215),
        ("bit.rshift(1, 33)", 0),
        ("bit.arshift(-256, 8)", -1),
        ("bit.arshift(256, 8)", 1),
        ("bit.arshift(-1, 31)", -1),
        ("bit.rol(0x12345678, 12)", 1164411171),
        ("bit.rol(1, 32)", 1),
        ("bit.ror(0x12345678, 12)", 1736516421),
        ("bit.ror(1, 1)", -2147483648),
        ("bit.bswap(0x12345678)", 2018915346),
        ("bit.bswap(0xff)", -16777216),
    ],
)
def test_shifts(expression: str, expected: int, flavor: str) -> None:
    """Shifts use the lower five bits of the distance."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("bit.tohex(1)", b"00000001"),
        ("bit.tohex(-1)", b"ffffffff"),
        ("bit.tohex(0xdeadbeef, 4)", b"beef"),
        ("bit.tohex(0xdeadbeef, -4)", b"BEEF"),
        ("bit.tohex(0xdeadbeef, 0)", b""),
        ("bit.tohex(0xdeadbeef, 9)", b"deadbeef"),
        ("bit.tohex(0xdeadbeef, -100)", b"DEADBEEF"),
        ("bit.tohex(255, 1.5)", b"ff"),
        ('bit.tohex(255, "3")', b"0ff"),
        ("bit.tohex(0xdeadbeef, -2^31)", b"DEADBEEF"),
    ],
)
def test_tohex(expression: str, expected: bytes, flavor: str) -> None:
    """A negative number of digits means capitals; a missing one means 8."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("bit.band()", b"user_script:1: bad argument #1 to 'band' (number expected, got no value)"),
        ("bit.tobit(nil)", b"user_script:1: bad argument #1 to 'tobit' (number expected, got nil)"),
        ("bit.bnot({})", b"user_script:1: bad argument #1 to 'bnot' (number expected, got table)"),
        ('bit.bor("x", 1)', b"user_script:1: bad argument #1 to 'bor' (number expected, got string)"),
        ('bit.bxor(1, "x", "y")', b"user_script:1: bad argument #3 to 'bxor' (number expected, got string)"),
        ("bit.band(1, 2, nil)", b"user_script:1: bad argument #3 to 'band' (number expected, got nil)"),
        ('bit.lshift("x", "y")', b"user_script:1: bad argument #1 to 'lshift' (number expected, got string)"),
        ("bit.lshift(1)", b"user_script:1: bad argument #2 to 'lshift' (number expected, got no value)"),
        ("bit.rol(1, true)", b"user_script:1: bad argument #2 to 'rol' (number expected, got boolean)"),
        ("bit.tohex()", b"user_script:1: bad argument #1 to 'tohex' (number expected, got no value)"),
        ("bit.tohex(1, nil)", b"user_script:1: bad argument #2 to 'tohex' (number expected, got nil)"),
        ('bit.tobit("")', b"user_script:1: bad argument #1 to 'tobit' (number expected, got string)"),
        ('local f = bit.bnot return f("1x")', b"user_script:1: bad argument #1 to 'f' (number expected, got string)"),
        (
            "local t = {f = bit.bnot} return t:f()",
            b"user_script:1: calling 'f' on bad self (number expected, got table)",
        ),
    ],
)
def test_arguments_are_checked(expression: str, expected: bytes, flavor: str) -> None:
    """The first argument is checked first, the others of a logical operation from the last on."""
    assert error_of(expression, flavor) == expected
