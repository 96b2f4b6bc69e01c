"""XXH3, 64 bits, seed 0: the digest of DIGEST and of SET ... IFDEQ on Redis 8.4 and later.

After the specification of xxHash (``doc/xxhash_spec.md`` of Cyan4973/xxHash, XXH3). An input goes one of five ways by
its length; from 241 bytes on it is folded into eight 64-bit sums, 64 bytes at a time.
"""

from __future__ import annotations

import struct
from typing import Final

__all__ = ["xxh3_64"]

_PRIME32: Final = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
_PRIME64: Final = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)
_MIX_1: Final = 0x165667919E3779F9
_MIX_2: Final = 0x9FB21C651E98DF25
_M32: Final = 2**32 - 1
_M64: Final = 2**64 - 1

_SECRET: Final = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
    "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb"
    "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)

_STRIPE: Final = 64
_STRIPES: Final = (len(_SECRET) - _STRIPE) // 8  # in a block, after which the sums are scrambled
_LANES: Final = struct.Struct("<8Q")
_KEYS: Final = tuple(_LANES.unpack_from(_SECRET, 8 * stripe) for stripe in range(_STRIPES))
_LAST_KEY: Final = _LANES.unpack_from(_SECRET, len(_SECRET) - _STRIPE - 7)
_SCRAMBLE_KEY: Final = _LANES.unpack_from(_SECRET, len(_SECRET) - _STRIPE)


def xxh3_64(data: bytes) -> int:
    """The digest of ``data``, an unsigned number of 64 bits."""
    length = len(data)
    if length <= 16:
        return _short(data, length)
    if length <= 128:
        return _up_to_128(data, length)
    return _up_to_240(data, length) if length <= 240 else _long(data, length)


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _u64(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def _fold(a: int, b: int) -> int:
    """The halves of the 128-bit product, one laid over the other."""
    product = a * b
    return (product & _M64) ^ (product >> 64)


def _avalanche(value: int) -> int:
    value = ((value ^ (value >> 37)) * _MIX_1) & _M64
    return value ^ (value >> 32)


def _avalanche_64(value: int) -> int:
    """The final mix of XXH64."""
    value = ((value ^ (value >> 33)) * _PRIME64[1]) & _M64
    value = ((value ^ (value >> 29)) * _PRIME64[2]) & _M64
    return value ^ (value >> 32)


# -- up to 240 bytes


def _short(data: bytes, length: int) -> int:
    if length > 8:
        low = _u64(_SECRET, 24) ^ _u64(_SECRET, 32) ^ _u64(data, 0)
        high = _u64(_SECRET, 40) ^ _u64(_SECRET, 48) ^ _u64(data, length - 8)
        swapped = int.from_bytes(low.to_bytes(8, "little"), "big")
        return _avalanche((length + swapped + high + _fold(low, high)) & _M64)
    if length > 3:
        value = _u32(data, length - 4) + (_u32(data, 0) << 32)
        value ^= _u64(_SECRET, 8) ^ _u64(_SECRET, 16)
        value ^= _rotate(value, 49) ^ _rotate(value, 24)
        value = (value * _MIX_2) & _M64
        value ^= (value >> 35) + length
        value = (value * _MIX_2) & _M64
        return value ^ (value >> 28)
    if length:
        value = data[0] << 16 | data[length >> 1] << 24 | data[-1] | length << 8
        return _avalanche_64(value ^ _u32(_SECRET, 0) ^ _u32(_SECRET, 4))
    return _avalanche_64(_u64(_SECRET, 56) ^ _u64(_SECRET, 64))


def _rotate(value: int, bits: int) -> int:
    return (value << bits | value >> (64 - bits)) & _M64


def _mix16(data: bytes, at: int, secret: int) -> int:
    return _fold(_u64(data, at) ^ _u64(_SECRET, secret), _u64(data, at + 8) ^ _u64(_SECRET, secret + 8))


def _up_to_128(data: bytes, length: int) -> int:
    """Pairs of 16 bytes, from both ends inwards."""
    total = length * _PRIME64[0]
    for pair in range((length - 1) // 32 + 1):
        total += _mix16(data, 16 * pair, 32 * pair)
        total += _mix16(data, length - 16 * (pair + 1), 32 * pair + 16)
    return _avalanche(total & _M64)


def _up_to_240(data: bytes, length: int) -> int:
    """16 bytes at a time; those after the eighth with the secret anew from its fourth byte."""
    total = length * _PRIME64[0] + sum(_mix16(data, 16 * i, 16 * i) for i in range(8))
    total = _avalanche(total & _M64)
    total += sum(_mix16(data, 16 * i, 16 * (i - 8) + 3) for i in range(8, length // 16))
    total += _mix16(data, length - 16, 136 - 17)
    return _avalanche(total & _M64)


# -- longer


def _long(data: bytes, length: int) -> int:
    sums = [_PRIME32[2], *_PRIME64[:4], _PRIME32[1], _PRIME64[4], _PRIME32[0]]
    stripes = (length - 1) // _STRIPE
    for stripe in range(stripes):
        _accumulate(sums, _LANES.unpack_from(data, stripe * _STRIPE), _KEYS[stripe % _STRIPES])
        if stripe % _STRIPES == _STRIPES - 1:
            _scramble(sums)
    _accumulate(sums, _LANES.unpack_from(data, length - _STRIPE), _LAST_KEY)
    total = length * _PRIME64[0]
    for pair in range(4):
        low, high = sums[2 * pair], sums[2 * pair + 1]
        total += _fold(low ^ _u64(_SECRET, 11 + 16 * pair), high ^ _u64(_SECRET, 19 + 16 * pair))
    return _avalanche(total & _M64)


def _accumulate(sums: list[int], lanes: tuple[int, ...], keys: tuple[int, ...]) -> None:
    """Take 64 bytes in: each lane's product into its own sum, the lane itself into its neighbour's."""
    for i in range(8):
        lane = lanes[i]
        mixed = lane ^ keys[i]
        sums[i ^ 1] = (sums[i ^ 1] + lane) & _M64
        sums[i] = (sums[i] + (mixed & _M32) * (mixed >> 32)) & _M64


def _scramble(sums: list[int]) -> None:
    for i, key in enumerate(_SCRAMBLE_KEY):
        value = sums[i] ^ (sums[i] >> 47) ^ key
        sums[i] = (value * _PRIME32[0]) & _M64
