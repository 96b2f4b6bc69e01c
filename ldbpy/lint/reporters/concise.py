"""One line a finding, for people and for editors that jump to ``file:line:column:``."""

from __future__ import annotations

from collections.abc import Sequence

from ldbpy.lint.findings import FileResult, Finding
from ldbpy.render.text import harmless

__all__ = ["report"]


def report(results: Sequence[FileResult]) -> str:
    """All findings as text."""
    return "".join(f"{_line(finding)}\n" for result in results for finding in result.findings)


def _line(finding: Finding) -> str:
    place = f"{finding.path}:{finding.place.line}:{finding.place.column}"
    help = f" help: {finding.help}" if finding.help else ""
    told = harmless(f"{place}: {finding.severity}: {finding.message} [{finding.rule}]{help}")
    return told.replace("\n", "\\n")  # as it may be in the name of a file
