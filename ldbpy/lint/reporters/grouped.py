"""For people: the findings of each file under its name, a line each."""

from __future__ import annotations

from collections.abc import Sequence

from ldbpy.lint.findings import FileResult, Finding
from ldbpy.lint.reporters.full import ROLES
from ldbpy.render.style import Role, Style
from ldbpy.render.text import harmless

__all__ = ["report"]


def report(results: Sequence[FileResult], style: Style) -> str:
    """All findings as text."""
    parts = []
    for result in results:
        if result.findings:
            places = [f"{finding.place.line}:{finding.place.column}" for finding in result.findings]
            width = max(map(len, places))
            lines = [
                f"  {place:>{width}}  {_told(finding, style)}"
                for place, finding in zip(places, result.findings, strict=True)
            ]
            parts.append("\n".join([f"{harmless(result.path)}:", *lines]) + "\n\n")
    return "".join(parts)


def _told(finding: Finding, style: Style) -> str:
    kind = style.paint(ROLES[finding.severity], f"{finding.severity:<7}")
    return f"{kind}  {harmless(finding.message)}  {style.paint(Role.DIM, f'[{finding.rule}]')}"
