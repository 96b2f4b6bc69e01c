"""JSON: an array of findings, with positions as lines and columns and as byte offsets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from ldbpy.lint.findings import FileResult, Finding, Place
from ldbpy.lint.fingerprints import fingerprints

__all__ = ["encoded", "records", "report"]


def report(results: Sequence[FileResult]) -> str:
    """All findings as a JSON text."""
    return encoded(list(records(results)), indent=2)


def encoded(value: Any, *, indent: int | None = None) -> str:
    """JSON with characters as they are; what is no character is escaped once more."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def records(results: Sequence[FileResult]) -> Iterator[dict[str, Any]]:
    """Each finding as an object."""
    for result, names in zip(results, fingerprints(results), strict=True):
        for finding, name in zip(result.findings, names, strict=True):
            yield _finding(finding, name)


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
