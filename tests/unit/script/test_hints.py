"""Hints at what the author of a syntax error may have meant."""

from __future__ import annotations

import pytest

from ldbpy.script.hints import word_hint
from ldbpy.script.parser import parse
from tests.unit.script.corpus import mutants


def hints(source: str) -> list[str | None]:
    """The hint of each problem."""
    return [problem.hint for problem in parse(source.encode()).problems]


@pytest.mark.parametrize(
    ("source", "piece"),
    [
        ("if x != 1 then end", "~="),
        ("if x !== 1 then end", "~="),
        ("if x <> 1 then end", "~="),
        ("if x = 1 then end", "=="),
        ("if x === 1 then end", "=="),
        ("x == 1", "assigns with ="),
        ("x := 1", "assigns with ="),
        ("a += 1", "write x = x + y"),
        ("a -= 1", "write x = x - y"),
        ("a *= 2", "write x = x * y"),
        ("a /= 2", "write x = x / y"),
        ("a %= 2", "write x = x % y"),
        ("a ..= 'x'", "write x = x .. y"),
        ("t[1].n += 1", "write x = x + y"),
        ("a++", "no ++"),
        ("a--\nb = 1", "-- starts a comment"),
        ("for i = 1, 2 do continue end", "no continue"),
        ("while x do\n if y then\n  continue\n end\n f()\nend", "no continue"),
        ("if a && b then end", "&& as and"),
        ("if a || b then end", "|| as or"),
        ("if !x then end", "! as not"),
        ("x = not !y", "! as not"),
        ("return !f()", "! as not"),
        ("if x == null { return 1 }", "no { } blocks"),
        ("x = f(null nil)", "null as nil"),
        ("if a then\n f()\nelse if b then\n g()\nend", "write elseif"),
        ("local function f()\n if a then\n  g()\n else if b then\n  h()\n end\nend\nf()", "write elseif"),
        ("if a then\n f()\nelif b then\n g()\nend", "elseif"),
        ("if a then f() elsif b then g() end", "elseif"),
        ("goto done", "no goto"),
        ("::done::", "no ::labels::"),
        ("return 7 // 2", "math.floor"),
        ("// a comment", "comment starts with --"),
        ("f()\n  // a comment", "comment starts with --"),
        ("/* a comment */", "comment starts with --"),
        ("# a comment", "comment starts with --"),
        ("return 7 & 2", "bit.band"),
        ("return 7 | 2", "bit.bor"),
        ("return 7 ~ 2", "bit.bxor"),
        ("return ~7", "bit.bnot"),
        ("return 1 << 2", "bit.lshift"),
        ("return 4 >> 2", "bit.rshift"),
        ("return a ** 2", "a ^ b"),
        ("return x ? 1 : 2", "c and a or b"),
        ("local y = x ? 1 : 2", "c and a or b"),
        ("x = a?.b", "no ?."),
        ("x = a ?? b", "no ??"),
        ("switch (x) {\n case 1: f()\n}", "no switch"),
        ("switch x {", "no switch"),
        ("f = fn x => x", "function(x)"),
        ("fn f(x) {", "function(x)"),
        ("f = x => x", "function(x)"),
        ("f = (a, b) => a", "function(x)"),
        ("f = function() => 1 end", "function(x)"),
        ("def f(x):", "function(x)"),
        ("local x <const> = 5", "<const>"),
        ("local x <close> = f()", "<close>"),
        ("let x = 1", "local x"),
        ("const x = 1", "local x"),
        ("foreach x in t do end", "pairs(t)"),
        ("for (i = 0; i < 3; i++) {", "for i = first, last do"),
        ("for i = 1 to 10 do end", "for i = first, last do"),
        ("if (x) {\n f()\n}", "no { } blocks"),
        ("while (x) {\n local y = 1\n}", "no { } blocks"),
        ("if x then {\n f()\n}", "no { } blocks"),
        ("x = {a: 1}", "name = value"),
        ("x = {'a': 1}", "name = value"),
        ("<% if x %>", "template"),
        ("x = <%= x %>", "template"),
        ("{{ .Values.key }}", "template"),
        ("{% if x %}", "template"),
        ("x = '${y}' .. ${z}", "template"),
        ("t.end = 1", "x['end']"),
        ("local end = 1", "end is a reserved word"),
        ("local function a.b() end", "leave out local"),
        ("f(a, )", "no comma"),
        ("f() = 1", "cannot be assigned to"),
        ("(f()) = 1", "only a name or a field"),
        ("x = 5LL", "no suffix"),
        ("x = 1_000", "no underscores"),
        ("x = 0b11", "hexadecimal"),
        ("x = 1..2", "spaces around .."),
        ("x = 'a\ny'", "on its line"),
        ("x = [[a", "as many ="),
        ("x = [[ [[ ]]", "[=[ ... ]=]"),
        ("x = [=a", "[["),
        ("x = '\\300'", "255"),
        ("f\n(g)()", "line above"),
        ("f = function() return ... end", "declared with ..."),
        ("x:y", "x:name(...)"),
        ("return 1\nx = 2", "nothing may follow return"),
        ("if x then return 1 f() end", "nothing may follow return"),
        ("x = a" + "..a" * 200, "table.concat"),
        ("local a\n" * 201, "do ... end"),
        ("x = @y", "no @"),
        ("x = `y`", "backquotes"),
        ("\ufeffreturn 1", "byte order mark"),
        ("x = \u201cy\u201d", "typographic"),
        ("x =\u00a01", "no-break space"),
    ],
)
def test_hint(source: str, piece: str) -> None:
    """The first problem's hint says what Lua writes instead."""
    assert piece in (hints(source)[0] or "")


@pytest.mark.parametrize(
    "source",
    ["x = )", "end", "if x then", "f(default }", "default = x +", "x = int + )", "local 1", "x y", "f('a'"],
)
def test_no_hint_without_a_guess(source: str) -> None:
    """Where Lua's words are all there is to say, there is no hint."""
    assert hints(source)[0] is None


def test_no_elseif_hint_for_a_proper_else_if() -> None:
    """An else if that has its own end is not blamed for an end that lacks elsewhere."""
    source = "if a then\n f()\nelse if b then\n g()\n end\nend\nwhile x do\n"
    assert hints(source) == [None]


def test_word_hint() -> None:
    """Words that are constants or keywords elsewhere have a hint, other names have none."""
    assert word_hint("null") == "Lua writes null as nil"
    assert word_hint("continue") is not None
    assert word_hint("redis") is None


def test_hints_for_any_mutant() -> None:
    """What is wrong with a mutant of a script has a hint of one line, or none."""
    found = [hint for _, _, mutant in mutants(54, 500) for hint in hints(mutant.decode("latin-1"))]
    told = {hint for hint in found if hint is not None}
    assert len(told) >= 8
    assert len(found) > 300
    assert all(hint.isprintable() and hint == hint.strip() and hint for hint in told)
