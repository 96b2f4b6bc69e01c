"""Conditions of breakpoints, counts of hits, and what a logpoint says. Bad ones fail when they are made."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ldbpy.errors import UsageError

__all__ = ["Condition", "HitCondition", "LogTemplate", "Names", "parse_hit_condition", "parse_log_template"]

Names = tuple[bytes, ...]
"""The names an expression reads that it does not declare itself."""

_HIT: Final = re.compile(r"(>=|>|==|=|%)?\s*([0-9]{1,15})")


class Condition(NamedTuple):
    """A Lua expression that is evaluated where the script stands."""

    text: str
    names: Names = ()


class HitCondition(NamedTuple):
    """Which meetings of a breakpoint count: the n-th, those from the n-th on, or every n-th."""

    operator: str
    """``=``, ``>=``, ``>`` or ``%``."""
    number: int

    def holds(self, hits: int) -> bool:
        """Whether the ``hits``-th meeting counts."""
        match self.operator:
            case ">=":
                return hits >= self.number
            case ">":
                return hits > self.number
            case "%":
                return hits % self.number == 0
            case _:
                return hits == self.number

    def __str__(self) -> str:
        return f"{'' if self.operator == '=' else self.operator}{self.number}"


def parse_hit_condition(text: str) -> HitCondition:
    """``N``, ``>=N``, ``>N`` or ``%N``.

    Raises:
        UsageError: it is none of these.
    """
    match = _HIT.fullmatch(text.strip())
    if match is None or (match[1] in ("%", "=", "==", None) and int(match[2]) == 0):
        raise UsageError(f"{text!r} is no count of hits", hint="N, >=N or %N: the N-th time, from then on, every N-th")
    operator = match[1] or "="
    return HitCondition("=" if operator == "==" else operator, int(match[2]))


class LogTemplate(NamedTuple):
    """What a logpoint says: texts and expressions in turn, beginning and ending with a text."""

    texts: tuple[str, ...]
    expressions: tuple[Condition, ...]

    def __str__(self) -> str:
        filled = [f"{{{expression.text}}}" for expression in self.expressions]
        return self.texts[0] + "".join(f"{value}{text}" for value, text in zip(filled, self.texts[1:], strict=True))


def parse_log_template(text: str) -> LogTemplate:
    """``text {expression} text``; ``{{`` and ``}}`` are braces. Braces inside an expression have to match.

    Raises:
        UsageError: a brace is not closed, or nothing is in it.
    """
    texts, expressions, at = [""], [], 0
    while at < len(text):
        two = text[at : at + 2]
        if two in ("{{", "}}"):
            texts[-1] += two[0]
            at += 2
        elif text[at] == "{":
            end = _closing(text, at)
            inner = text[at + 1 : end].strip()
            if not inner:
                raise UsageError(f"an empty {{}} in {text!r}", hint="put an expression in it, or write {{}}")
            expressions.append(Condition(inner))
            texts.append("")
            at = end + 1
        else:
            texts[-1] += text[at]
            at += 1
    return LogTemplate(tuple(texts), tuple(expressions))


def _closing(text: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    raise UsageError(f"a {{ is not closed in {text!r}", hint="close it with }, or write {{ for a brace")
