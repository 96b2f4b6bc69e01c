from __future__ import annotations

import shlex

import pytest

from ldbpy.commands.slots import key_slot
from ldbpy.flavors import FLAVORS
from ldbpy.lint.findings import Severity
from ldbpy.lint.pages import Example, page
from ldbpy.lint.registry import BY_NAME
from ldbpy.lint.targets import parse_targets
from ldbpy.resp import ErrorReply, Reply, Status
from tests.lint.clusters import EACH, clusters
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
