"""Checkstyle's XML, which Jenkins, SonarQube and many others read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ldbpy.lint.findings import FileResult, Finding, Severity
from ldbpy.lint.reporters.xml_text import attribute

__all__ = ["report"]

_SEVERITIES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


def report(results: Sequence[FileResult]) -> str:
    """All findings as an XML document."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<checkstyle version="4.3">']
    for result in results:
        lines.append(f"  <file name={attribute(result.path)}>")
        lines += map(_error, result.findings)
        lines.append("  </file>")
    return "\n".join([*lines, "</checkstyle>"]) + "\n"


def _error(finding: Finding) -> str:
    message = f"{finding.message}; {finding.help}" if finding.help else finding.message
    return (
        f'    <error line="{finding.place.line}" column="{finding.place.column}"'
        f' severity="{_SEVERITIES[finding.severity]}" message={attribute(message)}'
        f" source={attribute(f'ldbpy.{finding.rule}')}/>"
    )
