"""Fixes, applied to the text. What they give must compile, or nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ldbpy.lint.findings import Edit, Finding, Rule
from ldbpy.lint.respelling import respelling
from ldbpy.lint.runner import lint
from ldbpy.lint.targets import Targets
from ldbpy.script.parser import parse

__all__ = ["ROUNDS", "Fixed", "applied", "compiles", "edited", "fix_source", "without_collisions"]

ROUNDS = 10
"""Fixes may make room for others, or undo each other."""


class Fixed(NamedTuple):
    """A script with its fixes in it, and how many there were of each rule."""

    source: bytes
    applied: Counter[str]


def fix_source(path: str, source: bytes, rules: Sequence[Rule], targets: Targets, *, unsafe: bool) -> Fixed:
    """Apply fixes until there are none left; the unsafe ones too if asked for."""
    counts: Counter[str] = Counter()
    source, respelled = _respelled(source, unsafe=unsafe)
    if respelled:
        counts["syntax-error"] = respelled
    for _ in range(ROUNDS):
        findings = [
            finding
            for finding in lint(path, source, rules, targets).findings
            if finding.fix is not None and (finding.fix.safe or unsafe)
        ]
        fixed, number = _round(source, findings)
        if not number:
            break
        source, counts = fixed, counts + number
    return Fixed(source, counts)


def _respelled(source: bytes, *, unsafe: bool) -> tuple[bytes, int]:
    """The script with other languages' spellings replaced if it compiles then, and how many there were."""
    fixed, number = source, 0
    left = len(source) + 1
    while problems := parse(fixed).problems:
        fix = respelling(fixed, problems[0])
        if fix is None or not (fix.safe or unsafe) or len(fixed) - problems[0].start >= left:
            return source, 0
        left = len(fixed) - problems[0].start
        fixed, number = edited(fixed, fix.edits), number + 1
    return (fixed, number) if number and compiles(fixed) else (source, 0)


def _round(source: bytes, findings: Sequence[Finding]) -> tuple[bytes, Counter[str]]:
    """Apply the fixes that do not overlap; if that does not compile, the first that does by itself."""
    chosen = without_collisions(findings)
    for attempt in (chosen, *([finding] for finding in findings)) if chosen else ():
        fixed = applied(source, attempt)
        if fixed != source and compiles(fixed):
            return fixed, Counter(finding.rule for finding in attempt)
    return source, Counter()


def without_collisions(findings: Sequence[Finding]) -> list[Finding]:
    """Those whose fixes do not overlap, the first of any that do."""
    chosen: list[Finding] = []
    for finding in findings:
        if not any(_collide(finding, other) for other in chosen):
            chosen.append(finding)
    return chosen


def applied(source: bytes, findings: Sequence[Finding]) -> bytes:
    """The source with the fixes in it. They must not overlap."""
    return edited(source, [edit for finding in findings for edit in _edits(finding)])


def edited(source: bytes, edits: Iterable[Edit]) -> bytes:
    """The source with edits in it that do not overlap."""
    for edit in sorted(edits, reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source


def _edits(finding: Finding) -> tuple[Edit, ...]:
    return finding.fix.edits if finding.fix is not None else ()


def _collide(finding: Finding, other: Finding) -> bool:
    return any(_overlap(edit, theirs) for edit in _edits(finding) for theirs in _edits(other))


def _overlap(one: Edit, other: Edit) -> bool:
    return (one.start < other.end and other.start < one.end) or one.start == other.start


def compiles(source: bytes) -> bool:
    """Whether a server would compile the script, by our parser and by Lua itself."""
    chunk = parse(source)
    if chunk.problems:
        return False
    from ldbpy.lua.engines import engine_for

    engine = engine_for("5.1")
    blank = chunk.shebang[1] if chunk.shebang is not None else 0
    try:
        engine.module.LuaRuntime(encoding=None).compile(b" " * blank + source[blank:])
    except engine.module.LuaSyntaxError:
        return False
    return True
