"""Fields of hashes that expire. Replies and errors of Valkey 9.1.2 were taken from the server, those of Redis 8 from
its source.
"""

from __future__ import annotations

import pytest

from ldbpy.resp import ErrorReply, MapReply, Reply, Status
from tests.unit.store.servers import NOT_INTEGER, NOW, SYNTAX, WRONG_TYPE, Server

MISMATCH = ErrorReply(b"ERR numfields should be greater than 0 and match the provided number of fields")
MISPLACED = ErrorReply(b"ERR Mandatory argument FIELDS is missing or not at the right position")


def abc(flavor: str = "valkey-9", *setup: str) -> Server:
    """A server whose h holds a, b and c."""
    return Server(flavor, "HSET h a 1 b 2 c 3", *setup)


# -- HEXPIRE and its relatives


@pytest.mark.parametrize("flavor", ["redis-7.4", "redis-8", "valkey-9"])
def test_hexpire_answers_for_every_field(flavor: str) -> None:
    """HEXPIRE answers 1 for a field that expires now and -2 for one that is not there."""
    assert abc(flavor)("HEXPIRE h 100 FIELDS 2 a zz") == [1, -2]


@pytest.mark.parametrize("flavor", ["redis-7.2", "valkey-8", "redis-7.0"])
def test_hexpire_is_unknown_to_older_servers(flavor: str) -> None:
    """Servers before Redis 7.4 and Valkey 9 have no HEXPIRE."""
    reply = abc(flavor)("HEXPIRE h 100 FIELDS 1 a")
    assert isinstance(reply, ErrorReply)
    assert b"unknown command" in reply.message


def test_hexpire_missing_key_is_all_missing_fields() -> None:
    """A key that is not there has none of the fields."""
    assert Server()("HEXPIRE h 100 FIELDS 2 a b") == [-2, -2]


def test_hexpire_field_is_gone_after_its_time() -> None:
    """A field is there up to its last millisecond, and gone in the next."""
    server = abc("valkey-9", "HPEXPIRE h 100 FIELDS 1 a")
    server.sleep(100)
    assert server("HGET h a") == b"1"
    server.sleep(1)
    assert server("HGET h a") is None


def test_hexpire_past_time_drops_the_field() -> None:
    """A time of 0 takes the field away at once and answers 2, then -2."""
    server = abc()
    assert server("HEXPIRE h 0 FIELDS 2 c c") == [2, -2]
    assert server("HEXISTS h c") == 0


def test_hexpire_dropping_the_last_field_removes_the_key() -> None:
    """With its last field the hash goes."""
    server = abc()
    assert server("HEXPIREAT h 1 FIELDS 3 a b c") == [2, 2, 2]
    assert server("EXISTS h") == 0


@pytest.mark.parametrize(
    ("condition", "without", "with_later", "with_earlier"),
    [("NX", 1, 0, 0), ("XX", 0, 1, 1), ("GT", 0, 1, 0), ("LT", 1, 0, 1)],
)
@pytest.mark.parametrize("flavor", ["redis-7.4", "redis-8", "valkey-9"])
def test_hexpire_condition(flavor: str, condition: str, without: int, with_later: int, with_earlier: int) -> None:
    """NX, XX, GT and LT compare with the time there is; GT takes none for later than any time."""
    assert abc(flavor)(f"HEXPIRE h 100 {condition} FIELDS 1 a") == [without]
    assert abc(flavor, "HEXPIRE h 50 FIELDS 1 a")(f"HEXPIRE h 100 {condition} FIELDS 1 a") == [with_later]
    assert abc(flavor, "HEXPIRE h 200 FIELDS 1 a")(f"HEXPIRE h 100 {condition} FIELDS 1 a") == [with_earlier]


def test_hexpire_condition_holds_for_past_times_too() -> None:
    """A condition that fails keeps a field a past time would have dropped."""
    server = abc("valkey-9", "HEXPIRE h 100 FIELDS 1 b")
    assert server("HEXPIRE h 0 NX FIELDS 2 b b") == [0, 0]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("HEXPIRE h x FIELDS 1 a", NOT_INTEGER),
        ("HEXPIRE h -1 FIELDS 1 a", ErrorReply(b"ERR invalid expire time in 'hexpire' command")),
        ("HEXPIRE h 9223372036854775807 FIELDS 1 a", ErrorReply(b"ERR invalid expire time in 'hexpire' command")),
        ("HEXPIREAT h 9223372036854776 FIELDS 1 a", ErrorReply(b"ERR invalid expire time in 'hexpireat' command")),
        ("HEXPIRE h 100 FIELDS x a", NOT_INTEGER),
        ("HEXPIRE h 100 FIELDS 2 a", MISMATCH),
        ("HEXPIRE h 100 FIELDS 1 a NX", MISMATCH),
        ("HEXPIRE h 100 FOO FIELDS 1 a", ErrorReply(b"ERR Unsupported option FOO")),
        (
            "HEXPIRE h 100 NX XX FIELDS 1 a",
            ErrorReply(b"ERR NX and XX, GT or LT options at the same time are not compatible"),
        ),
        (
            "HEXPIRE h 100 GT LT FIELDS 1 a",
            ErrorReply(b"ERR GT and LT options at the same time are not compatible"),
        ),
    ],
)
def test_hexpire_errors_of_valkey(line: str, error: ErrorReply) -> None:
    """Valkey reads time and conditions as EXPIRE does."""
    assert abc()(line) == error


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("HEXPIRE h -1 FIELDS 1 a", b"ERR invalid expire time, must be >= 0"),
        ("HPEXPIREAT h 70368744177664 FIELDS 1 a", b"ERR invalid expire time in 'hpexpireat' command"),
        ("HEXPIRE h 100 FIELDS 0 a", b"ERR Parameter `numFields` should be greater than 0"),
        ("HEXPIRE h 100 FIELDS 2 a", b"ERR wrong number of arguments"),
        ("HEXPIRE h 100 FIELDS 1 a FIELDS 1 b", b"ERR FIELDS keyword specified multiple times"),
        ("HEXPIRE h 100 NX XX FIELDS 1 a", b"ERR Multiple condition flags specified"),
        ("HEXPIRE h 100 NX NX NX", b"ERR missing FIELDS argument"),
        ("HEXPIRE h 100 FOO FIELDS 1 a", b"ERR unknown argument: FOO"),
        ("HEXPIRE h 100 NX NX FIELDS", b"ERR FIELDS requires at least numfields and one field argument"),
    ],
)
def test_hexpire_errors_of_redis(line: str, error: bytes) -> None:
    """Redis 8.4 and later reads its options one by one, in any order."""
    assert abc("redis-8")(line) == ErrorReply(error)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("HEXPIRE h 100 FIELDS 1 a NX", b"ERR The `numfields` parameter must match the number of arguments"),
        ("HEXPIRE h 100 FOO FIELDS 1 a", MISPLACED.message),
        ("HEXPIRE h 100 FIELDS 0 a", b"ERR Parameter `numFields` should be greater than 0"),
    ],
)
def test_hexpire_errors_of_redis_7(line: str, error: bytes) -> None:
    """Redis 7.4 wants FIELDS after the time or the one condition."""
    assert abc("redis-7.4")(line) == ErrorReply(error)


def test_hexpire_redis_8_takes_conditions_after_the_fields() -> None:
    """Redis 8.4 and later finds a condition behind the fields."""
    assert abc("redis-8", "HEXPIRE h 50 FIELDS 1 a")("HEXPIRE h 100 FIELDS 2 a b NX") == [0, 1]


@pytest.mark.parametrize(("flavor", "error"), [("valkey-9", NOT_INTEGER), ("redis-8", WRONG_TYPE)])
def test_hexpire_order_of_checks(flavor: str, error: ErrorReply) -> None:
    """Redis looks at the key's type before it does at the arguments, Valkey after."""
    assert Server(flavor, "SET s 1")("HEXPIRE s x FIELDS 1 a") == error


def test_hexpire_refuses_another_type() -> None:
    """A string has no fields."""
    assert Server("valkey-9", "SET s 1")("HEXPIRE s 100 FIELDS 1 a") == WRONG_TYPE


# -- HTTL and its relatives


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("HTTL", [100, -1, -2]),
        ("HPTTL", [100_000, -1, -2]),
        ("HEXPIRETIME", [NOW // 1000 + 100, -1, -2]),
        ("HPEXPIRETIME", [NOW + 100_000, -1, -2]),
    ],
)
def test_httl_and_its_relatives(name: str, reply: Reply) -> None:
    """They answer the time, -1 for a field without, -2 for no field."""
    assert abc("valkey-9", "HEXPIRE h 100 FIELDS 1 a")(f"{name} h FIELDS 3 a b zz") == reply


@pytest.mark.parametrize(("flavor", "left"), [("valkey-9", 1), ("redis-8", 2)])
def test_httl_rounding(flavor: str, left: int) -> None:
    """Valkey rounds to the nearest second, Redis up."""
    assert abc(flavor, "HPEXPIRE h 1400 FIELDS 1 a")("HTTL h FIELDS 1 a") == [left]


@pytest.mark.parametrize(("flavor", "left"), [("valkey-9", 0), ("redis-8", -2)])
def test_httl_in_the_last_millisecond(flavor: str, left: int) -> None:
    """A small hash on Redis calls a field gone in the millisecond it expires."""
    server = abc(flavor, "HPEXPIRE h 100 FIELDS 1 a")
    server.sleep(100)
    assert server("HPTTL h FIELDS 1 a") == [left]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("HTTL h FIELDS 3 a b", SYNTAX),
        ("HTTL h FIELDS 0 a", SYNTAX),
        ("HTTL h FIELDS -1 a", SYNTAX),
        ("HTTL h FIELDS x a", NOT_INTEGER),
        ("HTTL h FOO 1 a", SYNTAX),
        ("HPERSIST h FIELDS 2 a", MISMATCH),
        ("HPERSIST h FOO 1 a", SYNTAX),
        ("HGETDEL h FIELDS 2 a", MISMATCH),
        ("HGETDEL h 1 FIELDS a", SYNTAX),
    ],
)
def test_fields_errors_of_valkey(line: str, error: ErrorReply) -> None:
    """What Valkey answers if FIELDS is missing or its count is wrong."""
    assert abc()(line) == error


@pytest.mark.parametrize("name", ["HTTL", "HPERSIST", "HGETDEL"])
@pytest.mark.parametrize(
    ("rest", "error"),
    [
        ("FIELDS 0 a", b"ERR Number of fields must be a positive integer"),
        ("FIELDS x a", b"ERR Number of fields must be a positive integer"),
        ("FIELDS 2 a", b"ERR The `numfields` parameter must match the number of arguments"),
        ("FOO 1 a", MISPLACED.message),
    ],
)
def test_fields_errors_of_redis(name: str, rest: str, error: bytes) -> None:
    """What Redis answers if FIELDS is missing or its count is wrong."""
    assert abc("redis-8")(f"{name} h {rest}") == ErrorReply(error)


def test_httl_missing_key() -> None:
    """A key that is not there has none of the fields."""
    assert Server()("HTTL h FIELDS 2 a b") == [-2, -2]


def test_hpersist_takes_the_time_away() -> None:
    """HPERSIST answers 1 where there was a time, -1 where there was none, -2 for no field."""
    server = abc("valkey-9", "HEXPIRE h 100 FIELDS 1 a")
    assert server("HPERSIST h FIELDS 3 a b zz") == [1, -1, -2]
    assert server("HTTL h FIELDS 1 a") == [-1]


# -- HGETEX


@pytest.mark.parametrize("flavor", ["redis-8", "valkey-9"])
@pytest.mark.parametrize(
    ("option", "left"), [("EX 100", 100), ("PX 5000", 5), (f"EXAT {NOW // 1000 + 7}", 7), (f"PXAT {NOW + 9000}", 9)]
)
def test_hgetex_sets_a_time(flavor: str, option: str, left: int) -> None:
    """HGETEX answers the values and sets the times of the fields that are there."""
    server = abc(flavor)
    assert server(f"HGETEX h {option} FIELDS 2 a zz") == [b"1", None]
    assert server("HTTL h FIELDS 2 a zz") == [left, -2]


def test_hgetex_without_option_only_reads() -> None:
    """Without an option the time stays as it is."""
    server = abc("valkey-9", "HEXPIRE h 100 FIELDS 1 a")
    assert server("HGETEX h FIELDS 1 a") == [b"1"]
    assert server("HTTL h FIELDS 1 a") == [100]


def test_hgetex_persist() -> None:
    """PERSIST takes the time away."""
    server = abc("redis-8", "HEXPIRE h 100 FIELDS 1 a")
    assert server("HGETEX h PERSIST FIELDS 2 a b") == [b"1", b"2"]
    assert server("HTTL h FIELDS 1 a") == [-1]


def test_hgetex_past_time_drops_the_fields() -> None:
    """A field is answered a last time, and is gone the second time it is asked for."""
    server = Server("valkey-9", "HSET h a 1")
    assert server("HGETEX h EX 0 FIELDS 2 a a") == [b"1", None]
    assert server("EXISTS h") == 0


def test_hgetex_missing_key() -> None:
    """A key that is not there is all nulls."""
    assert Server()("HGETEX h EX 10 FIELDS 2 a b") == [None, None]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("HGETEX h FIELDS 3 a b", MISMATCH),
        ("HGETEX h EX FIELDS 2 a b", SYNTAX),
        ("HGETEX h EX 10 PERSIST FIELDS 1 a", SYNTAX),
        ("HGETEX h KEEPTTL FIELDS 1 a", SYNTAX),
        ("HGETEX none EX x FIELDS 1 a", NOT_INTEGER),
        ("HGETEX none EX 99999999999999999 FIELDS 1 a", ErrorReply(b"ERR invalid expire time in 'hgetex' command")),
        ("HGETEX s EX x FIELDS 1 a", WRONG_TYPE),
    ],
)
def test_hgetex_errors_of_valkey(line: str, error: ErrorReply) -> None:
    """Valkey reads the options as GETEX does, the time last."""
    assert abc("valkey-9", "SET s 1")(line) == error


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (
            "HGETEX h EX 10 PERSIST FIELDS 1 a",
            b"ERR Only one of EX, PX, EXAT, PXAT or PERSIST arguments can be specified",
        ),
        ("HGETEX h FIELDS 2 a b EX", b"ERR missing expire time"),
        ("HGETEX h FIELDS 0 a", b"ERR invalid number of fields"),
        ("HGETEX h FIELDS 3 a b", b"ERR wrong number of arguments"),
        ("HGETEX h KEEPTTL FIELDS 1 a", b"ERR unknown argument: KEEPTTL"),
    ],
)
def test_hgetex_errors_of_redis(line: str, error: bytes) -> None:
    """Redis takes every option once and says which one is wrong."""
    assert abc("redis-8")(line) == ErrorReply(error)


def test_hgetex_redis_takes_the_time_after_the_fields() -> None:
    """Redis 8.4 and later finds the option behind the fields."""
    server = abc("redis-8")
    assert server("HGETEX h FIELDS 1 a EX 100") == [b"1"]
    assert server("HTTL h FIELDS 1 a") == [100]


# -- HSETEX and HGETDEL


@pytest.mark.parametrize("flavor", ["redis-8", "valkey-9"])
def test_hsetex_sets_fields_with_a_time(flavor: str) -> None:
    """HSETEX sets the fields, the last value of one given twice, and their time."""
    server = Server(flavor)
    assert server("HSETEX h EX 100 FIELDS 2 a 1 a 2") == 1
    assert server("HGETALL h") == [b"a", b"2"]
    assert server("HTTL h FIELDS 1 a") == [100]


@pytest.mark.parametrize(("option", "left"), [("KEEPTTL ", 100), ("", -1), ("PX 7000 ", 7)])
def test_hsetex_and_the_time_there_is(option: str, left: int) -> None:
    """Only KEEPTTL keeps the time a field had."""
    server = Server("valkey-9", "HSETEX h EX 100 FIELDS 1 a 1")
    assert server(f"HSETEX h {option}FIELDS 1 a 2") == 1
    assert server("HTTL h FIELDS 1 a") == [left]


@pytest.mark.parametrize("flavor", ["redis-8", "valkey-9"])
@pytest.mark.parametrize(
    ("condition", "fields", "reply"),
    [("FNX", "2 a 9 x 9", 0), ("FNX", "1 x 9", 1), ("FXX", "2 a 9 x 9", 0), ("FXX", "2 a 9 b 9", 1)],
)
def test_hsetex_field_conditions(flavor: str, condition: str, fields: str, reply: int) -> None:
    """FNX wants none of the fields to be there, FXX all."""
    assert abc(flavor)(f"HSETEX h {condition} FIELDS {fields}") == reply


@pytest.mark.parametrize(
    ("key", "condition", "reply"), [("h", "NX", 0), ("h", "XX", 1), ("x", "NX", 1), ("x", "XX", 0)]
)
def test_hsetex_key_conditions_of_valkey(key: str, condition: str, reply: int) -> None:
    """Valkey has NX and XX for the key."""
    assert abc()(f"HSETEX {key} {condition} FIELDS 1 a 1") == reply


def test_hsetex_past_time_leaves_nothing() -> None:
    """With a time in the past the answer is 1 and the fields are gone; no key is made."""
    server = abc()
    assert server("HSETEX h EXAT 1 FIELDS 2 a 1 b 2") == 1
    assert server("HKEYS h") == [b"c"]
    assert server("HSETEX new EX 0 FIELDS 1 a 1") == 1
    assert server("EXISTS new") == 0


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("HSETEX h FIELDS 1 a", ErrorReply(b"ERR wrong number of arguments for 'hsetex' command")),
        ("HSETEX h FIELDS 1 a 1 b 2", MISMATCH),
        ("HSETEX h FOO 1 a 1", MISMATCH),
        ("HSETEX h FOO FIELDS 1 a 1", SYNTAX),
        ("HSETEX h FNX FXX FIELDS 1 a 1", SYNTAX),
        ("HSETEX h EX 10 KEEPTTL FIELDS 1 a 1", SYNTAX),
        ("HSETEX h EX -1 FIELDS 1 a 1", ErrorReply(b"ERR invalid expire time in 'hsetex' command")),
        ("HSETEX s NX FIELDS 1 a 1", WRONG_TYPE),
    ],
)
def test_hsetex_errors_of_valkey(line: str, error: ErrorReply) -> None:
    """Valkey reads the options as SET does."""
    assert Server("valkey-9", "SET s 1")(line) == error


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("HSETEX h FNX FXX FIELDS 1 a 1", b"ERR Only one of FXX or FNX arguments can be specified"),
        (
            "HSETEX h EX 1 EX 2 FIELDS 1 a 1",
            b"ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
        ),
        ("HSETEX h NX FIELDS 1 a 1", b"ERR unknown argument: NX"),
        ("HSETEX h FIELDS 2 a 1 b", b"ERR wrong number of arguments"),
        ("HSETEX h KEEPTTL FNX FNX FNX", b"ERR Only one of FXX or FNX arguments can be specified"),
    ],
)
def test_hsetex_errors_of_redis(line: str, error: bytes) -> None:
    """Redis takes every option once and says which one is wrong."""
    assert Server("redis-8")(line) == ErrorReply(error)


@pytest.mark.parametrize("flavor", ["redis-8", "valkey-9"])
def test_hgetdel(flavor: str) -> None:
    """HGETDEL answers the values and takes the fields away, the key with the last."""
    server = Server(flavor, "HSET h a 1 b 2")
    assert server("HGETDEL h FIELDS 3 a a b") == [b"1", None, b"2"]
    assert server("EXISTS h") == 0


def test_hgetdel_missing_key() -> None:
    """A key that is not there is all nulls."""
    assert Server()("HGETDEL h FIELDS 1 a") == [None]


# -- what other commands do with the times


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("HSET h a 5", -1),
        ("HMSET h a 5", -1),
        ("HINCRBY h a 5", 100),
        ("HINCRBYFLOAT h a 1.5", 100),
        ("HSETNX h a 5", 100),
        ("HDEL h a", -2),
        ("HSET h b 5", 100),
    ],
)
def test_other_commands_and_the_time(line: str, left: int) -> None:
    """HSET takes the time away, HINCRBY and HSETNX leave it."""
    server = abc("valkey-9", "HEXPIRE h 100 FIELDS 1 a", line)
    assert server("HTTL h FIELDS 1 a") == [left]


@pytest.mark.parametrize("line", ["COPY h k", "RENAME h k"])
def test_copies_keep_the_times(line: str) -> None:
    """COPY and RENAME carry the times along."""
    server = abc("valkey-9", "HEXPIRE h 100 FIELDS 1 a", line)
    assert server("HTTL k FIELDS 2 a b") == [100, -1]


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("HGETALL h", [b"c", b"3"]),
        ("HKEYS h", [b"c"]),
        ("HVALS h", [b"3"]),
        ("HLEN h", 1),
        ("HMGET h a c", [None, b"3"]),
        ("HEXISTS h a", 0),
        ("HSTRLEN h a", 0),
        ("HRANDFIELD h 5", [b"c"]),
        ("HSCAN h 0", [b"0", [b"c", b"3"]]),
        ("HDEL h a", 0),
        ("HSETNX h a 7", 1),
        ("HINCRBY h a 7", 7),
        ("HTTL h FIELDS 2 a c", [-2, -1]),
        ("HPERSIST h FIELDS 1 a", [-2]),
        ("HGETDEL h FIELDS 1 a", [None]),
        ("HSETEX h FXX FIELDS 1 a 1", 0),
        ("HSETEX h FNX FIELDS 1 a 1", 1),
    ],
)
def test_expired_fields_are_not_there(line: str, reply: Reply) -> None:
    """No command sees a field that has expired."""
    server = abc("valkey-9", "HPEXPIRE h 10 FIELDS 2 a b")
    server.sleep(11)
    assert server(line) == reply


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("EXISTS h", 0),
        ("TYPE h", Status(b"none")),
        ("TTL h", -2),
        ("EXPIRE h 10", 0),
        ("DEL h", 0),
        ("COPY h k", 0),
        ("RENAME h k", ErrorReply(b"ERR no such key")),
        ("OBJECT ENCODING h", None),
    ],
)
def test_hash_without_live_fields_is_not_there(line: str, reply: Reply) -> None:
    """A hash all of whose fields have expired is gone, as on a server that has come round to it."""
    server = abc("valkey-9", "HPEXPIRE h 10 FIELDS 3 a b c")
    server.sleep(11)
    assert server(line) == reply


def test_resp3_reply_without_expired_fields() -> None:
    """The RESP3 map of HGETALL leaves them out as well."""
    server = Server("valkey-9", "HSET h a 1 b 2", "HPEXPIRE h 10 FIELDS 1 a", resp=3)
    server.sleep(11)
    assert server("HGETALL h") == MapReply([(b"b", b"2")])


# -- encodings and order


def test_encoding_on_valkey_is_a_hash_table() -> None:
    """Valkey keeps a hash with an expiring field in a hash table for good."""
    server = abc("valkey-9", "HEXPIRE h 100 FIELDS 1 a", "HPERSIST h FIELDS 1 a")
    assert server("OBJECT ENCODING h") == b"hashtable"


@pytest.mark.parametrize(
    "line", ["HEXPIRE h 100 FIELDS 1 a", "HEXPIRE h 100 FIELDS 1 zz", "HGETEX h PERSIST FIELDS 1 a"]
)
def test_encoding_on_redis_is_listpackex(line: str) -> None:
    """A small hash on Redis gets room for times before the fields are looked at, and keeps it."""
    assert abc("redis-8", line, "HPERSIST h FIELDS 1 a")("OBJECT ENCODING h") == b"listpackex"


def test_encoding_stays_without_a_time() -> None:
    """HGETEX without an option, HTTL and HPERSIST change no encoding."""
    server = abc("redis-8", "HGETEX h FIELDS 1 a", "HTTL h FIELDS 1 a", "HPERSIST h FIELDS 1 a")
    assert server("OBJECT ENCODING h") == b"listpack"


def test_order_of_fields_on_redis() -> None:
    """A small hash on Redis lists its fields by the time they expire, those without a time last."""
    server = Server("redis-7.4", "HSET h f1 v1 f2 v2 f3 v3", "HPEXPIRE h 10000 NX FIELDS 2 f2 f3")
    assert server("HKEYS h") == [b"f3", b"f2", b"f1"]


def test_order_of_fields_on_redis_after_persist() -> None:
    """A field that loses its time goes to the end."""
    server = abc("redis-8", "HEXPIRE h 100 FIELDS 1 a", "HSET h a 9")
    assert server("HKEYS h") == [b"b", b"c", b"a"]


@pytest.mark.parametrize(("flavor", "encoding"), [("redis-6.2", b"hashtable"), ("redis-7.0", b"listpack")])
def test_encoding_after_hsetnx_of_a_long_value(flavor: str, encoding: bytes) -> None:
    """Redis 6.2 makes a hash table for a long value that HSETNX then does not set."""
    assert abc(flavor, "HSETNX h a " + "x" * 65)("OBJECT ENCODING h") == encoding


# -- undo and events


@pytest.mark.parametrize(
    "line",
    [
        "HEXPIRE h 100 FIELDS 1 a",
        "HEXPIRE h 0 FIELDS 3 a b c",
        "HPERSIST h FIELDS 1 b",
        "HGETEX h EX 0 FIELDS 1 a",
        "HSETEX h EX 5 FIELDS 1 x 1",
        "HGETDEL h FIELDS 2 a b",
    ],
)
def test_rollback_brings_fields_and_times_back(line: str) -> None:
    """A rollback undoes changes of fields and of their times."""
    server = abc("valkey-9", "HEXPIRE h 50 FIELDS 1 b")
    savepoint = server.store.savepoint()
    server(line)
    server.store.rollback(savepoint)
    assert server("HMGET h a b c x") == [b"1", b"2", b"3", None]
    assert server("HTTL h FIELDS 3 a b c") == [-1, 50, -1]


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("HEXPIRE h 100 FIELDS 1 a", [b"h"]),
        ("HEXPIRE h 100 FIELDS 1 zz", []),
        ("HEXPIRE h 100 XX FIELDS 1 a", []),
        ("HGETEX h FIELDS 1 a", []),
        ("HDEL h zz", []),
        ("HGETDEL h FIELDS 1 zz", []),
    ],
)
def test_change_events(line: str, changed: list[bytes]) -> None:
    """Listeners hear of a key only if a field or a time changed."""
    assert abc().changed_by(line) == changed
