from __future__ import annotations

import random
from typing import Final

import pytest
from lupa.lua51 import LuaRuntime

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.targets import DEFAULT_TARGETS
from ldbpy.script import ast
from ldbpy.script.parser import parse

_LITERALS: Final = ("nil", "false", "true", "1", "'s'", "{}")
_VARIABLES: Final = ("a", "b", "c")
_TYPES: Final = ("nil", "boolean", "number", "string", "table")
_PRELUDE: Final = """
local seen = {}
function probe(id, v)
  local kind = type(v)
  if kind == 'boolean' then kind = tostring(v) end
  seen[id .. ' ' .. kind] = true
end
function result()
  local out = {}
  for each in pairs(seen) do out[#out + 1] = each end
  seen = {}
  return table.concat(out, ',')
end
"""


class _Writer:
    """Writes programs that end, and tell ``probe`` what variables are at many places."""

    def __init__(self, seed: int) -> None:
        self._random: Final = random.Random(seed)
        self._lines: Final[list[str]] = []
        self._probes = 0
        self._loops = 0

    def program(self) -> str:
        """One of them."""
        pick = self._random.choice
        self._lines.append(
            f"local function given(x) {self._probe('x')} return x {pick(('or', 'and'))} {pick(_LITERALS)} end"
        )
        self._lines.append(
            f"local function early(x) if {self._test('x')} then return {pick(_LITERALS)} end return x end"
        )
        self._lines.append(f"local a, b, c = {pick(_LITERALS)}, {pick(_LITERALS)}, {pick(_LITERALS)}")
        self._block(3, in_loop=False)
        return "\n".join(self._lines)

    def _probe(self, variable: str) -> str:
        self._probes += 1
        return f"probe({self._probes}, {variable})"

    def _value(self) -> str:
        one, literal = self._random.choice(_VARIABLES), self._random.choice(_LITERALS)
        ways = (
            literal,
            one,
            f"{one} or {literal}",
            f"{one} and {literal}",
            f"not {one}",
            f"given({one})",
            f"early({one})",
        )
        return self._random.choice(ways)

    def _test(self, variable: str | None = None, depth: int = 2) -> str:
        one = variable or self._random.choice(_VARIABLES)
        way = self._random.randrange(7 if depth else 5)
        same = self._random.choice(("==", "~="))
        if way == 0:
            return one
        if way == 1:
            return f"not {one}"
        if way in (2, 3):
            return f"{one} {same} {self._random.choice(_LITERALS[:5])}"
        if way == 4:
            return f"type({one}) {same} '{self._random.choice(_TYPES)}'"
        left, right = self._test(variable, depth - 1), self._test(variable, depth - 1)
        joined = f"({left} {self._random.choice(('and', 'or'))} {right})"
        return f"not {joined}" if way == 6 else joined

    def _block(self, depth: int, *, in_loop: bool) -> None:
        for _ in range(self._random.randint(2, 4)):
            self._statement(depth, in_loop=in_loop)
            self._lines.append(self._probe(self._random.choice(_VARIABLES)))
        if in_loop and self._random.random() < 0.2:
            self._lines.append("break")

    def _statement(self, depth: int, *, in_loop: bool) -> None:
        way = self._random.randrange(8 if depth else 2)
        one = self._random.choice(_VARIABLES)
        if way < 2:
            self._lines.append(f"{one} = {self._value()}")
        elif way < 4:
            self._lines.append(f"if {self._test()} then")
            self._block(depth - 1, in_loop=in_loop)
            if way == 3:
                self._lines.append(f"elseif {self._test()} then")
                self._block(depth - 1, in_loop=in_loop)
                self._lines.append("else")
                self._block(depth - 1, in_loop=in_loop)
            self._lines.append("end")
        elif way == 4:
            self._lines.append(
                f"do local flag = {self._test()} if flag then {self._probe(one)} else {self._probe(one)} end end"
            )
        elif way == 5:
            self._lines.append(f"if {self._test()} and {one} then {self._probe(one)} end")
        else:
            self._loop(depth, self._random.choice(("for", "while", "repeat")))

    def _loop(self, depth: int, kind: str) -> None:
        self._loops += 1
        count = f"n{self._loops}"
        heads = {
            "for": f"for {count} = 1, 3 do",
            "while": f"local {count} = 0 while {count} < 3 and {self._test()} do {count} = {count} + 1",
            "repeat": f"local {count} = 0 repeat {count} = {count} + 1",
        }
        self._lines.append(heads[kind])
        self._block(depth - 1, in_loop=True) if kind != "repeat" else self._block(depth - 1, in_loop=False)
        self._lines.append(f"until {count} > 2 or {self._test()}" if kind == "repeat" else "end")


def _said(source: bytes) -> dict[int, frozenset[str]]:
    """The types the linter says a variable may have where it is told to ``probe``."""
    chunk = parse(source)
    assert not chunk.problems, source.decode()
    program = Program(source, chunk, DEFAULT_TARGETS)
    found = {}
    for call in program.of(ast.Call):
        if program.builtin(call.callee) == "probe":
            number = call.args[0]
            assert isinstance(number, ast.Number)
            found[int(number.value)] = program.value(call.args[1]).types
    return found


@pytest.mark.parametrize("part", range(4))
def test_types_hold_when_programs_run(part: int) -> None:
    """Whatever a program does, its variables have one of the types the linter says they may have."""
    lua = LuaRuntime()
    lua.execute(_PRELUDE)
    narrowed = 0
    for seed in range(part * 60, part * 60 + 60):
        text = _Writer(seed).program()
        said = _said(text.encode())
        narrowed += sum(len(types) < 5 for types in said.values())
        lua.execute(text)
        for told in filter(None, lua.eval("result()").split(",")):
            number, kind = told.split(" ")
            assert kind in said[int(number)], f"seed {seed}, probe {number}\n{text}"
    assert narrowed > 600
