"""The comments of luacheck and selene that leave something out, for the rules that say what those linters say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from ldbpy.lint.parity import LUACHECK, SELENE
from ldbpy.script import ast
from ldbpy.script.lexer import Comment

__all__ = ["Leave", "read_foreign"]

_LUACHECK: Final = re.compile(r"--(?:\[=*\[)?\s*luacheck:\s*([^\]]*)")
_SELENE: Final = re.compile(r"--(#?)\s*selene:\s*(allow|deny|warn)\(([a-z_,\s]*)\)")
_UNUSED: Final = {
    "no unused": ("unused-variable", "unused-argument", "unused-loop-variable", "unused-assignment"),
    "no unused args": ("unused-argument",),
    "no unused secondaries": ("unused-variable",),
    "no redefined": ("redefined-variable", "shadowed-variable"),
    "no global": ("global-write", "undefined-global"),
}
_GLOBALS: Final = frozenset({"globals", "read globals", "new globals", "new read globals"})
_OF_GLOBALS: Final = ("global-write", "undefined-global", "global-not-in-target", "removed-function")
_LIKE: Final = frozenset(chain.from_iterable((*LUACHECK.values(), *SELENE.values())))
_FILE: Final = 1 << 62
"""The end of every file."""


class Leave(NamedTuple):
    """Findings of ``rules`` that begin in a span of bytes are left out; of ``name`` only, if there is one."""

    rules: frozenset[str]
    start: int
    end: int
    name: re.Pattern[str] | None = None


def read_foreign(source: bytes, chunk: ast.Chunk) -> list[Leave]:
    """What the comments of other linters leave out."""
    found: list[Leave] = []
    pushed: list[int] = []
    for comment in chunk.comments:
        luacheck = _LUACHECK.match(comment.text)
        if luacheck is not None:
            for words in luacheck[1].split(","):
                _read_luacheck(source, chunk, comment, " ".join(words.split()), found, pushed)
        selene = _SELENE.match(comment.text)
        if selene is not None and selene[2] == "allow":
            start, end = (0, _FILE) if selene[1] else _next_statement(chunk, comment)
            rules = chain.from_iterable(SELENE.get(name.strip(), ()) for name in selene[3].split(","))
            found.append(Leave(frozenset(rules), start, end))
    return found


def _read_luacheck(
    source: bytes, chunk: ast.Chunk, comment: Comment, words: str, found: list[Leave], pushed: list[int]
) -> None:
    if words == "push":
        pushed.append(len(found))
    elif words == "pop":
        since = pushed.pop() if pushed else len(found)
        found[since:] = [each._replace(end=min(each.end, comment.start)) for each in found[since:]]
    else:
        start, end = _scope(source, chunk, comment)
        found += [Leave(rules, start, end, name) for rules, name in _left_out(words)]


def _left_out(words: str) -> Iterator[tuple[frozenset[str], re.Pattern[str] | None]]:
    """What an option leaves out. Options that are about nothing we have leave nothing out."""
    if words in _UNUSED:
        yield frozenset(_UNUSED[words]), None
        return
    option, *patterns = words.split(" ")
    if option == "ignore":
        yield from map(_ignored, patterns) if patterns else [(_LIKE, None)]
        return
    for length in (1, 2, 3):
        names = words.split(" ")
        if " ".join(names[:length]) in _GLOBALS:
            yield from ((frozenset(_OF_GLOBALS), re.compile(re.escape(name))) for name in names[length:])
            return


def _ignored(pattern: str) -> tuple[frozenset[str], re.Pattern[str] | None]:
    """The rules and the name of a pattern: ``211/foo``, ``4.2``, ``foo``. Codes count from their start."""
    code, slash, name = pattern.partition("/")
    if not slash and re.search("[A-Za-z_]", code):
        code, name = "", code
    codes = _lua_pattern(code)
    rules = frozenset(chain.from_iterable(rules for each, rules in LUACHECK.items() if codes.match(each)))
    return rules, _lua_pattern(name) if name else None


def _lua_pattern(text: str) -> re.Pattern[str]:
    """What is used of Lua's patterns in such comments: ``.``, ``*``, ``+``, ``-``, sets, classes and ``%``."""
    translated = re.sub(r"%(.)|-", lambda match: "*?" if match[1] is None else _escaped(match[1]), text)
    try:
        return re.compile(translated)
    except re.error:
        return re.compile(re.escape(text))


def _escaped(char: str) -> str:
    return {"a": "[A-Za-z]", "l": "[a-z]", "u": "[A-Z]", "d": r"\d", "w": r"\w"}.get(char, re.escape(char))


def _scope(source: bytes, chunk: ast.Chunk, comment: Comment) -> tuple[int, int]:
    """The line if there is code on it, else what follows in the function."""
    lines = chunk.lines
    first, last = lines.span(lines.line(comment.start))
    if source[first : comment.start].strip():
        return first, last
    functions = [
        node
        for node in ast.walk(chunk.body)
        if isinstance(node, ast.Function) and node.start < comment.start < node.end
    ]
    return comment.end, min((node.end for node in functions), default=_FILE)


def _next_statement(chunk: ast.Chunk, comment: Comment) -> tuple[int, int]:
    """The statement that begins first behind a comment, with all that is in it."""
    behind = [
        (node.start, -node.end)
        for node in ast.walk(chunk.body)
        if isinstance(node, ast.Statement) and node.start >= comment.end
    ]
    start, end = min(behind, default=(comment.end, -comment.end))
    return start, -end
