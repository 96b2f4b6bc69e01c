"""DUMP and RESTORE: what one side dumps the other restores, and RESTORE refuses what the servers refuse."""

from __future__ import annotations

import pytest

from ldbpy.resp import ErrorReply, Reply
from ldbpy.targets.embedded import EmbeddedServer
from tests.servers.fixtures import RealServer
from tests.servers.wire import WireClient

Words = str | list[str | bytes | int]
"""A command: words with spaces between, or one by one."""

VALUES: dict[str, list[Words]] = {
    "text": ["SET k hello"],
    "empty text": [["SET", "k", ""]],
    "small number": ["SET k -7"],
    "number of two bytes": ["SET k 12345"],
    "number of four bytes": ["SET k -1234567890"],
    "large number": ["SET k 9223372036854775807"],
    "bytes": [["SET", "k", bytes(range(256))]],
    "compressed text": [["SET", "k", "abcabcabd" * 2000]],
    "runs": [["SET", "k", "x" * 70000 + "y" * 300 + "x" * 9]],
    "text changed in place": ["SET k abc", "APPEND k def"],
    "list": ["RPUSH k a 0 127 128 -1 4095 -4096 4096 32767 -32768 8388607 2147483647 -2147483649 9223372036854775807"],
    "list of texts": [["RPUSH", "k", "", "a" * 63, "b" * 64, "c" * 4095, "d" * 300, "1.5", "-0", "007"]],
    "list of 12 and 13": ["RPUSH k 12 13 -128 255 256"],
    "long list": [["RPUSH", "k", *(f"{number} {'z' * (number % 90)}" for number in range(2000))]],
    "list of huge texts": [["RPUSH", "k", "small", "h" * 20000, "i" * 9000, "small"]],
    "set of numbers": ["SADD k 3 1 2"],
    "set of large numbers": ["SADD k 1 70000 -5000000000"],
    "set of texts": ["SADD k b a 1"],
    "set of a long text": [["SADD", "k", "1", "m" * 65]],
    "large set of numbers": [["SADD", "k", *range(600)]],
    "large set": [["SADD", "k", *(f"m{number}" for number in range(200))]],
    "hash": ["HSET k f v n 12 f2 -300"],
    "hash of long texts": [["HSET", "k", "f", "v" * 65, "g", "1"]],
    "large hash": [["HSET", "k", *(f"f{number // 2}" for number in range(400))]],
    "sorted set": ["ZADD k 1 a 2.5 b -3 c inf d -inf e 1e300 f 0.1 g 3 1 3 2"],
    "sorted set of long texts": [["ZADD", "k", "1.5", "m" * 65, "0.1", "n"]],
    "large sorted set": [["ZADD", "k", *(each for number in range(300) for each in (str(number / 7), f"m{number}"))]],
}
_READS = {
    b"string": ["GET"],
    b"list": ["LRANGE", "0", "-1"],
    b"set": ["SMEMBERS"],
    b"hash": ["HGETALL"],
    b"zset": ["ZRANGE", "0", "-1", "WITHSCORES"],
}


class _Ours:
    """The embedded server, called as a real one is."""

    def __init__(self, server: RealServer) -> None:
        self._client = EmbeddedServer(server.flavor).client()

    def call(self, *args: bytes | str | int) -> Reply:
        return self._client.call([arg if isinstance(arg, bytes) else str(arg).encode() for arg in args])


def _words(command: Words) -> list[str | bytes | int]:
    return [*command.split(" ")] if isinstance(command, str) else command


def _held(place: _Ours | WireClient, key: str) -> tuple[Reply, object]:
    """The encoding and content of a key."""
    kind = place.call("TYPE", key)
    assert isinstance(kind, bytes)
    name, *rest = _READS[bytes(kind)]
    content: object = place.call(name, key, *rest)
    if name == "HGETALL":
        assert isinstance(content, list)
        content = sorted(zip(content[::2], content[1::2], strict=True))
    if name == "SMEMBERS":
        assert isinstance(content, list)
        content = sorted(content)
    return place.call("OBJECT", "ENCODING", key), content


@pytest.mark.parametrize("name", VALUES)
def test_dumps_are_restored(name: str, every_server: RealServer) -> None:
    """A server's dump gives here what it gives there, and ours gives there what it gives here."""
    with every_server.client() as theirs:
        ours = _Ours(every_server)
        for command in VALUES[name]:
            theirs.call(*_words(command))
            ours.call(*_words(command))
        for giver in (theirs, ours):
            payload = giver.call("DUMP", "k")
            assert isinstance(payload, bytes)
            for taker in (theirs, ours):
                assert taker.call("RESTORE", "copy", 0, payload, "REPLACE") == b"OK"
            assert _held(ours, "copy") == _held(theirs, "copy")
            assert _held(ours, "copy")[1] == _held(theirs, "k")[1]


@pytest.mark.parametrize(
    "words",
    [
        "new -1 ok",
        "new x ok",
        "there x ok",
        "there 0 ok",
        "there 0 cut",
        "there 5 ok REPLACE",
        "there 5 ok REPLACE ABSTTL",
        "there 5 cut REPLACE ABSTTL",
        "new 5 ok ABSTTL",
        "new 0 ok ABSTTL",
        "new 100000 ok replace absttl",
        "new 99999999999999 ok ABSTTL",
        "new 100000 ok",
        "new 9223372036854775807 ok",
        "new 0 ok FOO",
        "new 0 ok IDLETIME",
        "new 0 ok IDLETIME -1",
        "new 0 ok IDLETIME 1 IDLETIME 2",
        "new 0 ok IDLETIME 1 FREQ 2",
        "new 0 ok FREQ 2 IDLETIME 1",
        "new 0 ok FREQ 255",
        "new 0 ok FREQ 256",
        "new 0 ok FREQ x",
        "new 0 cut",
        "new 0 changed",
        "new 0 newer",
        "new 0 short",
        "new 0 type",
        "new 0 ends",
        "new 0 empty",
        "new 0 twice",
        "new 0 lzf",
        "new 0",
    ],
)
def test_restore_answers_as_the_server(words: str, every_server: RealServer) -> None:
    """Each refusal in the server's words, each time to live as there."""
    key, ttl, *rest = words.split(" ")
    with every_server.client() as theirs:
        ours = _Ours(every_server)
        for place in (theirs, ours):
            place.call("SET", "there", "old")
        payloads = _payloads(every_server)
        argv = ["RESTORE", key, ttl, *(payloads.get(word, word) for word in rest)]
        answers = [
            [place.call(*argv), place.call("GET", key), _seconds(place.call("PTTL", key))] for place in (theirs, ours)
        ]
    assert answers[1] == answers[0]


def _payloads(server: RealServer) -> dict[str, bytes]:
    """Payloads by name; those that are wrong inside have the right checksum."""
    version = server.flavor.dump_version.to_bytes(2, "little")
    newer = (server.flavor.dump_version + 1).to_bytes(2, "little")
    bodies = {
        "ok": b"\x00\x02hi" + version,
        "newer": b"\x00\x02hi" + newer,
        "type": b"\x63\x02hi" + version,
        "ends": b"\x00\x3fhi" + version,
        "empty": b"\x01\x00" + version,
        "twice": b"\x02\x02\x01a\x01a" + version,
        "lzf": b"\x00\xc3\x03\x09\x00xx" + version,
    }
    found = {name: body + _checksum(body) for name, body in bodies.items()}
    whole = found["ok"]
    return {**found, "cut": whole[:-1], "changed": b"\x00\x02ho" + whole[4:], "short": b"\x00"}


def _checksum(body: bytes) -> bytes:
    """CRC-64 of Jones, bit by bit."""
    crc = 0
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x95AC9329AC4BC9B5 if crc & 1 else 0)
    return crc.to_bytes(8, "little")


def _seconds(ttl: Reply) -> object:
    """A time to live to a minute."""
    assert isinstance(ttl, int)
    return ttl if ttl < 0 else (ttl + 30_000) // 60_000


def test_dump_of_nothing(every_server: RealServer) -> None:
    """There is none of a key that is not there."""
    with every_server.client() as theirs:
        assert _Ours(every_server).call("DUMP", "none") == theirs.call("DUMP", "none") is None


def test_what_is_not_dumped(every_server: RealServer) -> None:
    """Streams are refused by name, both ways."""
    ours = _Ours(every_server)
    ours.call("XADD", "x", "*", "f", "v")
    assert ours.call("DUMP", "x") == ErrorReply(b"ERR the embedded store cannot dump the type stream")
    with every_server.client() as theirs:
        theirs.call("XADD", "x", "*", "f", "v")
        payload = theirs.call("DUMP", "x")
    assert isinstance(payload, bytes)
    assert ours.call("RESTORE", "y", 0, payload) == ErrorReply(b"ERR the embedded store cannot restore this type")
