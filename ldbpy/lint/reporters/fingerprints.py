"""A name for each finding that stays when lines before it come and go: for baselines of CI systems."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from ldbpy.lint.runner import FileResult
from ldbpy.script.lines import LineIndex

__all__ = ["fingerprints"]


def fingerprints(results: Sequence[FileResult]) -> list[list[str]]:
    """For each file, for each of its findings: of rule, path, the text of the line, and which of several it is."""
    found = []
    for result in results:
        lines = LineIndex(result.source)
        seen: Counter[bytes] = Counter()
        names = []
        for finding in result.findings:
            text = b" ".join(lines.text(finding.place.line).split())
            what = b"\0".join((finding.rule.encode(), result.path.encode("utf-8", "surrogateescape"), text))
            seen[what] += 1
            names.append(hashlib.sha1(b"%s\0%d" % (what, seen[what]), usedforsecurity=False).hexdigest())
        found.append(names)
    return found
