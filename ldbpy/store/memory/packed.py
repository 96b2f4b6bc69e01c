"""The packed forms of small values in a dump: ziplists, listpacks, intsets, and LZF around long strings.

Read as ``ziplist.c``, ``listpack.c``, ``intset.c`` and ``lzf_d.c`` of Redis 7.0 write them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

__all__ = ["BadDumpError", "Bytes", "intset", "listpack", "lzf", "ziplist"]

_END: Final = 0xFF


class BadDumpError(Exception):
    """Bytes that are no dump."""


class Bytes:
    """Bytes that are read from the front."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data: Final = data
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next bytes.

        Raises:
            BadDumpError: there are not so many.
        """
        taken = self._data[self._at : self._at + count]
        if len(taken) != count:
            raise BadDumpError
        self._at += count
        return taken

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def number(self, size: int, order: Literal["little", "big"] = "little", *, signed: bool = False) -> int:
        """The next bytes as a whole number."""
        return int.from_bytes(self.take(size), order, signed=signed)


def lzf(data: bytes, size: int) -> bytes:
    """What was compressed to that.

    Raises:
        BadDumpError: it is not what gives so many bytes.
    """
    read, out = Bytes(data), bytearray()
    left = len(data)
    while left:
        control = read.byte()
        if control < 32:
            out += read.take(control + 1)
            left -= control + 2
            continue
        length = control >> 5
        left -= 2
        if length == 7:
            length += read.byte()
            left -= 1
        start = len(out) - ((control & 0x1F) << 8) - read.byte() - 1
        if start < 0 or len(out) > size:
            raise BadDumpError
        for index in range(start, start + length + 2):  # what is copied may be what has just been
            out.append(out[index])
    if len(out) != size:
        raise BadDumpError
    return bytes(out)


def intset(data: bytes) -> list[bytes]:
    """The members."""
    read = Bytes(data)
    size, count = read.number(4), read.number(4)
    if size not in (2, 4, 8) or len(data) != 8 + size * count:
        raise BadDumpError
    return [b"%d" % read.number(size, signed=True) for _ in range(count)]


def _measured(data: bytes) -> Bytes:
    """The rest of what begins with its own length and has an end."""
    read = Bytes(data)
    if read.number(4) != len(data) or data[-1] != _END:
        raise BadDumpError
    return read


def ziplist(data: bytes) -> Iterator[bytes]:
    """The elements, numbers as text."""
    read = _measured(data)
    read.take(6)  # where the last element is, and how many there are
    while (before := read.byte()) != _END:
        if before == 0xFE:
            read.take(4)
        yield _ziplist_element(read)


def _ziplist_element(read: Bytes) -> bytes:
    mark = read.byte()
    match mark >> 6:
        case 0:
            return read.take(mark)
        case 1:
            return read.take((mark & 0x3F) << 8 | read.byte())
        case 2:
            return read.take(read.number(4, "big"))
    if 0xF1 <= mark <= 0xFD:
        return b"%d" % ((mark & 0xF) - 1)
    return _integer(read, {0xC0: 2, 0xD0: 4, 0xE0: 8, 0xF0: 3, 0xFE: 1}.get(mark))


def _integer(read: Bytes, size: int | None) -> bytes:
    if size is None:
        raise BadDumpError
    return b"%d" % read.number(size, signed=True)


def listpack(data: bytes) -> Iterator[bytes]:
    """The elements, numbers as text."""
    read = _measured(data)
    read.take(2)  # how many elements there are
    while (mark := read.byte()) != _END:
        element, size = _listpack_element(read, mark)
        read.take(_back_length(size))
        yield element


def _listpack_element(read: Bytes, mark: int) -> tuple[bytes, int]:
    """An element, and how many bytes it takes without the length at its end."""
    if mark < 0x80:
        return b"%d" % mark, 1
    if mark < 0xC0:
        return read.take(mark & 0x3F), 1 + (mark & 0x3F)
    if mark < 0xE0:
        number = (mark & 0x1F) << 8 | read.byte()
        return b"%d" % (number - (1 << 13) if number >= 1 << 12 else number), 2
    if mark < 0xF0:
        length = (mark & 0xF) << 8 | read.byte()
        return read.take(length), 2 + length
    if mark == 0xF0:
        length = read.number(4)
        return read.take(length), 5 + length
    size = {0xF1: 2, 0xF2: 3, 0xF3: 4, 0xF4: 8}.get(mark)
    return _integer(read, size), 1 + (size or 0)


def _back_length(size: int) -> int:
    """The bytes that tell a size, seven bits each (``lpEncodeBacklen``)."""
    return 1 if size <= 127 else 2 if size < 16383 else 3 if size < 2097151 else 4 if size < 268435455 else 5
