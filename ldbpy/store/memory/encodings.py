"""What OBJECT ENCODING says of a value: how a server would keep it."""

from __future__ import annotations

from typing import Final

from ldbpy.flavors import Feature
from ldbpy.resp import parse_integer
from ldbpy.store.memory.values import Hash, List, ModuleValue, Set, Value, ZSet

__all__ = ["encoding", "reference_count"]

_EMBEDDED: Final = 44
_SHARED_INTEGERS: Final = 10_000
_SHARED_COUNT: Final = 2**31 - 1


def encoding(value: Value, features: frozenset[Feature]) -> bytes:
    """The name of the encoding on a server with those features."""
    small = b"listpack" if Feature.LISTPACKS in features else b"ziplist"
    match value:
        case bytes():
            return _string_encoding(value)
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


def _string_encoding(value: bytes) -> bytes:
    if len(value) <= 20 and parse_integer(value) is not None:
        return b"int"
    return b"embstr" if len(value) <= _EMBEDDED else b"raw"


def reference_count(value: Value, features: frozenset[Feature]) -> int:
    """What OBJECT REFCOUNT says: small integers are shared by the whole server."""
    if Feature.SHARED_INTEGERS in features and isinstance(value, bytes) and len(value) <= 4:
        number = parse_integer(value)
        if number is not None and 0 <= number < _SHARED_INTEGERS:
            return _SHARED_COUNT
    return 1
