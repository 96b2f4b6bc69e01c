"""What tells findings apart when lines before them come and go: for baselines, ours and those of CI systems."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from ldbpy.lint.findings import FileResult, Finding
from ldbpy.script.lines import LineIndex

__all__ = ["contexts", "fingerprints"]


def contexts(result: FileResult) -> list[str]:
    """For each finding of a file a hash of its rule and the text of its line, spaces apart: the same for two alike."""
    lines = LineIndex(result.source)
    return [_context(finding, lines) for finding in result.findings]


def _context(finding: Finding, lines: LineIndex) -> str:
    text = b" ".join(lines.text(finding.place.line).split())
    return hashlib.sha1(finding.rule.encode() + b"\0" + text, usedforsecurity=False).hexdigest()


def fingerprints(results: Sequence[FileResult]) -> list[list[str]]:
    """For each file, for each of its findings: of path, context, and which of several with that context it is."""
    return [_fingerprints(result) for result in results]


def _fingerprints(result: FileResult) -> list[str]:
    path = result.path.replace("\\", "/").removeprefix("./").encode("utf-8", "surrogateescape")
    seen: Counter[str] = Counter()
    found = []
    for context in contexts(result):
        seen[context] += 1
        what = b"%s\0%s\0%d" % (path, context.encode(), seen[context])
        found.append(hashlib.sha1(what, usedforsecurity=False).hexdigest())
    return found
