"""A line as its language takes it apart: a verb and what follows, a Redis command, or Lua."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ldbpy.assist.records import Language, Operand, Verb

__all__ = ["Line", "read_line"]

_FIRST: Final = re.compile(r"\s*([^\s(\[:={\"',]*)")
_LUA_SIGNS: Final = ("=", "?")


@dataclass(frozen=True, slots=True)
class Line:
    """What is typed, up to the cursor."""

    verb: Verb | None
    """The verb it begins with, once a space follows."""
    operand: Operand
    """What is being typed: that of the verb, else Lua or a Redis command."""
    start: int
    """Where that begins."""
    cursor: int
    text: str
    """It, up to the cursor."""
    is_verb: bool = False
    """Whether the name of a verb is being typed, and nothing else can be."""
    may_be_verb: bool = False
    """Whether it may be: in the debugger, where a line may be Lua as well."""


def read_line(text: str, cursor: int, language: Language) -> Line:
    """Find out what is being typed at the cursor. Takes any text."""
    typed = text[:cursor]
    plain = Operand.REDIS if language.redis else Operand.LUA
    match = _FIRST.match(typed)
    assert match is not None  # it may be empty
    word, start, end = match[1], match.start(1), match.end(1)
    if not language.verbs or not word.startswith(language.marker):
        return Line(None, plain, 0, cursor, typed)
    if end == len(typed):
        exact = bool(language.marker)
        return Line(None, plain, start, cursor, word, is_verb=exact, may_be_verb=not exact)
    verb = language.verb(word[len(language.marker) :])
    if verb is not None and typed[end].isspace():
        return Line(verb, verb.operand, end + 1, cursor, typed[end + 1 :])
    if not language.marker and typed.lstrip()[:1] in _LUA_SIGNS:
        return Line(None, plain, start + 1, cursor, typed[start + 1 :])
    return Line(None, Operand.NOTHING if language.marker else plain, 0, cursor, typed)
