"""Text as XML takes it."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

__all__ = ["attribute", "content"]

_NOT_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    return _NOT_XML.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def attribute(text: str) -> str:
    """An attribute's value, quotes included."""
    return quoteattr(_clean(text))


def content(text: str) -> str:
    """What stands between two tags."""
    return escape(_clean(text))
