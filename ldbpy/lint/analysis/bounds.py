"""Which replies may be of any length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ldbpy.lint.analysis.calls import CallSite

__all__ = ["is_unbounded"]

_ALL: Final = frozenset({b"SMEMBERS", b"HGETALL", b"HKEYS", b"HVALS", b"KEYS", b"SUNION", b"SINTER", b"SDIFF"})
_RANGES: Final = frozenset({b"LRANGE", b"ZRANGE", b"ZREVRANGE"})
_SCORES: Final = frozenset({b"ZRANGEBYSCORE", b"ZREVRANGEBYSCORE", b"ZRANGEBYLEX", b"ZREVRANGEBYLEX"})


def is_unbounded(site: CallSite) -> bool:
    """Whether a call reads all there is, however much that is."""
    if site.name in _ALL:
        return True
    if site.name in _SCORES:
        return not site.more and not any((word or b"").upper() == b"LIMIT" for word in site.words)
    return site.name in _RANGES and len(site.words) > 3 and site.words[3] == b"-1"
