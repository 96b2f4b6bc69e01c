"""Fixes of syntax errors: spellings of other languages that Lua has another word for."""

from __future__ import annotations

import re
from typing import Final

from ldbpy.lint.findings import Edit, Fix
from ldbpy.script.ast import SyntaxProblem

__all__ = ["respelling"]

_WORDS: Final = (
    (re.compile(rb"!=="), b"~="),
    (re.compile(rb"!="), b"~="),
    (re.compile(rb"<>"), b"~="),
    (re.compile(rb"[ \t]*&&[ \t]*"), b" and "),
    (re.compile(rb"[ \t]*\|\|[ \t]*"), b" or "),
    (re.compile(rb"![ \t]*(?!=)"), b"not "),
)
"""Mean the same whatever stands around them."""
_COMMENT: Final = re.compile(rb"[ \t]*(//)")
_TARGET: Final = rb"(?P<target>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[[^\[\]\n]*\])*)"
_ASSIGNMENT: Final = re.compile(
    _TARGET + rb"[ \t]*(?P<operator>[-+*/%^]|\.\.)=[ \t]*(?P<value>[^\n;]*?)(?P<rest>[ \t]*(?:;|--[^\n]*|\r?\Z))"
)
_INCREMENT: Final = re.compile(_TARGET + rb"[ \t]*\+\+")
_ATOM: Final = re.compile(rb"[\w.]+|\"[^\"\\]*\"|'[^'\\]*'")
_OPERAND: Final = rb"[A-Za-z_]\w*(?:\.\w+)*|[0-9.]+"
_DIVISION: Final = re.compile(
    rb"(?P<before>[=(,{]|\breturn)(?P<space>[ \t]*)(?P<left>%b)[ \t]*//[ \t]*(?P<right>%b)(?![\w.(\[:^])"
    % ((_OPERAND,) * 2)
)


def respelling(source: bytes, problem: SyntaxProblem) -> Fix | None:
    """The fix of a syntax error that another language's spelling is. Safe: a word for a word."""
    start = source.rfind(b"\n", 0, problem.start) + 1
    end = source.find(b"\n", problem.end)
    end = len(source) if end < 0 else end
    for pattern, word in _WORDS:
        for found in pattern.finditer(source, start, end):
            if found.start() <= problem.start < found.end() or found.end() == problem.start:
                return Fix((Edit(found.start(), found.end(), word),), safe=True)
    if comment := _COMMENT.match(source, start):
        return Fix((Edit(*comment.span(1), b"--"),), safe=True) if comment.end() > problem.start else None
    for pattern, text in ((_ASSIGNMENT, _assigned), (_INCREMENT, _incremented), (_DIVISION, _divided)):
        for found in pattern.finditer(source, start, end):
            if found.start() <= problem.start <= found.end():
                return Fix((Edit(found.start(), found.end(), text(found)),), safe=False)
    return None


def _assigned(found: re.Match[bytes]) -> bytes:
    value = found["value"]
    shown = value if _ATOM.fullmatch(value) else b"(%b)" % value
    return b"%b = %b %b %b%b" % (found["target"], found["target"], found["operator"], shown, found["rest"])


def _incremented(found: re.Match[bytes]) -> bytes:
    return b"%b = %b + 1" % (found["target"], found["target"])


def _divided(found: re.Match[bytes]) -> bytes:
    return b"%b%bmath.floor(%b / %b)" % (found["before"], found["space"], found["left"], found["right"])
