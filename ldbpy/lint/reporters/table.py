"""Which form is made by which module, imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Final

from ldbpy.lint.findings import FileResult

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


def render(form: str, results: Sequence[FileResult], *, colours: bool) -> str:
    """All findings in that form. ``colours``: whether to paint, in the forms for people."""
    module = importlib.import_module(f"ldbpy.lint.reporters.{FORMATS[form]}")
    if form in PAINTED:
        from ldbpy.render.style import Style

        text: str = module.report(results, Style(colours=colours))
    else:
        text = module.report(results)
    return text
