"""Which form is made by which module, imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ldbpy.lint.findings import FileResult

if TYPE_CHECKING:
    from ldbpy.render.style import Style

__all__ = ["FORMATS", "PAINTED", "render"]

FORMATS: Final = {
    "full": "full",
    "concise": "concise",
    "grouped": "grouped",
    "json": "json_report",
    "jsonl": "jsonl",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "checkstyle": "checkstyle",
    "rdjson": "rdjson",
    "azure": "azure",
}
PAINTED: Final = frozenset({"full", "grouped"})
"""Those for people, with colours."""


def render(form: str, results: Sequence[FileResult], style: Style) -> str:
    """All findings in that form."""
    module = importlib.import_module(f"ldbpy.lint.reporters.{FORMATS[form]}")
    text: str = module.report(results, style) if form in PAINTED else module.report(results)
    return text
