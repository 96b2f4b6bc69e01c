from __future__ import annotations

import pytest

from ldbpy.script.pieces import free_names, read_input


@pytest.mark.parametrize("text", [b"1 + 1", b"= 1 + 1", b"f(x)", b"x, y", b"function() end", b"{1, 2}", b"x -- y"])
def test_expression_becomes_what_is_returned(text: bytes) -> None:
    """An expression is one piece that gives its values, with or without a sign in front of it."""
    understood = read_input(text)
    assert understood.problem is None
    assert [piece.code for piece in understood.pieces] == [b"return " + text.replace(b"=", b" ", 1)]
    assert understood.hidden == len(b"return ")


def test_declarations_are_pieces_of_their_own() -> None:
    """Each declaration at the outermost level is a piece; what stands between them stays together."""
    understood = read_input(b"a() b()\nlocal x, y = 1\nlocal z\nlocal function f() end return x")
    assert [(piece.text, piece.names, piece.sees_itself) for piece in understood.pieces] == [
        (b"a() b()", (), False),
        (b"local x, y = 1", (b"x", b"y"), False),
        (b"local z", (b"z",), False),
        (b"local function f() end", (b"f",), True),
        (b"return x", (), False),
    ]


def test_pieces_stand_on_their_lines() -> None:
    """What a piece is compiled from begins on the line where it stood, so that errors name it."""
    understood = read_input(b"a()\n\nlocal x =\n  2\nb()")
    assert [piece.code.count(b"\n", 0, len(piece.code.rstrip())) for piece in understood.pieces][1] == 3
    assert understood.pieces[2].code.startswith(b"\n\n\n\nreturn b()")


def test_declarations_inside_a_block_are_left_alone() -> None:
    """Only the outermost level is cut."""
    understood = read_input(b"do local x = 1 end for i = 1, 2 do local y = i end")
    assert [piece.names for piece in understood.pieces] == [()]


@pytest.mark.parametrize(
    "text",
    [
        b"if x then",
        b"for i = 1, 3 do",
        b"f(",
        b"x +",
        b"local x =",
        b"local function f()",
        b"{1,",
        b"--[[ a",
        b"[[a",
        b"=1 +",
    ],
)
def test_input_that_goes_on(text: bytes) -> None:
    """An error at the end of the input only says that more has to come."""
    assert read_input(text).is_unfinished


@pytest.mark.parametrize("text", [b"x x", b"end", b'"abc', b"1 +* 2", b"local 3", b"if x then end end", b"x = = 2"])
def test_input_that_is_wrong(text: bytes) -> None:
    """What no further line can make right is an error at once."""
    understood = read_input(text)
    assert understood.problem is not None
    assert not understood.is_unfinished


def test_problem_is_that_of_the_reading_that_goes_further() -> None:
    """A broken expression is not told to be a broken statement."""
    problem = read_input(b"1 + 2 * * 3").problem
    assert problem is not None
    assert problem.message == "unexpected symbol near '*'"


@pytest.mark.parametrize(
    ("before", "last"),
    [
        (b"local a = 1\n", b"a"),
        (b"local a = 1\n", b"a + 1"),
        (b"local a = 1; ", b"-a, a"),
        (b"local a = 1\n", b"{a}"),
        (b"local a = {}\n", b"#a -- how many"),
        (b"local a = 1\n", b"(a)"),
        (b"local a = f()\n", b"function() return a end"),
        (b"a = 1\n", b"not a"),
        (b"f(x)\n", b"1 + 1"),
        (b"g()\n", b"f(x) - 1"),
        (b"g()\n", b"f(x), f(y)"),
        (b"for i = 1, 3 do f(i) end ", b"f(x)\n  == 1"),
        (b"f(x)\n", b"f(y)"),
        (b"do return end\n", b"t:f(y) -- what it gives"),
    ],
)
def test_last_expression_is_returned(before: bytes, last: bytes) -> None:
    """Where the last of several statements is an expression, its values are the result."""
    understood = read_input(before + last)
    assert understood.problem is None
    assert understood.source == before + b"return " + last
    assert understood.typed() == before + last
    assert b"return " + last.partition(b" --")[0] in understood.pieces[-1].code


def test_last_expression_with_a_sign() -> None:
    """A sign asks for the value in the last line as well, but is none where it would be an assignment's."""
    assert read_input(b"f()\n=x").source == b"f()\nreturn  x"
    assert read_input(b"local a = 1\n =a, 2").problem is None
    assert read_input(b"f() = x").problem is not None
    assert [piece.code.startswith(b"x\n=a") for piece in read_input(b"x\n=a").pieces] == [True]


def test_last_expression_that_goes_on() -> None:
    """It goes on in the next line while it is not complete, and is wrong where no line makes it right."""
    assert read_input(b"local a = 1\na +").is_unfinished
    assert read_input(b"local a = 1\n{a,").is_unfinished
    problem = read_input(b"local a = 1\na + * 2\n").problem
    assert problem is not None
    assert (problem.message, problem.line) == ("unexpected symbol near '*'", 2)
    assert not read_input(b"local a = 1\na b").is_unfinished


def test_nothing_is_no_piece() -> None:
    """Blanks and comments run nothing that gives a value."""
    assert [piece.code.strip() for piece in read_input(b"  ").pieces] == [b"return"]


def test_names_of_a_piece() -> None:
    """Every name counts, wherever it is declared."""
    assert free_names(b"local function f(a) return g(a, h.x) end") == {b"f", b"a", b"g", b"h"}
