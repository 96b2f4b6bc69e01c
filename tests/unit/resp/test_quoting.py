"""Words as redis-cli and the servers quote them."""

from __future__ import annotations

import socket
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ldbpy.resp.quoting import quote, split_words
from tests.servers.fixtures import RealServers

BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For a machine that has other things to do."""


@BUSY
@given(st.binary(max_size=60))
def test_quoted_word_is_split_into_itself(data: bytes) -> None:
    """Whatever it holds."""
    assert split_words(quote(data)) == [data]


@BUSY
@given(st.lists(st.binary(max_size=20), max_size=6))
def test_quoted_words_are_split_apart(words: list[bytes]) -> None:
    """Any number, with any space between them."""
    assert split_words(b" \t ".join(map(quote, words))) == words


@BUSY
@given(st.binary(max_size=60))
def test_quoted_word_is_plain_ascii(data: bytes) -> None:
    """It can be printed anywhere."""
    told = quote(data).decode("ascii")
    assert set(told) <= set(string.printable) - set("\t\n\r\x0b\x0c")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"", []),
        (b" \t\n ", []),
        (b"SET a 1", [b"SET", b"a", b"1"]),
        (b'SET "a b" 1', [b"SET", b"a b", b"1"]),
        (b"SET 'a b' 1", [b"SET", b"a b", b"1"]),
        (rb'"\n\r\t\b\a\"\\\q"', [b'\n\r\t\b\a"\\q']),
        (rb'"\x41\xff\x4"', [b"A\xffx4"]),
        (rb'"\X41\xg1"', [b"X41xg1"]),
        (rb"'\n\x41\'\\'", [rb"\n\x41'" + rb"\\"]),
        (rb"a\nb \x41", [rb"a\nb", rb"\x41"]),
        (b"\"\" ''", [b"", b""]),
        (b'a"b c"', [b"ab c"]),
        (b"a'b c'", [b"ab c"]),
        (b'"a"b', None),
        (b'"a""b"', None),
        (b'"a', None),
        (b"'a", None),
        (b'"a\\"', None),
        (b'"', None),
        (b"it's", None),
        (b"\v\fa\vb \f\v", [b"a\vb"]),
        (b'"a"\v"b"', [b"a", b"b"]),
        (b'"a\nb"', [b"a\nb"]),
        (b"\xc3\xa9 \xff", [b"\xc3\xa9", b"\xff"]),
    ],
)
def test_split(line: bytes, words: list[bytes] | None) -> None:
    """Quotes, escapes, and what is no word."""
    assert split_words(line) == words


class _Inline:
    """Has a real server split lines, which it does with commands that come without RESP."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._open()

    def _open(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(10)
        self._socket.connect(self._path)
        self._file = self._socket.makefile("rb")

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def split(self, line: bytes) -> list[bytes] | None:
        self._socket.sendall(b'EVAL "return ARGV" 0 ' + line + b"\r\n")
        head = self._file.readline()
        if head.startswith(b"-"):
            assert b"unbalanced quotes" in head
            self.close()
            self._open()
            return None
        return [self._file.read(int(self._file.readline()[1:]) + 2)[:-2] for _ in range(int(head[1:]))]


PIECES = st.sampled_from(
    [b'"', b"'", b"\\", b"x", b"4", b"1", b"n", b"a", b" ", b"\t", b"\v", b"\xfe", rb"\x41", rb"\"", b'" ']
)


@pytest.mark.parametrize("name", ["redis-6.2", "redis-7.0"])
def test_split_as_the_server_does(real_servers: RealServers, name: str) -> None:
    """Any line, however its quotes and escapes are mixed up. (Valkey reads some broken ones on its own terms.)"""
    server = _Inline(real_servers.get(name).socket)

    @settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(PIECES, max_size=14).map(b"".join))
    def compare(line: bytes) -> None:
        assert split_words(line) == server.split(line)

    try:
        compare()
    finally:
        server.close()
