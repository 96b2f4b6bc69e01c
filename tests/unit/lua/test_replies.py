"""What a script's return value becomes: taken from the servers."""

from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.resp import encode
from ldbpy.targets.embedded import EmbeddedServer


def sent(flavor: str, value: str) -> bytes:
    """The bytes a RESP3 client gets of a value."""
    client = EmbeddedServer(FLAVORS[flavor]).client(resp=3)
    return encode(client.call([b"EVAL", b"return " + value.encode(), b"0"]), protocol=3)


@pytest.mark.parametrize("flavor", ["redis-7.0", "valkey-8", "valkey-9"])
@pytest.mark.parametrize(
    ("style", "expected"),
    [("txt", b"txt"), ("text", b"tex"), ("m", b"m  "), ("", b"   "), (r"t\0x", b"t  ")],
)
def test_format_of_a_verbatim_string(flavor: str, style: str, expected: bytes) -> None:
    """It has three characters, filled up with spaces from its end or a zero byte on; the string is whole."""
    value = f'{{verbatim_string={{format="{style}", string="a\\0b"}}}}'
    assert sent(flavor, value) == b"=7\r\n%s:a\0b\r\n" % expected


@pytest.mark.parametrize(
    ("flavor", "expected"), [("redis-7.0", b"(1\0002\r\n"), ("valkey-8", b"(1\0002\r\n"), ("valkey-9", b"(1\r\n")]
)
def test_big_number_with_a_zero_byte(flavor: str, expected: bytes) -> None:
    """It ends there on Valkey 9."""
    assert sent(flavor, r'{big_number="1\0002"}') == expected
