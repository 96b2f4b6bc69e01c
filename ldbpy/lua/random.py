"""The generator behind ``math.random``: POSIX ``drand48``, as the servers carry it in ``rand.c``."""

from __future__ import annotations

__all__ = ["Drand48"]

_MODULUS_MASK = (1 << 48) - 1
_LOW = 0x330E
_START = 0x1234ABCD << 16 | _LOW


class Drand48:
    """One server's generator. It goes on from script to script."""

    def __init__(self) -> None:
        self._state = _START

    def seed(self, seed: int) -> None:
        """Start anew from a 32-bit seed."""
        self._state = (seed & 0xFFFFFFFF) << 16 | _LOW

    def next(self) -> float:
        """The next number, from 0 up to but not including 1."""
        self._state = (0x5DEECE66D * self._state + 0xB) & _MODULUS_MASK
        return (self._state >> 17) % 0x7FFFFFFF / 0x7FFFFFFF
