"""A short name for what DUMP gave, the same for the same content.

The bytes alone will not do: a hash table tells its members in another order while it is resized, which reading alone
moves on. So the members of the plain encodings (RDB types 2 and 4, and 22 with a time of expiry for each field; see
``rdb.h`` of Redis 7.2 and Valkey 9) are put in order first. They are not decoded: equal strings are encoded equally.
"""

from __future__ import annotations

import hashlib
from typing import Final

__all__ = ["fingerprint"]

_FOOTER: Final = 10
"""Bytes behind the value: the version of the format and a checksum."""
_PARTS: Final = {2: (1, 0), 4: (2, 0), 22: (2, 8)}
"""By type: how many strings make a member, and how many bytes follow them."""


def fingerprint(dump: bytes) -> bytes:
    """20 bytes that stand for the content."""
    body = dump[:-_FOOTER]
    if body and body[0] in _PARTS:
        try:
            members = _members(body, *_PARTS[body[0]])
        except IndexError:  # not what it seems: it is taken as it is
            return hashlib.sha1(body, usedforsecurity=False).digest()
        body = body[:1] + b"".join(sorted(members))
    return hashlib.sha1(body, usedforsecurity=False).digest()


def _members(body: bytes, strings: int, more: int) -> list[bytes]:
    count, at, _ = _length(body, 1)
    members = []
    for _ in range(count):
        start = at
        for _ in range(strings):
            at = _behind_string(body, at)
        at += more
        if at > len(body):
            raise IndexError(at)
        members.append(body[start:at])
    if at != len(body):
        raise IndexError(at)
    return members


def _length(body: bytes, at: int) -> tuple[int, int, bool]:
    """A length, where it ends, and whether it is none but names an encoding (``rdbLoadLenByRef``)."""
    first = body[at]
    match first >> 6:
        case 0:
            return first & 0x3F, at + 1, False
        case 1:
            return (first & 0x3F) << 8 | body[at + 1], at + 2, False
        case 3:
            return first & 0x3F, at + 1, True
    size = 8 if first == 0x81 else 4
    return int.from_bytes(body[at + 1 : at + 1 + size], "big"), at + 1 + size, False


_INTEGERS: Final = {0: 1, 1: 2, 2: 4}
"""Bytes of a number by its encoding."""
_COMPRESSED: Final = 3


def _behind_string(body: bytes, at: int) -> int:
    """The place behind a string."""
    length, at, encoded = _length(body, at)
    if not encoded:
        return at + length
    if length == _COMPRESSED:
        compressed, at, _ = _length(body, at)
        _, at, _ = _length(body, at)
        return at + compressed
    if length not in _INTEGERS:
        raise IndexError(at)
    return at + _INTEGERS[length]
