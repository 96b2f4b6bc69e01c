"""A code quality report of GitLab CI."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from ldbpy.lint.findings import FileResult, Severity
from ldbpy.lint.fingerprints import fingerprints

__all__ = ["report"]

_SEVERITIES: Final = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def report(results: Sequence[FileResult]) -> str:
    """All findings as a JSON array."""
    found = [
        {
            "description": f"{finding.message}; {finding.help}" if finding.help else finding.message,
            "check_name": finding.rule,
            "fingerprint": name,
            "severity": _SEVERITIES[finding.severity],
            "location": {
                "path": finding.path.encode("utf-8", "backslashreplace").decode("utf-8"),
                "positions": {
                    "begin": {"line": finding.place.line, "column": finding.place.column},
                    "end": {"line": finding.place.end_line, "column": finding.place.end_column},
                },
            },
        }
        for result, names in zip(results, fingerprints(results), strict=True)
        for finding, name in zip(result.findings, names, strict=True)
    ]
    return json.dumps(found, indent=2) + "\n"
