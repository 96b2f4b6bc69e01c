"""HyperLogLogs (``hyperloglog.c``): the registers, their two forms as a string, and the estimate.

A value is a string: a 16-byte header (``HYLL``, the form, three unused bytes, the cached cardinality with its highest
bit set while it is stale) and the registers, dense (6 bits each) or sparse (runs of zeros and of equal small values).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final

from ldbpy.resp import OK, Reply
from ldbpy.store.memory.args import Argv
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.strings import mutable_string
from ldbpy.store.memory.values import String

__all__ = ["murmur_hash"]

_REGISTERS: Final = 1 << 14
_QUALITY: Final = 64 - 14
_HEADER: Final = 16
_DENSE_SIZE: Final = _HEADER + _REGISTERS * 6 // 8
_SPARSE_LIMIT: Final = 3000  # hll-sparse-max-bytes
_SPARSE_LARGEST: Final = 32
_ALPHA: Final = 0.721347520444481703680
_MASK64: Final = 2**64 - 1
_SEED: Final = 0xADC83B19
_NOT_HLL: Final = b"WRONGTYPE Key is not a valid HyperLogLog string value."
_CORRUPTED: Final = b"INVALIDOBJ Corrupted HLL object detected"


def murmur_hash(data: bytes) -> int:
    """MurmurHash64A with the servers' seed, which picks the register and the rank of an element."""
    multiplier, shift = 0xC6A4A7935BD1E995, 47
    value = _SEED ^ len(data) * multiplier & _MASK64
    whole = len(data) & ~7
    for index in range(0, whole, 8):
        chunk = int.from_bytes(data[index : index + 8], "little") * multiplier & _MASK64
        chunk = (chunk ^ chunk >> shift) * multiplier & _MASK64
        value = (value ^ chunk) * multiplier & _MASK64
    if whole < len(data):
        value = (value ^ int.from_bytes(data[whole:], "little")) * multiplier & _MASK64
    value = (value ^ value >> shift) * multiplier & _MASK64
    return value ^ value >> shift


def _place(element: bytes) -> tuple[int, int]:
    """The register of an element, and the rank it wants there."""
    bits = murmur_hash(element)
    rest = bits >> 14 | 1 << _QUALITY
    return bits & _REGISTERS - 1, (rest & -rest).bit_length()


# -- the sparse form: (length, value) runs


def _runs(body: bytes | bytearray) -> Iterator[tuple[int, int]]:
    index = 0
    while index < len(body):
        op = body[index]
        if op & 0x80:
            yield (op & 3) + 1, (op >> 2 & 0x1F) + 1
        elif op & 0x40:
            if index + 1 >= len(body):
                reject(_CORRUPTED)
            yield ((op & 0x3F) << 8 | body[index + 1]) + 1, 0
            index += 1
        else:
            yield (op & 0x3F) + 1, 0
        index += 1


def _write_run(length: int, value: int) -> bytes:
    """One opcode; ``length`` is at most 4 for a value, 16384 for zeros."""
    if value:
        return bytes((0x80 | value - 1 << 2 | length - 1,))
    if length > 64:
        return bytes((0x40 | length - 1 >> 8, length - 1 & 0xFF))
    return bytes((length - 1,))


def _opcode_size(op: int) -> int:
    return 2 if op & 0xC0 == 0x40 else 1


def _registers(value: String) -> bytearray:
    """Every register's value, one byte each."""
    if value[4] == 0:
        packed = int.from_bytes(value[_HEADER:], "little")
        size = _REGISTERS * 6 // 8
        raw = packed.to_bytes(size, "little")
        found = bytearray(_REGISTERS)
        for group in range(0, size, 3):
            bits = raw[group] | raw[group + 1] << 8 | raw[group + 2] << 16
            at = group // 3 * 4
            found[at : at + 4] = bytes((bits & 63, bits >> 6 & 63, bits >> 12 & 63, bits >> 18 & 63))
        return found
    found = bytearray()
    for length, register in _runs(value[_HEADER:]):
        found.extend(bytes((register,)) * length)
    if len(found) != _REGISTERS:
        reject(_CORRUPTED)
    return found


def _dense(registers: bytearray) -> bytearray:
    body = bytearray()
    for at in range(0, _REGISTERS, 4):
        bits = registers[at] | registers[at + 1] << 6 | registers[at + 2] << 12 | registers[at + 3] << 18
        body += bits.to_bytes(3, "little")
    return body


def _to_dense(value: bytearray) -> None:
    if value[4] == 1:
        value[_HEADER:] = _dense(_registers(value))
        value[4] = 0


def _new() -> bytearray:
    return bytearray(b"HYLL\x01" + bytes(11) + _write_run(_REGISTERS, 0))


# -- setting a register


def _set(value: bytearray, index: int, rank: int) -> bool:
    """Raise a register to ``rank`` if it is lower; whether it was."""
    if value[4] == 1:
        done = _set_sparse(value, index, rank)
        if done is not None:
            return done
        _to_dense(value)
    return _set_dense(value, index, rank)


def _set_dense(value: bytearray, index: int, rank: int) -> bool:
    bit = index * 6
    span = slice(_HEADER + bit // 8, _HEADER + bit // 8 + 2)
    pair = int.from_bytes(value[span], "little")
    shift = bit % 8
    if pair >> shift & 63 >= rank:
        return False
    pair = pair & ~(63 << shift) | rank << shift
    piece = pair.to_bytes(3, "little")
    value[span] = piece[: len(value[span])]
    return True


def _set_sparse(value: bytearray, index: int, rank: int) -> bool | None:
    """As ``_set``; None if the value has to become dense first."""
    if rank > _SPARSE_LARGEST:
        return None
    at, first, previous = _HEADER, 0, None
    while True:
        if at >= len(value):
            reject(_CORRUPTED)
        size = _opcode_size(value[at])
        length, old = next(_runs(value[at : at + size]))
        if index < first + length:
            break
        previous = at
        at, first = at + size, first + length
    if old >= rank:
        return False
    replacement = _split(length, old, index - first, rank)
    grows = len(replacement) > size
    if grows and len(value) + len(replacement) - size > _SPARSE_LIMIT:
        return None
    value[at : at + size] = replacement
    _merge(value, _HEADER if previous is None else previous)
    value[15] |= 0x80
    return True


def _split(length: int, old: int, offset: int, rank: int) -> bytes:
    """The run with the register at ``offset`` set to ``rank``."""
    parts = []
    if offset:
        parts.append(_write_run(offset, old))
    parts.append(_write_run(1, rank))
    if offset < length - 1:
        parts.append(_write_run(length - 1 - offset, old))
    return b"".join(parts)


def _merge(value: bytearray, at: int) -> None:
    """Join equal neighbouring runs of values around the change, five opcodes far, as the server does."""
    for _ in range(5):
        if at >= len(value):
            return
        size = _opcode_size(value[at])
        if value[at] & 0x80 and at + 1 < len(value) and value[at + 1] & 0x80:
            (length, register), (more, other) = _runs(value[at : at + 2])
            if register == other and length + more <= 4:
                value[at : at + 2] = _write_run(length + more, register)
                continue
        at += size


# -- the estimate


def _estimate(registers: bytearray) -> int:
    """How many elements were added (Ertl's improved estimator)."""
    histogram = [0] * 64
    for register, count in enumerate(_counts(registers)):
        histogram[register] = count
    total = float(_REGISTERS)
    weight = total * _tau((total - histogram[_QUALITY + 1]) / total)
    for rank in range(_QUALITY, 0, -1):
        weight = (weight + histogram[rank]) * 0.5
    weight += total * _sigma(histogram[0] / total)
    return math.floor(_ALPHA * total * total / weight + 0.5)


def _counts(registers: bytearray) -> list[int]:
    return [registers.count(rank) for rank in range(64)]


def _tau(x: float) -> float:
    if x in (0.0, 1.0):
        return 0.0
    step, result = 1.0, 1 - x
    while True:
        x = math.sqrt(x)
        before = result
        step *= 0.5
        result -= (1 - x) ** 2 * step
        if before == result:
            return result / 3


def _sigma(x: float) -> float:
    if x == 1.0:
        return math.inf
    step, result = 1.0, x
    while True:
        x *= x
        before = result
        result += x * step
        step += step
        if before == result:
            return result


# -- commands


def _check(value: String | None) -> None:
    if value is None:
        return
    valid = len(value) >= _HEADER and value[:4] == b"HYLL" and value[4] <= 1
    if not valid or (value[4] == 0 and len(value) != _DENSE_SIZE):
        reject(_NOT_HLL)


def _read(client: Client, key: bytes) -> String | None:
    value = client.db.get_string(key)
    _check(value)
    return value


@command("pfadd")
def pfadd(client: Client, argv: Argv) -> Reply:
    """PFADD key [element ...]."""
    changed = _read(client, argv[1]) is None
    if changed:
        client.db.put(argv[1], _new())
    value = mutable_string(client, argv[1])
    for element in argv[2:]:
        index, rank = _place(element)
        changed |= _set(value, index, rank)
    if changed:
        value[15] |= 0x80
    else:
        client.db.unchanged(argv[1])
    return int(changed)


@command("pfcount")
def pfcount(client: Client, argv: Argv) -> Reply:
    """PFCOUNT key [key ...]. Of one key the result is kept in the value, where GET shows it."""
    if len(argv) > 2:
        return _estimate(_union(_read(client, key) for key in argv[1:]))
    value = _read(client, argv[1])
    if value is None:
        return 0
    if not value[15] & 0x80:
        return int.from_bytes(value[8:16], "little")
    count = _estimate(_registers(value))
    mutable_string(client, argv[1])[8:16] = count.to_bytes(8, "little")
    return count


def _union(values: Iterable[String | None]) -> bytearray:
    highest = bytearray(_REGISTERS)
    for value in values:
        if value is not None:
            highest = bytearray(map(max, highest, _registers(value)))
    return highest


@command("pfmerge")
def pfmerge(client: Client, argv: Argv) -> Reply:
    """PFMERGE destkey [sourcekey ...]."""
    highest = _union(_read(client, key) for key in argv[1:])
    dense = any((other := client.db.get_string(key)) is not None and other[4] == 0 for key in argv[1:])
    if argv[1] not in client.db:
        client.db.put(argv[1], _new())
    value = mutable_string(client, argv[1])
    if dense:
        _to_dense(value)
    for index, rank in enumerate(highest):
        if rank:
            _set(value, index, rank)
    value[15] |= 0x80
    return OK
