"""Scripts on a cluster: the node is chosen by their keys, and nodes that send one on are followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.crc import key_slot

from tests.cli.program import ldbpy
from tests.servers.cluster import Node, cluster
from tests.servers.found import Found, found_servers
from tests.servers.wire import WireClient

SCRIPT = "local old = redis.call('GET', KEYS[1])\nredis.call('SET', KEYS[1], 'new')\nreturn old\n"


def _ends() -> list[Found]:
    """The oldest and the newest server: how they talk to clients of a cluster has not changed in between."""
    servers = sorted(found_servers(), key=lambda each: (each.product, each.version))
    return [each for each in (servers[0], servers[-1]) if servers]


@pytest.fixture(scope="module", params=_ends(), ids=str)
def nodes(request: pytest.FixtureRequest) -> Iterator[list[Node]]:
    """A cluster."""
    with cluster(request.param) as found:
        yield found


@pytest.fixture
def script(tmp_path: Path) -> str:
    """The script's file."""
    path = tmp_path / "swap.lua"
    path.write_text(SCRIPT)
    return str(path)


def _key_of(node: Node) -> str:
    """A key that the node holds."""
    return next(key for number in range(1000) if node.first <= key_slot((key := f"k{number}").encode()) <= node.last)


def test_eval_runs_on_the_node_of_its_keys(nodes: list[Node], script: str) -> None:
    """Whichever node the URL names, a script runs where its keys are."""
    for node in nodes:
        key = _key_of(node)
        with WireClient(node.socket) as client:
            client.call("SET", key, "old")
        ran = ldbpy("eval", script, key, "-t", nodes[0].url, "-f", "raw")
        assert ran.text == "old\n", ran.talk
        with WireClient(node.socket) as client:
            assert client.call("GET", key) == b"new"


@pytest.mark.parametrize("how", [[], ["--local"]], ids=["there", "here"])
def test_session_on_each_node(nodes: list[Node], script: str, how: list[str], tmp_path: Path) -> None:
    """A session is on the node of the keys, tells its address, and changes nothing."""
    for node in nodes:
        key = _key_of(node)
        with WireClient(node.socket) as client:
            client.call("SET", key, "old")
        words = [*how, "--batch", "--ex", "n", "--ex", "n", "--ex", "keys", "--ex", "c"]
        ran = ldbpy("debug", script, key, "-t", nodes[1].url, *words, env={"XDG_STATE_HOME": str(tmp_path)})
        assert f"at {node.url}," in ran.text, ran.talk
        assert f"SET {key} new → OK" in ran.text
        assert ran.code == 0
        with WireClient(node.socket) as client:
            assert client.call("GET", key) == b"old"


def test_session_through_a_unix_socket(nodes: list[Node], script: str) -> None:
    """A node that was reached through its socket leads to the others."""
    key = _key_of(nodes[2])
    ran = ldbpy("debug", script, key, "-t", f"unix://{nodes[0].socket}", "--batch", "--ex", "c")
    assert f"at {nodes[2].url}," in ran.text, ran.talk


@pytest.mark.parametrize("words", [["eval"], ["debug"], ["debug", "--local"]], ids=" ".join)
def test_keys_of_several_slots_are_refused_first(nodes: list[Node], script: str, words: list[str]) -> None:
    """What no node would run is explained before anything runs."""
    one, two = _key_of(nodes[0]), _key_of(nodes[1])
    ran = ldbpy(*words, script, one, two, "-t", nodes[0].url)
    assert ran.code == 2
    assert ran.error == (
        "the server is a cluster, which runs a script only if its keys are in one slot: "
        f"{one} is in {key_slot(one.encode())}, {two} is in {key_slot(two.encode())}"
    )
    assert ran.hint == "keys with one hash tag are in one slot: {user:1}:name, {user:1}:age"


def test_keys_with_a_hash_tag_run(nodes: list[Node], script: str) -> None:
    """Keys of one slot are fine, however many."""
    ran = ldbpy("eval", script, "{t}:1", "{t}:2", "-t", nodes[0].url)
    assert ran.code == 0, ran.talk


@pytest.mark.parametrize("command", ["eval", "debug"])
def test_script_without_keys_is_told_where_it_runs(nodes: list[Node], command: str) -> None:
    """Without keys a script runs on the node named, which is said, for it may look for keys elsewhere."""
    batch = ["--batch"] if command == "debug" else []
    ran = ldbpy(command, "-e", "return 1", "-t", nodes[1].url, *batch)
    assert ran.code == 0
    told = f"no keys: of the cluster's nodes it runs on {nodes[1].url}, and sees only what that one holds"
    assert told in ran.text + ran.talk


def test_slot_on_its_way_to_another_node(nodes: list[Node], script: str) -> None:
    """A slot that is being moved: its keys that have gone already are found with ASK, in a session too."""
    source, target = nodes[0], nodes[1]
    key = _key_of(source)
    slot = str(key_slot(key.encode()))
    with WireClient(source.socket) as left, WireClient(target.socket) as right:
        left.call("DEL", key)
        names = left.call("CLUSTER", "MYID"), right.call("CLUSTER", "MYID")
        assert isinstance(names[0], bytes)
        assert isinstance(names[1], bytes)
        right.call("CLUSTER", "SETSLOT", slot, "IMPORTING", names[0])
        left.call("CLUSTER", "SETSLOT", slot, "MIGRATING", names[1])
        try:
            ran = ldbpy("debug", script, key, "-t", source.url, "--batch", "--ex", "n", "--ex", "n", "--ex", "c")
            assert f"SET {key} new → OK" in ran.text, ran.text + ran.talk
            ran = ldbpy("eval", script, key, "-t", source.url, "--diff")
            assert (ran.code, ran.talk) == (0, f'changed   + {key}   string "new"\n'), ran.talk
            ran = ldbpy("eval", "-e", "return redis.call('DEL', KEYS[1])", key, "-t", source.url, "--diff")
            assert ran.talk == f'changed   - {key}   string "new"   deleted\n'
            assert ldbpy("eval", script, key, "-t", source.url).code == 0
            right.call("ASKING")
            assert right.call("GET", key) == b"new"
            right.call("ASKING")
            right.call("DEL", key)
        finally:
            left.call("CLUSTER", "SETSLOT", slot, "STABLE")
            right.call("CLUSTER", "SETSLOT", slot, "STABLE")


def test_keys_of_every_node_are_copied(nodes: list[Node]) -> None:
    """--seed-from with a pattern asks every master."""
    keys = [_key_of(node) for node in nodes]
    for node, key in zip(nodes, keys, strict=True):
        with WireClient(node.socket) as client:
            client.call("SET", key, f"at {node.port}")
    code = "local t = {} for i, k in ipairs(KEYS) do t[i] = redis.call('GET', k) end return t"
    for words in ([], ["--keys", "k*"]):
        ran = ldbpy("eval", "-e", code, *keys, "--seed-from", nodes[2].url, *words, "-f", "raw")
        assert ran.text.splitlines() == [f"at {node.port}" for node in nodes], ran.talk


def _keys_of(node: Node, count: int) -> list[str]:
    """Keys that the node holds, each in a slot of its own."""
    names = (f"k{number}" for number in range(1000))
    return [name for name in names if node.first <= key_slot(name.encode()) <= node.last][:count]


def test_session_here(nodes: list[Node], tmp_path: Path) -> None:
    """--local finds the node too, and puts back keys of several slots; a key of another node ends it."""
    node, state = nodes[1], {"XDG_STATE_HOME": str(tmp_path)}
    one, two = _keys_of(node, 2)
    with WireClient(node.socket) as client:
        client.call("MSET", one, "old")
        client.call("DEL", two)
        code = (
            f"redis.call('SET', KEYS[1], 'new')\nredis.call('SET', '{two}', 'new')\nreturn redis.call('GET', KEYS[1])"
        )
        words = ("debug", "-e", code, one, "-t", nodes[0].url, "--local", "--batch", "--ex", "c")
        ran = ldbpy(*words, env=state)
        assert ran.code == 0, ran.text + ran.talk
        assert 'finished  "new"' in ran.text
        assert f"at redis://127.0.0.1:{node.port}" in ran.text
        assert [client.call("GET", one), client.call("GET", two)] == [b"old", None]
        code = f"redis.call('SET', KEYS[1], 'new')\nreturn redis.call('GET', '{_key_of(nodes[0])}')"
        ran = ldbpy("debug", "-e", code, one, "-t", nodes[0].url, "--local", "--batch", "--ex", "c", env=state)
        assert ran.code == 4
        assert "MOVED" in ran.text
        assert "what the script had changed is rolled back" in ran.text
        assert client.call("GET", one) == b"old"
    assert not list(tmp_path.rglob("*.journal"))


def test_repl_goes_where_the_keys_are(nodes: list[Node]) -> None:
    """Commands, of Lua too, go to the node of their keys, which is told as by redis-cli -c."""
    first, last = _key_of(nodes[0]), _key_of(nodes[-1])
    lines = [
        f".redis SET {last} 1",
        f".redis INCR {last}",
        f"redis.call('SET', '{first}', 'a') return redis.call('GET', '{last}') .. redis.call('GET', '{first}')",
        f".peek {first}",
        f".redis MSET {first} 1 {last} 2",
        ".keys k*",
    ]
    for node in nodes:
        with WireClient(node.socket) as client:
            client.call("FLUSHALL")
    ran = ldbpy("repl", nodes[0].url, stdin="\n".join(lines).encode())
    address = nodes[-1].url.removeprefix("redis://")
    assert ran.text.splitlines() == [
        f"-> Redirected to slot [{key_slot(last.encode())}] located at {address}",
        "OK",
        "(integer) 2",
        '"2a"',
        f"{first}   string   1 byte   no ttl",
        '  "a"',
        "(error) CROSSSLOT Keys in request don't hash to the same slot",
        *sorted((first, last)),
    ]


def test_transaction_of_the_repl_is_on_one_node(nodes: list[Node]) -> None:
    """WATCH goes where its key is, and MULTI follows; within it nothing is sent on, so EXEC refuses all."""
    first, last = _key_of(nodes[0]), _key_of(nodes[-1])
    lines = [
        "DEL " + last,
        f"WATCH {last}",
        "MULTI",
        f"SET {last} 1",
        "EXEC",
        "MULTI",
        f"SET {first} 1",
        "EXEC",
        "PING",
    ]
    ran = ldbpy("repl", "--redis", nodes[0].url, stdin="\n".join(lines).encode())
    slot = key_slot(first.encode())
    assert ran.text.splitlines()[2:] == [
        "OK",
        "OK",
        "QUEUED",
        "1) OK",
        "OK",
        f"(error) MOVED {slot} {nodes[0].url.removeprefix('redis://')}",
        "(error) EXECABORT Transaction discarded because of previous errors.",
        "PONG",
    ]


def test_repl_asks_where_a_slot_is_on_its_way(nodes: list[Node]) -> None:
    """What has left for another node already is asked there, once."""
    source, goal = nodes[0], nodes[1]
    key = _key_of(source)
    slot = str(key_slot(key.encode()))
    with WireClient(source.socket) as here, WireClient(goal.socket) as there:
        here.call("FLUSHALL")
        here_id, there_id = (str(bytes(each.call("CLUSTER", "MYID")), "ascii") for each in (here, there))  # type: ignore[arg-type]
        there.call("CLUSTER", "SETSLOT", slot, "IMPORTING", here_id)
        here.call("CLUSTER", "SETSLOT", slot, "MIGRATING", there_id)
        try:
            text = f".redis SET {key} v\nredis.call('GET', '{key}')\n"
            ran = ldbpy("repl", source.url, stdin=text.encode())
        finally:
            there.call("ASKING")
            there.call("DEL", key)
            for each in (here, there):
                each.call("CLUSTER", "SETSLOT", slot, "STABLE")
    address = goal.url.removeprefix("redis://")
    assert ran.text.splitlines() == [f"-> Redirected to slot [{slot}] located at {address}", "OK", '"v"']
