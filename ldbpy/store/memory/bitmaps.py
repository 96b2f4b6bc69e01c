"""Bit operations on strings (``bitops.c``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_, or_, xor
from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX, Reply, parse_integer
from ldbpy.store.memory.args import Argv, integer, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.strings import mutable_string
from ldbpy.store.memory.values import String

__all__: list[str] = []

_BAD_OFFSET: Final = b"ERR bit offset is not an integer or out of range"
_LARGEST_OFFSET: Final = 512 * 1024 * 1024 * 8


def _offset(text: bytes, bits: int = 0) -> int:
    """A bit offset; with ``bits``, ``#N`` stands for N times that."""
    hashed = bits > 0 and text.startswith(b"#")
    value = parse_integer(text[1:] if hashed else text)
    if value is None:
        reject(_BAD_OFFSET)
    value *= bits if hashed else 1
    if not 0 <= value < _LARGEST_OFFSET:
        reject(_BAD_OFFSET)
    return value


def _writable(client: Client, key: bytes, bits: int) -> bytearray:
    """The string at that key, long enough for ``bits`` bits."""
    value = mutable_string(client, key)
    missing = (bits + 7) // 8 - len(value)
    if missing > 0:
        value.extend(bytes(missing))
    return value


def _length(client: Client, key: bytes) -> int:
    return len(client.db.get_string(key) or b"")


def _unchanged(client: Client, key: bytes, length: int) -> None:
    """Every bit was written as it was: nothing has changed if the string is as long as before, to newer servers."""
    if Feature.SAME_BITS_UNCHANGED in client.features and length == _length(client, key):
        client.db.unchanged(key)


@command("setbit")
def setbit(client: Client, argv: Argv) -> Reply:
    """SETBIT key offset value."""
    offset = _offset(argv[2])
    bit = ranged(argv[3], 0, 1, b"ERR bit is not an integer or out of range")
    length = _length(client, argv[1])
    value = _writable(client, argv[1], offset + 1)
    mask = 0x80 >> (offset & 7)
    old = bool(value[offset >> 3] & mask)
    value[offset >> 3] = value[offset >> 3] & ~mask | (mask if bit else 0)
    if old == bit:
        _unchanged(client, argv[1], length)
    return int(old)


@command("getbit")
def getbit(client: Client, argv: Argv) -> Reply:
    """GETBIT key offset."""
    offset = _offset(argv[2])
    value = client.db.get_string(argv[1]) or b""
    return value[offset >> 3] >> (7 - (offset & 7)) & 1 if offset >> 3 < len(value) else 0


# -- counting and finding


def _bit_or_byte(client: Client, word: bytes) -> bool:
    """Whether a range is in bits."""
    if Feature.BIT_RANGES not in client.features or word.upper() not in (b"BIT", b"BYTE"):
        syntax_error()
    return word.upper() == b"BIT"


def _range(value: String, start: int, end: int, *, in_bits: bool) -> tuple[int, int] | None:
    """The first and last bit of a range, or None if it is empty."""
    length = len(value) * 8 if in_bits else len(value)
    start = max(start + length, 0) if start < 0 else start
    end = max(end + length, 0) if end < 0 else end
    end = min(end, length - 1)
    if start > end:
        return None
    return (start, end) if in_bits else (start * 8, end * 8 + 7)


def _bits(value: String, first: int, last: int) -> int:
    """The bits from ``first`` to ``last`` as a number, the first being its highest."""
    piece = int.from_bytes(value[first >> 3 : (last >> 3) + 1], "big")
    width = last - first + 1
    return piece >> (7 - (last & 7)) & ((1 << width) - 1)


@command("bitcount")
def bitcount(client: Client, argv: Argv) -> Reply:
    """BITCOUNT key [start end [BYTE | BIT]]."""
    early = Feature.BITCOUNT_CHECKS_ARGUMENTS_FIRST in client.features
    value = None if early else client.db.get_string(argv[1])
    if not early and value is None:
        return 0
    bounds = _count_bounds(client, argv, early=early)
    if early:
        value = client.db.get_string(argv[1])
    span = None if value is None or bounds is None else _range(value, *bounds[:2], in_bits=bounds[2])
    return _bits(value, *span).bit_count() if value and span else 0


def _count_bounds(client: Client, argv: Argv, *, early: bool) -> tuple[int, int, bool] | None:
    """Start, end and whether they are in bits, of BITCOUNT; None for what is empty wherever it is."""
    start, end, in_bits = 0, -1, False
    most = 5 if Feature.BIT_RANGES in client.features else 4
    start_only = Feature.BITCOUNT_START_ONLY in client.features
    if (len(argv) not in (2, 4, 5) or len(argv) > most) and not (start_only and len(argv) == 3):
        syntax_error()
    if len(argv) > 2:
        start = integer(argv[2])
    if len(argv) == 5 and start_only:
        _bit_or_byte(client, argv[4])
    if len(argv) > 3:
        end = integer(argv[3])
    backwards = start < 0 and end < 0 and start > end
    if backwards and not early:
        return None
    if len(argv) == 5:
        in_bits = _bit_or_byte(client, argv[4])
    return None if backwards else (start, end, in_bits)


@command("bitpos")
def bitpos(client: Client, argv: Argv) -> Reply:
    """BITPOS key bit [start [end [BYTE | BIT]]]."""
    bit = integer(argv[2])
    if bit not in (0, 1):
        reject(b"ERR The bit argument must be 1 or 0.")
    early = Feature.BITPOS_CHECKS_ARGUMENTS_FIRST in client.features
    value = None
    if not early:
        value = client.db.get_string(argv[1])
        if value is None:
            return -1 if bit else 0
    if len(argv) > (6 if Feature.BIT_RANGES in client.features else 5):
        syntax_error()
    start = integer(argv[3]) if len(argv) > 3 else 0
    in_bits = len(argv) == 6 and _bit_or_byte(client, argv[5])
    end = integer(argv[4]) if len(argv) > 4 else -1
    if early:
        value = client.db.get_string(argv[1])
        if value is None:
            return -1 if bit else 0
    span = _range(value or b"", start, end, in_bits=in_bits)
    if span is None:
        return -1
    return _find_bit(value or b"", bit, *span, end_given=len(argv) > 4)


def _find_bit(value: String, bit: int, first: int, last: int, *, end_given: bool) -> int:
    width = last - first + 1
    number = _bits(value, first, last)
    if not bit:
        number ^= (1 << width) - 1
    if number:
        return first + width - number.bit_length()
    # Without an end given, the string counts as padded with zeros on the right.
    return last + 1 if not bit and not end_given else -1


@command("bitop")
def bitop(client: Client, argv: Argv) -> Reply:
    """BITOP AND | OR | XOR | NOT destkey key [key ...], and DIFF, DIFF1, ANDOR, ONE from Redis 8.2 on."""
    operation = argv[1].upper()
    more = (b"DIFF", b"DIFF1", b"ANDOR", b"ONE") if Feature.BITOP_DIFF in client.features else ()
    if operation not in (b"AND", b"OR", b"XOR", b"NOT", *more):
        syntax_error()
    if operation == b"NOT" and len(argv) != 4:
        reject(b"ERR BITOP NOT must be called with a single source key.")
    if operation in (b"DIFF", b"DIFF1", b"ANDOR") and len(argv) < 5:
        reject(b"ERR BITOP %s must be called with at least two source keys." % operation)
    values = [bytes(client.db.get_string(key) or b"") for key in argv[3:]]
    length = max(map(len, values))
    numbers = [int.from_bytes(value.ljust(length, b"\0"), "big") for value in values]
    if not length:
        client.db.remove(argv[2])
        return 0
    result = _combine(operation, numbers, (1 << length * 8) - 1)
    client.db.put(argv[2], bytearray(result.to_bytes(length, "big")))
    return length


def _combine(operation: bytes, numbers: list[int], ones: int) -> int:
    first, rest = numbers[0], numbers[1:]
    others = reduce(or_, rest, 0)
    match operation:
        case b"AND":
            return reduce(and_, numbers)
        case b"OR":
            return reduce(or_, numbers)
        case b"XOR":
            return reduce(xor, numbers)
        case b"NOT":
            return ~first & ones
        case b"DIFF":
            return first & ~others
        case b"DIFF1":
            return others & ~first
        case b"ANDOR":
            return first & others
        case _:
            once = more = 0
            for number in numbers:
                more |= once & number
                once |= number
            return once & ~more


# -- BITFIELD


@dataclass(frozen=True, slots=True)
class _Field:
    """One operation of BITFIELD."""

    name: bytes
    signed: bool
    bits: int
    offset: int
    operand: int
    overflow: bytes

    @property
    def range(self) -> tuple[int, int]:
        """The smallest and largest value the field can hold."""
        if self.signed:
            return -(1 << self.bits - 1), (1 << self.bits - 1) - 1
        return 0, (1 << self.bits) - 1


def _field_type(text: bytes) -> tuple[bool, int]:
    bits = parse_integer(text[1:])
    signed = text[:1] == b"i"
    if text[:1] not in (b"i", b"u") or bits is None or not 1 <= bits <= (64 if signed else 63):
        reject(b"ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.")
    return signed, bits


def _parse_fields(argv: Argv) -> list[_Field]:
    fields: list[_Field] = []
    overflow = b"WRAP"
    index = 2
    while index < len(argv):
        name, left = argv[index].upper(), len(argv) - index - 1
        if name == b"OVERFLOW" and left >= 1:
            overflow = argv[index + 1].upper()
            if overflow not in (b"WRAP", b"SAT", b"FAIL"):
                reject(b"ERR Invalid OVERFLOW type specified")
            index += 2
            continue
        if not ((name == b"GET" and left >= 2) or (name in (b"SET", b"INCRBY") and left >= 3)):
            syntax_error()
        signed, bits = _field_type(argv[index + 1])
        offset = _offset(argv[index + 2], bits)
        operand = 0 if name == b"GET" else integer(argv[index + 3])
        fields.append(_Field(name, signed, bits, offset, operand, overflow))
        index += 3 if name == b"GET" else 4
    return fields


def _read(value: String, field: _Field) -> int:
    last = field.offset + field.bits - 1
    piece = bytes(value[field.offset >> 3 : (last >> 3) + 1]).ljust((last >> 3) - (field.offset >> 3) + 1, b"\0")
    number = int.from_bytes(piece, "big") >> (7 - (last & 7)) & ((1 << field.bits) - 1)
    return number - (1 << field.bits) if field.signed and number >> field.bits - 1 else number


def _write(value: bytearray, field: _Field, number: int) -> None:
    last = field.offset + field.bits - 1
    span = slice(field.offset >> 3, (last >> 3) + 1)
    shift = 7 - (last & 7)
    mask = (1 << field.bits) - 1
    old = int.from_bytes(value[span], "big")
    new = old & ~(mask << shift) | (number & mask) << shift
    value[span] = new.to_bytes(span.stop - span.start, "big")


def _fit(field: _Field, number: int) -> int | None:
    """The number as the overflow mode makes it fit; None if it must not be written."""
    low, high = field.range
    if low <= number <= high:
        return number
    if field.overflow == b"FAIL":
        return None
    if field.overflow == b"SAT":
        return high if number > high else low
    number &= (1 << field.bits) - 1
    return number - (1 << field.bits) if field.signed and number > high else number


@command("bitfield")
def bitfield(client: Client, argv: Argv) -> Reply:
    """BITFIELD key [GET type offset | [OVERFLOW mode] SET | INCRBY type offset number ...]."""
    return _bitfield(client, argv)


@command("bitfield_ro")
def bitfield_ro(client: Client, argv: Argv) -> Reply:
    """BITFIELD_RO key [GET type offset ...]."""
    return _bitfield(client, argv, read_only=True)


def _bitfield(client: Client, argv: Argv, *, read_only: bool = False) -> Reply:
    fields = _parse_fields(argv)
    writes = [field for field in fields if field.name != b"GET"]
    if read_only and writes:
        reject(b"ERR BITFIELD_RO only supports the GET subcommand")
    value: String = client.db.get_string(argv[1]) or b""
    if not writes:
        return [_run_field(value, field) for field in fields]
    length = len(value)
    value = _writable(client, argv[1], max(field.offset + field.bits for field in writes))
    replies, is_same = [], True
    for field in fields:
        before = _read(value, field)
        replies.append(_run_field(value, field))
        is_same = is_same and before == _read(value, field)
    if is_same:
        _unchanged(client, argv[1], length)
    return replies


def _wanted(field: _Field) -> int:
    """What SET is to write. In the server's own arithmetic what is far too small wraps around and is too large."""
    far_below = field.bits < 64 and field.operand < field.range[1] - INT64_MAX
    if far_below if field.signed else field.operand < 0:
        return field.operand + 2**64
    return field.operand


def _run_field(value: String, field: _Field) -> Reply:
    old = _read(value, field)
    if field.name == b"GET":
        return old
    assert isinstance(value, bytearray)
    new = _fit(field, old + field.operand if field.name == b"INCRBY" else _wanted(field))
    if new is None:
        return None
    _write(value, field, new)
    return old if field.name == b"SET" else new
