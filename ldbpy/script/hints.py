"""x."""

from __future__ import annotations

from ldbpy.script.lexer import Tokens


def hint_for(tokens: Tokens, index: int, message: str) -> str | None:
    """Say."""
    return None
