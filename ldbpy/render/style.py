"""Colours: what is shown in which, and whether there are any."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["PLAIN", "Role", "Style"]


class Role(StrEnum):
    """What a piece of text is."""

    ERROR = "31;1"
    WARNING = "33;1"
    MARK = "31"
    DIM = "2"
    ADDED = "32"
    REMOVED = "31"
    CHANGED = "33"


class Style:
    """Paints text, or leaves it as it is."""

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours

    def paint(self, role: Role, text: str) -> str:
        """The text in the colour of its role."""
        return f"\x1b[{role.value}m{text}\x1b[0m" if self._colours and text else text


PLAIN = Style(colours=False)
