"""Comments written into a script that leave its findings out: ``--add-ignore``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ldbpy.lint.findings import Finding, Rule
from ldbpy.lint.runner import lint
from ldbpy.lint.targets import Targets
from ldbpy.script.lines import LineIndex
from ldbpy.script.parser import parse

__all__ = ["Ignored", "add_ignores", "ignoring"]

_NEVER = ("syntax-error", "invalid-suppression", "unused-suppression", "unfulfilled-expectation")
"""What a comment does not leave out, or what is wrong with one."""


class Ignored(NamedTuple):
    """A script with comments in it, how many findings of each rule they leave out, and the lines where none can be."""

    source: bytes
    applied: Counter[str]
    left: tuple[int, ...]


def add_ignores(
    path: str,
    source: bytes,
    rules: Sequence[Rule],
    targets: Targets,
    reason: str,
    wanted: Callable[[int], bool],
) -> Ignored:
    """Put a comment at each line with findings that is ``wanted``."""
    return ignoring(source, lint(path, source, rules, targets).findings, reason, wanted)


def ignoring(source: bytes, findings: Iterable[Finding], reason: str, wanted: Callable[[int], bool]) -> Ignored:
    """Put a comment at each line of these findings that is ``wanted``."""
    found: dict[int, Counter[str]] = {}
    for finding in findings:
        if finding.rule not in _NEVER and wanted(finding.place.line):
            found.setdefault(finding.place.line, Counter())[finding.rule] += 1
    counts: Counter[str] = Counter()
    left = []
    for line, names in sorted(found.items(), reverse=True):  # from the end, so that the lines before keep their number
        comment = f"-- ldbpy: ignore[{', '.join(sorted(names))}] {reason}".rstrip().encode("utf-8", "surrogateescape")
        changed = _commented(source, line, comment)
        if changed is None:
            left.append(line)
        else:
            source, counts = changed, counts + names
    return Ignored(source, counts, tuple(sorted(left)))


def _commented(source: bytes, line: int, comment: bytes) -> bytes | None:
    """The source with a comment for that line: at its end, or else on a line before it."""
    before = parse(source)
    for changed in _attempts(source, before.lines, line, comment):
        after = parse(changed)
        if not after.problems and len(after.comments) == len(before.comments) + 1:
            return changed
    return None


def _attempts(source: bytes, lines: LineIndex, line: int, comment: bytes) -> Iterator[bytes]:
    start, end = lines.span(line)
    text = source[start:end]
    kept = start + len(text.rstrip())
    yield source[:kept] + b" " + comment + source[end:]
    indent = text[: len(text) - len(text.lstrip())]
    newline = b"\r\n" if source[end : end + 2] == b"\r\n" else b"\n"
    if line > 1 or not source.startswith(b"#!"):
        yield source[:start] + indent + comment + newline + source[start:]
