"""``--diff``: what the script changed, key by key."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.program import Ran, ldbpy
from tests.servers.fixtures import RealServer

START = """
SET string old
SET number 1
SET mortal 1 EX 100
RPUSH list a b
HSET hash f1 v1 f2 v2
SADD set a b
ZADD zset 1 a 2.5 b
XADD stream 1-1 f v
"""

CASES = [
    ("SET new v", '+ new   string "v"'),
    ("SET new v EX 60", '+ new   string "v"   ttl 60s'),
    ("SET new v PX 1500", '+ new   string "v"   ttl 1.5s'),
    ("SET new v PX 900", '+ new   string "v"   ttl 900ms'),
    ("RPUSH new a b", '+ new   list ["a", "b"]'),
    ("HSET new f v", '+ new   hash {f: "v"}'),
    ("SADD new m", '+ new   set {"m"}'),
    ("ZADD new 1.5 m -inf n", "+ new   zset {n: -inf, m: 1.5}"),
    ("XADD new 5-1 f v g w", '+ new   stream [5-1: {f: "v", g: "w"}]'),
    ("SET string new", '~ string   string "old" → string "new"'),
    ("INCR number", '~ number   string "1" → string "2"'),
    ("APPEND string er", '~ string   string "old" → string "older"'),
    ("RPUSH list c", '~ list   list ["a", "b"] → list ["a", "b", "c"]'),
    ("LPOP list", '~ list   list ["a", "b"] → list ["b"]'),
    ("HSET hash f1 w f3 x", '~ hash   hash {f1: "v1", f2: "v2"} → hash {f1: "w", f2: "v2", f3: "x"}'),
    ("HDEL hash f1", '~ hash   hash {f1: "v1", f2: "v2"} → hash {f2: "v2"}'),
    ("SREM set a", '~ set   set {"a", "b"} → set {"b"}'),
    ("ZINCRBY zset 2 a", "~ zset   zset {a: 1, b: 2.5} → zset {b: 2.5, a: 3}"),
    ("XADD stream 2-1 f w", '~ stream   stream [1-1: {f: "v"}] → stream [1-1: {f: "v"}, 2-1: {f: "w"}]'),
    ("DEL string", '- string   string "old"   deleted'),
    ("DEL mortal", '- mortal   string "1"   ttl 100s   deleted'),
    ("LTRIM list 1 0", '- list   list ["a", "b"]   deleted'),
    ("EXPIRE string 50", "~ string   string   no ttl → ttl 50s"),
    ("PERSIST mortal", "~ mortal   string   ttl 100s → no ttl"),
    ("EXPIRE mortal 500", "~ mortal   string   ttl 100s → ttl 500s"),
    ("SET mortal 1", "~ mortal   string   ttl 100s → no ttl"),
    ("SET mortal 2", '~ mortal   string "1"   ttl 100s → string "2"'),
    ("INCR mortal", '~ mortal   string "1"   ttl 100s → string "2"   ttl 100s'),
    ("GETDEL string", '- string   string "old"   deleted'),
    ("GET mortal", None),
    ("SADD set a", None),
    ("HSET hash f1 v1", None),
    ("DEL nosuch", None),
    ("TTL mortal", None),
]


def _calls(commands: str) -> str:
    """Lua that calls those commands, one a line, with KEYS[1] for each key."""
    lines = []
    for line in commands.strip().splitlines():
        name, key, *rest = line.split()
        lines.append(f"redis.call('{name}', {', '.join(repr(word) for word in (key, *rest))})")
    return "\n".join(lines)


@pytest.fixture
def seed(tmp_path: Path) -> str:
    """A seed file with a key of every type."""
    path = tmp_path / "start.redis"
    path.write_text(START)
    return str(path)


@pytest.mark.parametrize(("command", "change"), CASES, ids=[command for command, _ in CASES])
def test_change(command: str, change: str | None, seed: str) -> None:
    """Every kind of change to every type, on the embedded server."""
    ran = ldbpy("eval", "-e", _calls(command), "--seed", seed, "--diff")
    assert (ran.code, ran.out) == (0, b"\n")
    assert ran.lines == [f"changed   {change or 'nothing'}"]


_ANY_SECONDS = re.compile(r"ttl (\d+)(?:\.\d)?s")


def _about(text: str) -> str:
    """The text with seconds left rounded up to tens: a real server's clock goes on."""
    return _ANY_SECONDS.sub(lambda match: f"ttl {-(-int(match[1]) // 10) * 10}s", text)


def test_changes_on_a_real_server(every_server: RealServer) -> None:
    """The same on every real server, by the keys declared."""
    for command, change in CASES:
        if "GETDEL" in command or "ms" in (change or ""):
            continue
        with every_server.client() as client:
            client.call("FLUSHALL")
            for line in START.strip().splitlines():
                client.call(*line.split())
        ran = ldbpy("eval", "-e", _calls(command), command.split()[1], "--target", every_server.url, "--diff")
        assert (ran.code, ran.out) == (0, b"\n"), ran
        assert [_about(line) for line in ran.lines] == [_about(f"changed   {change or 'nothing'}")], command


def test_undeclared_key_on_a_real_server(any_server: RealServer) -> None:
    """A real server is asked about the declared keys only."""
    code = "redis.call('SET', KEYS[1], 1) redis.call('SET', 'other', 1)"
    ran = ldbpy("eval", "-e", code, "declared", "--target", any_server.url, "--diff")
    assert ran.lines == ['changed   + declared   string "1"']


def test_key_not_touched_on_a_real_server(every_server: RealServer) -> None:
    """A key with a time to live that the script leaves alone is no change, though time goes by."""
    with every_server.client() as client:
        client.call("SET", "k", "v", "PX", "100000")
    for _ in range(20):
        ran = ldbpy("eval", "-e", "return redis.call('GET', KEYS[1])", "k", "--target", every_server.url, "--diff")
        assert ran.lines == ["changed   nothing"]


def test_many_changes_are_one_list(seed: str) -> None:
    """The first line is headed, the others stand under it, in the order the keys were first touched."""
    code = _calls("SET b 1\nDEL string\nSET a 1\nSET b 2")
    ran = ldbpy("eval", "-e", code, "--seed", seed, "--diff")
    assert ran.lines == [
        'changed   + b   string "2"',
        '          - string   string "old"   deleted',
        '          + a   string "1"',
    ]


def test_change_undone_is_none(seed: str) -> None:
    """What is as it was in the end has not changed."""
    ran = ldbpy("eval", "-e", _calls("SET string x\nSET string old\nSET new 1\nDEL new"), "--seed", seed, "--diff")
    assert ran.lines == ["changed   nothing"]


def test_other_database(seed: str) -> None:
    """A key of another database is told as one."""
    ran = ldbpy("eval", "-e", _calls("SELECT 1\nSET string x"), "--seed", seed, "--diff")
    assert ran.lines == ['changed   + string (db 1)   string "x"']


def test_names_and_values_that_are_no_words() -> None:
    """What is no plain word is quoted, what is no text escaped."""
    code = "redis.call('SET', 'a b', '\"q\"\\n') redis.call('SET', '\\27[31m', '\\0\\255') redis.call('SET', '', 'é日')"
    ran = ldbpy("eval", "-e", code, "--diff")
    assert ran.lines == [
        r'changed   + "a b"   string "\"q\"\n"',
        r'          + "\x1b[31m"   string "\x00\xff"',
        '          + ""   string "é日"',
    ]


def test_long_values_are_cut_and_say_so() -> None:
    """A long string, a long list: how much there is is told."""
    code = """
    redis.call('SET', 's', ('x'):rep(300))
    for i = 1, 20 do redis.call('RPUSH', 'l', i) redis.call('HSET', 'h', i, i) end
    redis.call('RPUSH', 'm', ('y'):rep(100))
    """
    ran = ldbpy("eval", "-e", code, "--diff")
    assert ran.lines[0] == f'changed   + s   string "{"x" * 120}"… (300 bytes)'
    assert ran.lines[1] == '          + l   list ["1", "2", "3", "4", "5", "6", "7", "8", … (20 in all)]'
    assert ran.lines[2].endswith("… (20 in all)}")
    assert ran.lines[3] == f'          + m   list ["{"y" * 60}"… (100 bytes)]'


def test_change_inside_a_long_value_is_seen(tmp_path: Path) -> None:
    """Of a long hash, set, sorted set or list, what changed is told, not its first elements."""
    seed = "".join(f"HSET h f{i} v{i}\nSADD s m{i}\nZADD z {i} m{i}\nRPUSH l e{i}\n" for i in range(20))
    path = tmp_path / "long.redis"
    path.write_text(seed)
    code = """
    redis.call('HSET', 'h', 'f15', 'new', 'f99', 'x') redis.call('HDEL', 'h', 'f3')
    redis.call('SADD', 's', 'more') redis.call('SREM', 's', 'm4')
    redis.call('ZADD', 'z', 100, 'm7') redis.call('ZREM', 'z', 'm9')
    redis.call('LSET', 'l', 12, 'new')
    """
    ran = ldbpy("eval", "-e", code, "--seed", str(path), "--diff")
    assert ran.lines == [
        'changed   ~ h   hash of 20: ~ f15: "v15" → "new", + f99: "x", - f3: "v3"',
        '          ~ s   set of 20: + "more", - "m4"',
        "          ~ z   zset of 19: ~ m7: 7 → 100, - m9: 9",
        '          ~ l   list of 20: ~ 12: "e12" → "new"',
    ]


@pytest.mark.parametrize(
    ("command", "change"),
    [
        ("RPUSH l x", '~ l   list of 13: + 12: "x"'),
        ("LPUSH l x", '~ l   list of 13: + 0: "x"'),
        ("LPOP l", '~ l   list of 11: - 0: "e0"'),
        ("RPOP l", '~ l   list of 11: - 11: "e11"'),
        ("LREM l 0 e5", '~ l   list of 11: - 5: "e5"'),
        ("LINSERT l BEFORE e5 x", '~ l   list of 13: + 5: "x"'),
        ("RPOPLPUSH l l", "~ l   list ["),
    ],
)
def test_change_inside_a_long_list(command: str, change: str, tmp_path: Path) -> None:
    """Of a long list, what is between its unchanged ends is told; the whole where all moved."""
    path = tmp_path / "long.redis"
    path.write_text("RPUSH l " + " ".join(f"e{i}" for i in range(12)))
    ran = ldbpy("eval", "-e", _calls(command), "--seed", str(path), "--diff")
    if change.endswith("["):
        assert ran.lines[0].startswith(f"changed   {change}")
    else:
        assert ran.lines == [f"changed   {change}"]


def test_many_changes_inside_one_value(tmp_path: Path) -> None:
    """Eight are told, and how many there are."""
    code = "for i = 1, 20 do redis.call('HSET', 'h', 'f' .. i, 'new') end redis.call('EXPIRE', 'h', 50)"
    path = tmp_path / "long.redis"
    path.write_text("".join(f"HSET h f{i} old\n" for i in range(1, 21)))
    ran = ldbpy("eval", "-e", code, "--seed", str(path), "--diff")
    assert len(ran.lines) == 1
    assert ran.lines[0].startswith('changed   ~ h   hash of 20: ~ f1: "old" → "new", ~ f2: "old" → "new", ')
    assert ran.lines[0].endswith(', ~ f8: "old" → "new", … (20 in all)   no ttl → ttl 50s')


def test_value_of_another_type(tmp_path: Path) -> None:
    """A key that holds another type is told as both."""
    path = tmp_path / "long.redis"
    path.write_text("RPUSH l " + " ".join(f"e{i}" for i in range(12)))
    ran = ldbpy("eval", "-e", _calls("DEL l\nSADD l m"), "--seed", str(path), "--diff")
    assert ran.lines[0].endswith('… (12 in all)] → set {"m"}')


def test_failing_script_tells_what_it_did() -> None:
    """A script that fails has changed what it changed: a server rolls nothing back."""
    ran = ldbpy("eval", "-e", "redis.call('SET', 'a', 1) error('no')", "--diff")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.lines[0] == 'changed   + a   string "1"'
    assert ran.lines[1] == "error: <code>:1: no"


def test_json(seed: str) -> None:
    """In JSON, a change is an object with what was before and after, times as milliseconds since 1970."""
    code = _calls(
        "SET new v\nDEL string\nRPUSH list c\nEXPIRE number 50\nHSET hash f1 w\nZADD zset 9 a\nXADD stream 2-1 f w"
    )
    ran = ldbpy("eval", "-e", code, "--seed", seed, "--diff", "--format", "json")
    assert (ran.code, ran.err) == (0, b"")
    changes = {change["key"]: change for change in json.loads(ran.out)["changes"]}
    assert {key: change["kind"] for key, change in changes.items()} == {
        "new": "created",
        "string": "deleted",
        "list": "changed",
        "number": "expiry",
        "hash": "changed",
        "zset": "changed",
        "stream": "changed",
    }
    assert changes["new"]["before"] is None
    assert changes["new"]["after"] == {"type": "string", "value": "v", "expires_at": None}
    assert changes["string"]["after"] is None
    assert changes["list"]["after"]["value"] == ["a", "b", "c"]
    assert changes["hash"]["before"]["value"] == [["f1", "v1"], ["f2", "v2"]]
    assert changes["zset"]["after"]["value"] == [["b", 2.5], ["a", 9.0]]
    assert changes["stream"]["after"]["value"] == [["1-1", [["f", "v"]]], ["2-1", [["f", "w"]]]]
    assert changes["number"]["after"]["expires_at"] > 1_500_000_000_000


def test_json_bytes_that_are_no_utf8() -> None:
    """Nothing of a key or value is lost in JSON."""
    ran: Ran = ldbpy("eval", "-e", "redis.call('SET', '\\255', '\\254')", "--diff", "--format", "json")
    change = json.loads(ran.out)["changes"][0]
    assert change["key"].encode("utf-8", "surrogateescape") == b"\xff"
    assert change["after"]["value"].encode("utf-8", "surrogateescape") == b"\xfe"
