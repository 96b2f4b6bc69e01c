"""Runs a case on both sides and says how they differ."""

from __future__ import annotations

import re

from ldbpy.flavors import Flavor
from ldbpy.resp import MapReply, Reply
from ldbpy.targets.embedded import EmbeddedServer
from tests.conformance.cases import Case
from tests.servers.wire import WireClient

__all__ = ["differences", "run_embedded", "run_real"]

_FRESH_RANDOM = f"math.randomseed({0x1234ABCD})"
"""As the server begins: from there its generator goes on, from script to script."""
_ADDRESS = re.compile(rb"0x[0-9a-f]+")


def differences(case: Case, flavor: Flavor, socket: str) -> list[str]:
    """What the real server answers otherwise than the embedded one, a line each."""
    told = []
    real, ours = run_real(case, socket), run_embedded(case, flavor)
    for command, theirs, mine in zip((*case.commands, (b"the data",)), real, ours, strict=True):
        left, right = (_comparable(reply, unordered=case.unordered) for reply in (theirs, mine))
        if left != right:
            told.append(f"{b' '.join(command)[:300]!r}\n  server: {theirs!r}\n  ours:   {mine!r}")
    return told


def run_real(case: Case, socket: str) -> list[Reply]:
    """The replies of a real server, and its data afterwards."""
    with WireClient(socket) as client:
        client.call("FLUSHALL")
        client.call("SCRIPT", "FLUSH")
        client.call("FUNCTION", "FLUSH")
        client.call("EVAL", _FRESH_RANDOM, 0)
        for command in case.setup:
            client.call(*command)
        replies = [client.call(*command) for command in case.commands]
        return [*replies, _data(lambda *args: client.call(*args))]


def run_embedded(case: Case, flavor: Flavor) -> list[Reply]:
    """The replies of the embedded server, and its data afterwards."""
    client = EmbeddedServer(flavor).client()
    for command in case.setup:
        client.call(list(command))
    replies = [client.call(list(command)) for command in case.commands]
    return [*replies, _data(lambda *args: client.call(list(args)))]


def _data(call: object) -> Reply:
    """Every key with its value and whether it expires."""
    assert callable(call)
    reads: dict[bytes, tuple[bytes, ...]] = {
        b"string": (b"GET",),
        b"list": (b"LRANGE", b"0", b"-1"),
        b"set": (b"SMEMBERS",),
        b"hash": (b"HGETALL",),
        b"zset": (b"ZRANGE", b"0", b"-1", b"WITHSCORES"),
        b"stream": (b"XLEN",),
    }
    told: list[Reply] = []
    for key in sorted(call(b"KEYS", b"*")):
        kind = bytes(call(b"TYPE", key))
        name, *rest = reads[kind]
        value = call(name, key, *rest)
        if kind in (b"set", b"hash"):
            value = sorted(value)
        told.append([key, kind, value, call(b"TTL", key) >= 0])
    return told


def _comparable(reply: Reply, *, unordered: bool) -> object:
    """The reply with addresses scrubbed, and arrays sorted if their order does not matter."""
    if isinstance(reply, MapReply):
        return [(_comparable(k, unordered=unordered), _comparable(v, unordered=unordered)) for k, v in reply.pairs]
    if isinstance(reply, list):
        items = [_comparable(item, unordered=unordered) for item in reply]
        return sorted(items, key=repr) if unordered else items
    return type(reply).__name__, _ADDRESS.sub(b"0x", repr(reply).encode())
