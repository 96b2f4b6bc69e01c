"""What of a line an error message speaks of."""

from __future__ import annotations

import pytest

from ldbpy.script.pinpoint import pinpoint

GLOBAL = "Script attempted to access nonexistent global variable 'x'"


def _pointed(code: str, message: str, **given: list[bytes]) -> str | None:
    """The part of the last line that is pointed at, and the hint if there is one."""
    lines = code.encode().split(b"\n")
    spot = pinpoint(code.encode(), len(lines), message, given=given)
    if spot is None:
        return None
    part = lines[-1][spot.column - 1 : spot.column - 1 + spot.width].decode()
    return part + (f" | {spot.hint}" if spot.hint else "")


@pytest.mark.parametrize(
    ("code", "message", "part"),
    [
        ("f()", "attempt to call global 'f' (a nil value)", "f"),
        ("local t = {}\nt.a.b()", "attempt to call field 'b' (a nil value)", "t.a.b"),
        ("s:foo()", "attempt to call method 'foo' (a nil value)", "foo"),
        ("f(g(), h())", "attempt to call global 'h' (a nil value)", "h"),
        ("return t.x.y", "attempt to index field 'x' (a nil value)", "t.x"),
        ("return t[1][2]", "attempt to index field '?' (a nil value)", "t[1]"),
        ("return t.x:m()", "attempt to index field 'x' (a nil value)", "t.x"),
        ("t.x = 1", "attempt to index global 't' (a nil value)", "t"),
        ("return 1 + a * b", "attempt to perform arithmetic on global 'b' (a nil value)", "b"),
        ("return 1 + nil", "attempt to perform arithmetic on a nil value", "nil"),
        ("return -x", "attempt to perform arithmetic on global 'x' (a nil value)", "x"),
        ("return 'a' .. t", "attempt to concatenate global 't' (a table value)", "t"),
        ("return 'a' .. f() .. 'b'", "attempt to concatenate a nil value", "f()"),
        ("return #n", "attempt to get length of local 'n' (a number value)", "n"),
        ("return a < 1", "attempt to compare nil with number", "a"),
        ("return 1 < a", "attempt to compare number with nil", "a"),
        ("return 1 > a", "attempt to compare nil with number", "a"),
        ("return a >= 1", "attempt to compare number with nil", "a"),
        ("return {} < {}", "attempt to compare two table values", "{}"),
        ("x(string.rep('a', {}))", "bad argument #2 to 'rep' (number expected, got table)", "{}"),
        ("return tonumber()", "bad argument #1 to 'tonumber' (value expected)", "tonumber()"),
        ("return ('x'):rep({})", "bad argument #1 to 'rep' (number expected, got table)", "{}"),
        ("return x + y", GLOBAL, "x"),
        ("KEYS.a = 1", "Attempt to modify a readonly table", "KEYS.a"),
        ("function redis.f() end", "Attempt to modify a readonly table", "redis.f"),
        ("redis.call('SET', 'a', nil)", "Lua redis lib command arguments must be strings or integers", "nil"),
        ("redis.call('SET', {}, 1)", "Lua redis lib command arguments must be strings or integers", "{}"),
        (
            "redis.call('SET', k, v)",
            "Lua redis lib command arguments must be strings or integers",
            "redis.call('SET', k, v)",
        ),
        ("redis.call('GET', k)", "WRONGTYPE Operation against a key", "redis.call('GET', k)"),
        ("error('boom')", "boom", "error('boom')"),
        ("assert(x, 'boom')", "boom", "assert(x, 'boom')"),
        (
            "redis.call('SET', a, 1) redis.call('GET', b)",
            "GET touches the key 'b', which is not in KEYS",
            "redis.call('GET', b)",
        ),
        ("redis.call(cmd, b)", "GET touches the key 'b', which is not in KEYS", "redis.call(cmd, b)"),
        ("redis.call('A') redis.call('B')", "ERR something", None),
        ("local x = 1", "attempt to call global 'f' (a nil value)", None),
        ("", "anything", None),
    ],
)
def test_part(code: str, message: str, part: str | None) -> None:
    """The expression the message means, nothing where none fits."""
    assert _pointed(code, message) == part


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        (
            "return ARGV[2] + 1",
            "attempt to perform arithmetic on field '?' (a nil value)",
            "ARGV[2] | nil: ARGV has no element 2",
        ),
        ("return ARGV[1] + 1", "attempt to perform arithmetic on field '?' (a nil value)", "ARGV[1]"),
        (
            "return 'a' .. KEYS[1]",
            "attempt to concatenate field '?' (a nil value)",
            "KEYS[1] | nil: KEYS has no element 1",
        ),
        (
            "redis.call('SET', 'a', ARGV[3])",
            "Lua redis lib command arguments must be strings or integers",
            "ARGV[3] | nil: ARGV has no element 3",
        ),
        (
            "return tonumber(ARGV[0]) < 1",
            "attempt to compare nil with number",
            "tonumber(ARGV[0]) | nil: ARGV has no element 0",
        ),
    ],
)
def test_missing_element(code: str, message: str, told: str) -> None:
    """A nil that comes from what was not given is explained."""
    assert _pointed(code, message, ARGV=[b"5"], KEYS=[]) == told


def test_columns_are_bytes() -> None:
    """Whatever stands before it on the line."""
    spot = pinpoint("local é = '日' .. nil".encode(), 1, "attempt to concatenate a nil value", given={})
    assert spot is not None
    assert (spot.column, spot.width) == (len("local é = '日' .. ".encode()) + 1, 3)


def test_expression_over_lines() -> None:
    """What began on another line is not pointed at; what ends on another line is, to the end of its first."""
    code = b"return t\n  .x\n  .y"
    assert pinpoint(code, 3, "attempt to index field 'x' (a nil value)", given={}) is None
    spot = pinpoint(b"redis.call('SET',\n  'a', {})", 1, "ERR x", given={})
    assert spot is not None
    assert (spot.column, spot.width) == (1, len(b"redis.call('SET',"))


def test_syntax_error() -> None:
    """The token, with what its author may have meant."""
    spot = pinpoint(b"if x = 1 then end", 1, "'then' expected near '='", compiling=True, given={})
    assert spot is not None
    assert (spot.column, spot.width, spot.hint) == (6, 1, "Lua compares with ==")
    assert pinpoint(b"return 1", 1, "anything", compiling=True, given={}) is None


@pytest.mark.parametrize("line", [0, 2, 99])
def test_line_that_is_not_there(line: int) -> None:
    """A line a server tells may be none of the script's: nothing is pointed at, and nothing breaks."""
    assert pinpoint(b"error('x')", line, "x", given={}) is None
