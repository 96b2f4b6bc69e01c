from __future__ import annotations

import shlex

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.lint.findings import Severity
from ldbpy.lint.pages import Example, page
from ldbpy.lint.registry import BY_NAME
from ldbpy.lint.targets import parse_targets
from ldbpy.resp import ErrorReply, Reply, Status
from tests.servers.fixtures import RealServers
from tests.servers.found import SERVER_FLAVORS, server_for

_ERRORS = [name for name, rule in BY_NAME.items() if rule.severity is Severity.ERROR]


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
@pytest.mark.parametrize("name", _ERRORS)
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
