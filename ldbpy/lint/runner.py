"""One script in, its findings out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from ldbpy.lint.findings import FileResult, Finding, Report, Rule, Severity
from ldbpy.lint.places import place_of
from ldbpy.lint.platforms import Mode, errors_on
from ldbpy.lint.registry import BY_NAME, check_of
from ldbpy.lint.targets import DEFAULT_TARGETS, Targets
from ldbpy.script.ast import Chunk
from ldbpy.script.declared import UNDECLARED, Declared, declared
from ldbpy.script.lines import LineIndex
from ldbpy.script.parser import parse

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program
    from ldbpy.script.origins import Include

__all__ = ["lint"]

_check: Final = cache(check_of)
_SUPPRESSING: Final = (b"ldbpy:", b"luacheck:", b"selene:")
"""One of these stands in every comment that leaves findings out."""


def lint(
    path: str,
    source: bytes,
    rules: Sequence[Rule],
    targets: Targets = DEFAULT_TARGETS,
    called_with: Declared | None = None,
    includes: Sequence[Include] = (),
) -> FileResult:
    """Find what ``rules`` are about in a script. Never fails because of the script.

    ``called_with``: how many keys and arguments; None: what its name or a comment in it says. ``includes``: what lines
    that stand for files have brought into it.
    """
    chunk = parse(source)
    names = [rule.name for rule in rules]
    if chunk.problems:
        reports = list(_syntax(source, chunk))
    else:
        from ldbpy.lint.analysis.program import Program

        numbers = declared(path, source) if called_with is None else called_with
        program = Program(source, chunk, targets, numbers, includes)
        reports = list(_checked(program, rules))
    if any(word in source for word in _SUPPRESSING):
        reports = _not_suppressed(reports, source, chunk, includes, names)
    errors = errors_on(targets.platform, source)
    found = [
        _finding(path, source, chunk.lines, BY_NAME[rule], _raised(report) if rule in errors else report)
        for rule, report in sorted(dict.fromkeys(reports), key=lambda each: (each[1].start, each[1].end, each[0]))
        if rule in names or rule == "syntax-error"
    ]
    return FileResult(path, source, tuple(found))


def _not_suppressed(
    reports: Sequence[tuple[str, Report]],
    source: bytes,
    chunk: Chunk,
    includes: Sequence[Include],
    names: Sequence[str],
) -> list[tuple[str, Report]]:
    """What comments do not leave out, and what is wrong with these. ``names``: of the rules that ran."""
    from ldbpy.lint.suppressions import Suppressions  # few scripts have such comments

    suppressions = Suppressions(source, chunk, includes)
    kept = [
        (rule, report) for rule, report in reports if rule == "syntax-error" or not suppressions.hides(rule, report)
    ]
    if not chunk.problems:
        kept.extend(suppressions.reports(names))
    return kept


def _syntax(source: bytes, chunk: Chunk) -> Iterator[tuple[str, Report]]:
    """The problems the server would name, one a line: those behind the first often follow from it."""
    from ldbpy.lint.respelling import respelling

    lines = set()
    for problem in chunk.problems:
        if problem.line not in lines:
            lines.add(problem.line)
            fix = respelling(source, problem)
            yield "syntax-error", Report(problem.start, problem.end, problem.message, problem.hint, fix=fix)


def _checked(program: Program, rules: Sequence[Rule]) -> Iterator[tuple[str, Report]]:
    # What rules for libraries look for need not stand in a file that is said to be one; lines that include are gone.
    text = program.source.lower() + (b" name=" if program.targets.mode is Mode.FUNCTION else b"")
    text += b"@include" if program.includes else b""
    text += b"keys=" if program.declared is not UNDECLARED else b""  # its name or its caller may say how many
    for rule in rules:
        if not rule.by_runner and _has_all(text, rule.needs):
            for report in _check(rule)(program):
                yield rule.name, report


def _has_all(text: bytes, needs: Sequence[bytes | tuple[bytes, ...]]) -> bool:
    for need in needs:  # noqa: SIM110  a generator takes twice as long, for each rule and file
        if not (need in text if isinstance(need, bytes) else _has_one(text, need)):
            return False
    return True


def _has_one(text: bytes, words: Sequence[bytes]) -> bool:
    for word in words:  # noqa: SIM110  as above
        if word in text:
            return True
    return False


def _raised(report: Report) -> Report:
    return report._replace(severity=Severity.ERROR)


def _finding(path: str, source: bytes, lines: LineIndex, rule: Rule, report: Report) -> Finding:
    labels = tuple((label, place_of(source, lines, label.start, label.end)) for label in report.labels)
    return Finding(
        path=path,
        rule=rule.name,
        code=rule.code,
        severity=report.severity or rule.severity,
        message=report.message,
        start=report.start,
        end=report.end,
        place=place_of(source, lines, report.start, report.end),
        help=report.help,
        labels=labels,
        fix=report.fix,
        mark=report.mark,
        include=report.include,
    )
