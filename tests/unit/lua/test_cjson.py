"""The cjson library: results and errors were taken from the servers."""

from __future__ import annotations

import pytest

from tests.unit.lua.evaluate import SERVERS, error_of, value_of


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cjson.encode(1)", b"1"),
        ("cjson.encode(-0.0)", b"-0"),
        ("cjson.encode(0.1)", b"0.1"),
        ("cjson.encode(1/3)", b"0.33333333333333"),
        ("cjson.encode(2^53)", b"9.007199254741e+15"),
        ("cjson.encode(1e14)", b"1e+14"),
        ("cjson.encode(12345678901234)", b"12345678901234"),
        ("cjson.encode(1e15)", b"1e+15"),
        ("cjson.encode(1e-5)", b"1e-05"),
        ("cjson.encode(1e100)", b"1e+100"),
        ("cjson.encode(-2^31)", b"-2147483648"),
        ("cjson.encode(true)", b"true"),
        ("cjson.encode(false)", b"false"),
        ("cjson.encode(nil)", b"null"),
        ("cjson.encode(cjson.null)", b"null"),
        ('cjson.encode("abc")', b'"abc"'),
        (r'cjson.encode("\0\1\31\127")', b'"\\u0000\\u0001\\u001f\\u007f"'),
        (r'cjson.encode("\b\t\n\f\r")', b'"\\b\\t\\n\\f\\r"'),
        (r'cjson.encode("\"\\/")', b'"\\"\\\\\\/"'),
        (r'cjson.encode("\195\169\255")', b'"\xc3\xa9\xff"'),
        ('cjson.encode(("ab/"):rep(2))', b'"ab\\/ab\\/"'),
        ('#cjson.encode(("x"):rep(70000))', 70002),
    ],
)
def test_encode_scalars(expression: str, expected: object, flavor: str) -> None:
    """Numbers have 14 digits; the slash and DEL are escaped, bytes beyond ASCII are not."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cjson.encode({})", b"{}"),
        ("cjson.encode({1, 2, 3})", b"[1,2,3]"),
        ("cjson.encode({1, nil, 3})", b"[1,null,3]"),
        ("cjson.encode({nil, nil, 3})", b"[null,null,3]"),
        ("cjson.encode({[3] = 1})", b"[null,null,1]"),
        ("cjson.encode({[1.5] = 1})", b'{"1.5":1}'),
        ("cjson.encode({[0] = 1})", b'{"0":1}'),
        ("cjson.encode({[-1] = 1})", b'{"-1":1}'),
        ("cjson.encode({[2^40] = 1})", b'{"1099511627776":1}'),
        ("cjson.encode({[2^31] = 1, [1] = 2})", b"[2]"),
        ("cjson.encode({[2^53] = 1, [3] = 2, [5] = 5})", b"[null,null,2,null,5]"),
        ("cjson.encode({a = {b = {}}})", b'{"a":{"b":{}}}'),
        (r'cjson.encode({["a/\n"] = 1})', b'{"a\\/\\n":1}'),
        ("cjson.encode({{}, {{}}})", b"[{},[{}]]"),
        ("cjson.encode(setmetatable({1, nil, 3}, {__index = function() return 7 end}))", b"[1,null,3]"),
        ("cjson.encode(setmetatable({}, {__len = function() return 9 end}))", b"{}"),
        ("cjson.encode({[10] = 1})", b"[null,null,null,null,null,null,null,null,null,1]"),
        ("cjson.encode(KEYS)", b"{}"),
    ],
)
def test_encode_tables(expression: str, expected: bytes, flavor: str) -> None:
    """An array has positive integer keys only; holes are null; metatables do not matter."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cjson.encode()", b"user_script:1: bad argument #1 to 'encode' (expected 1 argument)"),
        ("cjson.encode(1, 2)", b"user_script:1: bad argument #1 to 'encode' (expected 1 argument)"),
        ("cjson.encode(string.len)", b"user_script:1: Cannot serialise function: type not supported"),
        ("cjson.encode({f = string.len})", b"user_script:1: Cannot serialise function: type not supported"),
        (
            "cjson.encode(coroutine.create(function() end))",
            b"user_script:1: Cannot serialise thread: type not supported",
        ),
        ("cjson.encode(redis)", b"user_script:1: Cannot serialise function: type not supported"),
        ("cjson.encode(1/0)", b"user_script:1: Cannot serialise number: must not be NaN or Inf"),
        ("cjson.encode(0/0)", b"user_script:1: Cannot serialise number: must not be NaN or Inf"),
        ("cjson.encode({[1/0] = 1})", b"user_script:1: Cannot serialise number: must not be NaN or Inf"),
        (
            "cjson.encode({[true] = 1})",
            b"user_script:1: Cannot serialise boolean: table key must be a number or string",
        ),
        (
            "cjson.encode({[cjson.null] = 1})",
            b"user_script:1: Cannot serialise userdata: table key must be a number or string",
        ),
        ("cjson.encode({[{}] = 1})", b"user_script:1: Cannot serialise table: table key must be a number or string"),
        ("cjson.encode({1, [11] = 1, [100] = 2})", b"user_script:1: Cannot serialise table: excessively sparse array"),
        ("cjson.encode({[11] = 1})", b"user_script:1: Cannot serialise table: excessively sparse array"),
        ("local t = {} t.t = t return cjson.encode(t)", b"user_script:1: Cannot serialise, excessive nesting (1001)"),
        (
            "local t = {} for i = 1, 1000 do t = {t} end return cjson.encode(t)",
            b"user_script:1: Cannot serialise, excessive nesting (1001)",
        ),
        ("local e = cjson.encode return e()", b"user_script:1: bad argument #1 to 'e' (expected 1 argument)"),
        ("local t = {e = cjson.encode} return t:e(1)", b"user_script:1: calling 'e' on bad self (expected 1 argument)"),
    ],
)
def test_encode_errors(expression: str, expected: bytes, flavor: str) -> None:
    """What cannot be encoded."""
    assert error_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("tostring(cjson.decode('1'))", b"1"),
        ("tostring(cjson.decode('-0'))", b"-0"),
        ("tostring(cjson.decode('1.5'))", b"1.5"),
        ("tostring(cjson.decode('1e5'))", b"100000"),
        ("tostring(cjson.decode('1E+2'))", b"100"),
        ("tostring(cjson.decode('true'))", b"true"),
        ("tostring(cjson.decode('false'))", b"false"),
        ("tostring(cjson.decode('null'))", b"userdata: (nil)"),
        ("tostring(cjson.decode('\"abc\"'))", b"abc"),
        ("tostring(cjson.decode('\"\"'))", b""),
        ("tostring(cjson.decode('\"a/b\"'))", b"a/b"),
        (r"tostring(cjson.decode(' \t\r\n1 '))", b"1"),
        ("cjson.decode(12)", 12),
        ('cjson.decode("[1, 2]")[2]', 2),
        ('#cjson.decode("[]")', 0),
        ('cjson.decode(\'{"a": {"b": [1, "x"]}}\').a.b[2]', b"x"),
        ('cjson.decode(\'{"a": 1, "a": 2}\').a', 2),
        ('tostring(cjson.decode("[null]")[1] == cjson.null)', b"true"),
        (r'cjson.decode("[7]\0junk")[1]', 7),
        ('tostring(next(cjson.decode("{}")))', b"nil"),
        ("#cjson.decode('\"' .. (\"x\"):rep(70000) .. '\"')", 70000),
    ],
)
def test_decode_values(expression: str, expected: object, flavor: str) -> None:
    """Every kind of value, with white space around it."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("tostring(cjson.decode('+1'))", b"1"),
        ("tostring(cjson.decode('007'))", b"7"),
        ("tostring(cjson.decode('1.'))", b"1"),
        ("tostring(cjson.decode('-.5'))", b"-0.5"),
        ("tostring(cjson.decode('0x10'))", b"16"),
        ("tostring(cjson.decode('-0X1f'))", b"-31"),
        ("tostring(cjson.decode('0x1.8p3'))", b"12"),
        ("tostring(cjson.decode('0x.8'))", b"0.5"),
        ("tostring(cjson.decode('nan'))", b"nan"),
        ("tostring(cjson.decode('-NaN'))", b"-nan"),
        ("tostring(cjson.decode('nan(12)'))", b"nan"),
        ("tostring(cjson.decode('inf'))", b"inf"),
        ("tostring(cjson.decode('-Infinity'))", b"-inf"),
        ("tostring(cjson.decode('1e999'))", b"inf"),
        ("tostring(cjson.decode('-1e999'))", b"-inf"),
        ("tostring(cjson.decode('1e-999'))", b"0"),
        ("tostring(cjson.decode('123456789012345678901234567890'))", b"1.2345678901235e+29"),
        ('("%.17g"):format(cjson.decode("0.1"))', b"0.10000000000000001"),
        ('("%.17g"):format(cjson.decode("5e-324"))', b"4.9406564584124654e-324"),
    ],
)
def test_decode_numbers(expression: str, expected: bytes, flavor: str) -> None:
    """Numbers are what strtod reads, by default also hexadecimal ones, nan and inf."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r"""cjson.decode('"\\b\\f\\n\\r\\t\\"\\\\\\/"')""", b'\x08\x0c\n\r\t"\\/'),
        (r"""cjson.decode('"\\u0041\\u00e9\\u20ac"')""", b"A\xc3\xa9\xe2\x82\xac"),
        (r"""cjson.decode('"\\ud83d\\ude00"')""", b"\xf0\x9f\x98\x80"),
        (r"""cjson.decode('"\\uD83D\\uDE00x"')""", b"\xf0\x9f\x98\x80x"),
        (
            r"""cjson.decode('"\\u0000\\u007f\\u0080\\u07ff\\u0800\\uffff"')""",
            b"\x00\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf",
        ),
        ("cjson.decode('\"a\x01b\x7f\"')", b"a\x01b\x7f"),
    ],
)
def test_decode_strings(expression: str, expected: bytes, flavor: str) -> None:
    """Escapes become bytes; surrogate pairs become one character; control characters are let through."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cjson.decode('')", b"user_script:1: Expected value but found T_END at character 1"),
        ("cjson.decode(' ')", b"user_script:1: Expected value but found T_END at character 2"),
        (r"cjson.decode('\0')", b"user_script:1: Expected value but found T_END at character 1"),
        (r"cjson.decode('\0\0')", b"user_script:1: JSON parser does not support UTF-16 or UTF-32"),
        (r"cjson.decode('1\0')", b"user_script:1: JSON parser does not support UTF-16 or UTF-32"),
        ("cjson.decode('[')", b"user_script:1: Expected value but found T_END at character 2"),
        ("cjson.decode('{')", b"user_script:1: Expected object key string but found T_END at character 2"),
        ("cjson.decode('[1')", b"user_script:1: Expected comma or array end but found T_END at character 3"),
        ("cjson.decode('[1,]')", b"user_script:1: Expected value but found T_ARR_END at character 4"),
        ("cjson.decode('[1 2]')", b"user_script:1: Expected comma or array end but found T_NUMBER at character 4"),
        ("cjson.decode('[1}')", b"user_script:1: Expected comma or array end but found T_OBJ_END at character 3"),
        ("cjson.decode(']')", b"user_script:1: Expected value but found T_ARR_END at character 1"),
        ("cjson.decode('{\"a\"')", b"user_script:1: Expected colon but found T_END at character 5"),
        ("cjson.decode('{\"a\" 1}')", b"user_script:1: Expected colon but found T_NUMBER at character 6"),
        ("cjson.decode('{\"a\":}')", b"user_script:1: Expected value but found T_OBJ_END at character 6"),
        ("cjson.decode('{\"a\":1,}')", b"user_script:1: Expected object key string but found T_OBJ_END at character 8"),
        (
            "cjson.decode('{\"a\":1 2}')",
            b"user_script:1: Expected comma or object end but found T_NUMBER at character 8",
        ),
        (
            "cjson.decode('{\"a\":1]')",
            b"user_script:1: Expected comma or object end but found T_ARR_END at character 7",
        ),
        ("cjson.decode('{1:2}')", b"user_script:1: Expected object key string but found T_NUMBER at character 2"),
        ("cjson.decode('{bad}')", b"user_script:1: Expected object key string but found invalid token at character 2"),
        ("cjson.decode('1 2')", b"user_script:1: Expected the end but found T_NUMBER at character 3"),
        ("cjson.decode('1x')", b"user_script:1: Expected the end but found invalid token at character 2"),
        ("cjson.decode('0x')", b"user_script:1: Expected the end but found invalid token at character 2"),
        ("cjson.decode('1e')", b"user_script:1: Expected the end but found invalid token at character 2"),
        ("cjson.decode('nan(1')", b"user_script:1: Expected the end but found invalid token at character 4"),
        ("cjson.decode('-')", b"user_script:1: Expected value but found invalid number at character 1"),
        ("cjson.decode('-a')", b"user_script:1: Expected value but found invalid number at character 1"),
        ("cjson.decode('+')", b"user_script:1: Expected value but found invalid number at character 1"),
        ("cjson.decode('tru')", b"user_script:1: Expected value but found invalid token at character 1"),
        ("cjson.decode('nul')", b"user_script:1: Expected value but found invalid token at character 1"),
        ("cjson.decode('True')", b"user_script:1: Expected value but found invalid token at character 1"),
        ("cjson.decode('none')", b"user_script:1: Expected value but found invalid token at character 1"),
        ("cjson.decode('infinit')", b"user_script:1: Expected the end but found invalid token at character 4"),
        ("cjson.decode('ÿ')", b"user_script:1: Expected value but found invalid token at character 1"),
        ("cjson.decode('\"abc')", b"user_script:1: Expected value but found unexpected end of string at character 5"),
        (
            r"""cjson.decode('"a\0b"')""",
            b"user_script:1: Expected value but found unexpected end of string at character 3",
        ),
        (r"""cjson.decode('"abc\\')""", b"user_script:1: Expected value but found invalid escape code at character 5"),
        (r"""cjson.decode('"\\q"')""", b"user_script:1: Expected value but found invalid escape code at character 2"),
        (
            r"""cjson.decode('"\\u12g4"')""",
            b"user_script:1: Expected value but found invalid unicode escape code at character 2",
        ),
        (
            r"""cjson.decode('"\\u12"')""",
            b"user_script:1: Expected value but found invalid unicode escape code at character 2",
        ),
        (
            r"""cjson.decode('"x\\ud800"')""",
            b"user_script:1: Expected value but found invalid unicode escape code at character 3",
        ),
        (
            r"""cjson.decode('"x\\udc00"')""",
            b"user_script:1: Expected value but found invalid unicode escape code at character 3",
        ),
        (
            r"""cjson.decode('"x\\ud800\\u0041"')""",
            b"user_script:1: Expected value but found invalid unicode escape code at character 3",
        ),
        (
            r"""cjson.decode('"x\\ud800\\n"')""",
            b"user_script:1: Expected value but found invalid unicode escape code at character 3",
        ),
        (
            "cjson.decode('[1,\n\"\\\\x\"]')",
            b"Error compiling script (new function): user_script:1: unfinished string near ''[1,'",
        ),
        (
            'cjson.decode(\'"a" "b\')',
            b"user_script:1: Expected the end but found unexpected end of string at character 7",
        ),
        (
            r"""cjson.decode('[1,2]"\\x"')""",
            b"user_script:1: Expected the end but found invalid escape code at character 7",
        ),
        ("cjson.decode()", b"user_script:1: bad argument #1 to 'decode' (expected 1 argument)"),
        ("cjson.decode(nil)", b"user_script:1: bad argument #1 to 'decode' (string expected, got nil)"),
        ("cjson.decode({})", b"user_script:1: bad argument #1 to 'decode' (string expected, got table)"),
        ("cjson.decode(true)", b"user_script:1: bad argument #1 to 'decode' (string expected, got boolean)"),
        ('cjson.decode("1", 2)', b"user_script:1: bad argument #1 to 'decode' (expected 1 argument)"),
        (
            'cjson.decode(("["):rep(1001))',
            b"user_script:1: Found too many nested data structures (1001) at character 1001",
        ),
        (
            "cjson.decode(('{\"a\": '):rep(1001))",
            b"user_script:1: Found too many nested data structures (1001) at character 6001",
        ),
        ('local d = cjson.decode return d("[")', b"user_script:1: Expected value but found T_END at character 2"),
        (
            "local t = {d = cjson.decode} return t:d()",
            b"user_script:1: calling 'd' on bad self (string expected, got table)",
        ),
    ],
)
def test_decode_errors(expression: str, expected: bytes, flavor: str) -> None:
    """The error tells what was expected, what was found and where."""
    assert error_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('select(2, pcall(cjson.decode, "["))', b"Expected value but found T_END at character 2"),
        ("select(2, pcall(cjson.decode, nil))", b"bad argument #1 to '?' (string expected, got nil)"),
        ("select(2, pcall(cjson.encode, string.len))", b"Cannot serialise function: type not supported"),
        ('select(2, pcall(struct.pack, "y"))', b"bad argument #1 to '?' (invalid format option 'y')"),
        (r'select(2, pcall(cmsgpack.unpack, "\193"))', b"Bad data format in input."),
        ("select(2, pcall(bit.band, 1, {}))", b"bad argument #2 to '?' (number expected, got table)"),
    ],
)
def test_errors_under_pcall(expression: str, expected: bytes, flavor: str) -> None:
    """Called by a C function, an error has no position, and the function no name."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cjson.encode_max_depth()", 1000),
        ("cjson.encode_max_depth(nil)", 1000),
        ("cjson.encode_max_depth(5.9)", 5),
        ('cjson.decode_max_depth("7")', 7),
        ("cjson.encode_number_precision()", 14),
        ("cjson.encode_number_precision(3)", 3),
        ("tostring(cjson.encode_keep_buffer())", b"true"),
        ('tostring(cjson.encode_keep_buffer("off"))', b"false"),
        (r'tostring(cjson.encode_keep_buffer("on\0x"))', b"true"),
        ("tostring(cjson.encode_invalid_numbers())", b"false"),
        ('tostring(cjson.encode_invalid_numbers("on"))', b"true"),
        ('cjson.encode_invalid_numbers("null")', b"null"),
        ("tostring(cjson.decode_invalid_numbers())", b"true"),
        ("tostring(cjson.decode_invalid_numbers(false))", b"false"),
        ("local a, b, c = cjson.encode_sparse_array() return {tostring(a), b, c}", [b"false", 2, 10]),
        ('local a, b, c = cjson.encode_sparse_array("on", 0, 5) return {tostring(a), b, c}', [b"true", 0, 5]),
        ("local a, b, c = cjson.encode_sparse_array(nil, 7) return {tostring(a), b, c}", [b"false", 7, 10]),
    ],
)
def test_settings(expression: str, expected: object, flavor: str) -> None:
    """Each function gives the setting, after changing it if there is an argument."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            "cjson.encode_max_depth(0)",
            b"user_script:1: bad argument #1 to 'encode_max_depth' (expected integer between 1 and 2147483647)",
        ),
        (
            "cjson.encode_max_depth(2^31)",
            b"user_script:1: bad argument #1 to 'encode_max_depth' (expected integer between 1 and 2147483647)",
        ),
        (
            'cjson.encode_max_depth("x")',
            b"user_script:1: bad argument #1 to 'encode_max_depth' (number expected, got string)",
        ),
        (
            "cjson.encode_max_depth(1, 2)",
            b"user_script:1: bad argument #2 to 'encode_max_depth' (found too many arguments)",
        ),
        (
            "cjson.encode_number_precision(15)",
            b"user_script:1: bad argument #1 to 'encode_number_precision' (expected integer between 1 and 14)",
        ),
        (
            'cjson.encode_keep_buffer("x")',
            b"user_script:1: bad argument #1 to 'encode_keep_buffer' (invalid option 'x')",
        ),
        ("cjson.encode_keep_buffer(1)", b"user_script:1: bad argument #1 to 'encode_keep_buffer' (invalid option '1')"),
        (
            "cjson.encode_keep_buffer({})",
            b"user_script:1: bad argument #1 to 'encode_keep_buffer' (string expected, got table)",
        ),
        (
            'cjson.encode_invalid_numbers("x")',
            b"user_script:1: bad argument #1 to 'encode_invalid_numbers' (invalid option 'x')",
        ),
        (
            'cjson.decode_invalid_numbers("null")',
            b"user_script:1: bad argument #1 to 'decode_invalid_numbers' (invalid option 'null')",
        ),
        (
            "cjson.encode_sparse_array(true, -1)",
            b"user_script:1: bad argument #1 to 'encode_sparse_array' (expected integer between 0 and 2147483647)",
        ),
        (
            "cjson.encode_sparse_array(true, 1, {})",
            b"user_script:1: bad argument #3 to 'encode_sparse_array' (number expected, got table)",
        ),
        (
            "cjson.encode_sparse_array(1, 2, 3, 4)",
            b"user_script:1: bad argument #4 to 'encode_sparse_array' (found too many arguments)",
        ),
        (
            'cjson.encode_sparse_array("maybe")',
            b"user_script:1: bad argument #1 to 'encode_sparse_array' (invalid option 'maybe')",
        ),
    ],
)
def test_settings_errors(expression: str, expected: bytes, flavor: str) -> None:
    """What the settings refuse; any number out of range is told to be the first argument."""
    assert error_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cjson.encode_invalid_numbers(true) return cjson.encode({1/0, -1/0, 0/0, -(0/0)})", b"[inf,-inf,nan,nan]"),
        ('cjson.encode_invalid_numbers("null") return cjson.encode({1/0, 0/0})', b"[null,null]"),
        ('cjson.encode_invalid_numbers("null") return cjson.encode({[1/0] = 1})', b'{"null":1}'),
        ("cjson.encode_number_precision(3) return cjson.encode({1/3, 12345, 100})", b"[0.333,1.23e+04,100]"),
        ("cjson.encode_sparse_array(true) return cjson.encode({[100] = 1})", b'{"100":1}'),
        (
            "cjson.encode_sparse_array(false, 0) return cjson.encode({[12] = 1})",
            b"[null,null,null,null,null,null,null,null,null,null,null,1]",
        ),
        (
            "cjson.encode_sparse_array(false, 2, 20) return cjson.encode({[15] = 1})",
            b"[null,null,null,null,null,null,null,null,null,null,null,null,null,null,1]",
        ),
        ("cjson.encode_sparse_array(false, 2147483647, 0) return cjson.encode({1, 2, [5] = 3})", b"[1,2,null,null,3]"),
        ("cjson.encode_max_depth(2) return cjson.encode({{}})", b"[{}]"),
        ('cjson.decode_max_depth(2) return #cjson.decode("[[]]")', 1),
        ('cjson.decode_invalid_numbers(false) return cjson.decode("[0, -1, 1e2, 1., -0]")', [0, -1, 100, 1, 0]),
    ],
)
def test_settings_at_work(expression: str, expected: object, flavor: str) -> None:
    """What the settings do."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            "cjson.encode_max_depth(2) return cjson.encode({{{}}})",
            b"user_script:1: Cannot serialise, excessive nesting (3)",
        ),
        (
            'cjson.decode_max_depth(2) return cjson.decode("[[[]]]")',
            b"user_script:1: Found too many nested data structures (3) at character 3",
        ),
        (
            "cjson.encode_max_depth(9000) local t = {} for i = 1, 9000 do t = {t} end return cjson.encode(t)",
            b"user_script:1: Cannot serialise, excessive nesting (7998)",
        ),
        (
            "cjson.encode_max_depth(9000) local t = {} for i = 1, 9000 do t = {x = t} end return cjson.encode(t)",
            b"user_script:1: Cannot serialise, excessive nesting (4000)",
        ),
        (
            'cjson.decode_max_depth(9000) return cjson.decode(("["):rep(9000))',
            b"user_script:1: Found too many nested data structures (7999) at character 7999",
        ),
        (
            "cjson.decode_max_depth(9000) return cjson.decode(('{\"a\":'):rep(9000))",
            b"user_script:1: Found too many nested data structures (4000) at character 19996",
        ),
        (
            "cjson.encode_sparse_array(false, 1, 0) return cjson.encode({1, 2, [4] = 1})",
            b"user_script:1: Cannot serialise table: excessively sparse array",
        ),
        (
            'cjson.decode_invalid_numbers(false) return cjson.decode("nan")',
            b"user_script:1: Expected value but found invalid token at character 1",
        ),
        (
            'cjson.decode_invalid_numbers(false) return cjson.decode("-nan")',
            b"user_script:1: Expected value but found invalid number at character 1",
        ),
        (
            'cjson.decode_invalid_numbers(false) return cjson.decode("inf")',
            b"user_script:1: Expected value but found invalid token at character 1",
        ),
        (
            'cjson.decode_invalid_numbers(false) return cjson.decode("-inf")',
            b"user_script:1: Expected value but found invalid number at character 1",
        ),
        (
            'cjson.decode_invalid_numbers(false) return cjson.decode("+1")',
            b"user_script:1: Expected value but found invalid token at character 1",
        ),
        (
            'cjson.decode_invalid_numbers(false) return cjson.decode("01")',
            b"user_script:1: Expected value but found invalid number at character 1",
        ),
        (
            'cjson.decode_invalid_numbers(false) return cjson.decode("-01")',
            b"user_script:1: Expected value but found invalid number at character 1",
        ),
        (
            'cjson.decode_invalid_numbers(false) return cjson.decode("0x1")',
            b"user_script:1: Expected value but found invalid number at character 1",
        ),
        (
            'cjson.decode_invalid_numbers(false) return cjson.decode("-0x1")',
            b"user_script:1: Expected value but found invalid number at character 1",
        ),
    ],
)
def test_settings_at_work_refuse(expression: str, expected: bytes, flavor: str) -> None:
    """What the settings make an error."""
    assert error_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("local c = cjson.new() c.encode_max_depth(1) return cjson.encode({{}})", b"[{}]"),
        ("local c = cjson.new() c.x = 1 return c.x", 1),
        ("tostring(cjson.new().null == cjson.null)", b"true"),
        ("cjson.new(1, 2).encode({1})", b"[1]"),
        ("cjson.new().new()._VERSION", b"2.1.0"),
    ],
)
def test_new(expression: str, expected: object, flavor: str) -> None:
    """A new library has settings of its own and can be changed."""
    assert value_of(expression, flavor) == expected


@pytest.mark.parametrize("flavor", SERVERS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cjson._NAME", b"cjson"),
        ("cjson._VERSION", b"2.1.0"),
        ("tostring(cjson.null)", b"userdata: (nil)"),
        ("type(cjson.null)", b"userdata"),
        ("tostring(cjson.decode_array_with_array_mt)", b"nil"),
        ("tostring(cjson.safe)", b"nil"),
    ],
)
def test_metadata(expression: str, expected: bytes, flavor: str) -> None:
    """The library tells its name and version; null is what it is everywhere."""
    assert value_of(expression, flavor) == expected


def test_order_of_the_library() -> None:
    """Redis makes the table such that it is traversed in this order."""
    names = "local r = {} for name in pairs(cjson) do r[#r + 1] = name end return r"
    expected = (
        "_NAME encode decode_max_depth _VERSION decode_invalid_numbers encode_keep_buffer null encode_number_precision "
        "new encode_max_depth encode_invalid_numbers decode encode_sparse_array"
    )
    assert value_of(names) == expected.encode().split()


def test_keys_are_written_in_the_order_of_the_table() -> None:
    """A decoded object is built as on the server, so that it is traversed in the same order (Redis, not Valkey)."""
    document = "{x = 1, y = 2, zebra = 3, name = 'n', list = {}}"
    assert value_of(f"cjson.encode({document})") == b'{"y":2,"x":1,"zebra":3,"list":{},"name":"n"}'


def test_read_only_tables_are_seen() -> None:
    """A library's own table is encoded by its contents, not as the empty table in front of them."""
    assert value_of("cmsgpack.pack(struct):byte()") == 0x83
    assert error_of("cjson.encode(struct)") == b"user_script:1: Cannot serialise function: type not supported"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cjson.encode(cjson.decode('[]'))", b"[]"),
        ("cjson.encode(cjson.decode('{}'))", b"{}"),
        ("cjson.encode(cjson.decode('[[], {}, [1]]'))", b"[[],{},[1]]"),
        ("tostring(getmetatable(cjson.decode('[]')).__is_cjson_array)", b"true"),
        ("cjson.encode(setmetatable({}, {__is_cjson_array = true}))", b"[]"),
        ("cjson.decode_array_with_array_mt(false) return cjson.encode(cjson.decode('[]'))", b"{}"),
        ("tostring(cjson.decode_array_with_array_mt())", b"true"),
    ],
)
def test_arrays_can_be_marked(expression: str, expected: bytes) -> None:
    """Redis 8.6 can mark decoded arrays, so that empty ones stay arrays (redis/redis#14296)."""
    body = expression if " return " in expression else f"return {expression}"
    assert value_of(f"cjson.decode_array_with_array_mt(true) {body}", "redis-8") == expected


def test_the_mark_of_arrays_is_read_only() -> None:
    """Scripts share the metatable that marks arrays, and cannot change it."""
    script = "cjson.decode_array_with_array_mt(true) getmetatable(cjson.decode('[]')).__is_cjson_array = 1 return 1"
    assert error_of(script, "redis-8") == b"user_script:1: Attempt to modify a readonly table"
