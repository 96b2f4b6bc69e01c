"""The versions of Lua scripts run in, each with the prelude that makes its functions look like a server's."""

from __future__ import annotations

import importlib
import os.path
from functools import cache
from types import ModuleType
from typing import Final

from ldbpy.lua import bytecode

__all__ = ["Engine", "engine_for"]

_PRELUDES: Final = {
    "5.1": ("", "kit", "patterns", "sandbox", "api"),
    "5.4": ("lua54", "kit", "dragonfly"),
}
"""By version: the file that runs before the kit, the kit, and the files that get it, in order."""

_WRAPPINGS: Final = {"5.1": (b"", b""), "5.4": (b"return function() \n", b"\nend")}
"""What the server puts around a script: Dragonfly makes it the body of a function."""


_BYTECODE: Final = b"\x1b"
"""What bytecode begins with."""

_PLAIN_CALLS: Final = ("patterns", "sandbox")
"""Files whose functions hand on what they cannot count, and may raise there: none of their calls may be a tail call."""


class Engine:
    """One version of Lua."""

    def __init__(self, version: str) -> None:
        self.version: Final = version
        self.module: Final[ModuleType] = importlib.import_module(f"lupa.lua{version.replace('.', '')}")
        """lupa's, with ``LuaRuntime`` and its exceptions."""
        self.prelude: Final = _PRELUDES[version]
        self.lines_before: Final = _WRAPPINGS[version][0].count(b"\n")
        """How many lines further down a script's lines are for Lua."""
        self._codes: Final[dict[str, bytes]] = {}

    def wrapped(self, script: bytes, *, instrumented: bool = False) -> bytes:
        """A script as the server compiles it: always as text, for bytecode could do anything to this process.

        ``instrumented``: it is one that takes arguments.
        """
        if self.version == "5.1":
            return b" " + script if script.startswith(_BYTECODE) else script
        from ldbpy.lua.returns import without_tail_calls

        before, after = _WRAPPINGS[self.version]
        before = before.replace(b"()", b"(...)") if instrumented else before
        return before + without_tail_calls(script) + after

    def code(self, name: str) -> bytes:
        """A file of the prelude as bytecode without line numbers, its functions looking like C functions."""
        if name not in self._codes:
            path = os.path.join(os.path.dirname(__file__), "prelude", f"{name}.lua")
            with open(path, "rb") as file:
                self._codes[name] = self._compiled(name, file.read())
        return self._codes[name]

    def _compiled(self, name: str, source: bytes) -> bytes:
        lua = self.module.LuaRuntime(encoding=None)
        chunk = lua.eval(b"string.dump")(lua.compile(source, name=b"=[C]"))
        assert isinstance(chunk, bytes)
        if self.version != "5.1":
            return chunk
        return bytecode.strip(bytecode.with_plain_calls(chunk) if name in _PLAIN_CALLS else chunk)


@cache
def engine_for(version: str) -> Engine:
    """The engine of a version of Lua, imported when first asked for."""
    return Engine(version)
