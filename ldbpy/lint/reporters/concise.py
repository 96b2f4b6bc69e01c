"""One line a finding, for people and for editors that jump to ``file:line:column:``."""

from __future__ import annotations

from collections.abc import Sequence

from ldbpy.lint.findings import FileResult
from ldbpy.render.text import harmless

__all__ = ["report"]


def report(results: Sequence[FileResult]) -> str:
    """All findings as text."""
    return "".join(
        harmless(f"{each.path}:{each.place.line}:{each.place.column}: {each.severity}: {each.message} [{each.rule}]")
        + (harmless(f" help: {each.help}") if each.help else "")
        + "\n"
        for result in results
        for each in result.findings
    )
