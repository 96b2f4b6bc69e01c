"""Many small functions in one script, run by the embedded server and a real one; what they give is compared.

Byte for byte, with one exception: Valkey's Lua has another hash function for strings, so that tables with names are
traversed in another order. Its answers are compared without regard to order, and where a table of several names holds
several mistakes, which of them is told is not compared.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from ldbpy.flavors import Flavor
from ldbpy.resp import ErrorReply, Reply, encode
from ldbpy.targets.embedded import EmbeddedServer
from tests.fuzz.conversions import DATA
from tests.fuzz.ledger import Known, what_differs
from tests.fuzz.wiretap import TappedClient

__all__ = ["Finding", "Pair"]

_SHOWN: Final = b"""
local function show(value, depth)
  local kind = type(value)
  if kind == "number" then return string.format("%.17g", value) end
  if kind == "string" then return #value .. ":" .. value end
  if kind ~= "table" then return kind == "function" and kind or tostring(value) end
  if depth > 20 then return "..." end
  local parts = {}
  for key, item in pairs(value) do parts[#parts + 1] = show(key, depth + 1) .. "=" .. show(item, depth + 1) end
  return "{" .. table.concat(parts, ",") .. "}"
end
local function list(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = show((select(i, ...)), 0) end
  return table.concat(parts, ";")
end
local function run(body) return list(pcall(body)) end
"""
"""Runs a body and tells everything it gives as text, tables in the order they are traversed in."""

_RETURNED: Final = b"""
local function run(body)
  local fine, value = pcall(body)
  return {fine, value}
end
"""
"""Runs a body and gives the first value it gives, in a table, so that a nil ends no more than that."""


@dataclass(frozen=True)
class Finding:
    """A body that the two servers make different things of."""

    kind: str
    differs: str
    body: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.differs}\n  {self.body}\n  {self.text}"


class Pair:
    """A real server and the embedded one, with the same data."""

    def __init__(self, flavor: Flavor, socket: str) -> None:
        self.flavor: Final = flavor
        self._other_order: Final = flavor.product == "valkey"
        self._real: Final = {resp: TappedClient(socket, resp=resp) for resp in (2, 3)}
        embedded = EmbeddedServer(flavor, rng=random.Random(1))
        self._ours: Final = {resp: embedded.client(resp=resp) for resp in (2, 3)}
        for command in DATA:
            self._real[2].hear([command])
            self._ours[2].call(list(command))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._real.values():
            client.close()

    def compare(
        self, kind: str, bodies: Sequence[str], *, returned: tuple[int, int] | None = None
    ) -> tuple[int, list[Finding]]:
        """Run the bodies on both sides: how many could be compared, and what differs.

        ``returned``: compare what they return as replies, to a client and from a script of those protocols; else
        everything they give is compared as text.
        """
        resp, within = returned or (2, 2)
        script = _script(bodies, returned=returned is not None, within=within)
        heard = self._real[resp].hear([[b"EVAL", script, b"0"]])[0]
        ours = self._ours[resp].call([b"EVAL", script, b"0"])
        theirs = heard.reply
        if not isinstance(theirs, list) or not isinstance(ours, list) or not len(theirs) == len(ours) == len(bodies):
            text = f"server: {theirs!r}\n  ours:   {ours!r}"
            return 0, [Finding(kind, "the whole script", "\n  ".join(bodies), text)]
        if encode(ours, protocol=resp, style=self.flavor.doubles) == heard.raw:
            return len(bodies), []
        return len(bodies), [
            Finding(kind, what_differs(_refused(left), _refused(right)), body, f"server: {left!r}\n  ours:   {right!r}")
            for body, left, right in zip(bodies, theirs, ours, strict=True)
            if not self._alike(body, left, right, resp)
        ]

    def _alike(self, body: str, theirs: Reply, ours: Reply, resp: int) -> bool:
        """Whether what both give is the same but for the order of tables, where that is another."""
        left, right = (encode(reply, protocol=resp, style=self.flavor.doubles) for reply in (theirs, ours))
        if left == right:
            return True
        if not self._other_order:
            return False
        errors = _refused(theirs) and _refused(ours) and body.count("]=") > 1
        return errors or sorted(left) == sorted(right)

    def unknown(self, findings: list[Finding], ledger: tuple[Known, ...]) -> list[Finding]:
        """The findings that are not in the ledger."""
        name = self.flavor.name
        return [
            each
            for each in findings
            if not any(known.covers(name, each.kind, each.differs, f"{each.body}\n{each.text}") for known in ledger)
        ]


def _script(bodies: Sequence[str], *, returned: bool, within: int) -> bytes:
    start = b"redis.setresp(%d)%s" % (within, _RETURNED if returned else _SHOWN)
    return start + b"return {\n%s\n}" % b",\n".join(b"run(function() %s end)" % body.encode() for body in bodies)


def _refused(outcome: Reply) -> bool:
    """Whether a body raised an error: the first thing told of it is what pcall gave first."""
    first = outcome[0] if isinstance(outcome, list) and outcome else outcome
    return (
        first in (None, False) or isinstance(first, ErrorReply) or (isinstance(first, bytes) and first[:5] == b"false")
    )
