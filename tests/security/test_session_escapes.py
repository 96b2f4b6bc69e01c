"""Every escape tried at the REPL: the state stays, so what an attack left behind would meet the next input."""

from __future__ import annotations

from pathlib import Path

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.lua.host import ScriptPolicy
from ldbpy.lua.limits import Limits
from ldbpy.lua.session import LuaSession
from ldbpy.model.debugging import Value
from ldbpy.script.pieces import read_input
from ldbpy.targets.embedded import EmbeddedServer
from tests.security import escapes_bytecode, escapes_commands, escapes_environment, escapes_errors
from tests.security.attacks import outside

_ESCAPES = [
    *escapes_environment.ESCAPES,
    *escapes_errors.ESCAPES,
    *escapes_bytecode.ESCAPES,
    *escapes_commands.ESCAPES,
]

_MEANT = "the metatable of strings, where it can be written"
"""What stays on a server of that release, too."""
_LOOKS = """
local found = {}
for name, value in pairs(_G) do
  found[#found + 1] = name .. ' ' .. type(value)
end
table.sort(found)
return table.concat(found, ','), rawget(_G, 'debug'), string.format('%d %s', 7, 'x'), ('a'):rep(3), tostring(12),
  type(redis.call), redis.call('PING').ok, pcall(error, 'x'), select('#', 1, 2), #KEYS, cjson.encode({1}),
  math.floor(2.5),
  getmetatable('').__index == string, pcall(rawset, _G, 'evil', 1)
"""
"""What an input finds that looks around."""


def _run(server: EmbeddedServer, session: LuaSession, code: bytes) -> tuple[Value, ...]:
    understood = read_input(code)
    if understood.problem is not None:
        return ()
    watch = server.runtime.watch()
    policy = ScriptPolicy()
    return session.run(understood.pieces, b"input", server.store.script_client(0), policy, watch).values


@pytest.mark.parametrize("flavor", ["redis-6.2", "valkey-9"])
def test_attacks_leave_nothing_behind(flavor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each attack the next input of the same session finds what it found before, and so does the process."""
    monkeypatch.chdir(tmp_path)
    before = outside(tmp_path)
    changed = []
    for attack in _ESCAPES:
        if flavor not in attack.flavors or attack.name == _MEANT:
            continue
        server = EmbeddedServer(FLAVORS[flavor], limits=Limits(seconds=0.1, memory=8 << 20))
        session = LuaSession(server.runtime, lambda line, values: None)
        clean = _run(server, session, _LOOKS.encode())
        assert len(clean) > 10
        _run(server, session, attack.script.encode())
        if _run(server, session, _LOOKS.encode()) != clean:
            changed.append(attack.name)
    assert changed == []
    assert outside(tmp_path) == before
