"""Random programs that end: functions, recursion, loops, pcall, coroutines, closures, tail calls."""

from __future__ import annotations

from random import Random
from typing import Final

__all__ = ["program"]

_DEEPEST: Final = 3


class _Writer:
    def __init__(self, rng: Random, *, coroutines: bool) -> None:
        self._rng = rng
        self._coroutines = coroutines
        self._functions: list[str] = []
        self._lines: list[str] = []
        self._names = 0

    def text(self) -> str:
        self._line(0, "local total, budget = 0, 40")
        for _ in range(self._rng.randint(1, 3)):
            self._function()
        self._block(0, self._rng.randint(2, 5), in_function=False)
        self._line(0, "return total")
        return "\n".join(self._lines)

    def _line(self, depth: int, text: str) -> None:
        if self._lines and self._rng.random() < 0.12 and not self._lines[-1].lstrip().startswith("--"):
            self._lines[-1] += " " + text
        else:
            self._lines.append("  " * depth + text)

    def _name(self) -> str:
        self._names += 1
        return f"v{self._names}"

    def _function(self) -> None:
        name = f"f{len(self._functions) + 1}"
        self._line(0, f"local function {name}(n, ...)")
        self._line(1, "budget = budget - 1")
        self._line(1, "if n <= 0 or budget < 0 then return 1 end")
        self._functions.append(name)
        self._block(1, self._rng.randint(1, 4), in_function=True)
        if self._rng.random() < 0.6:
            self._line(1, self._rng.choice(["return n", f"return {self._call()}", f"return {self._call()} + n"]))
        self._line(0, "end")

    def _call(self) -> str:
        return f"{self._rng.choice(self._functions)}({self._rng.choice(['n - 1', '1', '0'])})"

    def _block(self, depth: int, size: int, *, in_function: bool) -> None:
        for _ in range(size):
            self._statement(depth, in_function=in_function)

    def _statement(self, depth: int, *, in_function: bool) -> None:
        rng, name = self._rng, self._name()
        call = self._call() if in_function else self._call().replace("n - 1", "2")
        kinds = ["local", "add", "call", "pcall", "closure", "comment"]
        if depth < _DEEPEST:
            kinds += ["if", "for", "generic", "while", "repeat", "do"]
        if depth < _DEEPEST and self._coroutines:
            kinds += ["coroutine", "wrap"]
        inner = {"in_function": in_function}
        match rng.choice(kinds):
            case "local":
                self._line(depth, f"local {name} = total + {rng.randint(1, 9)}")
            case "add":
                self._line(depth, "total = total + 1")
            case "call":
                self._line(depth, f"total = total + ({call} or 0)")
            case "comment":
                self._lines.append("  " * depth + "-- nothing to stop at")
            case "pcall":
                self._line(depth, f"local {name} = pcall(function() {call} error('x') end)")
            case "closure":
                self._line(depth, f"local {name} = function() total = total + 1")
                self._line(depth + 1, "return total")
                self._line(depth, f"end {name}()")
            case "if":
                self._line(depth, f"if total % {rng.randint(2, 3)} == 0 then")
                self._block(depth + 1, 1, **inner)
                self._line(depth, "elseif total > 3 then")
                self._block(depth + 1, 1, **inner)
                self._line(depth, "else total = total + 2 end")
            case "for":
                self._line(depth, f"for {name} = 1, {rng.randint(0, 3)} do")
                self._block(depth + 1, rng.randint(1, 2), **inner)
                self._line(depth, "end")
            case "generic":
                self._line(depth, f"for _, {name} in ipairs({{1, 2}}) do")
                self._block(depth + 1, 1, **inner)
                self._line(depth, "end")
            case "while":
                self._line(depth, f"local {name} = 2")
                self._line(depth, f"while {name} > 0 do {name} = {name} - 1")
                self._block(depth + 1, 1, **inner)
                self._line(depth, "end")
            case "repeat":
                self._line(depth, f"local {name} = 0")
                self._line(depth, f"repeat {name} = {name} + 1")
                self._block(depth + 1, 1, **inner)
                self._line(depth, f"until {name} >= 2")
            case "do":
                self._line(depth, "do")
                self._block(depth + 1, 1, **inner)
                self._line(depth, "end")
            case "coroutine":
                self._line(depth, f"local {name} = coroutine.create(function(a)")
                self._line(depth + 1, "total = total + coroutine.yield(a)")
                self._line(depth + 1, call)
                self._line(depth, f"end) coroutine.resume({name}, 1)")
                self._line(depth, f"coroutine.resume({name}, 2)")
            case "wrap":
                self._line(depth, f"local {name} = coroutine.wrap(function() for i = 1, 2 do")
                self._line(depth + 1, "coroutine.yield(i)")
                self._line(depth, f"end end) {name}() total = total + {name}()")


def program(rng: Random, *, coroutines: bool = True) -> bytes:
    """A program."""
    return _Writer(rng, coroutines=coroutines).text().encode()
