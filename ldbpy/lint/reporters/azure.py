"""Logging commands of Azure Pipelines: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ldbpy.lint.findings import FileResult, Finding, Severity
from ldbpy.render.text import harmless

__all__ = ["report"]

_TYPES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "warning"}
"""Azure has no more."""


def report(results: Sequence[FileResult]) -> str:
    """All findings as commands, one a line."""
    return "".join(_command(finding) for result in results for finding in result.findings)


def _command(finding: Finding) -> str:
    properties = {
        "type": _TYPES[finding.severity],
        "sourcepath": finding.path,
        "linenumber": finding.place.line,
        "columnnumber": finding.place.column,
        "code": finding.rule,
    }
    told = "".join(f"{name}={_property(str(value))};" for name, value in properties.items())
    message = f"{finding.message}; {finding.help}" if finding.help else finding.message
    return f"##vso[task.logissue {told}]{_data(message)}\n"


def _data(text: str) -> str:
    return harmless(text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
