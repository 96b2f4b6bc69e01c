"""Scripts that run here with a live server's data: what they see there, and that everything is put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ldbpy.engine.breakpoints import KeyPlace
from ldbpy.engine.session import Session
from ldbpy.engine.stops import StepKind
from ldbpy.errors import ServerRefusedError
from ldbpy.features import Feature
from ldbpy.model.debugging import Ended, OutputKind, StopReason
from ldbpy.script.source import Script
from ldbpy.store.undo import left_behind, read_journal
from tests.backends.places import Live, Played, dataset, session_on
from tests.servers.fixtures import RealServer
from tests.servers.wire import WireClient

DATA = """
SET string 41
SET later soon PX 100000000
RPUSH list a b c
SADD set 1 2 3
SADD words one two
HSET hash f v g w
ZADD zset 1 a 2 b
XADD stream 1-1 f v
XGROUP CREATE stream group 0
GEOADD geo 13.3 38.1 Palermo 15.0 37.5 Catania
PFADD hll a b c
SETBIT bits 7 1
"""
WRITES = """
INCR string
APPEND string x
SETRANGE later 1 X
PERSIST later
PEXPIRE list 5000000
LPUSH list z
LMOVE list list2 LEFT RIGHT
LTRIM list 0 0
SADD set 4
SMOVE set words 1
SPOP words
SUNIONSTORE both set words
HSET hash h x
HINCRBY hash n 2
HDEL hash f
ZADD zset 3 c
ZINCRBY zset 5 a
ZPOPMIN zset
ZUNIONSTORE zboth 1 zset
ZRANGESTORE zsome zset 0 0
XADD stream 2-1 f w
XREADGROUP GROUP group me COUNT 1 STREAMS stream >
XGROUP CREATE stream more $
XACK stream group 1-1
XTRIM stream MAXLEN 1
GEOADD geo 1 1 here
GEOSEARCHSTORE near geo FROMMEMBER Palermo BYRADIUS 500 km
PFADD hll d
PFMERGE hll2 hll
PFCOUNT hll
SETBIT bits 3 1
BITOP NOT notbits bits
BITFIELD bits SET u8 0 5
MSET m1 1 m2 2
GETDEL m1
GETEX m2 EX 100
RENAME list2 renamed
COPY hash copied
COPY hash elsewhere DB 1
MOVE zsome 2
SORT set STORE sorted
BLPOP list 0.01
UNLINK geo
DEL both nosuch
SETEX short 100 v
"""


_BY_CHANCE = ("SPOP", "XREADGROUP")
"""What they change depends on chance, or on the time."""


def _filled(server: RealServer) -> None:
    with server.client() as client:
        for line in DATA.split("\n"):
            if line:
                client.call(*line.split())


def _script(lines: str) -> bytes:
    calls = ["redis.pcall(" + ", ".join(f"'{word}'" for word in line.split()) + ")" for line in lines.split("\n")]
    return "\n".join([*calls, "return 1"]).replace("redis.pcall()", "").encode()


def _all(server: RealServer) -> list[dict[bytes, object]]:
    return [dataset(server, db=db) for db in range(4)]


def _go(played: Played, line: int) -> None:
    found = played.session.backend.statement_at(line)
    assert found is not None
    assert played.go(StepKind.TO, frozenset((found[0],))) is not None


def _notices(played: Played) -> list[str]:
    return [each.text.decode() for each in played.outputs if each.kind is OutputKind.NOTICE]


@pytest.fixture
def live(every_server: RealServer, tmp_path: Path) -> Live:
    """One server after the other."""
    return Live(every_server, tmp_path)


@pytest.fixture
def other(every_server: RealServer) -> Iterator[WireClient]:
    """Another client of that server."""
    with every_server.client() as client:
        yield client


def test_everything_is_put_back(live: Live, tmp_path: Path) -> None:
    """Keys of every type, in every database, with their times of expiry; nothing is left of the journal."""
    _filled(live.server)
    before = _all(live.server)
    with session_on(live, _script(WRITES)) as played:
        assert played.go(StepKind.CONTINUE) is None
        ended = played.session.ended
    assert ended is not None
    changed = {(each.db, each.key) for each in ended.report.changes}
    assert {(0, b"string"), (0, b"renamed"), (1, b"elsewhere"), (0, b"sorted"), (0, b"geo")} <= changed
    assert _all(live.server) == before
    assert _notices(played) == []
    assert not list(tmp_path.iterdir())


def test_committed_it_is_as_after_a_plain_eval(live: Live, tmp_path: Path) -> None:
    """What the script changes one by one is what it changes on the server itself."""
    script = _script("\n".join(line for line in WRITES.split("\n") if not line.startswith(_BY_CHANCE)))
    _filled(live.server)
    with live.server.client() as client:
        client.call("EVAL", script, 0)
        expected = _all(live.server)
        client.call("FLUSHALL")
    _filled(live.server)
    with session_on(live, script, commit=True) as played:
        assert played.go(StepKind.CONTINUE) is None
    assert _all(live.server) == expected
    assert not list(tmp_path.iterdir())


def test_a_key_others_have_written_to_is_left_alone(live: Live, other: WireClient, tmp_path: Path) -> None:
    """It is named, the journal keeps it, and everything else is put back."""
    other.call("SET", "mine", 1)
    with session_on(live, b"redis.call('INCR', 'mine') redis.call('INCR', 'ours')\nreturn 1", alone=False) as played:
        _go(played, 2)
        other.call("INCR", "ours")
        assert played.go(StepKind.CONTINUE) is None
    assert other.call("MGET", "mine", "ours") == [b"1", b"2"]
    (notice,) = _notices(played)
    assert '"ours"' in notice
    assert '"mine"' not in notice
    (path,) = left_behind(tmp_path)
    journal = read_journal(path)
    assert [(each.at.key, each.foreign or each.seen is not None) for each in journal.kept] == [(b"ours", True)]
    journal.close()


def test_what_others_wrote_between_two_writes_is_seen(live: Live, other: WireClient) -> None:
    """The last write is ours, and yet the key is not put back."""
    with session_on(live, b"redis.call('INCR', 'n')\nredis.call('INCR', 'n')\nreturn 1", alone=False) as played:
        _go(played, 2)
        other.call("INCRBY", "n", 100)
        assert played.go(StepKind.CONTINUE) is None
    assert other.call("GET", "n") == b"102"
    assert len(_notices(played)) == 1


def test_a_key_that_became_what_it_was_again_is_no_matter(live: Live, other: WireClient, tmp_path: Path) -> None:
    """Others may put it back themselves."""
    with session_on(live, b"redis.call('SET', 'n', 1)\nreturn 1", alone=False) as played:
        _go(played, 2)
        other.call("DEL", "n")
        assert played.go(StepKind.CONTINUE) is None
    assert _notices(played) == []
    assert not list(tmp_path.iterdir())


def test_large_keys(live: Live, other: WireClient) -> None:
    """They are looked at when the script stands still: what others change then is left alone, the rest put back."""
    for key in ("large", "shared"):
        other.call("RPUSH", key, *(f"item {number} {'x' * 100}{number}" for number in range(3000)))
    before = other.call("DUMP", "large")
    source = b"for i = 1, 3 do redis.call('RPUSH', 'large', i) redis.call('RPUSH', 'shared', i) end\nreturn 1"
    with session_on(live, source, alone=False) as played:
        _go(played, 2)
        other.call("RPUSH", "shared", "by another")
        assert played.go(StepKind.CONTINUE) is None
    assert other.call("DUMP", "large") == before
    assert other.call("LRANGE", "shared", -1, -1) == [b"by another"]
    assert '"large"' not in _notices(played)[0]


def test_a_hash_table_that_is_resized_has_not_changed(live: Live, other: WireClient) -> None:
    """Reading moves its members about in what DUMP gives: nobody has written to it."""
    other.call("HSET", "h", *(part for number in range(600) for part in (f"f{number}", number)))
    source = b"for i = 1, 500 do redis.call('HSET', 'h', 'new' .. i, i) end\nreturn 1"
    with session_on(live, source, alone=False) as played:
        _go(played, 2)
        for number in range(300):
            other.call("HGET", "h", f"f{number}")
        assert played.go(StepKind.CONTINUE) is None
    assert _notices(played) == []
    assert other.call("HLEN", "h") == 600


@pytest.mark.parametrize("sort", ["SORT", "SORT_RO"])
def test_sorting_a_key_is_no_change_of_it(live: Live, other: WireClient, sort: str) -> None:
    """The server stores a sorted set anew to sort it, which the script's own key is not taken to be another's for."""
    other.call("ZADD", "z", 1, "a")
    before = dataset(live.server)
    source = f"redis.call('ZADD', 'z', 2, 'b')\nredis.pcall('{sort}', 'z', 'ALPHA')\nreturn 1".encode()
    with session_on(live, source) as played:
        assert played.go(StepKind.CONTINUE) is None
    assert dataset(live.server) == before
    assert _notices(played) == []


def test_a_key_whose_time_ran_out_comes_back(live: Live, other: WireClient) -> None:
    """The script gave it a moment to live."""
    other.call("SET", "k", "v")
    with session_on(live, b"redis.call('PEXPIRE', 'k', 1)\nreturn 1") as played:
        _go(played, 2)
        while other.call("EXISTS", "k"):
            pass
        assert played.go(StepKind.CONTINUE) is None
    assert other.call("GET", "k") == b"v"
    assert _notices(played) == []


def test_what_the_prompt_writes_is_put_back(live: Live, other: WireClient) -> None:
    """While the script stands still, and others may write meanwhile."""
    with session_on(live, b"local x = 1\nreturn x", alone=False) as played:
        backend = played.session.backend
        played.session.ask(lambda: backend.evaluate("redis.call('MSET', 'a', 1, 'b', 1)", 0))
        other.call("SET", "b", 2)
        assert played.go(StepKind.CONTINUE) is None
    assert other.call("MGET", "a", "b") == [None, b"2"]
    assert '"b"' in _notices(played)[0]


def test_a_breakpoint_on_a_key(live: Live) -> None:
    """It stops where a command changed the key, with what it held."""
    source = b"redis.call('SET', 'k', 1)\nredis.call('SET', 'other', 1)\nredis.call('SET', 'k', 2)\nreturn 1"
    with session_on(live, source) as played:
        played.session.breakpoints.add(KeyPlace(b"k"))
        found = []
        while (stopped := played.go(StepKind.CONTINUE)) is not None:
            assert stopped.reason is StopReason.DATA_BREAKPOINT
            found.append(
                [
                    (each.key, each.before and each.before.content, each.after and each.after.content)
                    for each in stopped.changes
                ]
            )
    assert found == [[(b"k", None, b"1")], [(b"k", b"1", b"2")]]


def test_replies_in_both_protocols(live: Live, other: WireClient) -> None:
    """As the same script gets them on the server."""
    other.call("HSET", "h", "f", "v")
    other.call("SADD", "s", "m")
    other.call("ZADD", "z", "1.5", "m")
    source = b"""local out = {}
for _, resp in ipairs({3, 2, 3}) do
  redis.setresp(resp)
  local h, s = redis.call('HGETALL', 'h'), redis.call('SMEMBERS', 's')
  local z, n = redis.call('ZSCORE', 'z', 'm'), redis.call('GET', 'nosuch')
  redis.call('INCR', 'n')
  out[#out + 1] = {h.map and h.map.f or h[2], s.set and tostring(s.set.m) or s[1], type(z), type(n)}
end
redis.setresp(2)
return out"""
    expected = other.call("EVAL", source, 0)
    other.call("DEL", "n")
    with session_on(live, source) as played:
        assert played.go(StepKind.CONTINUE) is None
        assert played.session.ended is not None
        assert played.session.ended.report.reply == expected


@pytest.mark.parametrize(
    "command",
    [
        "'NOSUCH', 1",
        "'GET'",
        "'BLPOP', 'nosuch', 0",
        "'SUBSCRIBE', 'c'",
        "'XREAD', 'BLOCK', 5, 'STREAMS', 's', '0'",
        "'LPUSH', 'string', 1",
        "'SELECT', 99",
        "'TIME', 1",
        "'MOVE', 'string', 99",
        "'COPY', 'string', 'k', 'DB', 99",
        "'SET', 'k', 'v', 'XX', 'NX'",
    ],
)
def test_refusals_are_those_of_the_server(live: Live, other: WireClient, command: str) -> None:
    """Unknown commands, wrong arguments, commands that block or are not for scripts: word by word."""
    other.call("SET", "string", "v")
    source = f"local r = redis.pcall({command}) return {{type(r), type(r) == 'table' and r.err or 'none'}}".encode()
    expected = other.call("EVAL", source, 0)
    with session_on(live, source) as played:
        assert played.go(StepKind.CONTINUE) is None
        assert played.session.ended is not None
        assert played.session.ended.report.reply == expected


def test_time_stands_still(live: Live) -> None:
    """Where it does in scripts of that server."""
    source = b"""local a = redis.call('TIME')
local b = redis.call('TIME')
return a[1] == b[1] and a[2] == b[2] and 1 or 0"""
    with session_on(live, source) as played:
        _go(played, 2)
        assert played.go(StepKind.CONTINUE) is None
        assert played.session.ended is not None
        still = Feature.TIME_STANDS_STILL in live.server.flavor.features
        assert played.session.ended.report.reply == int(still)


def test_a_script_begins_in_its_own_database(live: Live, other: WireClient) -> None:
    """Whatever the one before it selected; keys are put back in theirs."""
    other.call("SELECT", 3)
    other.call("SET", "k", "three")
    source = b"redis.call('SET', 'k', 1) redis.call('SELECT', 3)\nreturn redis.call('SET', 'k', 2)"
    with session_on(live, source) as played:
        _go(played, 2)
        played.session.abort()
        played.session.start()
        list(played.session.events())
        assert played.go(StepKind.CONTINUE) is None
    assert other.call("GET", "k") == b"three"


def test_what_cannot_be_undone_asks(every_server: RealServer, other: WireClient, tmp_path: Path) -> None:
    """A no ends the run, and what it had written is put back; a yes lets it go on."""
    source = b"redis.call('SET', 'k', 1)\nredis.call('PUBLISH', 'c', 'm')\nreturn 'done'"
    asked: list[str] = []

    def refuse(told: str) -> bool:
        asked.append(told)
        return False

    refusing = Live(every_server, tmp_path, may_last=refuse)
    with session_on(refusing, source) as played, pytest.raises(ServerRefusedError, match="PUBLISH, which cannot"):
        played.go(StepKind.CONTINUE)
    assert asked == ["PUBLISH cannot be undone: a message that was sent cannot be called back"]
    assert other.call("EXISTS", "k") == 0
    with session_on(Live(every_server, tmp_path, may_last=lambda told: True), source) as played:
        assert played.go(StepKind.CONTINUE) is None
        assert played.session.ended is not None
        assert played.session.ended.report.reply == b"done"


@pytest.mark.parametrize("command", ["'FLUSHALL'", "'FLUSHDB'", "'SWAPDB', 0, 1"])
def test_commands_on_whole_databases_ask(any_server: RealServer, tmp_path: Path, command: str) -> None:
    """Nothing of the data is gone."""
    with any_server.client() as client:
        client.call("SET", "k", "v")
    with (
        session_on(Live(any_server, tmp_path), f"return redis.call({command})".encode()) as played,
        pytest.raises(ServerRefusedError, match="cannot be undone"),
    ):
        played.go(StepKind.CONTINUE)


def test_a_command_nobody_here_knows(any_server: RealServer, other: WireClient, tmp_path: Path) -> None:
    """The server is asked of it: it runs, and what it writes is put back."""
    place = Live(any_server, tmp_path)
    backend = place.backend(Script(b"return redis.call('SET', 'k', 1)"), [], [])
    table = backend._server.store.table  # type: ignore[attr-defined]
    del table._entries[b"set"]
    session = Session(backend, lambda pattern, key: False)
    session.stop_on_entry = False
    session.load()
    session.start()
    (ended,) = session.events()
    assert isinstance(ended, Ended)
    assert ended.report.reply == b"OK"
    assert [change.key for change in ended.report.changes] == [b"k"]
    assert other.call("EXISTS", "k") == 0
