"""The signs a screen is drawn with, and those that stand in for them where there is no UTF-8."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ASCII", "UNICODE", "Signs", "signs_for"]


class Signs(NamedTuple):
    """One set of signs, each a column wide."""

    corners: str
    """Which lines of a border meet, by their sum: 1 up, 2 right, 4 down, 8 left."""
    replaced: dict[str, str]
    """What else cannot be shown, and what is shown for it."""
    encoding: str


UNICODE: Final = Signs(" │─└││┌├─┘─┴┐┤┬┼", {}, "utf-8")
ASCII: Final = Signs(
    " |-+||++-+-+++++",
    {
        "●": "*", "○": "o", "→": ">", "◆": "@", "▸": ">", "▾": "v", "▶": ">", "…": "~", "·": ".", "µ": "u", "│": "|",
        "─": "-", "✓": "+", "⇧": "^", "↑": "^", "↓": "v", "×": "x", "–": "-", "■": "#",
    },
    "ascii",
)  # fmt: skip


def signs_for(encoding: str | None) -> Signs:
    """The signs for a terminal of that encoding."""
    try:
        "●→│µ".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII._replace(encoding=encoding or "ascii")
    return UNICODE._replace(encoding=encoding or "utf-8")
