from __future__ import annotations

import shlex

import pytest

from ldbpy.commands.slots import key_slot
from ldbpy.flavors import FLAVORS
from ldbpy.lint.findings import Severity
from ldbpy.lint.registry import BY_NAME
from ldbpy.lint.runner import lint
from ldbpy.lint.targets import parse_targets
from ldbpy.resp import ErrorReply, Reply, Status
from tests.lint.clusters import EACH, clusters
from tests.lint.pages import Example, page
from tests.servers.fixtures import RealServers
from tests.servers.found import SERVER_FLAVORS, server_for
from tests.servers.wire import WireClient

__all__ = ["clusters"]


def _is_of_cluster(name: str) -> bool:
    return "cluster" in page(BY_NAME[name]).examples("Example")[0].info


_ERRORS = [name for name, rule in BY_NAME.items() if rule.severity is Severity.ERROR]
_ALONE = [name for name in _ERRORS if not _is_of_cluster(name)]
_IN_CLUSTER = [name for name in _ERRORS if _is_of_cluster(name)]


def _run(servers: RealServers, name: str, example: Example) -> Reply:
    """The reply of a real server to an example; of a library, what loading it gives, or calling its function ``f``."""
    with servers.get(name).client() as client:
        for command in filter(None, example.info.get("setup", "").split(";")):
            client.call(*shlex.split(command))
        keys, args = example.info.get("keys", "").split(), example.info.get("args", "").split()
        words = [str(len(keys)), *keys, *args]
        first, _, _ = example.code.partition("\n")
        library = first.startswith("#!") and " name=" in first
        if not library and example.info.get("run") != "load":
            return client.call("EVAL", example.code.encode(), *words)
        loaded = client.call("FUNCTION", "LOAD", "REPLACE", example.code.encode())
        if isinstance(loaded, ErrorReply) or example.info.get("run") == "load":
            return loaded
        return client.call("FCALL", "f", *words)


def _hangs(servers: RealServers, name: str, example: Example) -> bool:
    """Whether a script runs until it is killed."""
    server = servers.get(name)
    with server.client() as killer, server.client() as client:
        killer.call("CONFIG", "SET", "lua-time-limit", "50")
        client.send([b"EVAL", example.code.encode(), b"0"])
        while killer.call("PING") == Status(b"PONG"):
            pass
        killed = killer.call("SCRIPT", "KILL")
        return killed == Status(b"OK") and isinstance(client.read(), ErrorReply)


@pytest.mark.parametrize("flavor", SERVER_FLAVORS)
@pytest.mark.parametrize("name", _ALONE)
def test_error_is_proven(name: str, flavor: str, real_servers: RealServers) -> None:
    """The bad example of an error rule fails on a real server, or gives something else than the good one."""
    if server_for(FLAVORS[flavor]) is None:
        pytest.skip(f"no server binary for {flavor} on this machine")
    told = page(BY_NAME[name])
    bad, good = told.examples("Example"), told.examples("Use instead")
    asked = bad[0].info.get("on") or bad[0].info.get("target")
    if asked and flavor not in {each.name for each in parse_targets(asked.split(",")).flavors}:
        pytest.skip(f"the example is for {asked}")
    if bad[0].claim == "hangs":
        assert _hangs(real_servers, flavor, bad[0])
        return
    reply = _run(real_servers, flavor, bad[0])
    if bad[0].claim == "fails":
        assert isinstance(reply, ErrorReply), reply
    else:
        assert bad[0].claim == "differs"
        better = _run(real_servers, flavor, good[0]._replace(info={**bad[0].info, **good[0].info}))
        assert reply != better
        assert not isinstance(better, ErrorReply), better


@pytest.mark.parametrize("name", _ERRORS)
def test_there_is_a_server_that_proves_an_error(name: str) -> None:
    """Every error rule has an example that says what a server does, for one of the servers that tests look for."""
    bad, good = page(BY_NAME[name]).examples("Example")[0], page(BY_NAME[name]).examples("Use instead")
    asked = bad.info.get("on") or bad.info.get("target")
    flavors = {each.name for each in parse_targets(asked.split(",")).flavors} if asked else set(SERVER_FLAVORS)
    assert flavors & set(SERVER_FLAVORS)
    assert bad.claim in ("fails", "hangs") or (bad.claim == "differs" and good) or "cluster" in bad.info


_OTHER_WAYS = [
    ("unknown-option", "redis.call('SET', KEYS[1], 'v', 'NX', 'XX')"),
    ("unknown-option", "redis.call('SET', KEYS[1], 'v', 'EX', 10, 'PX', 10)"),
    ("unknown-option", "redis.call('SET', KEYS[1], 'v', 'EX', 10, 'KEEPTTL')"),
    ("unknown-option", "redis.call('SET', KEYS[1], 'v', 'EX')"),
    ("unknown-option", "redis.call('GETEX', KEYS[1], 'EX', 10, 'PERSIST')"),
    ("unknown-option", "redis.call('ZADD', KEYS[1], 'NX', 'XX', 1, 'm')"),
    ("unknown-option", "redis.call('ZADD', KEYS[1], 'NX', 'GT', 1, 'm')"),
    ("unknown-option", "redis.call('ZADD', KEYS[1], 'GT', 'LT', 1, 'm')"),
    ("unknown-option", "redis.call('EXPIRE', KEYS[1], 10, 'NX', 'GT')"),
    ("unknown-option", "redis.call('ZRANGEBYSCORE', KEYS[1], 0, 1, 'LIMIT', 5)"),
    ("unpaired-arguments", "redis.call('XADD', KEYS[1], 'MAXLEN', '~', 10, '*', 'f')"),
    ("unpaired-arguments", "redis.call('XADD', KEYS[1], '*', 'f', 'v', 'g')"),
    ("unpaired-arguments", "redis.call('XREAD', 'COUNT', 1, 'STREAMS', KEYS[1])"),
    ("bad-literal-argument", "redis.call('ZRANGEBYSCORE', KEYS[1], '0)', 5)"),
    ("bad-literal-argument", "redis.call('ZCOUNT', KEYS[1], '[5', 10)"),
    ("bad-literal-argument", "redis.call('ZREMRANGEBYSCORE', KEYS[1], '-', 5)"),
    ("bad-literal-argument", "redis.call('ZRANGEBYLEX', KEYS[1], 'a', '[b')"),
    ("bad-literal-argument", "redis.call('ZLEXCOUNT', KEYS[1], '-inf', '+')"),
    ("bad-literal-argument", "redis.call('SET', KEYS[1], 'v', 'EX', '10s')"),
    ("bad-literal-argument", "redis.call('SET', KEYS[1], 'v') redis.call('GETEX', KEYS[1], 'PX', 1.5)"),
    ("zero-index", "for i = 0, #KEYS do redis.call('DEL', KEYS[i]) end"),
    ("unknown-api-field", "return KEYS[1]:split(',')"),
]
"""Each with a rule of severity error that has more to say than its page shows."""


@pytest.mark.parametrize("flavor", SERVER_FLAVORS)
def test_error_is_proven_in_other_ways(flavor: str, real_servers: RealServers) -> None:
    """What an error rule finds besides its example fails on a real server, too."""
    if server_for(FLAVORS[flavor]) is None:
        pytest.skip(f"no server binary for {flavor} on this machine")
    with real_servers.get(flavor).client() as client:
        for name, code in _OTHER_WAYS:
            assert [each.rule for each in lint("x.lua", code.encode(), (BY_NAME[name],)).findings] == [name], code
            client.call("FLUSHALL")
            assert isinstance(client.call("EVAL", code.encode(), "1", "k"), ErrorReply), code


@pytest.mark.parametrize("flavor", SERVER_FLAVORS)
@pytest.mark.parametrize("name", _IN_CLUSTER)
def test_error_is_proven_in_a_cluster(name: str, flavor: str, clusters: dict[str, list[str]]) -> None:
    """What only a cluster refuses it does refuse, because of the slots, and the other example it takes."""
    told = page(BY_NAME[name])
    bad, good = told.examples("Example")[0], told.examples("Use instead")[0]
    if flavor not in clusters:
        pytest.skip(f"no server binary for {flavor} on this machine")
    if "on" in bad.info and flavor not in {each.name for each in parse_targets(bad.info["on"].split(",")).flavors}:
        pytest.skip(f"the example is for {bad.info['on']}")
    assert len(_IN_CLUSTER) <= EACH
    with WireClient(clusters[flavor][_IN_CLUSTER.index(name)]) as client:
        assert not isinstance(client.call("EVAL", good.code.encode(), "0"), ErrorReply)
        reply = client.call("EVAL", bad.code.encode(), "0")
    assert isinstance(reply, ErrorReply), reply
    assert "slot" in str(reply) or "non local key" in str(reply), reply


def test_slots_of_keys(clusters: dict[str, list[str]]) -> None:
    """A cluster counts the slots of keys as the linter does."""
    keys = (b"", b"key", b"{tag}", b"a{tag}b{other}", b"{}x", b"{x", b"a}b{c", b"\xff\x00{\xfe}", b"123456789")
    with WireClient(next(iter(clusters.values()))[0]) as client:
        for key in keys:
            assert client.call("CLUSTER", "KEYSLOT", key) == key_slot(key), key
