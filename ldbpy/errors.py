"""Every exception ldbpy raises on purpose, each with the exit code the command line gives it.

::

    LdbpyError                    70   never raised itself; a bare one is our bug
    ├── UsageError                 2   the caller's arguments, options or configuration
    │   ├── ConfigError            2   a settings file, or a setting in the environment
    │   ├── SeedError              2   a line of a seed file
    │   └── ScriptFileError        2   a script that cannot be read
    ├── ScriptError                1   the script was refused, or failed while it ran
    │   ├── CompileError           1   it does not compile, or its shebang is refused
    │   ├── ScriptRuntimeError     1   it raised an error
    │   └── LimitError             1   it was stopped: time, instructions, memory, or the user
    ├── SessionError               3   a debugging session cannot go on
    │   └── UnsupportedOperationError  3   this backend cannot do that
    └── BackendError               4   the store or server cannot be used
        ├── ConnectError           4   no connection, or it was lost
        └── ServerRefusedError     4   the server answered, with a refusal
            └── NoDebuggerError    4   its debugger cannot be used

A ``LdbpyError`` carries what a person needs: what happened (``str(error)``), and ``hint``, the next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ldbpy.model.runs import RunReport

__all__ = [
    "BackendError",
    "CompileError",
    "ConfigError",
    "ConnectError",
    "LdbpyError",
    "LimitError",
    "NoDebuggerError",
    "ScriptError",
    "ScriptFileError",
    "ScriptRuntimeError",
    "SeedError",
    "ServerRefusedError",
    "SessionError",
    "UnsupportedOperationError",
    "UsageError",
    "reason_of",
]


class LdbpyError(Exception):
    """The root of every error ldbpy raises on purpose."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(LdbpyError):
    """The caller's arguments, options or configuration cannot be used."""

    exit_code = 2


class ConfigError(UsageError):
    """A settings file, or a setting in the environment, cannot be used. The message names file, line and key."""


class SeedError(UsageError):
    """A line of a seed file cannot be used. Nothing of the file was kept."""


class ScriptFileError(UsageError):
    """A script file cannot be read."""


class ScriptError(LdbpyError):
    """The script was refused, or failed while it ran.

    ``reply`` is the error reply a client of the server would get, without the leading ``-``. ``report`` tells what
    happened until then: the calls, the log lines, the changes, the line; None if no script was run, but a command.
    """

    exit_code = 1

    def __init__(
        self, message: str, *, reply: bytes = b"", hint: str | None = None, report: RunReport | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.reply = reply
        self.report = report


class CompileError(ScriptError):
    """The script does not compile, or its shebang is refused. Nothing of it ran."""


class ScriptRuntimeError(ScriptError):
    """The script raised an error that nothing in it caught."""


class LimitError(ScriptError):
    """The script was stopped before its end: time, instructions, memory, or the user."""


class SessionError(LdbpyError):
    """A debugging session cannot go on."""

    exit_code = 3


class UnsupportedOperationError(SessionError):
    """What was asked for is not to be had here; the message says why, the hint what to do instead."""


class BackendError(LdbpyError):
    """The store or the server cannot be used."""

    exit_code = 4


class ConnectError(BackendError):
    """There is no connection to the server, or it was lost."""


class ServerRefusedError(BackendError):
    """The server answered, with a refusal."""


class NoDebuggerError(ServerRefusedError):
    """The server has no debugger for us: the script can be debugged here, with its data (``--local``)."""


def reason_of(error: OSError) -> str:
    """Why the system refused, as the end of a message: in lower case."""
    return (error.strerror or str(error)).lower()
