"""Error replies that show a word of the call: taken from the servers."""

from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.resp import ErrorReply
from ldbpy.store.memory import MemoryStore


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ([b"EXPIRE", b"k", b"1", b"a\0b"], b"ERR Unsupported option a"),
        ([b"EXPIRE", b"k", b"1", b"\na\r\nb\r\n"], b"ERR Unsupported option  a  b"),
        ([b"EXPIRE", b"k", b"1", b"\n"], b"ERR Unsupported option "),
        ([b"HELLO", b"3", b"a\r\nb\n"], b"ERR Syntax error in HELLO option 'a  b '"),
        ([b"HELLO", b"3", b"a\0b"], b"ERR Syntax error in HELLO option 'a'"),
    ],
)
@pytest.mark.parametrize("flavor", ["redis-7.0", "valkey-8", "valkey-9"])
def test_word_in_an_error(flavor: str, argv: list[bytes], expected: bytes) -> None:
    """It ends at a zero byte and is one line; line breaks at the end of the whole reply are gone."""
    assert MemoryStore(FLAVORS[flavor]).client().call(argv) == ErrorReply(expected)
