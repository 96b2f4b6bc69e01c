"""Debugger, REPL, evaluator and linter for Redis and Valkey Lua scripts.

>>> import ldbpy
>>> result = ldbpy.run("return redis.call('INCR', KEYS[1])", keys=["hits"])
>>> result.value, [change.key for change in result.changes]
(1, [b'hits'])

Importing this package loads nothing but the standard library; what a name needs is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldbpy.errors import (
    BackendError,
    CompileError,
    ConnectError,
    LdbpyError,
    LimitError,
    NoDebuggerError,
    ScriptError,
    ScriptFileError,
    ScriptRuntimeError,
    SeedError,
    ServerRefusedError,
    SessionError,
    UnsupportedOperationError,
    UsageError,
)

if TYPE_CHECKING:
    from ldbpy.api import AsyncScript, AsyncScriptRO, Connection, Result, Script, ScriptRO, connect, run

__all__ = [
    "AsyncScript",
    "AsyncScriptRO",
    "BackendError",
    "CompileError",
    "ConnectError",
    "Connection",
    "LdbpyError",
    "LimitError",
    "NoDebuggerError",
    "Result",
    "Script",
    "ScriptError",
    "ScriptFileError",
    "ScriptRO",
    "ScriptRuntimeError",
    "SeedError",
    "ServerRefusedError",
    "SessionError",
    "UnsupportedOperationError",
    "UsageError",
    "connect",
    "run",
]


def __getattr__(name: str) -> object:
    if name in __all__:
        from ldbpy import api

        return getattr(api, name)
    raise AttributeError(f"module 'ldbpy' has no attribute {name!r}")
