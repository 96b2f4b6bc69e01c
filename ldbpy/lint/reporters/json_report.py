"""JSON: an array of findings, with positions as lines and columns and as byte offsets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ldbpy.lint.findings import Finding, Place
from ldbpy.lint.reporters.fingerprints import fingerprints
from ldbpy.lint.runner import FileResult

__all__ = ["report"]


def report(results: Sequence[FileResult]) -> str:
    """All findings as a JSON text."""
    found = [
        _finding(finding, name)
        for result, names in zip(results, fingerprints(results), strict=True)
        for finding, name in zip(result.findings, names, strict=True)
    ]
    return json.dumps(found, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def _finding(finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "path": finding.path,
        "rule": finding.rule,
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        **_span(finding.place, finding.start, finding.end),
        "labels": [{"text": label.text, **_span(place, label.start, label.end)} for label, place in finding.labels],
        "fix": finding.fix
        and {
            "safe": finding.fix.safe,
            "edits": [
                {"start": edit.start, "end": edit.end, "text": edit.text.decode("utf-8", "backslashreplace")}
                for edit in finding.fix.edits
            ],
        },
        "fingerprint": fingerprint,
    }


def _span(place: Place, start: int, end: int) -> dict[str, int]:
    return {**place._asdict(), "start": start, "end": end}
