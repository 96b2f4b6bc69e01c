"""Where the options of a command end, for those commands that have them before other arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ldbpy.lint.analysis.calls import CallSite

__all__ = ["TIME_OPTIONS", "behind_options"]

TIME_OPTIONS: Final = (b"EX", b"PX", b"EXAT", b"PXAT")
"""The words of SET and GETEX before a time to live, or a time of expiry."""
_FLAGS: Final = {
    b"ZADD": (b"NX", b"XX", b"GT", b"LT", b"CH", b"INCR"),
    b"GEOADD": (b"NX", b"XX", b"CH"),
    b"XADD": (b"NOMKSTREAM", b"KEEPREF", b"DELREF", b"ACKED"),
}
_TRIMS: Final = (b"MAXLEN", b"MINID")


def behind_options(site: CallSite) -> int | None:
    """The first argument that is no option of ``ZADD``, ``GEOADD`` or ``XADD``; None where that is not known."""
    flags = _FLAGS[site.name or b""]
    place = 2
    while place < len(site.words):
        word = (site.words[place] or b"").upper()
        if word in flags:
            place += 1
        elif site.name == b"XADD" and word in _TRIMS:
            if _at(site, place + 1) is None and _at(site, place + 2) != b"*":
                return None  # a variable may hold the ~ as well as the number
            place += 3 if _at(site, place + 1) in (b"=", b"~") else 2
        elif site.name == b"XADD" and word == b"LIMIT":
            place += 2
        else:
            return place
    return None


def _at(site: CallSite, place: int) -> bytes | None:
    return site.words[place] if place < len(site.words) else None
