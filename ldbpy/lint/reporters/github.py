"""Workflow commands of GitHub Actions: annotations on the changed lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ldbpy.lint.findings import FileResult, Finding, Severity
from ldbpy.render.text import harmless

__all__ = ["report"]

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def report(results: Sequence[FileResult]) -> str:
    """All findings as commands, one a line."""
    return "".join(_command(finding) for result in results for finding in result.findings)


def _command(finding: Finding) -> str:
    place = finding.place
    properties = {
        "title": f"ldbpy ({finding.rule})",
        "file": finding.path,
        "line": place.line,
        "endLine": place.end_line,
    }
    if place.end_line == place.line:  # GitHub takes columns only within one line
        properties |= {"col": place.column, "endColumn": place.end_column}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = f"{finding.message}; {finding.help}" if finding.help else finding.message
    shown = f"{finding.path}:{place.line}:{place.column}: {message}"
    return f"::{_COMMANDS[finding.severity]} {told}::{_data(shown)}\n"


def _data(text: str) -> str:
    return harmless(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
