"""The cmsgpack library: results and errors were taken from the servers."""

from __future__ import annotations

import pytest

from tests.unit.lua.evaluate import SERVERS, error_of, value_of


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('local r = (cmsgpack.pack(0)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r', b"00"),
        ('local r = (cmsgpack.pack(127)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r', b"7f"),
        (
            'local r = (cmsgpack.pack(128)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cc80",
        ),
        (
            'local r = (cmsgpack.pack(255)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"ccff",
        ),
        (
            'local r = (cmsgpack.pack(256)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cd0100",
        ),
        (
            'local r = (cmsgpack.pack(65535)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cdffff",
        ),
        (
            'local r = (cmsgpack.pack(65536)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"ce00010000",
        ),
        (
            'local r = (cmsgpack.pack(4294967295)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"ceffffffff",
        ),
        (
            'local r = (cmsgpack.pack(4294967296)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cf0000000100000000",
        ),
        (
            'local r = (cmsgpack.pack(2^63)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"ca5f000000",
        ),
        ('local r = (cmsgpack.pack(-1)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r', b"ff"),
        ('local r = (cmsgpack.pack(-32)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r', b"e0"),
        (
            'local r = (cmsgpack.pack(-33)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"d0df",
        ),
        (
            'local r = (cmsgpack.pack(-128)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"d080",
        ),
        (
            'local r = (cmsgpack.pack(-129)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"d1ff7f",
        ),
        (
            'local r = (cmsgpack.pack(-32768)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"d18000",
        ),
        (
            'local r = (cmsgpack.pack(-32769)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"d2ffff7fff",
        ),
        (
            'local r = (cmsgpack.pack(-2147483648)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"d280000000",
        ),
        (
            'local r = (cmsgpack.pack(-2147483649)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"d3ffffffff7fffffff",
        ),
        (
            'local r = (cmsgpack.pack(-2^63)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"d38000000000000000",
        ),
        (
            'local r = (cmsgpack.pack(-2^64)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cadf800000",
        ),
        ('local r = (cmsgpack.pack(-0.0)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r', b"00"),
        (
            'local r = (cmsgpack.pack(0.5)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"ca3f000000",
        ),
        (
            'local r = (cmsgpack.pack(0.1)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cb3fb999999999999a",
        ),
        (
            'local r = (cmsgpack.pack(1e300)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cb7e37e43c8800759c",
        ),
        (
            'local r = (cmsgpack.pack(2^-149)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"ca00000001",
        ),
        (
            'local r = (cmsgpack.pack(2^-150)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cb3690000000000000",
        ),
        (
            'local r = (cmsgpack.pack(1/0)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"ca7f800000",
        ),
        (
            'local r = (cmsgpack.pack(-1/0)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"caff800000",
        ),
        (
            'local r = (cmsgpack.pack(0/0)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cbfff8000000000000",
        ),
        (
            'local r = (cmsgpack.pack(-(0/0))):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cb7ff8000000000000",
        ),
        (
            'local r = (cmsgpack.pack(16777217.5)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"cb4170000018000000",
        ),
    ],
)
def test_pack_numbers(expression: str, expected: bytes, flavor: str) -> None:
    """Integers take the fewest bytes, other numbers a float if it is exact."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('local r = (cmsgpack.pack("")):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r', b"a0"),
        (
            'local r = (cmsgpack.pack("abc")):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"a3616263",
        ),
        (
            r'local r = (cmsgpack.pack("a\0b")):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"a3610062",
        ),
        ('local r = (cmsgpack.pack(true)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r', b"c3"),
        (
            'local r = (cmsgpack.pack(false)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"c2",
        ),
        ('local r = (cmsgpack.pack(nil)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r', b"c0"),
        (
            'local r = (cmsgpack.pack(cjson.null)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"c0",
        ),
        (
            'local r = (cmsgpack.pack(string.len)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"c0",
        ),
        (
            'local r = (cmsgpack.pack(("x"):rep(31)):sub(1, 6)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"bf7878787878",
        ),
        (
            'local r = (cmsgpack.pack(("x"):rep(32)):sub(1, 6)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"d92078787878",
        ),
        (
            'local r = (cmsgpack.pack(("x"):rep(255)):sub(1, 6)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"d9ff78787878",
        ),
        (
            'local r = (cmsgpack.pack(("x"):rep(256)):sub(1, 6)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"da0100787878",
        ),
        (
            'local r = (cmsgpack.pack(("x"):rep(65535)):sub(1, 6)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"daffff787878",
        ),
        (
            'local r = (cmsgpack.pack(("x"):rep(65536)):sub(1, 6)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"db0001000078",
        ),
        (
            'local r = (cmsgpack.pack(1, "a", nil, {})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"01a161c090",
        ),
        (
            'local r = (cmsgpack.pack(nil, nil)):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"c0c0",
        ),
    ],
)
def test_pack_values(expression: str, expected: bytes, flavor: str) -> None:
    """Strings by length, constants, and nil for what cannot be packed."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('local r = (cmsgpack.pack({})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r', b"90"),
        (
            'local r = (cmsgpack.pack({1, 2, 3})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"93010203",
        ),
        (
            'local r = (cmsgpack.pack({a = 1})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"81a16101",
        ),
        (
            'local r = (cmsgpack.pack({[0] = 1})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"810001",
        ),
        (
            'local r = (cmsgpack.pack({[2] = 1})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"810201",
        ),
        (
            'local r = (cmsgpack.pack({1, nil, 3})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"8201010303",
        ),
        (
            'local r = (cmsgpack.pack({[1.5] = 1})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"81ca3fc0000001",
        ),
        (
            'local r = (cmsgpack.pack({[2^31] = 1})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"81ce8000000001",
        ),
        (
            'local r = (cmsgpack.pack({[true] = {}})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"81c390",
        ),
        (
            'local r = (cmsgpack.pack({[{}] = 1})):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"819001",
        ),
        (
            'local r = (cmsgpack.pack(setmetatable({1, nil, 3}, {__index = function() return 9 end}))):gsub(".", function(c) return ("%02x"):format(c:byte()) end) return r',
            b"8201010303",
        ),
        (
            "local t = {} for i = 1, 16 do t[i] = i end return cmsgpack.pack(t)",
            b"\xdc\x00\x10\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10",
        ),
        ("local t = {} for i = 1, 70000 do t[i] = 1 end return cmsgpack.pack(t):sub(1, 6)", b"\xdd\x00\x01\x11p\x01"),
        ("local t = {} for i = 2, 17 do t[i] = i end return cmsgpack.pack(t):sub(1, 4)", b"\xde\x00\x10\x02"),
        ("local t = {} for i = 2, 70000 do t[i] = 1 end return cmsgpack.pack(t):sub(1, 6)", b"\xdf\x00\x01\x11o\x02"),
    ],
)
def test_pack_tables(expression: str, expected: bytes, flavor: str) -> None:
    """An array has the keys 1 to n and no others; everything else is a map."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            "local t = {} for i = 1, 20 do t = {t} end return cmsgpack.pack(t)",
            b"\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\xc0",
        ),
        (
            "local t = {} for i = 1, 20 do t = {x = t} end return cmsgpack.pack(t)",
            b"\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\xc0",
        ),
        (
            "local t = {} for i = 1, 15 do t = {t} end return cmsgpack.pack(t)",
            b"\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x90",
        ),
        (
            "local t = {} t[1] = t return cmsgpack.pack(t)",
            b"\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\xc0",
        ),
    ],
)
def test_pack_depth(expression: str, expected: bytes, flavor: str) -> None:
    """Tables nested 16 deep are packed, deeper ones are nil, so that circles end."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            r'local r = {cmsgpack.unpack("\0")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"0"],
        ),
        (
            r'local r = {cmsgpack.unpack("\127")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"127"],
        ),
        (
            r'local r = {cmsgpack.unpack("\224")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"-32"],
        ),
        (
            r'local r = {cmsgpack.unpack("\255")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"-1"],
        ),
        (
            r'local r = {cmsgpack.unpack("\204\255")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"255"],
        ),
        (
            r'local r = {cmsgpack.unpack("\205\1\2")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"258"],
        ),
        (
            r'local r = {cmsgpack.unpack("\206\255\255\255\255")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"4294967295"],
        ),
        (
            r'local r = {cmsgpack.unpack("\207\0\0\0\1\0\0\0\1")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"4294967297"],
        ),
        (
            r'local r = {cmsgpack.unpack("\207\255\255\255\255\255\255\255\255")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"-1"],
        ),
        (
            r'local r = {cmsgpack.unpack("\208\128")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"-128"],
        ),
        (
            r'local r = {cmsgpack.unpack("\209\128\0")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"-32768"],
        ),
        (
            r'local r = {cmsgpack.unpack("\210\128\0\0\0")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"-2147483648"],
        ),
        (
            r'local r = {cmsgpack.unpack("\211\128\0\0\0\0\0\0\0")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"-9.2233720368547758e+18"],
        ),
        (
            r'local r = {cmsgpack.unpack("\202\63\128\0\0")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"1"],
        ),
        (
            r'local r = {cmsgpack.unpack("\202\127\192\0\0")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"nan"],
        ),
        (
            r'local r = {cmsgpack.unpack("\203\63\185\153\153\153\153\153\154")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"0.10000000000000001"],
        ),
        (
            r'local r = {cmsgpack.unpack("\160")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b""],
        ),
        (
            r'local r = {cmsgpack.unpack("\163abc")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"abc"],
        ),
        (
            r'local r = {cmsgpack.unpack("\217\3abc")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"abc"],
        ),
        (
            r'local r = {cmsgpack.unpack("\218\0\3abc")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"abc"],
        ),
        (
            r'local r = {cmsgpack.unpack("\219\0\0\0\3abc")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"abc"],
        ),
        (
            r'local r = {cmsgpack.unpack("\1\2\161a")} for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end return r',
            [b"1", b"2", b"a"],
        ),
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
def test_unpack(expression: str, expected: object, flavor: str) -> None:
    """Every type; 64-bit integers are signed whatever they say."""
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
