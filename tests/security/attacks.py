"""What an attack is, what has to come of it, and a server to try it on."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ldbpy.flavors import FLAVORS
from ldbpy.lua.limits import Limits, StopReason
from ldbpy.model.runs import RunReport
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.source import Script
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions

__all__ = [
    "ALL",
    "WITH_ENVIRONMENTS",
    "Attack",
    "Expectation",
    "gives",
    "launch",
    "outside",
    "raises",
    "server_of",
    "stopped",
    "table_of",
    "works_as_before",
]

Expectation = Callable[[RunReport], bool]

ALL = ("redis-6.2", "redis-7.0", "valkey-9")
WITH_ENVIRONMENTS = ("redis-6.2",)
"""Flavors that have getfenv, setfenv and newproxy."""

_GENEROUS = 20.0
_MEMORY = 8 << 20


@dataclass(frozen=True)
class Attack:
    """A script that tries something, and what has to come of it."""

    name: str
    script: str
    expectation: Expectation
    flavors: tuple[str, ...] = ALL
    writes: dict[bytes, Reply] = field(default_factory=dict)
    """Strings the script is right to leave behind."""
    keys: tuple[bytes, ...] = ()
    strict_keys: bool = False
    seconds: float = _GENEROUS
    """The limit of time."""
    twice: bool = True
    """Whether it is tried again on the same server, to end as the first time."""

    def __str__(self) -> str:
        return self.name


def gives(value: Reply) -> Expectation:
    """The script ends well, with that reply."""
    return lambda report: report.problem is None and report.reply == value


def raises(text: str, kind: str = "error") -> Expectation:
    """The script fails, with that in the server's error."""

    def check(report: RunReport) -> bool:
        problem, reply = report.problem, report.reply
        return (
            problem is not None
            and problem.kind == kind
            and isinstance(reply, ErrorReply)
            and text.encode() in reply.message
        )

    return check


def stopped(reason: str) -> Expectation:
    """The script is stopped from outside for that reason."""
    wanted = StopReason(reason)
    return lambda report: report.problem is not None and report.problem.stop_reason == wanted


def table_of(*attacks: tuple[str, str, Expectation]) -> list[Attack]:
    """Attacks that run on every flavor, with limits they do not reach in time."""
    return [Attack(*attack) for attack in attacks]


# -- trying one

_DATA: list[list[bytes]] = [
    [b"SET", b"text", b"as it was"],
    [b"RPUSH", b"list", b"a", b"b"],
    [b"HSET", b"hash", b"field", b"value"],
]
_READ = {b"string": [b"GET"], b"list": [b"LRANGE", b"0", b"-1"], b"hash": [b"HGETALL"]}

_NORMAL = b"""
local parts = {}
for i, value in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  table.insert(parts, string.format('%d=%s', i, value))
end
local ok, problem = pcall(error, 'caught')
return {table.concat(parts, ','), cjson.encode({ok}), problem, ('x'):rep(3), tostring(tonumber('7')),
  math.floor(2.5), #ARGV, type(redis.sha1hex('')), ('k:v'):match('^(%w+)'), select('#', unpack({1, 2}))}
"""
_NORMAL_REPLY = [b"1=a,2=b", b"[false]", b"caught", b"xxx", b"7", 2, 1, b"string", b"k", 2]


def server_of(flavor: str, seconds: float = _GENEROUS, memory: int = _MEMORY) -> EmbeddedServer:
    """A server with some data and small limits."""
    server = EmbeddedServer(FLAVORS[flavor], limits=Limits(seconds, 0, memory))
    for command in _DATA:
        server.call(list(command))
    return server


def _data(server: EmbeddedServer) -> dict[bytes, Reply]:
    """Everything in the first database."""
    found: dict[bytes, Reply] = {}
    keys = server.call([b"KEYS", b"*"])
    assert isinstance(keys, list)
    for key in keys:
        assert isinstance(key, bytes)
        kind = server.call([b"TYPE", key])
        assert isinstance(kind, bytes)
        name, *rest = _READ[bytes(kind)]
        found[key] = server.call([name, key, *rest])
    return found


def outside(folder: Path) -> tuple[object, ...]:
    """What a script must not change: files, environment, modules' search path, threads, the recursion limit."""
    return (
        sorted(folder.iterdir()),
        dict(os.environ),
        list(sys.path),
        threading.active_count(),
        sys.getrecursionlimit(),
        os.getcwd(),
    )


def works_as_before(server: EmbeddedServer) -> None:
    """A normal script runs normally."""
    report = server.run(Script(_NORMAL), [b"list"], [b"x"], RunOptions())
    assert report.problem is None, report.problem
    assert report.reply == _NORMAL_REPLY


def launch(attack: Attack, flavor: str) -> None:
    """Run it: it has to fail as expected, and to leave nothing behind."""
    server = server_of(flavor, attack.seconds)
    before = _data(server)
    source = attack.script.encode("latin-1")
    report = server.run(Script(source), attack.keys, [b"an argument"], RunOptions(strict_keys=attack.strict_keys))
    assert attack.expectation(report), report
    assert _data(server) == before | attack.writes
    assert server.watch is None
    works_as_before(server)
    if not attack.twice:
        return
    again = server.run(Script(source), attack.keys, [b"an argument"], RunOptions(strict_keys=attack.strict_keys))
    assert attack.expectation(again), f"not as the first time: {again}"
