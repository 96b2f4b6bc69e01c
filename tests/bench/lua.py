"""Lua without commands: the embedded server against bare lupa."""

from __future__ import annotations

from lupa.lua51 import LuaRuntime

from ldbpy.flavors import FLAVORS
from ldbpy.resp import Reply
from ldbpy.script.source import Script
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from tests.bench.measure import best_of, row, title

__all__ = ["bench_lua"]

_LOOP = "arithmetic, 10^7 turns"
_PROGRAMS = {
    _LOOP: b"""
local s = 0
for i = 1, 10000000 do s = (s + i * 3) % 1000003 end
return s""",
    "tables, strings, closures, library calls": b"""
local floor, parts, count = math.floor, {}, 0
local function add(n) count = count + n return count end
for i = 1, 300000 do
  local t = {i, name = "item", size = i % 7}
  parts[i % 100 + 1] = t.name .. ":" .. t.size
  add(floor(i / 3) + #parts[i % 100 + 1] + string.byte(t.name, 1))
  if i % 1000 == 0 then parts = {table.concat(parts, ",", 1, math.min(#parts, 10))} end
end
return count""",
}


def bench_lua() -> None:
    """Milliseconds, in the same run."""
    title("Lua without commands, milliseconds")
    for name, source in _PROGRAMS.items():
        lua = LuaRuntime(encoding=None)
        server = EmbeddedServer(FLAVORS["redis-8"])
        bare = ours = float("inf")
        for _ in range(3):  # in turn, so that a slow moment of the machine meets both
            bare = min(bare, best_of(lambda: lua.execute(source), rounds=4) * 1000)  # noqa: B023
            ours = min(ours, best_of(lambda: _run(server, source), rounds=4) * 1000)  # noqa: B023
        row(f"{name}: bare lupa", f"{bare:.1f} ms")
        row(f"{name}: ldbpy", f"{ours:.1f} ms")
        ratio = ours / bare
        if name == _LOOP:
            row(f"{name}: ratio", f"{ratio:.3f}", "<= 1.05", ok=ratio <= 1.05)
        else:
            row(f"{name}: ratio", f"{ratio:.3f}", "library functions are checked")


def _run(server: EmbeddedServer, source: bytes) -> Reply:
    return server.run(Script(source), [], [], RunOptions()).reply
