"""What a real Lua 5.1 makes of a source, asked the way a server asks: ``luaL_loadbuffer`` from C, at call level 0."""

from __future__ import annotations

import re

from lupa.lua51 import LuaError, LuaRuntime

from ldbpy.script.parser import parse

__all__ = ["bytecode", "lua_says", "we_say"]

_RUNTIME = LuaRuntime(encoding=None)
_DUMP = _RUNTIME.eval(b"string.dump")
_ERROR = re.compile(rb"user_script:(\d+): (.*)", re.DOTALL)


def lua_says(source: bytes) -> tuple[int, str] | None:
    """Return the line and message of Lua's syntax error, or None if it compiles. A shebang is cut as a server does."""
    if source.startswith(b"#!"):
        source = source[source.find(b"\n") :] if b"\n" in source else b""
    said = b""
    try:
        _RUNTIME.compile(source, name=b"@user_script")
    except LuaError as error:
        said = error.args[0]
    match = _ERROR.fullmatch(said)
    assert match or not said
    return (int(match[1]), match[2].decode("latin-1")) if match else None


def we_say(source: bytes) -> tuple[int, str] | None:
    """Return the line and message of our first problem, or None if there is none."""
    problems = parse(source).problems
    return (problems[0].line, problems[0].message) if problems else None


def bytecode(source: bytes) -> bytes:
    """Compile a source. Two sources on one line each with the same code mean the same."""
    code = _DUMP(_RUNTIME.compile(source, name=b"@user_script"))
    assert isinstance(code, bytes)
    return code
