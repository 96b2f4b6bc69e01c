"""What the copy of itself that a server makes to debug a script forgets of the command, and how it does not.

From Redis 7.0 on, and in Valkey, with jemalloc: a child gives back the memory of its clients' arguments if they are a
page long on average, and of the list of them if that is (``dismissClientMemory`` in server.c of Redis 7.0). So what a
child made for the debugger runs is zeros, and without the list it crashes. The arguments of a command that EXEC runs
are not its client's. But the head of EXEC's reply is in the client's buffer by then, of which the child gives back the
whole pages: zeros are sent for it where the buffer begins with a page, as it did in 24 of 1,500 servers of Redis 7.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ldbpy.errors import ConnectError
from ldbpy.resp import ErrorReply, Reply

__all__ = ["crashed", "is_forgotten", "refused_in_exec"]

_PAGE, _POINTER = 4096, 8
"""Bytes of a page of memory, where it is smallest, and of a pointer."""
_MOST: Final = _PAGE // _POINTER
"""Arguments, the name, the script and the number of keys included, from which on their list is a page long."""


def is_forgotten(command: Sequence[bytes]) -> bool:
    """Whether a command has to be sent between MULTI and EXEC."""
    return sum(map(len, command)) >= _PAGE * len(command)


def refused_in_exec(answer: Reply) -> ErrorReply | None:
    """The error in the answer to EXEC, if the one command in it was refused."""
    one = answer[0] if isinstance(answer, list) and len(answer) == 1 else None
    return one if isinstance(one, ErrorReply) else None


def crashed(error: ConnectError, command: Sequence[bytes]) -> ConnectError:
    """The error for a connection that was lost when the command was to run in the copy, with what it may come of."""
    if len(command) < _MOST:
        return error
    return ConnectError(
        f"{error}: a server may crash in the copy that runs the script if there are more than {_MOST - 4} keys and "
        "arguments",
        hint="--local makes no copy; or give it fewer",
    )
