"""The comments that tell the linter what to leave out.

``-- ldbpy: ignore[rule, ...] reason`` at the end of a line is for that line, alone on a line for the next with code.
``ignore-next-line[...]`` is for the next line, ``file-ignore[...]`` for all, ``disable[...]`` for all down to an
``enable[...]``.
``expect[...]`` is as ``ignore``, and a finding if nothing was there to ignore.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ldbpy.lint.findings import Edit, Fix, Report
from ldbpy.lint.registry import rule_named, suggestion
from ldbpy.script.ast import Chunk
from ldbpy.script.lexer import Comment

__all__ = ["Suppressions"]

_COMMENT: Final = re.compile(r"--+\s*ldbpy:\s*([a-z-]+)\s*(?:\[([^\]]*)\])?")
_KINDS: Final = frozenset({"ignore", "ignore-next-line", "file-ignore", "disable", "enable", "expect"})

_OTHERS: Final = frozenset({"keys", "args", "no-include"})
"""How the comments begin that are not for the linter alone."""


class _Suppression(NamedTuple):
    comment: Comment
    kind: str
    rule: str
    first: int
    """The first line it is for."""
    last: int


class Suppressions:
    """The comments of one script, and which of them were of use."""

    def __init__(self, source: bytes, chunk: Chunk) -> None:
        self._source: Final = source
        self._lines: Final = chunk.lines
        self._all: Final[list[_Suppression]] = []
        self._used: Final[set[_Suppression]] = set()
        self._reports: Final[list[tuple[str, Report]]] = []
        self._open: Final[dict[str, tuple[Comment, int]]] = {}
        if b"ldbpy:" in source:
            for comment in chunk.comments:
                match = _COMMENT.match(comment.text)
                if match is not None:
                    self._read(comment, match[1], match[2])
        for rule, (comment, line) in self._open.items():
            self._all.append(_Suppression(comment, "disable", rule, line, len(self._lines)))

    def _read(self, comment: Comment, kind: str, names: str | None) -> None:
        if kind in _OTHERS:
            return
        if kind not in _KINDS:
            known = ", ".join(sorted(_KINDS))
            self._report("invalid-suppression", comment, f"there is no 'ldbpy: {kind}'", f"one of: {known}")
            return
        rules = [name.strip() for name in (names or "").split(",") if name.strip()]
        if not rules:
            told = f"'ldbpy: {kind}' names no rule"
            self._report("invalid-suppression", comment, told, f"write {kind}[rule-name]")
        for name in rules:
            rule = rule_named(name)
            if rule is None:
                self._report("invalid-suppression", comment, f"there is no rule '{name}'", suggestion(name))
            else:
                self._add(comment, kind, rule.name)

    def _report(self, rule: str, comment: Comment, message: str, help: str | None = None) -> None:
        self._reports.append((rule, Report(comment.start, comment.end, message, help)))

    def _add(self, comment: Comment, kind: str, rule: str) -> None:
        line = self._lines.line(comment.start)
        if kind == "file-ignore":
            self._all.append(_Suppression(comment, kind, rule, 1, len(self._lines)))
        elif kind == "disable":
            self._open.setdefault(rule, (comment, line))
        elif kind == "enable":
            self._close(comment, rule, line)
        else:
            at = self._target(comment, line) if kind != "ignore-next-line" else line + 1
            self._all.append(_Suppression(comment, kind, rule, at, at))

    def _close(self, comment: Comment, rule: str, line: int) -> None:
        if rule not in self._open:
            self._report("unused-suppression", comment, f"'{rule}' is not disabled here", "remove the comment")
            return
        start, first = self._open.pop(rule)
        self._all.append(_Suppression(start, "disable", rule, first, line))

    def _target(self, comment: Comment, line: int) -> int:
        """The line of the comment if there is code on it, else the next line that is not empty or a comment."""
        before = self._source[self._lines.span(line)[0] : comment.start]
        if before.strip():
            return line
        line = self._lines.line(max(comment.end - 1, comment.start)) + 1
        while line < len(self._lines):
            text = self._lines.text(line).strip()
            if text and not text.startswith(b"--"):
                break
            line += 1
        return line

    def hides(self, rule: str, line: int) -> bool:
        """Whether a finding of that rule on that line is to be left out."""
        found = [each for each in self._all if each.rule == rule and each.first <= line <= each.last]
        self._used.update(found)
        return bool(found)

    def reports(self, ran: Sequence[str]) -> Iterator[tuple[str, Report]]:
        """What is wrong with the comments themselves, with the rule that says so. ``ran``: the rules that ran."""
        yield from self._reports
        for each in self._all:
            if each in self._used or each.rule not in ran:
                continue
            start, end = each.comment.start, each.comment.end
            if each.kind == "expect":
                yield (
                    "unfulfilled-expectation",
                    Report(start, end, f"'{each.rule}' was expected here, and is not found"),
                )
            else:
                alone = self._is_alone(each)
                fix = Fix((Edit(*self._removed(each.comment), b""),), safe=True) if alone else None
                message = f"nothing here is found by '{each.rule}'"
                yield "unused-suppression", Report(start, end, message, "remove the comment", fix=fix)

    def _is_alone(self, suppression: _Suppression) -> bool:
        """Whether the comment is for this rule only, and not the beginning of a block."""
        same = [each for each in self._all if each.comment is suppression.comment]
        return len(same) == 1 and suppression.kind != "disable"

    def _removed(self, comment: Comment) -> tuple[int, int]:
        """The comment with the spaces before it; with its line if nothing else is on it."""
        line = self._lines.line(comment.start)
        first, _ = self._lines.span(line)
        start = first + len(self._source[first : comment.start].rstrip())
        if start == first and line < len(self._lines):
            return first, self._lines.offset(line + 1)
        return start, comment.end
