"""What was recorded from a server that the machine at hand does not have."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.resp import ErrorReply, NilArray, Reply, Status
from ldbpy.targets.embedded import EmbeddedServer

_RECORDED: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "recorded-redis-8.6.3.json").read_text("utf-8"))
_FLAVOR: Final = FLAVORS["redis-8"]
_SETUP: Final = ("SET str x", "RPUSH lst a", "HSET h f v")

_NAMES: Final = b"""
local kinds = {}
for _, name in ipairs(ARGV) do
  local value = _G
  for part in name:gmatch("[^.]+") do value = rawget(value, part) or (part == "_G" and _G) or nil end
  if value == nil then
    local ok
    ok, value = pcall(loadstring("return " .. name))
  end
  kinds[#kinds + 1] = name .. " " .. type(value)
end
return kinds
"""


def _shown(reply: Reply) -> str:
    """A reply in the words of the record."""
    match reply:
        case Status():
            return f"+{reply.decode()}"
        case ErrorReply():
            return f"-{reply.message.decode('latin-1')}"
        case bool():
            raise AssertionError("no reply of RESP2")
        case int():
            return f":{reply}"
        case None:
            return "$-1"
        case NilArray():
            return "*-1"
        case list():
            return f"*{len(reply)}" + (f" [{', '.join(map(_shown, reply))}]" if reply else "")
        case bytes():
            return f"${reply.decode('latin-1')!r}"
        case _:
            raise AssertionError(f"no reply of RESP2: {reply!r}")


def _words(command: list[str]) -> list[bytes]:
    return [word.encode("latin-1") for word in command]


@pytest.mark.parametrize("call", _RECORDED["calls"], ids=lambda call: call["name"])
def test_recorded_replies(call: dict[str, Any]) -> None:
    """The embedded server gives the reply the real one gave."""
    client = EmbeddedServer(_FLAVOR).client()
    for command in _SETUP:
        client.call(command.encode().split())
    if "before" in call:
        client.call(_words(call["before"]))
    argv = _words(call["command"])
    sha1 = hashlib.sha1(argv[-1] if argv[0] == b"SCRIPT" else argv[1], usedforsecurity=False).hexdigest()
    assert _shown(client.call(argv)).replace(sha1, "<sha1>") == call["reply"]


def test_recorded_names() -> None:
    """A script finds every name the real server has, and what it stands for is of the same kind."""
    names = [name for name in _RECORDED["names"] if name.replace(".", "").replace("_", "").isalnum()]
    kinds = EmbeddedServer(_FLAVOR).client().call([b"EVAL", _NAMES, b"0", *_words(names)])
    assert isinstance(kinds, list)
    told = dict(kind.decode().split(" ") for kind in kinds if isinstance(kind, bytes))
    recorded = {name: _RECORDED["names"][name].partition(" ")[0].partition("(")[0] for name in names}
    assert told == recorded
