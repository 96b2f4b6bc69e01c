"""Counts of hits and texts of logpoints: what is understood, and what is refused."""

from __future__ import annotations

import pytest

from ldbpy.engine.conditions import parse_hit_condition, parse_log_template
from ldbpy.errors import UsageError


@pytest.mark.parametrize(
    ("text", "shown", "holds"),
    [
        ("3", "3", [3]),
        ("=3", "3", [3]),
        ("==3", "3", [3]),
        (">=4", ">=4", [4, 5, 6, 7]),
        ("> 4", ">4", [5, 6, 7]),
        ("%3", "%3", [3, 6]),
        (" %2 ", "%2", [2, 4, 6]),
        (">=0", ">=0", [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_hit_condition_holds(text: str, shown: str, holds: list[int]) -> None:
    """A count holds at the hits it names, and is shown as it is written."""
    condition = parse_hit_condition(text)
    assert str(condition) == shown
    assert [hits for hits in range(1, 8) if condition.holds(hits)] == holds


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "%0", "0", "==0", "<3", "3 4", "%", "%%2", "٣", "9" * 16])
def test_hit_condition_refused(text: str) -> None:
    """What is no count, or one that never holds, is refused with the ways there are."""
    with pytest.raises(UsageError) as refused:
        parse_hit_condition(text)
    assert refused.value.hint == "N, >=N or %N: the N-th time, from then on, every N-th"


@pytest.mark.parametrize(
    ("text", "texts", "expressions"),
    [
        ("", [""], []),
        ("plain", ["plain"], []),
        ("{n}", ["", ""], ["n"]),
        ("n is { n }, m {m}.", ["n is ", ", m ", "."], ["n", "m"]),
        ("{{n}}", ["{n}"], []),
        ("{{{n}}}", ["{", "}"], ["n"]),
        ("{ {1, {2}}[1] }", ["", ""], ["{1, {2}}[1]"]),
        ("a } b", ["a } b"], []),
    ],
)
def test_log_template_parts(text: str, texts: list[str], expressions: list[str]) -> None:
    """A text is cut into what stands for itself and what is evaluated."""
    template = parse_log_template(text)
    assert list(template.texts) == texts
    assert [expression.text for expression in template.expressions] == expressions


@pytest.mark.parametrize(("text", "message"), [("{", "not closed"), ("a {b {c}", "not closed"), ("{ }", "an empty {}")])
def test_log_template_refused(text: str, message: str) -> None:
    """An open or empty brace is refused, with what to write instead."""
    with pytest.raises(UsageError, match=message) as refused:
        parse_log_template(text)
    assert refused.value.hint
