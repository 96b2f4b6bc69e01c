"""The Python API: run a script and look at everything it did, or keep one as an object and call it like a function.

A *target* is where scripts run: ``"embedded"`` (the default, in this process), the URL of a server, or what
``connect`` gave.
"""

from ldbpy.api.connection import Connection, Value, connect
from ldbpy.api.running import Result, run
from ldbpy.api.scripts import AsyncScript, AsyncScriptRO, Script, ScriptRO

__all__ = ["AsyncScript", "AsyncScriptRO", "Connection", "Result", "Script", "ScriptRO", "Value", "connect", "run"]
