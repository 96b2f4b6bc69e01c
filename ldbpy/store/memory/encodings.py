"""What OBJECT ENCODING says of a value: how a server would keep it."""

from __future__ import annotations

from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import parse_integer
from ldbpy.store.memory.values import Hash, List, ModuleValue, OwnNumber, Set, String, Unshortened, Value, ZSet

__all__ = ["beside_expiry", "encoding", "reference_count"]

_EMBEDDED: Final = 44
_TIME: Final = 8
_SHARED_INTEGERS: Final = 10_000
_SHARED_COUNT: Final = 2**31 - 1


def encoding(key: bytes, value: Value, features: frozenset[Feature]) -> bytes:
    """The name of the encoding on a server with those features."""
    small = b"listpack" if Feature.LISTPACKS in features else b"ziplist"
    match value:
        case bytes():
            whole = len(value) <= 20 and parse_integer(value) is not None
            return b"int" if whole else _text_encoding(key, value, features)
        case OwnNumber():
            return b"int"
        case Unshortened():
            return _text_encoding(key, value, features)
        case bytearray():
            return b"raw"
        case List():
            return b"quicklist" if value.big or Feature.LISTPACK_LISTS not in features else b"listpack"
        case Hash():
            if value.big:
                return b"hashtable"
            return b"listpackex" if value.timed and Feature.LISTPACK_WITH_EXPIRY in features else small
        case Set():
            return value.encoding.encode()
        case ZSet():
            return b"skiplist" if value.big else small
        case ModuleValue():
            return b"raw"
        case _:
            return b"stream"


def _text_encoding(key: bytes, value: String, features: frozenset[Feature]) -> bytes:
    return b"embstr" if len(value) <= _room(key, features) else b"raw"


def _room(key: bytes, features: frozenset[Feature]) -> int:
    """Short strings are kept in one piece of memory with the rest of the object, on Valkey with the key besides."""
    if Feature.KEY_BESIDE_LONG_VALUE in features:
        return 113 - len(key) - (2 if len(key) >= 32 else 0)
    return 41 - len(key) if Feature.KEY_BESIDE_VALUE in features else _EMBEDDED


def beside_expiry(key: bytes, value: Value, features: frozenset[Feature]) -> Value:
    """The value as it is kept when it takes the place of one that expires.

    Where key and value are one piece of memory, the time of expiry is in it too when the value is put there, and a
    string that then has no room left stays outside, even if the time is taken away at once.
    """
    if Feature.KEY_BESIDE_VALUE not in features or not isinstance(value, bytes | Unshortened):
        return value
    embedded = encoding(key, value, features) == b"embstr"
    return bytearray(value) if embedded and len(value) > _room(key, features) - _TIME else value


def reference_count(value: Value, features: frozenset[Feature]) -> int:
    """What OBJECT REFCOUNT says: small integers are shared by the whole server."""
    if Feature.SHARED_INTEGERS in features and isinstance(value, bytes) and len(value) <= 4:
        number = parse_integer(value)
        if number is not None and 0 <= number < _SHARED_INTEGERS:
            return _SHARED_COUNT
    return 1
