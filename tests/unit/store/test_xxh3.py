"""XXH3 against digests that the reference implementation (the ``xxhash`` package 4.1) gave."""

from __future__ import annotations

import pytest

from ldbpy.store.memory.xxh3 import xxh3_64


def pattern(length: int) -> bytes:
    """So many bytes, no two neighbours the same."""
    return bytes((index * 167 + index // 256) % 256 for index in range(length))


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", 0x2D06800538D394C2),
        (b"a", 0xE6C632B61E964E1F),
        (b"abc", 0x78AF5F94892F3950),
        (b"hello", 0x9555E8555C62DCFD),
        (b"0123456789", 0x6DE3431B05F7C11F),
        (b"x" * 17, 0x89975E6B7D2F5A11),
        (b"x" * 129, 0xE4F9742108FE27DC),
        (b"x" * 241, 0x14DA9E5C301A6A1D),
        (b"x" * 2049, 0x3557AA14481509B9),
    ],
)
def test_digest_of_text(data: bytes, digest: int) -> None:
    """Short and long texts, one for each way an input can go."""
    assert xxh3_64(data) == digest


@pytest.mark.parametrize(
    ("length", "digest"),
    [
        (1, 0xC44BDFF4074EECDB),
        (3, 0xF3EA324084D6587C),
        (4, 0x93BFF9036CFF6C84),
        (8, 0xF9C04D813DA5EAE2),
        (9, 0x3AE7CCCFFD37339C),
        (16, 0x34E9BEADA9992231),
        (17, 0x99E05057A4D42653),
        (32, 0xFDE5055DBB10CC4A),
        (33, 0x0EF442EBD1C92301),
        (64, 0x25BE06E38AB4FFC9),
        (65, 0x5181FF92D751B06F),
        (96, 0x387322B263FAB18C),
        (97, 0x333110C4C15D6D86),
        (128, 0x23D85CE687B3EB7F),
        (129, 0xF80A7353A5A78CE7),
        (240, 0xE77E31C41B3AAB1E),
        (241, 0x9DC4F9091538415E),
        (256, 0xF10740CC92F50822),
        (1024, 0x538A456F0D08C251),
        (1025, 0x66637A3581E4FD54),
        (4096, 0xF3DF34840238D3B8),
        (10001, 0x56C225CB895EF9E1),
    ],
)
def test_digest_at_the_limits(length: int, digest: int) -> None:
    """Lengths on both sides of every limit of the algorithm."""
    assert xxh3_64(pattern(length)) == digest
