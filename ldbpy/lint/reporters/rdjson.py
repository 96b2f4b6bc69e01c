"""Reviewdog's Diagnostic Format, which comments on reviews of several forges. Its columns are bytes of UTF-8."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ldbpy.lint.findings import Edit, FileResult, Finding, Severity
from ldbpy.lint.reporters.json_report import encoded
from ldbpy.script.lines import LineIndex

__all__ = ["report"]

_SEVERITIES: Final = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def report(results: Sequence[FileResult]) -> str:
    """All findings as a DiagnosticResult."""
    found = []
    for result in results:
        lines = LineIndex(result.source)
        found += [_diagnostic(finding, lines) for finding in result.findings]
    return encoded({"source": {"name": "ldbpy"}, "diagnostics": found}, indent=2)


def _diagnostic(finding: Finding, lines: LineIndex) -> dict[str, Any]:
    told: dict[str, Any] = {
        "message": f"{finding.message}; {finding.help}" if finding.help else finding.message,
        "location": {"path": finding.path, "range": _range(lines, finding.start, finding.end)},
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule},
    }
    if finding.labels:
        told["related_locations"] = [
            {"message": label.text, "location": {"path": finding.path, "range": _range(lines, label.start, label.end)}}
            for label, _ in finding.labels
        ]
    if finding.fix is not None and finding.fix.safe:
        told["suggestions"] = [_suggestion(edit, lines) for edit in finding.fix.edits]
    return told


def _suggestion(edit: Edit, lines: LineIndex) -> dict[str, Any]:
    return {"range": _range(lines, edit.start, edit.end), "text": edit.text.decode("utf-8", "backslashreplace")}


def _range(lines: LineIndex, start: int, end: int) -> dict[str, Any]:
    return {"start": _position(lines, start), "end": _position(lines, end)}


def _position(lines: LineIndex, offset: int) -> dict[str, int]:
    line, column = lines.position(offset)
    return {"line": line, "column": column}
