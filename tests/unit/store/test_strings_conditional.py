"""DELIFEQ, DELEX, DIGEST, MSETEX and SET ... IFEQ. Replies of Valkey 9.1.2 were taken from the server."""

from __future__ import annotations

import pytest

from ldbpy.resp import ErrorReply, Reply
from tests.unit.store import servers
from tests.unit.store.servers import OK, SYNTAX, WRONG_TYPE

NOT_A_DIGEST = ErrorReply(b"ERR must be exactly 16 hexadecimal characters")
HELLO = "9555e8555c62dcfd"  # XXH3 of hello
OTHER = "0" * 16


class Server(servers.Server):
    """A server whose s is hello, and l a list."""

    def __init__(self, flavor: str = "valkey-9") -> None:
        super().__init__(flavor, "SET s hello", "RPUSH l 1")


# -- DELIFEQ


@pytest.mark.parametrize(
    ("line", "reply"),
    [("DELIFEQ s hello", 1), ("DELIFEQ s x", 0), ("DELIFEQ none x", 0), ("DELIFEQ l x", WRONG_TYPE)],
)
def test_delifeq(line: str, reply: Reply) -> None:
    """DELIFEQ deletes a string that is what it says."""
    assert Server()(line) == reply


def test_delifeq_deletes() -> None:
    """The key is gone after a match, and only then."""
    server = Server()
    server("DELIFEQ s x")
    assert server("EXISTS s") == 1
    server("DELIFEQ s hello")
    assert server("EXISTS s") == 0


def test_delifeq_sees_a_string_changed_in_place() -> None:
    """A string that was appended to is compared as it is now."""
    server = Server()
    server("APPEND s !")
    assert server("DELIFEQ s hello!") == 1


@pytest.mark.parametrize("flavor", ["redis-8", "valkey-8"])
def test_delifeq_is_of_valkey_9(flavor: str) -> None:
    """Nobody else has DELIFEQ."""
    reply = Server(flavor)("DELIFEQ s hello")
    assert isinstance(reply, ErrorReply)
    assert reply.message.startswith(b"ERR unknown command")


# -- DIGEST and DELEX


def test_digest() -> None:
    """DIGEST is the XXH3 of the string in 16 digits."""
    server = Server("redis-8")
    assert server("DIGEST s") == HELLO.encode()
    assert server("DIGEST none") is None
    assert server("DIGEST l") == WRONG_TYPE


def test_digest_keeps_leading_zeros() -> None:
    """A digest with a small number has 16 digits all the same."""
    server = Server("redis-8")
    server("SET s v6")
    digest = server("DIGEST s")
    assert isinstance(digest, bytes)
    assert len(digest) == 16


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("DELEX s", 1),
        ("DELEX l", 1),
        ("DELEX none", 0),
        ("DELEX s IFEQ hello", 1),
        ("DELEX s IFEQ x", 0),
        ("DELEX s IFNE hello", 0),
        ("DELEX s ifne x", 1),
        (f"DELEX s IFDEQ {HELLO}", 1),
        (f"DELEX s IFDEQ {HELLO.upper()}", 1),
        (f"DELEX s IFDEQ {OTHER}", 0),
        (f"DELEX s IFDNE {HELLO}", 0),
        (f"DELEX s IFDNE {OTHER}", 1),
        ("DELEX none IFDEQ x", 0),
        ("DELEX none FOO x", 0),
        ("DELEX s IFDEQ x", NOT_A_DIGEST),
        ("DELEX s FOO x", ErrorReply(b"ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE")),
        ("DELEX l IFEQ x", ErrorReply(b"ERR Key should be of string type if conditions are specified")),
        ("DELEX s IFEQ", ErrorReply(b"ERR wrong number of arguments for 'delex' command")),
        ("DELEX none IFEQ", ErrorReply(b"ERR wrong number of arguments for 'delex' command")),
    ],
)
def test_delex(line: str, reply: Reply) -> None:
    """DELEX deletes any key without a condition, a string with one that holds."""
    assert Server("redis-8")(line) == reply


# -- SET with a comparison


@pytest.mark.parametrize("flavor", ["valkey-9", "valkey-8", "redis-8"])
@pytest.mark.parametrize(
    ("line", "reply", "value"),
    [
        ("SET s new IFEQ hello", OK, b"new"),
        ("SET s new IFEQ x", None, b"hello"),
        ("SET s new IFEQ hello GET", b"hello", b"new"),
        ("SET s new IFEQ x GET", b"hello", b"hello"),
        ("SET s new IFEQ", SYNTAX, b"hello"),
        ("SET s new IFEQ hello NX", SYNTAX, b"hello"),
        ("SET s new NX IFEQ hello", SYNTAX, b"hello"),
        ("SET s new IFEQ hello IFEQ hello", SYNTAX, b"hello"),
    ],
)
def test_set_ifeq(flavor: str, line: str, reply: Reply, value: bytes) -> None:
    """SET ... IFEQ sets a string that is what it says."""
    server = Server(flavor)
    assert server(line) == reply
    assert server("GET s") == value


def test_set_ifeq_missing_key_is_not_made() -> None:
    """No key is equal to nothing."""
    server = Server()
    assert server("SET none new IFEQ x") is None
    assert server("SET none new IFEQ x GET") is None
    assert server("EXISTS none") == 0


def test_set_ifeq_wrong_type() -> None:
    """What is no string cannot be compared."""
    assert Server()("SET l new IFEQ x") == WRONG_TYPE


def test_set_ifeq_checks_the_time_first() -> None:
    """A time to live that is none is refused before anything is compared."""
    assert Server()("SET s new IFEQ x EX 0") == ErrorReply(b"ERR invalid expire time in 'set' command")


@pytest.mark.parametrize(
    ("line", "reply", "value"),
    [
        ("SET s new IFNE x", OK, b"new"),
        ("SET s new IFNE hello", None, b"hello"),
        (f"SET s new IFDEQ {HELLO}", OK, b"new"),
        (f"SET s new IFDEQ {OTHER}", None, b"hello"),
        (f"SET s new IFDNE {OTHER} GET", b"hello", b"new"),
        (f"SET s new IFDNE {HELLO.upper()}", None, b"hello"),
        ("SET s new IFDEQ x", NOT_A_DIGEST, b"hello"),
    ],
)
def test_set_other_comparisons(line: str, reply: Reply, value: bytes) -> None:
    """Redis 8.4 and later can also compare for a difference, and by digest."""
    server = Server("redis-8")
    assert server(line) == reply
    assert server("GET s") == value


@pytest.mark.parametrize(
    ("option", "made"), [("IFNE x", 1), (f"IFDNE {OTHER}", 1), (f"IFDEQ {OTHER}", 0), ("IFEQ x", 0)]
)
def test_set_comparison_with_a_missing_key(option: str, made: int) -> None:
    """A key that is not there differs from everything."""
    server = Server("redis-8")
    server(f"SET none new {option}")
    assert server("EXISTS none") == made


@pytest.mark.parametrize("flavor", ["valkey-9", "valkey-8", "redis-7.4"])
def test_set_ifne_is_of_redis(flavor: str) -> None:
    """Valkey 9.1 and older servers have no IFNE."""
    assert Server(flavor)("SET s new IFNE x") == SYNTAX


# -- MSETEX


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("MSETEX 2 a 1 b 2", 1),
        ("MSETEX 1 l 1", 1),
        ("MSETEX 2 s 1 b 2 NX", 0),
        ("MSETEX 2 s 1 b 2 XX", 0),
        ("MSETEX 1 s 1 XX", 1),
        ("MSETEX 1 a 1 NX NX", 1),
        ("MSETEX 1 a 1 NX XX", SYNTAX),
        ("MSETEX 1 a 1 b 2", SYNTAX),
        ("MSETEX 1 a 1 GET", SYNTAX),
        ("MSETEX 1 a 1 EX", SYNTAX),
        ("MSETEX 1 a 1 EX 10 PX 20", SYNTAX),
        ("MSETEX 1 a 1 EX 10 KEEPTTL", SYNTAX),
        ("MSETEX 1 a 1 EX 0", ErrorReply(b"ERR invalid expire time in 'msetex' command")),
        ("MSETEX 1 a 1 EX x", ErrorReply(b"ERR value is not an integer or out of range")),
        ("MSETEX 0 a 1", ErrorReply(b"ERR invalid numkeys value or out of range")),
        ("MSETEX x a 1", ErrorReply(b"ERR invalid numkeys value or out of range")),
        ("MSETEX 2147483648 a 1", ErrorReply(b"ERR invalid numkeys value or out of range")),
        ("MSETEX 2 a 1", SYNTAX),
    ],
)
def test_msetex(line: str, reply: Reply) -> None:
    """MSETEX sets all pairs or none."""
    assert Server()(line) == reply


@pytest.mark.parametrize(
    ("line", "error"),
    [("MSETEX 0 a 1", b"ERR invalid numkeys value"), ("MSETEX 2 a 1", b"ERR wrong number of key-value pairs")],
)
def test_msetex_errors_of_redis(line: str, error: bytes) -> None:
    """Redis says what is wrong with the count."""
    assert Server("redis-8")(line) == ErrorReply(error)


def test_msetex_nothing_is_set_if_the_condition_fails() -> None:
    """One key that is there stops NX for all."""
    server = Server()
    server("MSETEX 2 a 1 s 2 NX")
    assert server("MGET a s") == [None, b"hello"]


@pytest.mark.parametrize(
    ("option", "left"), [("", -1), (" EX 20", 20), (" PX 7000", 7), (" KEEPTTL", 100), (" EX 10 EX 30", 30)]
)
def test_msetex_time(option: str, left: int) -> None:
    """The time is set, kept or taken away, for each of the keys."""
    server = Server()
    server("SET a 0 EX 100")
    server(f"MSETEX 2 a 1 a 2{option}")
    assert server("GET a") == b"2"
    assert server("TTL a") == left


def test_msetex_past_time() -> None:
    """With a time in the past nothing is left."""
    server = Server()
    assert server("MSETEX 1 s 1 PXAT 1") == 1
    assert server("EXISTS s") == 0


@pytest.mark.parametrize("line", ["DELEX s IFEQ hello", "SET s x IFEQ hello", "MSETEX 2 s 1 t 2"])
def test_rollback(line: str) -> None:
    """A rollback undoes them."""
    server = Server("redis-8")
    savepoint = server.store.savepoint()
    server(line)
    server.store.rollback(savepoint)
    assert server("MGET s t") == [b"hello", None]
