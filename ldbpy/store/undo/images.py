"""What a key held at one moment, and whether it still does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ldbpy.resp.quoting import quote
from ldbpy.store.undo.fingerprint import NO_FIELDS, fingerprint

__all__ = ["BLUR", "Image", "Kept", "KeyAt", "Mark", "is_same", "mark_of", "names", "restoring"]

BLUR: Final = 100
"""Milliseconds two times of expiry may differ: many servers tell only how long a key has left, and then what time it
is; one that has much to do may be held up in between.
"""

_SHOWN: Final = 10
"""How many keys are named in a message."""
_SOON: Final = 1000
"""Milliseconds before its time runs out in which a key that is gone is taken to have gone by itself: our idea of the
server's time is late by what an answer takes."""


class KeyAt(NamedTuple):
    """A key of one database."""

    db: int
    key: bytes


class Image(NamedTuple):
    """A key as DUMP gives it."""

    dump: bytes | None
    """None: there was no such key."""
    expires_at: int | None
    """Milliseconds since 1970 by the server's clock; None if it does not expire."""


class Mark(NamedTuple):
    """Enough of an image to know it again."""

    print: bytes | None
    """None: there was no such key."""
    expires_at: int | None
    fields: tuple[tuple[int, bytes], ...] = ()
    """Fields of a hash that expire: see ``Fingerprint``."""


class Kept(NamedTuple):
    """What is known of a key that was written to."""

    at: KeyAt
    before: Image
    """What it held before our first write."""
    seen: Mark | None
    """What it held after our last; None: that is not known."""
    foreign: bool = False
    """Whether somebody else has written to it in between."""


def mark_of(image: Image) -> Mark:
    """What to know an image by."""
    if image.dump is None:
        return Mark(None, None)
    print_, fields = fingerprint(image.dump)
    return Mark(print_, image.expires_at, fields)


def is_same(then: Mark, now: Mark, time: int) -> bool:
    """Whether nobody has touched a key since ``then``. What had a time that ran out, key or field, has gone by itself.

    ``time``: milliseconds since 1970 by the server's clock.
    """
    soon = time + _SOON
    if now.print is None:
        by_itself = then.expires_at is not None and then.expires_at <= soon
        return by_itself or then.print is None or (then.print == NO_FIELDS and _are_expired(then.fields, soon))
    if then.print != now.print or not set(then.fields).issuperset(now.fields):
        return False
    if not _are_expired(set(then.fields).difference(now.fields), soon):
        return False
    if then.expires_at is None or now.expires_at is None:
        return then.expires_at is now.expires_at
    return abs(then.expires_at - now.expires_at) <= BLUR


def _are_expired(fields: Iterable[tuple[int, bytes]], time: int) -> bool:
    return all(ends <= time for ends, _ in fields)


def restoring(at: KeyAt, image: Image, time: int) -> list[bytes]:
    """The command that gives a key what it held: nothing, if its time has run out meanwhile."""
    if image.dump is None or (image.expires_at is not None and image.expires_at <= time):
        return [b"DEL", at.key]
    return [b"RESTORE", at.key, b"%d" % (image.expires_at or 0), image.dump, b"REPLACE", b"ABSTTL"]


def names(keys: Sequence[KeyAt]) -> str:
    """Some keys for a message, as they can be typed."""
    shown = [quote(at.key).decode("ascii") for at in keys[:_SHOWN]]
    more = len(keys) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
