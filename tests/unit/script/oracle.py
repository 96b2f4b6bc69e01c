"""What a real Lua 5.1 says of a source, asked the way a server asks: ``luaL_loadbuffer`` from C, at call level 0."""

from __future__ import annotations

import re

from lupa.lua51 import LuaError, LuaRuntime

__all__ = ["lua_says", "we_say"]

_RUNTIME = LuaRuntime(encoding=None)
_ERROR = re.compile(rb"user_script:(\d+): (.*)", re.DOTALL)


def lua_says(source: bytes) -> tuple[int, str] | None:
    """Return the line and message of Lua's syntax error, or None if it compiles. A shebang is cut as a server does."""
    if source.startswith(b"#!"):
        source = source[source.find(b"\n") :] if b"\n" in source else b""
    try:
        _RUNTIME.compile(source, name=b"@user_script")
    except LuaError as error:
        match = _ERROR.fullmatch(error.args[0])
        assert match, error.args
        return int(match[1]), match[2].decode("latin-1")
    return None
