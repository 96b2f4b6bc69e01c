"""JSON, one finding a line: what ``json`` has, for programs that read while it is written."""

from __future__ import annotations

from collections.abc import Sequence

from ldbpy.lint.findings import FileResult
from ldbpy.lint.reporters.json_report import encoded, records

__all__ = ["report"]


def report(results: Sequence[FileResult]) -> str:
    """All findings as lines of JSON."""
    return "".join(encoded(record) for record in records(results))
