"""Markdown for the generated pages."""

from __future__ import annotations

from typing import Final

__all__ = ["NOTE", "page", "table"]

NOTE: Final = "<!-- Made from the code by `make docs`. Change the code, not this page. -->\n"
"""What stands on top of each."""


def page(title: str, *parts: str) -> str:
    """A whole page."""
    return f"{NOTE}\n# {title}\n\n" + "\n\n".join(part.strip("\n") for part in parts) + "\n"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table; bars in cells are escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
