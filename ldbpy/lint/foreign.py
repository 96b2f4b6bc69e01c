"""The comments of luacheck and selene that leave something out, for the rules that say what those linters say."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

from ldbpy.lint.findings import Report
from ldbpy.lint.parity import LUACHECK, SELENE
from ldbpy.script import ast
from ldbpy.script.lexer import Comment

__all__ = ["LeftOut"]

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
_NAME: Final = rb"[A-Za-z_][A-Za-z0-9_]*"
_FILE: Final = 1 << 62
"""The end of every file."""


class _Function(NamedTuple):
    start: int
    end: int
    around: int
    """The place of the one it is in, -1 for none."""


class _Leave(NamedTuple):
    """Findings of ``rules`` that begin in a span of bytes are left out; of ``name`` only, if there is one."""

    rules: frozenset[str]
    start: int
    end: int
    name: re.Pattern[str] | None = None


class LeftOut:
    """What the comments of other linters leave out of a script: every line of it may have one."""

    def __init__(self, source: bytes, chunk: ast.Chunk) -> None:
        self._source: Final = source
        self._lines: Final = chunk.lines
        self._narrow: Final[dict[int, list[_Leave]]] = {}
        """By line, those for a part of one."""
        wide: dict[tuple[frozenset[str], re.Pattern[str] | None], list[tuple[int, int]]] = {}
        for each in _read(source, chunk):
            line = chunk.lines.line(each.start)
            if line == chunk.lines.line(each.end):
                self._narrow.setdefault(line, []).append(each)
            else:
                wide.setdefault((each.rules, each.name), []).append((each.start, each.end))
        self._wide: Final = [
            _Leave(rules, start, end, name) for (rules, name), spans in wide.items() for start, end in _merged(spans)
        ]

    def has(self, rule: str, report: Report) -> bool:
        """Whether a finding is left out. The name a comment is about is the first in it."""
        match = re.search(_NAME, self._source[report.start : report.end])
        name = match[0].decode("ascii") if match is not None else ""
        return any(
            rule in each.rules
            and each.start <= report.start < each.end
            and (each.name is None or each.name.fullmatch(name) is not None)
            for each in chain(self._narrow.get(self._lines.line(report.start), ()), self._wide)
        )


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans that cover the same, none of which overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _read(source: bytes, chunk: ast.Chunk) -> list[_Leave]:
    """What the comments of other linters leave out."""
    found: list[_Leave] = []
    pushed: list[int] = []
    places = _Places(chunk)
    for comment in chunk.comments:
        luacheck = _LUACHECK.match(comment.text)
        if luacheck is not None:
            for words in luacheck[1].split(","):
                _read_luacheck(source, places, comment, " ".join(words.split()), found, pushed)
        selene = _SELENE.match(comment.text)
        if selene is not None and selene[2] == "allow":
            start, end = (0, _FILE) if selene[1] else places.next_statement(comment)
            rules = chain.from_iterable(SELENE.get(name.strip(), ()) for name in selene[3].split(","))
            found.append(_Leave(frozenset(rules), start, end))
    return found


def _read_luacheck(
    source: bytes, places: _Places, comment: Comment, words: str, found: list[_Leave], pushed: list[int]
) -> None:
    if words == "push":
        pushed.append(len(found))
    elif words == "pop":
        since = pushed.pop() if pushed else len(found)
        found[since:] = [each._replace(end=min(each.end, comment.start)) for each in found[since:]]
    else:
        start, end = places.scope(source, comment)
        found += [_Leave(rules, start, end, name) for rules, name in _left_out(words)]


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


class _Places:
    """What comments of a script may be about."""

    def __init__(self, chunk: ast.Chunk) -> None:
        self._chunk: Final = chunk

    def scope(self, source: bytes, comment: Comment) -> tuple[int, int]:
        """The line if there is code on it, else what follows in the function."""
        lines = self._chunk.lines
        first, last = lines.span(lines.line(comment.start))
        if source[first : comment.start].strip():
            return first, last
        at = bisect_left(self._functions, comment.start, key=lambda each: each.start) - 1
        while at >= 0 and self._functions[at].end <= comment.start:
            at = self._functions[at].around
        return comment.end, self._functions[at].end if at >= 0 else _FILE

    def next_statement(self, comment: Comment) -> tuple[int, int]:
        """The statement that begins first behind a comment, with all that is in it."""
        at = bisect_left(self._statements, (comment.end,))
        if at == len(self._statements):
            return comment.end, comment.end
        start, end = self._statements[at]
        return start, -end

    @cached_property
    def _functions(self) -> list[_Function]:
        """All functions, by where they begin."""
        found: list[_Function] = []
        for node in ast.walk(self._chunk.body):
            if isinstance(node, ast.Function):
                around = len(found) - 1
                while around >= 0 and found[around].end <= node.start:
                    around = found[around].around
                found.append(_Function(node.start, node.end, around))
        return found

    @cached_property
    def _statements(self) -> list[tuple[int, int]]:
        """Where all statements begin and, less than zero, end: of those that begin together the longest comes first."""
        nodes = ast.walk(self._chunk.body)
        return sorted((node.start, -node.end) for node in nodes if isinstance(node, ast.Statement))
