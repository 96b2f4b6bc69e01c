"""The hash slot of a key, as a cluster counts it: CRC16 (XMODEM) of the key, or of its hash tag, modulo 16384.

As the Redis cluster specification has it; a test asks a server.
"""

from __future__ import annotations

import binascii
from typing import Final

__all__ = ["SLOTS", "hash_tag", "key_slot"]

SLOTS: Final = 16384


def hash_tag(key: bytes) -> bytes | None:
    """What stands between the first ``{`` and the next ``}``; None if there is nothing, or no such pair."""
    _, brace, rest = key.partition(b"{")
    tag, closed, _ = rest.partition(b"}")
    return tag if brace and closed and tag else None


def key_slot(key: bytes) -> int:
    """The slot of a key, from 0 on."""
    tag = hash_tag(key)
    return binascii.crc_hqx(key if tag is None else tag, 0) % SLOTS
