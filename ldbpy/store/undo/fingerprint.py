"""A short name for what DUMP gave, the same for the same content.

The bytes alone will not do: a hash table tells its members in another order while it is resized, which reading alone
moves on. So the members of the plain encodings (RDB types 2 and 4, and Valkey's 22 with a time of expiry for each
field; see ``rdb.h`` of Redis 7.2 and Valkey 9) are put in order first. They are not decoded: equal strings are encoded
equally. Fields that expire are told apart from those that do not, since they go by themselves.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

__all__ = ["NO_FIELDS", "Fingerprint", "fingerprint"]

_FOOTER: Final = 10
"""Bytes behind the value: the version of the format and a checksum."""
_HASH, _EXPIRING_HASH = 4, 22
_PARTS: Final = {2: (1, 0), _HASH: (2, 0), _EXPIRING_HASH: (2, 8)}
"""By type: how many strings make a member, and how many bytes follow them."""
_NEVER: Final = -1
_SHORT: Final = 8
"""Bytes that stand for a field that expires."""


class Fingerprint(NamedTuple):
    """What stands for the content."""

    print: bytes
    """20 bytes, for all that does not expire by itself."""
    fields: tuple[tuple[int, bytes], ...] = ()
    """The fields of a hash that expire, in order: when, in milliseconds since 1970, and 8 bytes for each."""


def fingerprint(dump: bytes) -> Fingerprint:
    """What stands for a dump."""
    body = dump[:-_FOOTER]
    if not body or body[0] not in _PARTS:
        return Fingerprint(_digest(body))
    try:
        members = _members(body, *_PARTS[body[0]])
    except IndexError:  # not what it seems: it is taken as it is
        return Fingerprint(_digest(body))
    if body[0] != _EXPIRING_HASH:
        return Fingerprint(_digest(body[:1] + b"".join(sorted(members))))
    # When the last field that expires has gone, the hash is told as any other.
    lasting, expiring = [], []
    for member in members:
        text, ends = member[:-8], int.from_bytes(member[-8:], "little", signed=True)
        if ends == _NEVER:
            lasting.append(text)
        else:
            expiring.append((ends, _digest(text)[:_SHORT]))
    return Fingerprint(_hash_of(lasting), tuple(sorted(expiring)))


def _digest(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _hash_of(members: list[bytes]) -> bytes:
    return _digest(bytes((_HASH,)) + b"".join(sorted(members)))


NO_FIELDS: Final = _hash_of([])
"""What stands for a hash all of whose fields expire."""


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
