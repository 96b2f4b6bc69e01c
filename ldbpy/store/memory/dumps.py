"""A value as DUMP tells it: the type, the value as in an RDB file, the format's version, and a checksum.

As ``rdb.c`` and ``cluster.c`` of Redis 7.0 read it. Written is the plain form of each type, which every server takes,
where servers write the packed form of what is small.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from ldbpy.resp import parse_double
from ldbpy.store.memory.hashes import set_field
from ldbpy.store.memory.lists import new_list
from ldbpy.store.memory.packed import BadDumpError, Bytes, intset, listpack, lzf, ziplist
from ldbpy.store.memory.sets import add_member
from ldbpy.store.memory.values import Hash, List, Set, Value, ZSet
from ldbpy.store.memory.zset_values import new_zset

if TYPE_CHECKING:
    from ldbpy.store.memory.client import Client

__all__ = ["dumped", "is_sound", "restored"]

_FOOTER: Final = 10
"""Bytes of version and checksum."""
_STRING, _LIST, _SET, _ZSET_TEXT, _HASH, _ZSET = range(6)


def dumped(value: Value, version: int) -> bytes | None:
    """What DUMP tells of a value; None for types that cannot be told."""
    match value:
        case bytes() | bytearray():
            kind, parts = _STRING, [_string(value)]
        case List():
            kind, parts = _LIST, [_length(len(value)), *map(_string, value)]
        case Set():
            kind, parts = _SET, [_length(len(value)), *map(_string, value)]
        case Hash() if not value.expires:
            kind, parts = _HASH, [_length(len(value)), *(_string(each) for pair in value.items() for each in pair)]
        case ZSet():
            highest_first = reversed(value.order)  # as servers write them
            scored = (_string(member) + struct.pack("<d", score) for score, member in highest_first)
            kind, parts = _ZSET, [_length(len(value)), *scored]
        case _:
            return None
    body = bytes((kind,)) + b"".join(parts) + version.to_bytes(2, "little")
    return body + _crc64(body).to_bytes(8, "little")


def _length(count: int) -> bytes:
    if count < 1 << 6:
        return bytes((count,))
    if count < 1 << 14:
        return (count | 0x4000).to_bytes(2, "big")
    return b"\x80" + count.to_bytes(4, "big") if count < 1 << 32 else b"\x81" + count.to_bytes(8, "big")


def _string(text: bytes | bytearray) -> bytes:
    return _length(len(text)) + text


def is_sound(payload: bytes, accepts: Callable[[int], bool]) -> bool:
    """Whether version and checksum are right."""
    if len(payload) < _FOOTER or not accepts(int.from_bytes(payload[-10:-8], "little")):
        return False
    return payload[-8:] == _crc64(payload[:-8]).to_bytes(8, "little")


def restored(client: Client, payload: bytes) -> Value | None:
    """The value of a payload that is sound; None if it is of a type that is not kept here.

    Raises:
        BadDumpError: there is none in it.
    """
    read = Bytes(payload)
    kind = read.byte()
    if kind == _STRING:
        return _read_string(read)
    if kind in _LISTS:
        return new_list(_some(_LISTS[kind](read)))
    if kind in _SETS:
        return _set_of(client, _some(_SETS[kind](read)), is_listpack=kind == _SET_LISTPACK)
    if kind in _HASHES:
        return _hash_of(_pairs(_some(_HASHES[kind](read))))
    if kind in _ZSETS:
        return new_zset(client, _scores(_pairs(_some(_ZSETS[kind](read)))))
    if kind > _NEWEST:
        raise BadDumpError
    return None


def _read_length(read: Bytes) -> tuple[int, bool]:
    """A length; or how a string is encoded, and that it is."""
    mark = read.byte()
    match mark >> 6:
        case 0:
            return mark, False
        case 1:
            return (mark & 0x3F) << 8 | read.byte(), False
        case 3:
            return mark & 0x3F, True
    if mark not in (0x80, 0x81):
        raise BadDumpError
    return read.number(4 if mark == 0x80 else 8, "big"), False


def _read_string(read: Bytes) -> bytes:
    count, is_encoded = _read_length(read)
    if not is_encoded:
        return read.take(count)
    if count < 3:
        return b"%d" % read.number(1 << count, signed=True)
    if count > 3:
        raise BadDumpError
    packed, whole = _read_length(read)[0], _read_length(read)[0]
    return lzf(read.take(packed), whole)


def _count(read: Bytes) -> int:
    count, is_encoded = _read_length(read)
    if is_encoded:
        raise BadDumpError
    return count


def _strings(read: Bytes) -> Iterator[bytes]:
    return (_read_string(read) for _ in range(_count(read)))


def _fields(read: Bytes) -> Iterator[bytes]:
    return (_read_string(read) for _ in range(2 * _count(read)))


def _scored(read: Bytes) -> Iterator[bytes]:
    for _ in range(_count(read)):
        yield _read_string(read)
        (score,) = struct.unpack("<d", read.take(8))
        yield b"%.17g" % float(score)


def _scored_as_text(read: Bytes) -> Iterator[bytes]:
    for _ in range(_count(read)):
        yield _read_string(read)
        length = read.byte()
        yield {253: b"nan", 254: b"inf", 255: b"-inf"}.get(length) or read.take(length)


def _ziplists(read: Bytes) -> Iterator[bytes]:
    for _ in range(_count(read)):
        yield from ziplist(_read_string(read))


def _nodes(read: Bytes) -> Iterator[bytes]:
    """A list of the nodes of a quicklist: a listpack each, or one long element (Redis 7.0)."""
    for _ in range(_count(read)):
        container = _count(read)
        if container not in (1, 2):
            raise BadDumpError
        node = _read_string(read)
        if container == 1:
            yield node
        else:
            yield from listpack(node)


def _of(unpack: Callable[[bytes], Iterable[bytes]]) -> Callable[[Bytes], Iterable[bytes]]:
    return lambda read: unpack(_read_string(read))


_Reader = Callable[[Bytes], Iterable[bytes]]
_SET_LISTPACK: Final = 20
_NEWEST: Final = 25
"""The last type of Redis 7.4; later ones are not known here."""
_LISTS: Final[dict[int, _Reader]] = {_LIST: _strings, 10: _of(ziplist), 14: _ziplists, 18: _nodes}
_SETS: Final[dict[int, _Reader]] = {_SET: _strings, 11: _of(intset), _SET_LISTPACK: _of(listpack)}
_HASHES: Final[dict[int, _Reader]] = {_HASH: _fields, 13: _of(ziplist), 16: _of(listpack)}
_ZSETS: Final[dict[int, _Reader]] = {
    _ZSET_TEXT: _scored_as_text,
    _ZSET: _scored,
    12: _of(ziplist),
    17: _of(listpack),
}


def _some(elements: Iterable[bytes]) -> list[bytes]:
    """The elements; no key holds nothing."""
    found = list(elements)
    if not found:
        raise BadDumpError
    return found


def _pairs(elements: list[bytes]) -> dict[bytes, bytes]:
    found = dict(zip(elements[::2], elements[1::2], strict=False))
    if 2 * len(found) != len(elements):  # one is there twice, or the last is alone
        raise BadDumpError
    return found


def _set_of(client: Client, members: list[bytes], *, is_listpack: bool) -> Set:
    value = Set(encoding="listpack") if is_listpack else Set()
    for member in members:
        if not add_member(client, value, member):
            raise BadDumpError
    return value


def _hash_of(pairs: dict[bytes, bytes]) -> Hash:
    value = Hash()
    for field, text in pairs.items():
        set_field(value, field, text)
    return value


def _scores(pairs: dict[bytes, bytes]) -> dict[bytes, float]:
    scores = {}
    for member, text in pairs.items():
        score = parse_double(text)
        if score is None:
            raise BadDumpError
        scores[member] = score
    return scores


_POLYNOMIAL: Final = 0x95AC9329AC4BC9B5
"""Of the checksum that ``crc64.c`` calls Jones', its bits reversed."""


@cache
def _crc_table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return table


def _crc64(data: bytes) -> int:
    table, crc = _crc_table(), 0
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc
