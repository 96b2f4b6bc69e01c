"""Lua at the REPL's prompt."""

from __future__ import annotations

import pytest

from ldbpy.lua.limits import Limits
from tests.unit.repl.sessions import Typed


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1 + 1", "2"),
        ("=1 + 1", "2"),
        ("1, nil, 'a'", '1\nnil\n"a"'),
        ("return 3", "3"),
        ("local x = 1", ""),
        ("{1, {a = {true}}, n = 2}", "{1, {a = {true}}, n = 2}"),
        ("'\\255\\0'", '"\\xff\\x00"'),
        ("'\\27[31m'", '"\\x1b[31m"'),
        ("redis.status_reply('OK')", '{ok = "OK"}'),
        ("cjson.null", "<null>"),
        (".5", "0.5"),
        ("local a = 1\nlocal b = 2\na + b, b", "3\n2"),
        ("local t = {1}\n#t -- how many\n", "1"),
        ("redis.call('SET', 'k', 'v')\nredis.call('GET', 'k')", '"v"'),
        ("local x = 1\n=x", "1"),
        ("-- nothing", ""),
        ("", ""),
    ],
)
def test_what_is_shown(typed: str, shown: str) -> None:
    """Values are shown one below the other; what gives none shows nothing."""
    assert Typed().type(typed) == shown


def test_error_in_one_line() -> None:
    """An error shows the line and what is meant, without a place that is plain."""
    assert Typed().type("local t = {}", "1 + t.x") == (
        "error: attempt to perform arithmetic on field 'x' (a nil value)\n   1 │ 1 + t.x\n     │     ^^^"
    )


def test_error_in_several_lines() -> None:
    """In an input of several lines, the line is told."""
    assert Typed().type("local t\nfor i = 1, 2 do\n  t.x = i\nend").splitlines()[:2] == [
        "error: line 3: attempt to index local 't' (a nil value)",
        "   3 │   t.x = i",
    ]


def test_error_in_the_last_expression() -> None:
    """What fails in the expression that ends an input is shown where it was typed."""
    typed = Typed()
    assert typed.type("local t = {} 1 + t.x").splitlines()[1:] == [
        "   1 │ local t = {} 1 + t.x",
        "     │                  ^^^",
    ]
    assert typed.type("local t = {}\nt.x()") == (
        "error: line 2: attempt to call field 'x' (a nil value)\n   2 │ t.x()\n     │ ^^^"
    )
    assert typed.type("local t = {}\nt.x + * 2") == (
        "error: line 2: unexpected symbol near '*'\n   2 │ t.x + * 2\n     │       ^"
    )


def test_error_in_an_earlier_input() -> None:
    """An error in a function shows the function's line, and which input it came from."""
    assert Typed().type("local function f()\n  error('no')\nend", "f()").splitlines()[:2] == [
        "error: input1, line 2: no",
        "   2 │   error('no')",
    ]


def test_syntax_error() -> None:
    """What is no Lua shows where."""
    assert Typed().type("1 + * 2") == ("error: unexpected symbol near '*'\n   1 │ 1 + * 2\n     │     ^")


def test_syntax_error_is_harmless() -> None:
    """What would act on a terminal is escaped in errors as well."""
    shown = Typed().type(b"x \x1b[2J \xff")
    assert "\x1b" not in shown
    assert shown.startswith("error: '=' expected near 'char(27)'")


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("total = 1", "a script may not make global variables: local total = …"),
        ("KEYS = {'a'}", ".args KEY … , ARG … sets KEYS and ARGV; KEYS[1] = … changes an element"),
        ("print(1)", "servers have no print: an expression shows its value, redis.debug(…) shows one from inside"),
        ("redsi.call('PING')", "did you mean redis?"),
        ("tonumer('1')", "did you mean tonumber?"),
    ],
)
def test_hints(typed: str, hint: str) -> None:
    """What a script may not do comes with what to do instead."""
    assert Typed().type(typed).splitlines()[-1] == f"hint: {hint}"


def test_hint_for_a_name_declared_later() -> None:
    """A function that uses what was declared behind it is told so."""
    shown = Typed().type("local function f() return late end", "local late = 1", "f()")
    assert shown.splitlines()[-1] == (
        "hint: late was declared after what uses it: in a script, too, it has to stand above"
    )


def test_hint_for_memory() -> None:
    """Variables that leave no room can be forgotten."""
    typed = Typed(limits=Limits(memory=8 << 20))
    shown = typed.type("local t = {}", "for i = 1, 1e8 do t[i] = {i} end")
    assert shown.splitlines()[-1] == "hint: what the variables of the session hold counts too: .reset forgets them"
    assert typed.type("1") != "1"
    assert typed.type(".reset", "1") == "1"


def test_long_line_is_cut_around_the_error() -> None:
    """Of a very long line only the part around the error is shown."""
    shown = Typed().type("local x = 1 " + " " * 5000 + "+ * 3")
    assert max(map(len, shown.splitlines())) < 200
    assert "+ * 3" in shown


def test_input_that_is_too_large() -> None:
    """An input of many megabytes is refused at once, with what to do instead."""
    typed = Typed()
    text = b"x" * (5 << 20)
    assert not typed.repl.needs_more(text)
    assert typed.type(text) == "error: an input has up to 4 MiB\nhint: .load FILE runs what is larger"


def test_logs_are_shown_as_they_come() -> None:
    """``redis.log`` and ``redis.debug`` are shown before the value."""
    shown = Typed().type("(function() redis.log(redis.LOG_WARNING, 'a') redis.debug({1}, 'b') return 1 end)()")
    assert shown == 'warning: a\ndebug: {1}, "b"\n1'


def test_well_and_ill() -> None:
    """Whether an input went well is told, and remembered."""
    typed = Typed()
    assert typed.repl.execute(b"1")
    assert not typed.repl.failed
    assert not typed.repl.execute(b"error('no')")
    assert not typed.repl.execute(b".nothing")
    assert typed.repl.execute(b"1")
    assert typed.repl.failed


def test_what_goes_on() -> None:
    """Lua goes on in the next line while it is not complete; commands and Redis never do."""
    typed = Typed()
    assert typed.repl.needs_more(b"for i = 1, 3 do")
    assert not typed.repl.needs_more(b"for i = 1, 3 do end")
    assert not typed.repl.needs_more(b".redis SET a (")
    typed.type(".redis")
    assert not typed.repl.needs_more(b"SET a (")


def test_time_stands_still_in_an_input() -> None:
    """As in a script, TIME does not go on within one input."""
    shown = Typed().type(
        "(function() local a = redis.call('TIME') for i = 1, 20000 do end "
        "local b = redis.call('TIME') return a[1] == b[1] and a[2] == b[2] end)()"
    )
    assert shown == "true"
