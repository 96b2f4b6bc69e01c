"""The comments that tell the linter what to leave out.

``-- ldbpy: ignore[rule, ...] reason`` at the end of a line is for that line, alone on a line for the next with code.
``ignore-next-line[...]`` is for the next line, ``file-ignore[...]`` for all, ``disable[...]`` for all down to an
``enable[...]``.
``expect[...]`` is as ``ignore``, and a finding if nothing was there to ignore.
The comments of luacheck and selene count, too.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.lint.findings import Edit, Fix, Report
from ldbpy.lint.registry import rule_named, suggestion
from ldbpy.script.ast import Chunk
from ldbpy.script.lexer import Comment

if TYPE_CHECKING:
    from ldbpy.lint.foreign import LeftOut
    from ldbpy.script.origins import Include

__all__ = ["KINDS", "Suppressions"]

# Not compiled before there is something to match: for most scripts nothing ever is.
_COMMENT: Final = r"--+\s*ldbpy:\s*(?P<kind>[a-z-]+)\b(?!=)\s*(?:\[(?P<rules>[^\]]*)\])?(?P<reason>.*?)(?:--|$)"
KINDS: Final = {
    "ignore": "the line the comment is on; if it is alone on its line, the next one with code",
    "ignore-next-line": "the next line",
    "file-ignore": "the whole file",
    "disable": "all that follows, down to `enable`",
    "enable": "ends `disable`",
    "expect": "as `ignore`; and it is a finding if there was nothing to leave out",
}
"""The words behind ``ldbpy:``, and what each is for."""


class _Suppression(NamedTuple):
    comment: Comment
    kind: str
    rule: str
    first: int
    """The first line it is for."""
    last: int
    end: Comment | None = None
    """The comment that ends it, if there is one."""
    written: str = ""
    """How the comment names the rule."""


class _Tables:
    """Comments by the lines they are for: every line of a script may have one."""

    def __init__(self, comments: Sequence[_Suppression]) -> None:
        self._of_all: Final[dict[str, list[_Suppression]]] = {}
        self._spans: Final[dict[str, list[_Suppression]]] = {}
        """By rule, from ``disable`` to ``enable``: in order, and no line but the first or last is in two of them."""
        self._at: Final[dict[tuple[str, int], list[_Suppression]]] = {}
        for each in comments:
            if each.kind == "file-ignore":
                self._of_all.setdefault(each.rule, []).append(each)
            elif each.kind == "disable":
                self._spans.setdefault(each.rule, []).append(each)
            else:
                self._at.setdefault((each.rule, each.first), []).append(each)

    def of(self, rule: str, line: int) -> list[_Suppression]:
        """Those about a rule that are for a line; those for the whole file only the first time."""
        found = self._of_all.get(rule, []) + self._at.get((rule, line), [])
        if rule in self._of_all:
            self._of_all[rule] = self._of_all[rule][:1]  # one is enough to hide, and all have been told
        spans = self._spans.get(rule, [])
        at = bisect_right(spans, line, key=lambda each: each.first) - 1
        while at >= 0 and spans[at].last >= line:
            found.append(spans[at])
            at -= 1
        return found


class Suppressions:
    """The comments of one script, and which of them were of use."""

    def __init__(self, source: bytes, chunk: Chunk, includes: Sequence[Include] = ()) -> None:
        self._source: Final = source
        self._included: Final = {chunk.lines.line(each.start) for each in includes}
        self._lines: Final = chunk.lines
        self._all: Final[list[_Suppression]] = []
        self._used: Final[set[_Suppression]] = set()
        self._reports: Final[list[tuple[str, Report]]] = []
        self._open: Final[dict[str, _Suppression]] = {}
        if b"ldbpy:" in source:
            for comment in chunk.comments:
                match = re.match(_COMMENT, comment.text)
                if match is not None:
                    self._read(comment, match)
        self._all.extend(each._replace(last=len(self._lines)) for each in self._open.values())
        self._tables: Final = _Tables(self._all)
        self._foreign: LeftOut | None = None
        if b"luacheck:" in source or b"selene:" in source:
            from ldbpy.lint.foreign import LeftOut  # only for scripts that other linters read

            self._foreign = LeftOut(source, chunk)

    def _read(self, comment: Comment, match: re.Match[str]) -> None:
        kind = match["kind"]
        if kind not in KINDS:
            known = ", ".join(sorted(KINDS))
            self._report("invalid-suppression", comment, f"there is no 'ldbpy: {kind}'", f"one of: {known}")
            return
        names = [name.strip() for name in (match["rules"] or "").split(",") if name.strip()]
        if not names:
            told = f"'ldbpy: {kind}' names no rule"
            self._report("invalid-suppression", comment, told, f"write {kind}[rule-name]")
        elif kind != "enable" and not match["reason"].strip():
            told, help = f"'ldbpy: {kind}' does not say why", "write the reason behind the brackets"
            self._report("suppression-without-reason", comment, told, help)
        for name in names:
            rule = rule_named(name)
            if rule is None:
                self._report("invalid-suppression", comment, f"there is no rule '{name}'", suggestion(name))
            else:
                self._add(comment, kind, rule.name, name)

    def _report(self, rule: str, comment: Comment, message: str, help: str | None = None) -> None:
        self._reports.append((rule, Report(comment.start, comment.end, message, help)))

    def _add(self, comment: Comment, kind: str, rule: str, written: str) -> None:
        line = self._lines.line(comment.start)
        if kind == "file-ignore":
            self._all.append(_Suppression(comment, kind, rule, 1, len(self._lines), written=written))
        elif kind == "disable":
            self._open.setdefault(rule, _Suppression(comment, kind, rule, line, line, written=written))
        elif kind == "enable":
            self._close(comment, rule, line)
        else:
            at = self._target(comment, line) if kind != "ignore-next-line" else line + 1
            self._all.append(_Suppression(comment, kind, rule, at, at, written=written))

    def _close(self, comment: Comment, rule: str, line: int) -> None:
        if rule not in self._open:
            self._report("unused-suppression", comment, f"'{rule}' is not disabled here", "remove the comment")
            return
        self._all.append(self._open.pop(rule)._replace(last=line, end=comment))

    def _target(self, comment: Comment, line: int) -> int:
        """The line of the comment if there is code on it, else the next with code, or that a line was put in for."""
        before = self._source[self._lines.span(line)[0] : comment.start]
        if before.strip():
            return line
        line = self._lines.line(max(comment.end - 1, comment.start)) + 1
        at = bisect_left(self._with_code, line)
        return self._with_code[at] if at < len(self._with_code) else max(line, len(self._lines))

    @cached_property
    def _with_code(self) -> list[int]:
        """The lines with code, and those a line was put in for; without the last."""
        texts = ((line, self._lines.text(line).strip()) for line in range(1, len(self._lines)))
        return [line for line, text in texts if line in self._included or (text and not text.startswith(b"--"))]

    def hides(self, rule: str, report: Report) -> bool:
        """Whether a finding of that rule is to be left out."""
        line = self._lines.line(report.start)
        found = self._tables.of(rule, line)
        self._used.update(each for each in found if each not in self._used)
        return bool(found) or (self._foreign is not None and self._foreign.has(rule, report))

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
                message = f"nothing here is found by '{each.rule}'"
                whole = self._is_alone(each.comment) and (each.end is None or self._is_alone(each.end))
                help = "remove the comment" if whole else f"remove {each.written}"
                yield "unused-suppression", Report(start, end, message, help, fix=self._fix(each, whole=whole))

    def _is_alone(self, comment: Comment) -> bool:
        """Whether a comment names one rule only."""
        match = re.match(_COMMENT, comment.text)
        return match is not None and "," not in (match["rules"] or "")

    def _fix(self, each: _Suppression, *, whole: bool) -> Fix | None:
        """Take the comment away, and the one that ends it; or the rule out of it, if it is about others as well."""
        comments = [each.comment] if each.end is None else [each.comment, each.end]
        if whole:
            return Fix(tuple(Edit(*self._removed(comment), b"") for comment in comments), safe=True)
        if each.end is not None:
            return None
        match = re.match(_COMMENT, each.comment.text)
        assert match is not None
        kept = [name.strip() for name in match["rules"].split(",") if name.strip() != each.written]
        start, end = (each.comment.start + offset for offset in match.span("rules"))
        return Fix((Edit(start, end, ", ".join(kept).encode("latin-1")),), safe=True)

    def _removed(self, comment: Comment) -> tuple[int, int]:
        """The comment with the spaces before it; with its line if nothing else is on it."""
        line = self._lines.line(comment.start)
        first, _ = self._lines.span(line)
        start = first + len(self._source[first : comment.start].rstrip())
        if start == first and line < len(self._lines):
            return first, self._lines.offset(line + 1)
        return start, comment.end
