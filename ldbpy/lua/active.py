"""The lines of a script that have instructions: those Lua's own line hook, and so a server's debugger, stops at."""

from __future__ import annotations

from typing import Any, Final

from ldbpy.lua.bytecode import Reader
from ldbpy.lua.engines import engine_for

__all__ = ["active_lines"]


def active_lines(source: bytes) -> dict[tuple[int, int], frozenset[int]]:
    """By function, told by its first and last line (0 and 0: the script itself), the lines that have instructions.

    Nothing if the source does not compile. A shebang has to be left out of it.
    """
    engine = engine_for("5.1")
    lua = engine.module.LuaRuntime(encoding=None)
    dump = lua.eval(b"function(s) local f = loadstring(s) return f and string.dump(f) end")
    compiled = dump(engine.wrapped(source))
    if compiled is None:
        return {}
    reader = _LineReader(compiled)
    reader.read_proto()
    return {place: frozenset(lines) for place, lines in reader.lines.items()}


class _LineReader(Reader):
    """Reads the lines of every instruction."""

    def __init__(self, chunk: bytes) -> None:
        super().__init__(chunk)
        self.lines: Final[dict[tuple[int, int], set[int]]] = {}
        self._places: Final[list[tuple[int, int]]] = []

    def read_proto(self) -> Any:
        start = self.at
        self.read_string()
        self._places.append((self.read_int(), self.read_int()))
        self.at = start
        return super().read_proto()

    def read_debug(self, proto: Any) -> None:
        start = self.at
        lines = self.lines.setdefault(self._places.pop(), set())
        lines.update(self.read_int() for _ in range(self.read_int()))
        self.at = start
        super().read_debug(proto)
