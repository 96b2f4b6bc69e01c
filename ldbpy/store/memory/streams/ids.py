"""Stream ids, and reading them from arguments (``streamGenericParseIDOrReply`` and its kin)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ldbpy.resp import parse_integer
from ldbpy.store.memory.errors import reject

__all__ = [
    "HIGHEST",
    "ZERO",
    "StreamId",
    "find_id",
    "interval_end",
    "interval_start",
    "parse_id",
    "parse_new_id",
    "signed",
]

_U64_MAX: Final = 2**64 - 1
_INVALID: Final = b"ERR Invalid stream ID specified as stream command argument"
_LONGEST: Final = 127
_STRTOULL: Final = re.compile(rb"[ \t\n\v\f\r]*([+-]?)([0-9]+)")


class StreamId(NamedTuple):
    """An entry's id: two unsigned 64-bit numbers, milliseconds as a rule and a number among those."""

    ms: int
    seq: int

    def text(self) -> bytes:
        """As the servers write it: ``1526919030474-55``."""
        return b"%d-%d" % self

    def next(self) -> StreamId | None:
        """The id after it, None after the highest."""
        if self.seq < _U64_MAX:
            return StreamId(self.ms, self.seq + 1)
        return StreamId(self.ms + 1, 0) if self.ms < _U64_MAX else None

    def previous(self) -> StreamId | None:
        """The id before it, None before 0-0."""
        if self.seq > 0:
            return StreamId(self.ms, self.seq - 1)
        return StreamId(self.ms - 1, _U64_MAX) if self.ms > 0 else None


ZERO: Final = StreamId(0, 0)
HIGHEST: Final = StreamId(_U64_MAX, _U64_MAX)


def find_id(text: bytes, missing: int = 0, *, strict: bool = True) -> StreamId | None:
    """Read an id, ``missing`` being its second number where that is left out; None if it is not one.

    Unless ``strict``, ``-`` and ``+`` are the lowest and the highest.
    """
    if len(text) > _LONGEST:
        return None
    text = text.partition(b"\0")[0]
    if text in (b"-", b"+"):
        if strict:
            return None
        return ZERO if text == b"-" else HIGHEST
    first, dash, second = text.partition(b"-")
    ms = _unsigned(first)
    seq = _unsigned(second) if dash else missing
    return None if ms is None or seq is None else StreamId(ms, seq)


def _unsigned(text: bytes) -> int | None:
    """Read 64 bits as ``string2ull`` does: what is no plain integer gets a second chance with ``strtoull``.

    So spaces before it, a plus sign and leading zeros are fine, and `` -1`` is 2**64 - 1, though ``-1`` is refused.
    """
    if parse_integer(text) is not None:
        return None if text.startswith(b"-") else int(text)
    match = _STRTOULL.fullmatch(text)
    if match is None:
        return None
    number = int(match[2])
    if number > _U64_MAX:
        return None
    return -number & _U64_MAX if match[1] == b"-" else number


def signed(number: int) -> int:
    """What is left of a number in C's ``long long``."""
    return (number + 2**63) % 2**64 - 2**63


def parse_id(text: bytes, missing: int = 0, *, strict: bool = True) -> StreamId:
    """As ``find_id``, for an argument that must be one."""
    entry_id = find_id(text, missing, strict=strict)
    if entry_id is None:
        reject(_INVALID)
    return entry_id


def parse_new_id(text: bytes, *, auto_sequence: bool) -> tuple[StreamId, bool]:
    """The id of XADD, and whether its second number was given; ``5-*`` leaves that one to the server."""
    ms, dash, seq = text.partition(b"-")
    if auto_sequence and dash and seq.partition(b"\0")[0] == b"*" and len(text) <= _LONGEST:
        return parse_id(ms), False
    return parse_id(text), True


def interval_start(text: bytes) -> StreamId:
    """Where a range starts, that id included; ``(`` before an id leaves it out."""
    if len(text) < 2 or not text.startswith(b"("):
        return parse_id(text, strict=False)
    start = parse_id(text[1:]).next()
    if start is None:
        reject(b"ERR invalid start ID for the interval")
    return start


def interval_end(text: bytes) -> StreamId:
    """Where a range ends, that id included; ``(`` before an id leaves it out."""
    if len(text) < 2 or not text.startswith(b"("):
        return parse_id(text, _U64_MAX, strict=False)
    end = parse_id(text[1:], _U64_MAX).previous()
    if end is None:
        reject(b"ERR invalid end ID for the interval")
    return end
