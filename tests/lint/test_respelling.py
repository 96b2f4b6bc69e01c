"""Fixes of syntax errors that are other languages' spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldbpy.lint.fixes import compiles, edited, fix_source
from ldbpy.lint.respelling import respelling
from ldbpy.lint.targets import DEFAULT_TARGETS
from ldbpy.script.parser import parse

_SAFE = [
    ("if a != 2 then a = 3 end", "if a ~= 2 then a = 3 end"),
    ("if a !== 2 then a = 3 end", "if a ~= 2 then a = 3 end"),
    ("return a <> 2", "return a ~= 2"),
    ("if a&&b || c then return 1 end", "if a and b or c then return 1 end"),
    ("return !a, ! b", "return not a, not b"),
    ("// a word\nreturn 1", "-- a word\nreturn 1"),
    ("return '!=', a != 1", "return '!=', a ~= 1"),
]
_UNSAFE = [
    ("a += 1", "a = a + 1"),
    ("a.b[i] -= c + 1 -- less", "a.b[i] = a.b[i] - (c + 1) -- less"),
    ("a ..= 'b'; return a", "a = a .. 'b'; return a"),
    ("a *= f(x)\r\nreturn a", "a = a * (f(x))\r\nreturn a"),
    ("local i = 0 i++ return i", "local i = 0 i = i + 1 return i"),
    ("local a = b // 2", "local a = math.floor(b / 2)"),
    ("return f(a.n//b)", "return f(math.floor(a.n / b))"),
]
_KEPT = [
    "a = b * c // d",
    "return a // b.c(1)",
    "x +=",
    "a += 1 +",
    "if a != 2 thn a = 3 end",
    "a ? b : c",
    "a !",
    "x = '// y",
]
_WORDS = [
    "a",
    "b.c",
    "[1]",
    " ",
    "!=",
    "!",
    "&&",
    "||",
    "+=",
    "++",
    "//",
    "<>",
    "=",
    "if",
    "then",
    "end",
    "'x'",
    "\n",
    "return",
    "(",
    ")",
    ",",
]


@pytest.mark.parametrize(("wrong", "right"), _SAFE)
def test_word_for_word(wrong: str, right: str) -> None:
    """What means the same whatever stands around it is a safe fix."""
    assert fix_source("a.lua", wrong.encode(), (), DEFAULT_TARGETS, unsafe=False).source == right.encode()


@pytest.mark.parametrize(("wrong", "right"), _UNSAFE)
def test_rewritten(wrong: str, right: str) -> None:
    """What is written anew is to be looked at."""
    assert fix_source("a.lua", wrong.encode(), (), DEFAULT_TARGETS, unsafe=False).source == wrong.encode()
    assert fix_source("a.lua", wrong.encode(), (), DEFAULT_TARGETS, unsafe=True).source == right.encode()


@pytest.mark.parametrize("wrong", _KEPT)
def test_kept(wrong: str) -> None:
    """Where it is not clear what was meant, or something else is wrong too, nothing is changed."""
    assert fix_source("a.lua", wrong.encode(), (), DEFAULT_TARGETS, unsafe=True).source == wrong.encode()


def test_many_at_once() -> None:
    """Each is found when those before it are right; all count."""
    fixed = fix_source("a.lua", b"x += 1\n" * 30 + b"return !x", (), DEFAULT_TARGETS, unsafe=True)
    assert fixed.source == b"x = x + 1\n" * 30 + b"return not x"
    assert fixed.applied == {"syntax-error": 31}


@given(st.lists(st.sampled_from(_WORDS), max_size=25).map("".join))
def test_whatever_is_written(text: str) -> None:
    """A fix is at its problem; what is fixed compiles, or is what it was."""
    source = text.encode()
    fixed = fix_source("a.lua", source, (), DEFAULT_TARGETS, unsafe=True).source
    assert fixed == source or compiles(fixed)
    for problem in parse(source).problems:
        if (fix := respelling(source, problem)) is not None:
            (edit,) = fix.edits
            assert edit.start <= problem.start <= edit.end
            assert edited(source, fix.edits) != source
