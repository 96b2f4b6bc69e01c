"""Sorted sets: the replies, the errors and the encodings were taken from the servers."""

from __future__ import annotations

import random

import pytest

from ldbpy.resp import NIL_ARRAY, Double, ErrorReply, Reply, Status
from ldbpy.store.memory.partial_sort import partial_sort
from tests.unit.store import servers
from tests.unit.store.servers import SYNTAX, WRONG_TYPE

NOT_FLOAT = ErrorReply(b"ERR value is not a valid float")
BAD_RANGE = ErrorReply(b"ERR min or max is not a float")
LONG = "x" * 65


class Server(servers.Server):
    """A server called by a script, unless told otherwise, with one line of words or with arguments."""

    def __init__(self, flavor: str = "valkey-9", *, resp: int = 2, in_script: bool = True) -> None:
        super().__init__(flavor, resp=resp, in_script=in_script)

    def call(self, *args: bytes) -> Reply:
        """Run a command given as its arguments."""
        return self.client.call(list(args))


def letters(flavor: str = "valkey-9", *, resp: int = 2) -> Server:
    """A server whose z holds a to e, scored 1 to 5."""
    server = Server(flavor, resp=resp)
    server("ZADD z 1 a 2 b 3 c 4 d 5 e")
    return server


def big(flavor: str = "valkey-9", *, resp: int = 2) -> Server:
    """A server whose z is a skip list: m000 to m199, scored 0 to 199."""
    server = Server(flavor, resp=resp)
    server("ZADD z " + " ".join(f"{number} m{number:03}" for number in range(200)))
    return server


# -- ZADD and ZINCRBY


def test_zadd_counts_new_members() -> None:
    """ZADD answers how many members are new."""
    server = Server()
    server("ZADD z 1 a")
    assert server("ZADD z 5 a 2 b 3 c") == 2


def test_zadd_ch_counts_changes() -> None:
    """CH counts the members whose score changed too."""
    server = letters()
    assert server("ZADD z CH 1 a 9 b 6 f") == 2


def test_zadd_nx_leaves_members_alone() -> None:
    """NX adds members but changes no score."""
    server = letters()
    server("ZADD z NX 9 a 9 f")
    assert server("ZMSCORE z a f") == [b"1", b"9"]


def test_zadd_xx_makes_no_key() -> None:
    """XX on a missing key does nothing."""
    server = Server()
    assert (server("ZADD z XX 1 a"), server("EXISTS z")) == (0, 0)


def test_zadd_gt_only_raises() -> None:
    """GT changes a score only to a greater one, and still adds members."""
    server = letters()
    server("ZADD z GT 0 b 9 c 7 f")
    assert server("ZMSCORE z b c f") == [b"2", b"9", b"7"]


def test_zadd_incr_answers_the_score() -> None:
    """INCR answers the new score."""
    assert letters()("ZADD z INCR 2.5 b") == b"4.5"


def test_zadd_incr_held_back_is_null() -> None:
    """INCR answers null if a condition held it back."""
    assert letters()("ZADD z INCR LT 2 b") is None


def test_zadd_resp3_double() -> None:
    """A score is a double in RESP3."""
    reply = letters(resp=3)("ZADD z INCR 2 b")
    assert (type(reply), reply) == (Double, 4.0)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("ZADD z NX XX 1 a", b"ERR XX and NX options at the same time are not compatible"),
        ("ZADD z GT LT 1 a", b"ERR GT, LT, and/or NX options at the same time are not compatible"),
        ("ZADD z GT NX 1 a", b"ERR GT, LT, and/or NX options at the same time are not compatible"),
        ("ZADD z INCR 1 a 2 b", b"ERR INCR option supports a single increment-element pair"),
        ("ZADD z NX 1", b"ERR syntax error"),
        ("ZADD z 1 a 2", b"ERR syntax error"),
        ("ZADD z NX XX 1 a 2", b"ERR syntax error"),
        ("ZADD z 1 a nan b", b"ERR value is not a valid float"),
        ("ZADD z 1e400 a", b"ERR value is not a valid float"),
        ("ZADD z", b"ERR wrong number of arguments for 'zadd' command"),
    ],
)
def test_zadd_refuses(line: str, error: bytes) -> None:
    """Bad calls are refused in the server's order and words."""
    assert Server()(line) == ErrorReply(error)


def test_zadd_reads_scores_before_the_key() -> None:
    """A bad score is told of even where the key holds something else."""
    server = Server()
    server("SET s x")
    assert (server("ZADD s x a"), server("ZADD s 1 a")) == (NOT_FLOAT, WRONG_TYPE)


def test_zadd_bad_score_changes_nothing() -> None:
    """One bad score and no member is added."""
    server = letters()
    server("ZADD z 9 a x f")
    assert server("ZSCORE z a") == b"1"


def test_zincrby_not_a_number() -> None:
    """Infinity less infinity is no score."""
    server = Server()
    server("ZADD z inf a")
    assert server("ZINCRBY z -inf a") == ErrorReply(b"ERR resulting score is not a number (NaN)")


def test_zincrby_takes_options() -> None:
    """An increment that reads as an option of ZADD is taken for one."""
    assert letters()("ZINCRBY z ch a") == SYNTAX


@pytest.mark.parametrize(
    ("flavor", "reply"), [("redis-6.2", 1), ("redis-7.0", 1), ("redis-8", 1), ("valkey-8", 1), ("valkey-9", NOT_FLOAT)]
)
def test_hexadecimal_score(flavor: str, reply: Reply) -> None:
    """Valkey 9.1 reads no hexadecimal scores."""
    assert Server(flavor)("ZADD z 0x10 a") == reply


@pytest.mark.parametrize(("flavor", "reply"), [("redis-6.2", b"-0"), ("redis-7.0", b"0"), ("valkey-9", b"0")])
def test_negative_zero_in_a_small_one(flavor: str, reply: bytes) -> None:
    """A listpack keeps -0 as 0, a ziplist keeps it as it is."""
    server = Server(flavor)
    server("ZADD z -0 a")
    assert server("ZSCORE z a") == reply


def test_negative_zero_in_a_big_one() -> None:
    """A skip list keeps -0."""
    server = big()
    server("ZADD z -0 a")
    assert server("ZSCORE z a") == b"-0"


# -- encodings


def test_129th_member_makes_a_skip_list() -> None:
    """128 members are a listpack, one more is not, and it does not go back."""
    server = Server()
    for number in range(128):
        server(f"ZADD z {number} m{number}")
    before = server("OBJECT ENCODING z")
    server("ZADD z 1 one-more")
    server("ZREM z one-more")
    assert (before, server("OBJECT ENCODING z")) == (b"listpack", b"skiplist")


def test_long_member_makes_a_skip_list() -> None:
    """A member of 64 bytes fits, one of 65 does not."""
    server = Server()
    server(f"ZADD z 1 {LONG[:64]}")
    before = server("OBJECT ENCODING z")
    server(f"ZADD z 1 {LONG}")
    assert (before, server("OBJECT ENCODING z")) == (b"listpack", b"skiplist")


@pytest.mark.parametrize(
    ("flavor", "encoding"),
    [("redis-6.2", b"ziplist"), ("redis-7.0", b"listpack"), ("redis-7.2", b"skiplist"), ("valkey-9", b"skiplist")],
)
def test_zadd_grows_ahead(flavor: str, encoding: bytes) -> None:
    """Later servers count the pairs of ZADD, not the members that come of them."""
    server = letters(flavor)
    server("ZADD z XX " + " ".join(["1 a"] * 129))
    assert server("OBJECT ENCODING z") == encoding


@pytest.mark.parametrize(("flavor", "encoding"), [("redis-8", b"listpack"), ("valkey-8", b"skiplist")])
def test_zadd_grows_ahead_by_length(flavor: str, encoding: bytes) -> None:
    """Valkey looks at the length of members that are then not added."""
    server = letters(flavor)
    server(f"ZADD z XX 1 {LONG}")
    assert server("OBJECT ENCODING z") == encoding


def test_stored_result_is_small_again() -> None:
    """A result is a listpack if it fits, whatever its source is."""
    server = big()
    server("ZREMRANGEBYRANK z 0 -5")
    server("ZUNIONSTORE d 1 z")
    assert (server("OBJECT ENCODING z"), server("OBJECT ENCODING d")) == (b"skiplist", b"listpack")


@pytest.mark.parametrize(("flavor", "encoding"), [("redis-7.2", b"skiplist"), ("redis-7.4", b"listpack")])
def test_zrangestore_by_score_encoding(flavor: str, encoding: bytes) -> None:
    """Redis 7.2.4 makes a skip list of any range by score."""
    server = letters(flavor)
    server("ZRANGESTORE d z 1 2 BYSCORE")
    assert server("OBJECT ENCODING d") == encoding


# -- members


def test_zrem_removes_the_empty_key() -> None:
    """The key goes with its last member."""
    server = letters()
    assert (server("ZREM z a a b c d e f"), server("EXISTS z")) == (5, 0)


def test_zmscore_missing_key() -> None:
    """A missing key has no members."""
    assert Server()("ZMSCORE z a b") == [None, None]


def test_zrevrank() -> None:
    """ZREVRANK counts from the highest score."""
    assert letters()("ZREVRANK z b") == 3


def test_zrank_withscore() -> None:
    """WITHSCORE adds the score, and makes the null an array."""
    server = letters()
    assert (server("ZRANK z b WITHSCORE"), server("ZRANK z x WITHSCORE")) == ([1, b"2"], NIL_ARRAY)


def test_zrank_withscore_is_younger_than_7_0() -> None:
    """Redis 7.0 has no WITHSCORE."""
    assert letters("redis-7.0")("ZRANK z b WITHSCORE") == ErrorReply(
        b"ERR wrong number of arguments for 'zrank' command"
    )


def test_zrank_too_many_arguments() -> None:
    """One argument more is an arity error, not a syntax error."""
    server = letters()
    error = ErrorReply(b"ERR wrong number of arguments for 'zrank' command")
    assert (server("ZRANK z b WITHSCORES"), server("ZRANK z b WITHSCORE x")) == (SYNTAX, error)


# -- popping


def test_zpopmax_takes_the_highest() -> None:
    """ZPOPMAX with a count answers the highest first."""
    server = letters()
    assert server("ZPOPMAX z 2") == [b"e", b"5", b"d", b"4"]


def test_zpopmin_resp3_pairs() -> None:
    """With a count RESP3 gets pairs, without one it does not."""
    server = letters(resp=3)
    assert (server("ZPOPMIN z 1"), server("ZPOPMIN z")) == ([[b"a", 1.0]], [b"b", 2.0])


@pytest.mark.parametrize(
    ("flavor", "reply"),
    [("redis-6.2", []), ("redis-7.0", ErrorReply(b"ERR value is out of range, must be positive"))],
)
def test_zpopmin_negative_count(flavor: str, reply: Reply) -> None:
    """Before Redis 7.0 a negative count is none."""
    assert letters(flavor)("ZPOPMIN z -1") == reply


def test_zpop_removes_the_empty_key() -> None:
    """The key goes with its last member."""
    server = letters()
    server("ZPOPMIN z 10")
    assert server("EXISTS z") == 0


def test_zmpop_takes_the_first_key_there_is() -> None:
    """ZMPOP answers the key and pairs, in RESP2 too."""
    assert letters()("ZMPOP 2 none z MAX COUNT 2") == [b"z", [[b"e", b"5"], [b"d", b"4"]]]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("ZMPOP 0 z MIN", b"ERR numkeys should be greater than 0"),
        ("ZMPOP x z MIN", b"ERR numkeys should be greater than 0"),
        ("ZMPOP 2 z MIN", b"ERR syntax error"),
        ("ZMPOP 1 z MIN COUNT 0", b"ERR count should be greater than 0"),
        ("ZMPOP 1 z MIN COUNT 1 COUNT 1", b"ERR syntax error"),
        ("BZMPOP x 0 z MIN", b"ERR numkeys should be greater than 0"),
        ("BZMPOP x 1 z MIN", b"ERR timeout is not a float or out of range"),
    ],
)
def test_zmpop_refuses(line: str, error: bytes) -> None:
    """Bad calls are refused in the server's order and words."""
    assert Server()(line) == ErrorReply(error)


def test_bzpopmin_does_not_block() -> None:
    """Where nothing is to be popped the timeout is over at once."""
    server = letters()
    assert (server("BZPOPMIN none z 0"), server("BZPOPMIN none 0")) == ([b"z", b"a", b"1"], NIL_ARRAY)


@pytest.mark.parametrize(
    ("flavor", "timeout", "reply"),
    [
        ("valkey-9", "-1", ErrorReply(b"ERR timeout is negative")),
        ("valkey-9", "-0.0001", NIL_ARRAY),
        ("valkey-9", "x", ErrorReply(b"ERR timeout is not a float or out of range")),
        ("valkey-9", "1e300", ErrorReply(b"ERR timeout is out of range")),
        ("redis-7.0", "1e300", ErrorReply(b"ERR timeout is negative")),
        ("valkey-9", "9223372036854775", ErrorReply(b"ERR timeout is out of range")),
        ("redis-7.0", "9223372036854775", NIL_ARRAY),
    ],
)
def test_bzpopmin_timeouts(flavor: str, timeout: str, reply: Reply) -> None:
    """Timeouts are read in milliseconds, rounded up; older servers let them overflow."""
    assert Server(flavor)(f"BZPOPMIN none {timeout}") == reply


# -- ZRANDMEMBER


def test_zrandmember_all_come_highest_first() -> None:
    """A count that takes all gives the members from the highest score down."""
    assert letters()("ZRANDMEMBER z 9 WITHSCORES") == [
        *(b"e", b"5", b"d", b"4", b"c", b"3"),
        *(b"b", b"2", b"a", b"1"),
    ]


def test_zrandmember_positive_count_repeats_none() -> None:
    """A positive count gives different members, in the order of a small one."""
    reply = letters()("ZRANDMEMBER z 3")
    assert isinstance(reply, list)
    assert [member for member in (b"a", b"b", b"c", b"d", b"e") if member in reply] == reply


def test_zrandmember_negative_count_may_repeat() -> None:
    """A negative count gives that many."""
    reply = letters()("ZRANDMEMBER z -20")
    assert isinstance(reply, list)
    assert len(reply) == 20


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("ZRANDMEMBER z x y", b"ERR value is not an integer or out of range"),
        ("ZRANDMEMBER z 1 y", b"ERR syntax error"),
        ("ZRANDMEMBER z 9223372036854775807 WITHSCORES", b"ERR value is out of range"),
        (
            "ZRANDMEMBER z -9223372036854775808",
            b"ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
        ),
    ],
)
def test_zrandmember_refuses(line: str, error: bytes) -> None:
    """Bad calls are refused in the server's order and words."""
    assert letters()(line) == ErrorReply(error)


# -- ranges


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("ZRANGE z 1 -2", [b"b", b"c", b"d"]),
        ("ZRANGE z 0 1 REV WITHSCORES", [b"e", b"5", b"d", b"4"]),
        ("ZREVRANGE z -2 -1", [b"b", b"a"]),
        ("ZRANGE z (1 3 BYSCORE", [b"b", b"c"]),
        ("ZRANGE z +inf (2 BYSCORE REV LIMIT 1 2", [b"d", b"c"]),
        ("ZRANGE z 3 (1 BYSCORE", []),
        ("ZRANGEBYSCORE z 2 4 LIMIT 1 -1", [b"c", b"d"]),
        ("ZREVRANGEBYSCORE z 4 2 LIMIT 0 1", [b"d"]),
        ("ZRANGEBYSCORE z 2 4 LIMIT -1 2", []),
        ("ZCOUNT z (1 4", 3),
    ],
)
def test_ranges(line: str, reply: Reply) -> None:
    """Ranges by rank and by score."""
    assert letters()(line) == reply


def test_zrange_resp3_pairs() -> None:
    """WITHSCORES gives pairs in RESP3."""
    assert letters(resp=3)("ZRANGE z 0 1 WITHSCORES") == [[b"a", 1.0], [b"b", 2.0]]


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("ZRANGEBYLEX z - +", [b"a", b"b", b"c", b"d"]),
        ("ZRANGEBYLEX z (a [c", [b"b", b"c"]),
        ("ZREVRANGEBYLEX z + (a LIMIT 1 1", [b"c"]),
        ("ZRANGE z [c [b BYLEX REV", [b"c", b"b"]),
        ("ZRANGEBYLEX z + -", []),
        ("ZRANGEBYLEX z - -", []),
        ("ZRANGEBYLEX z [aa (d", [b"b", b"c"]),
        ("ZLEXCOUNT z [ (c", 2),
        ("ZREMRANGEBYLEX z (a +", 3),
    ],
)
def test_lex_ranges(line: str, reply: Reply) -> None:
    """Ranges by member, where all have one score."""
    server = Server()
    server("ZADD z 0 a 0 b 0 c 0 d")
    assert server(line) == reply


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("ZRANGEBYLEX z [b [c", []),
        ("ZRANGEBYLEX z [a +", [b"c", b"b", b"a"]),
        ("ZRANGEBYLEX z - [b", []),
        ("ZREVRANGEBYLEX z [b -", []),
        ("ZREVRANGEBYLEX z + (a", []),
        ("ZREVRANGEBYLEX z + (b LIMIT 0 9", []),
        ("ZREVRANGEBYLEX z + [a LIMIT 1 9", [b"b", b"c"]),
    ],
)
def test_lex_range_of_different_scores(line: str, reply: Reply) -> None:
    """Where scores differ the ends are looked at first, and a range may come out empty."""
    server = Server()
    server("ZADD z 1 c 2 b 3 a")
    assert server(line) == reply


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("ZRANGE z x 1 FOO", b"ERR syntax error"),
        ("ZRANGE z x 1", b"ERR value is not an integer or out of range"),
        ("ZRANGE z x 1 LIMIT 0 x", b"ERR value is not an integer or out of range"),
        ("ZRANGE z x 1 BYSCORE", b"ERR min or max is not a float"),
        ("ZRANGE z a b BYLEX", b"ERR min or max not valid string range item"),
        ("ZRANGE z 0 1 BYLEX BYSCORE", b"ERR syntax error"),
        ("ZREVRANGE z 0 1 REV", b"ERR syntax error"),
        ("ZRANGESTORE d z 0 1 WITHSCORES", b"ERR syntax error"),
        (
            "ZRANGE z 0 1 LIMIT 0 1",
            b"ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
        ),
        (
            "ZRANGEBYLEX z - + WITHSCORES",
            b"ERR syntax error, WITHSCORES not supported in combination with BYLEX",
        ),
    ],
)
def test_zrange_refuses(line: str, error: bytes) -> None:
    """Options are looked at before the ends, and both before the key."""
    server = Server()
    server("SET z x")
    assert server(line) == ErrorReply(error)


@pytest.mark.parametrize("end", [b"", b"1\0x", b"1e-400", b"+1", b"-inf"])
def test_range_ends_are_read_loosely(end: bytes) -> None:
    """An empty end is 0, a NUL byte ends it, what is too small is 0."""
    assert letters().call(b"ZRANGEBYSCORE", b"z", end, b"2") == [b"a", b"b"]


@pytest.mark.parametrize("end", [b" 1", b"0x1"])
@pytest.mark.parametrize("flavor", ["redis-6.2", "redis-7.0", "redis-7.4", "redis-8", "valkey-8", "valkey-9"])
def test_range_ends_read_by_strtod(flavor: str, end: bytes) -> None:
    """Redis 8 and Valkey 9.1 take no spaces and no hexadecimal digits there."""
    reply = BAD_RANGE if flavor in ("redis-8", "valkey-9") else [b"a", b"b"]
    assert letters(flavor).call(b"ZRANGEBYSCORE", b"z", end, b"2") == reply


@pytest.mark.parametrize(
    ("flavor", "reply"),
    [("redis-7.0", []), ("redis-7.4", [b"m020"]), ("redis-8", []), ("valkey-8", [b"m020"]), ("valkey-9", [b"m020"])],
)
def test_negative_offset_in_a_skip_list(flavor: str, reply: Reply) -> None:
    """Some servers count a negative offset from the end, if it is a skip list."""
    assert big(flavor)("ZRANGEBYSCORE z 10 20 LIMIT -1 3") == reply


def test_negative_offset_backwards() -> None:
    """Backwards a negative offset counts from the lower end."""
    assert big()("ZREVRANGEBYSCORE z 20 10 LIMIT -3 -1") == [b"m012", b"m011", b"m010"]


def test_zremrangebyrank() -> None:
    """ZREMRANGEBYRANK counts from either end."""
    server = letters()
    assert (server("ZREMRANGEBYRANK z 1 -2"), server("ZRANGE z 0 -1")) == (3, [b"a", b"e"])


def test_zremrangebyscore_removes_the_empty_key() -> None:
    """The key goes with its last member."""
    server = letters()
    assert (server("ZREMRANGEBYSCORE z -inf +inf"), server("EXISTS z")) == (5, 0)


def test_zrangestore_of_nothing_removes_the_destination() -> None:
    """An empty range leaves no destination behind."""
    server = letters()
    server("SET d x")
    assert (server("ZRANGESTORE d none 0 -1"), server("EXISTS d")) == (0, 0)


# -- unions and the like


def test_zunion_weights_and_aggregate() -> None:
    """Weights apply before scores are brought together."""
    server = Server()
    server("ZADD x 1 a 2 b")
    server("ZADD y 10 b 20 c")
    reply = server("ZUNION 2 x y WEIGHTS 10 1 AGGREGATE MAX WITHSCORES")
    assert reply == [b"a", b"10", b"b", b"20", b"c", b"20"]


def test_zunion_takes_sets() -> None:
    """Members of a set have the score 1."""
    server = letters()
    server("SADD e a z")
    assert server("ZUNION 2 z e WEIGHTS 1 7 WITHSCORES")[-4:] == [b"z", b"7", b"a", b"8"]  # type: ignore[index]


def test_zunion_adds_the_smallest_first() -> None:
    """Sums are made from the smallest source to the largest, which shows in the last digit."""
    server = Server()
    server("ZADD x 0.3 a 1 b 1 c")
    server("ZADD y 0.2 a 1 b")
    server("ZADD w 0.1 a")
    assert server("ZUNION 3 x y w WITHSCORES")[:2] == [b"a", b"0.6000000000000001"]  # type: ignore[index]


def test_zunion_infinities_cancel() -> None:
    """Infinity less infinity is 0 in a sum, and so is infinity times 0."""
    server = Server()
    server("ZADD x inf a inf b")
    server("ZADD y -inf a")
    assert server("ZUNION 2 x y WEIGHTS 1 1 WITHSCORES") == [b"a", b"0", b"b", b"inf"]


def test_zinterstore() -> None:
    """Only members of all sources are stored, whatever the destination held."""
    server = letters()
    server("ZADD y 1 b 1 c 1 x")
    server("SET d x")
    assert (server("ZINTERSTORE d 2 z y"), server("ZRANGE d 0 -1 WITHSCORES")) == (2, [b"b", b"3", b"c", b"4"])


def test_zdiff_keeps_the_scores_of_the_first() -> None:
    """ZDIFF takes the members of the others away."""
    server = letters()
    server("SADD e a b c x")
    assert server("ZDIFF 2 z e WITHSCORES") == [b"d", b"4", b"e", b"5"]


def test_zdiffstore_of_nothing_removes_the_destination() -> None:
    """An empty result leaves no destination behind."""
    server = letters()
    server("SET d x")
    assert (server("ZDIFFSTORE d 2 z z"), server("EXISTS d")) == (0, 0)


def test_zintercard_limit() -> None:
    """ZINTERCARD stops at its limit, 0 being none."""
    server = letters()
    assert (server("ZINTERCARD 2 z z LIMIT 2"), server("ZINTERCARD 2 z z LIMIT 0")) == (2, 5)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("ZUNION 0 z", b"ERR at least 1 input key is needed for 'zunion' command"),
        ("ZDIFFSTORE d 0 z", b"ERR at least 1 input key is needed for 'zdiffstore' command"),
        ("ZUNION 2 z", b"ERR syntax error"),
        ("ZUNION x z", b"ERR value is not an integer or out of range"),
        ("ZUNION 1 s FOO", b"WRONGTYPE Operation against a key holding the wrong kind of value"),
        ("ZUNION 2 z z WEIGHTS 1", b"ERR syntax error"),
        ("ZUNION 1 z WEIGHTS x", b"ERR weight value is not a float"),
        ("ZUNION 1 z AGGREGATE AVG", b"ERR syntax error"),
        ("ZUNIONSTORE d 1 z WITHSCORES", b"ERR syntax error"),
        ("ZDIFF 1 z WEIGHTS 1", b"ERR syntax error"),
        ("ZINTERCARD 1 z LIMIT -1", b"ERR LIMIT can't be negative"),
        ("ZINTERCARD 1 z LIMIT x", b"ERR LIMIT can't be negative"),
    ],
)
def test_zunion_refuses(line: str, error: bytes) -> None:
    """The keys are looked at before the options."""
    server = letters()
    server("SET s x")
    assert server(line) == ErrorReply(error)


def test_no_keys_error_of_6_2() -> None:
    """Redis 6.2 does not quote the command."""
    error = ErrorReply(b"ERR at least 1 input key is needed for zunion")
    assert letters("redis-6.2")("ZUNION 0 z") == error


# -- undo


@pytest.mark.parametrize(
    "line",
    [
        "ZADD z 9 a 9 new",
        f"ZADD z 9 {LONG}",
        "ZADD z XX " + " ".join(["1 a"] * 129),
        "ZINCRBY z 2 c",
        "ZREM z a b c d e",
        "ZPOPMIN z 2",
        "ZMPOP 1 z MAX COUNT 9",
        "BZPOPMAX z 0",
        "ZREMRANGEBYRANK z 0 1",
        "ZREMRANGEBYSCORE z 1 2",
        "ZREMRANGEBYLEX z - +",
        "ZRANGESTORE z z 0 1",
        "ZRANGESTORE z none 0 1",
        "ZUNIONSTORE z 2 z y",
        "ZINTERSTORE z 2 z none",
        "ZDIFFSTORE z 1 y",
    ],
)
def test_rollback(line: str) -> None:
    """What a command did is undone: members, scores, encoding and time to live."""
    server = letters()
    server("EXPIRE z 1000")
    server("ZADD y 1 a 7 y")
    before = server.store.peek(0, b"z"), server("OBJECT ENCODING z")
    savepoint = server.store.savepoint()
    server(line)
    server.store.rollback(savepoint)
    assert (server.store.peek(0, b"z"), server("OBJECT ENCODING z")) == before


def test_reading_and_refusing_change_nothing() -> None:
    """Commands that read, or change nothing after all, leave no trace for the undo log."""
    server = letters()
    savepoint = server.store.savepoint()
    for line in ("ZADD z 1 a", "ZADD z NX 9 a", "ZREM z x", "ZRANGE z 0 -1", "ZREMRANGEBYRANK z 9 9", "ZADD z x a"):
        server(line)
    assert savepoint == {}


def test_zunionstore_drops_the_time_to_live() -> None:
    """A stored result does not expire."""
    server = letters()
    server("EXPIRE z 1000")
    server("ZUNIONSTORE z 1 z")
    assert server("TTL z") == -1


# -- the servers' partial sort


def test_partial_sort_sorts_the_places_wanted() -> None:
    """The places wanted hold what a full sort would put there."""
    rng = random.Random(7)
    for size in (1, 5, 7, 8, 40, 41, 300):
        items = [rng.randrange(50) for _ in range(size)]
        wanted = sorted(items)[: size // 2 + 1]
        partial_sort(items, lambda a, b: a - b, 0, size // 2)
        assert items[: size // 2 + 1] == wanted


def test_partial_sort_order_of_equals() -> None:
    """What comes first of equal items is the servers' to say: their quicksort is not stable."""
    items = [(1, name) for name in "abcdefghij"]
    partial_sort(items, lambda a, b: a[0] - b[0], 0, 2)
    assert "".join(name for _, name in items) == "jbcdefghia"


def test_setup_status() -> None:
    """The other groups' commands the tests lean on are there."""
    assert Server()("SET s x") == Status(b"OK")
