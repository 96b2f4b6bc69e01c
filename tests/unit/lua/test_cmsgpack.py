"""The cmsgpack library: results and errors were taken from the servers."""

from __future__ import annotations

import pytest

from tests.unit.lua.evaluate import SERVERS, error_of, hex_of, numbers_of, value_of


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cmsgpack.pack(0)", "00"),
        ("cmsgpack.pack(127)", "7f"),
        ("cmsgpack.pack(128)", "cc80"),
        ("cmsgpack.pack(255)", "ccff"),
        ("cmsgpack.pack(256)", "cd0100"),
        ("cmsgpack.pack(65535)", "cdffff"),
        ("cmsgpack.pack(65536)", "ce00010000"),
        ("cmsgpack.pack(4294967295)", "ceffffffff"),
        ("cmsgpack.pack(4294967296)", "cf0000000100000000"),
        ("cmsgpack.pack(2^63)", "ca5f000000"),
        ("cmsgpack.pack(-1)", "ff"),
        ("cmsgpack.pack(-32)", "e0"),
        ("cmsgpack.pack(-33)", "d0df"),
        ("cmsgpack.pack(-128)", "d080"),
        ("cmsgpack.pack(-129)", "d1ff7f"),
        ("cmsgpack.pack(-32768)", "d18000"),
        ("cmsgpack.pack(-32769)", "d2ffff7fff"),
        ("cmsgpack.pack(-2147483648)", "d280000000"),
        ("cmsgpack.pack(-2147483649)", "d3ffffffff7fffffff"),
        ("cmsgpack.pack(-2^63)", "d38000000000000000"),
        ("cmsgpack.pack(-2^64)", "cadf800000"),
        ("cmsgpack.pack(-0.0)", "00"),
        ("cmsgpack.pack(0.5)", "ca3f000000"),
        ("cmsgpack.pack(0.1)", "cb3fb999999999999a"),
        ("cmsgpack.pack(1e300)", "cb7e37e43c8800759c"),
        ("cmsgpack.pack(2^-149)", "ca00000001"),
        ("cmsgpack.pack(2^-150)", "cb3690000000000000"),
        ("cmsgpack.pack(1/0)", "ca7f800000"),
        ("cmsgpack.pack(-1/0)", "caff800000"),
        ("cmsgpack.pack(0/0)", "cbfff8000000000000"),
        ("cmsgpack.pack(-(0/0))", "cb7ff8000000000000"),
        ("cmsgpack.pack(16777217.5)", "cb4170000018000000"),
    ],
)
def test_pack_numbers(expression: str, expected: str, flavor: str) -> None:
    """Integers take the fewest bytes, other numbers a float if it is exact."""
    assert hex_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('cmsgpack.pack("")', "a0"),
        ('cmsgpack.pack("abc")', "a3616263"),
        (r'cmsgpack.pack("a\0b")', "a3610062"),
        ("cmsgpack.pack(true)", "c3"),
        ("cmsgpack.pack(false)", "c2"),
        ("cmsgpack.pack(nil)", "c0"),
        ("cmsgpack.pack(cjson.null)", "c0"),
        ("cmsgpack.pack(string.len)", "c0"),
        ('cmsgpack.pack(("x"):rep(31)):sub(1, 6)', "bf7878787878"),
        ('cmsgpack.pack(("x"):rep(32)):sub(1, 6)', "d92078787878"),
        ('cmsgpack.pack(("x"):rep(255)):sub(1, 6)', "d9ff78787878"),
        ('cmsgpack.pack(("x"):rep(256)):sub(1, 6)', "da0100787878"),
        ('cmsgpack.pack(("x"):rep(65535)):sub(1, 6)', "daffff787878"),
        ('cmsgpack.pack(("x"):rep(65536)):sub(1, 6)', "db0001000078"),
        ('cmsgpack.pack(1, "a", nil, {})', "01a161c090"),
        ("cmsgpack.pack(nil, nil)", "c0c0"),
    ],
)
def test_pack_values(expression: str, expected: str, flavor: str) -> None:
    """Strings by length, constants, and nil for what cannot be packed."""
    assert hex_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cmsgpack.pack({})", "90"),
        ("cmsgpack.pack({1, 2, 3})", "93010203"),
        ("cmsgpack.pack({a = 1})", "81a16101"),
        ("cmsgpack.pack({[0] = 1})", "810001"),
        ("cmsgpack.pack({[2] = 1})", "810201"),
        ("cmsgpack.pack({1, nil, 3})", "8201010303"),
        ("cmsgpack.pack({[1.5] = 1})", "81ca3fc0000001"),
        ("cmsgpack.pack({[2^31] = 1})", "81ce8000000001"),
        ("cmsgpack.pack({[true] = {}})", "81c390"),
        ("cmsgpack.pack({[{}] = 1})", "819001"),
        ("cmsgpack.pack(setmetatable({1, nil, 3}, {__index = function() return 9 end}))", "8201010303"),
        (
            "local t = {} for i = 1, 16 do t[i] = i end return cmsgpack.pack(t)",
            "dc00100102030405060708090a0b0c0d0e0f10",
        ),
        ("local t = {} for i = 1, 70000 do t[i] = 1 end return cmsgpack.pack(t):sub(1, 6)", "dd0001117001"),
        ("local t = {} for i = 2, 17 do t[i] = i end return cmsgpack.pack(t):sub(1, 4)", "de001002"),
        ("local t = {} for i = 2, 70000 do t[i] = 1 end return cmsgpack.pack(t):sub(1, 6)", "df0001116f02"),
    ],
)
def test_pack_tables(expression: str, expected: str, flavor: str) -> None:
    """An array has the keys 1 to n and no others; everything else is a map."""
    assert hex_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("local t = {} for i = 1, 20 do t = {t} end return cmsgpack.pack(t)", "91919191919191919191919191919191c0"),
        (
            "local t = {} for i = 1, 20 do t = {x = t} end return cmsgpack.pack(t)",
            "81a17881a17881a17881a17881a17881a17881a17881a17881a17881a17881a17881a17881a17881a17881a17881a178c0",
        ),
        ("local t = {} for i = 1, 15 do t = {t} end return cmsgpack.pack(t)", "91919191919191919191919191919190"),
        ("local t = {} t[1] = t return cmsgpack.pack(t)", "91919191919191919191919191919191c0"),
    ],
)
def test_pack_depth(expression: str, expected: str, flavor: str) -> None:
    """Tables nested 16 deep are packed, deeper ones are nil, so that circles end."""
    assert hex_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r'cmsgpack.unpack("\0")', [b"0"]),
        (r'cmsgpack.unpack("\127")', [b"127"]),
        (r'cmsgpack.unpack("\224")', [b"-32"]),
        (r'cmsgpack.unpack("\255")', [b"-1"]),
        (r'cmsgpack.unpack("\204\255")', [b"255"]),
        (r'cmsgpack.unpack("\205\1\2")', [b"258"]),
        (r'cmsgpack.unpack("\206\255\255\255\255")', [b"4294967295"]),
        (r'cmsgpack.unpack("\207\0\0\0\1\0\0\0\1")', [b"4294967297"]),
        (r'cmsgpack.unpack("\207\255\255\255\255\255\255\255\255")', [b"-1"]),
        (r'cmsgpack.unpack("\208\128")', [b"-128"]),
        (r'cmsgpack.unpack("\209\128\0")', [b"-32768"]),
        (r'cmsgpack.unpack("\210\128\0\0\0")', [b"-2147483648"]),
        (r'cmsgpack.unpack("\211\128\0\0\0\0\0\0\0")', [b"-9.2233720368547758e+18"]),
        (r'cmsgpack.unpack("\202\63\128\0\0")', [b"1"]),
        (r'cmsgpack.unpack("\202\127\192\0\0")', [b"nan"]),
        (r'cmsgpack.unpack("\203\63\185\153\153\153\153\153\154")', [b"0.10000000000000001"]),
        (r'cmsgpack.unpack("\160")', [b""]),
        (r'cmsgpack.unpack("\163abc")', [b"abc"]),
        (r'cmsgpack.unpack("\217\3abc")', [b"abc"]),
        (r'cmsgpack.unpack("\218\0\3abc")', [b"abc"]),
        (r'cmsgpack.unpack("\219\0\0\0\3abc")', [b"abc"]),
        (r'cmsgpack.unpack("\1\2\161a")', [b"1", b"2", b"a"]),
    ],
)
def test_unpack(expression: str, expected: list[bytes], flavor: str) -> None:
    """Every type; 64-bit integers are signed whatever they say."""
    assert numbers_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r'tostring(cmsgpack.unpack("\192"))', b"nil"),
        (r'tostring(cmsgpack.unpack("\194"))', b"false"),
        (r'tostring(cmsgpack.unpack("\195"))', b"true"),
        (r'cjson.encode(cmsgpack.unpack("\147\1\2\3"))', b"[1,2,3]"),
        (r'cjson.encode(cmsgpack.unpack("\220\0\1\7"))', b"[7]"),
        (r'cjson.encode(cmsgpack.unpack("\221\0\0\0\1\7"))', b"[7]"),
        (r'cjson.encode(cmsgpack.unpack("\129\161a\1"))', b'{"a":1}'),
        (r'cjson.encode(cmsgpack.unpack("\222\0\1\1\2"))', b"[2]"),
        (r'cjson.encode(cmsgpack.unpack("\223\0\0\0\1\1\2"))', b"[2]"),
        (r'cjson.encode(cmsgpack.unpack("\147\1\192\3"))', b"[1,null,3]"),
        (r'cjson.encode(cmsgpack.unpack("\144"))', b"{}"),
    ],
)
def test_unpack_to_others(expression: str, expected: bytes, flavor: str) -> None:
    """Constants and tables."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('{cmsgpack.unpack_one("abc")}', [1, 97]),
        ('{cmsgpack.unpack_one("abc", 1)}', [2, 98]),
        ('{cmsgpack.unpack_one("abc", 2, 9)}', [-1, 99]),
        ('{cmsgpack.unpack_one("abc", "1")}', [2, 98]),
        ('{cmsgpack.unpack_one("")}', [-1]),
        ('{cmsgpack.unpack_limit("abc", 2)}', [2, 97, 98]),
        ('{cmsgpack.unpack_limit("abc", 5)}', [-1, 97, 98, 99]),
        ('{cmsgpack.unpack_limit("abc", 5, 2)}', [-1, 99]),
        ('{cmsgpack.unpack_limit("abc", 5, 3)}', [-1]),
        ('{cmsgpack.unpack_limit("abc", 0)}', [97, 98, 99]),
        ('{cmsgpack.unpack_limit("abc", 0, 1)}', [1]),
        ('{cmsgpack.unpack_limit("abc", 1.9)}', [1, 97]),
        ('{cmsgpack.unpack("abc", 1, 2)}', [97, 98, 99]),
        ('select("#", cmsgpack.unpack(""))', 0),
        ('select("#", cmsgpack.unpack(("a"):rep(7999)))', 7999),
    ],
)
def test_unpack_some(expression: str, expected: object, flavor: str) -> None:
    """unpack_one and unpack_limit give the next offset first, -1 at the end."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cmsgpack.pack()", b"user_script:1: bad argument #0 to 'pack' (MessagePack pack needs input.)"),
        ("cmsgpack.unpack()", b"user_script:1: bad argument #1 to 'unpack' (string expected, got no value)"),
        ("cmsgpack.unpack(nil)", b"user_script:1: bad argument #1 to 'unpack' (string expected, got nil)"),
        ("cmsgpack.unpack({})", b"user_script:1: bad argument #1 to 'unpack' (string expected, got table)"),
        (r'cmsgpack.unpack("\193")', b"user_script:1: Bad data format in input."),
        (r'cmsgpack.unpack("\196\1a")', b"user_script:1: Bad data format in input."),
        (r'cmsgpack.unpack("\212\1a")', b"user_script:1: Bad data format in input."),
        (r'cmsgpack.unpack("\147\1")', b"user_script:1: Missing bytes in input."),
        (r'cmsgpack.unpack("\207\1\2\3\4\5")', b"user_script:1: Missing bytes in input."),
        (r'cmsgpack.unpack("\163ab")', b"user_script:1: Missing bytes in input."),
        (r'cmsgpack.unpack("\1\217")', b"user_script:1: Missing bytes in input."),
        (r'cmsgpack.unpack("\129\192\1")', b"table index is nil"),
        (r'cmsgpack.unpack("\129\203\127\248\0\0\0\0\0\0\1")', b"table index is NaN"),
        (
            'cmsgpack.unpack(("a"):rep(8000))',
            b"user_script:1: stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)",
        ),
        (
            r'cmsgpack.unpack(("\145"):rep(4000) .. "a")',
            b"user_script:1: stack overflow (in function mp_decode_to_lua_array)",
        ),
        (
            r'cmsgpack.unpack(("\129a"):rep(4000) .. "a")',
            b"user_script:1: stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)",
        ),
        (
            'cmsgpack.unpack_one("a", "x")',
            b"user_script:1: bad argument #2 to 'unpack_one' (number expected, got string)",
        ),
        (
            'cmsgpack.unpack_one(nil, "x")',
            b"user_script:1: bad argument #2 to 'unpack_one' (number expected, got string)",
        ),
        (
            'cmsgpack.unpack_limit("a")',
            b"user_script:1: bad argument #2 to 'unpack_limit' (number expected, got no value)",
        ),
        (
            'cmsgpack.unpack_limit("a", nil)',
            b"user_script:1: bad argument #2 to 'unpack_limit' (number expected, got nil)",
        ),
        (
            'cmsgpack.unpack_limit("a", 1, {})',
            b"user_script:1: bad argument #3 to 'unpack_limit' (number expected, got table)",
        ),
        (
            'cmsgpack.unpack_limit("abc", -1)',
            b"user_script:1: Invalid request to unpack with offset of 0 and limit of 3.",
        ),
        (
            'cmsgpack.unpack_limit("abc", 1, -1)',
            b"user_script:1: Invalid request to unpack with offset of -1 and limit of 3.",
        ),
        ('cmsgpack.unpack_limit("abc", 1, 4)', b"user_script:1: Start offset 4 greater than input length 3."),
        ('cmsgpack.unpack_limit("abc", 1, 2^32 + 5)', b"user_script:1: Start offset 5 greater than input length 3."),
        ('cmsgpack.unpack_limit(("a"):rep(8000), 7999)', b"user_script:1: stack overflow (in function mp_unpack_full)"),
        (
            "local u = cmsgpack.unpack return u()",
            b"user_script:1: bad argument #1 to 'u' (string expected, got no value)",
        ),
        (
            "local t = {u = cmsgpack.unpack} return t:u()",
            b"user_script:1: calling 'u' on bad self (string expected, got table)",
        ),
    ],
)
def test_errors(expression: str, expected: bytes, flavor: str) -> None:
    """What the functions refuse."""
    assert error_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cmsgpack._NAME", b"cmsgpack"),
        ("cmsgpack._VERSION", b"lua-cmsgpack 0.4.0"),
        ("cmsgpack._DESCRIPTION", b"MessagePack C implementation for Lua"),
    ],
)
def test_metadata(expression: str, expected: bytes, flavor: str) -> None:
    """The library tells its name and version."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize(
    ("flavor", "holder"),
    [("redis-7.0", "Salvatore Sanfilippo"), ("redis-8", "Salvatore Sanfilippo"), ("valkey-9", "Redis Ltd.")],
)
def test_copyright(flavor: str, holder: str) -> None:
    """Valkey names another holder of the copyright."""
    assert value_of("cmsgpack._COPYRIGHT", flavor) == b"Copyright (C) 2012, " + holder.encode()


def test_order_of_the_library() -> None:
    """Redis makes the table such that it is traversed in this order."""
    names = "local r = {} for name in pairs(cmsgpack) do r[#r + 1] = name end return r"
    expected = "_DESCRIPTION pack _NAME unpack _COPYRIGHT _VERSION unpack_one unpack_limit"
    assert value_of(names) == expected.encode().split()
