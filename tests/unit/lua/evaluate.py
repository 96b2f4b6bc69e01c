"""Evaluates Lua as a script of one line on the embedded server."""

from __future__ import annotations

import re
from typing import Final

from ldbpy.flavors import FLAVORS
from ldbpy.resp import ErrorReply, Reply
from ldbpy.targets.embedded import EmbeddedServer

__all__ = ["SERVERS", "error_of", "value_of"]

SERVERS: Final = ("redis-6.2", "redis-7.0", "valkey-8", "valkey-9")
"""The flavors whose servers the expected values were taken from."""

_BEFORE: Final = re.compile(rb"^ERR (Error running script \(call to f_[0-9a-f]{40}\): @user_script:1: )?")
_AFTER: Final = re.compile(rb" script: ([0-9a-f]{40}, )?on @user_script:1\.$")


def _reply(script: str, flavor: str) -> Reply:
    return EmbeddedServer(FLAVORS[flavor]).call([b"EVAL", script.encode("latin-1"), b"0"])


def value_of(expression: str, flavor: str = "redis-7.0") -> Reply:
    """What an expression, or a script that ends in ``return``, gives."""
    script = expression if "return" in expression else f"return {expression}"
    reply = _reply(script, flavor)
    assert not isinstance(reply, ErrorReply), reply
    return reply


def error_of(expression: str, flavor: str = "redis-7.0") -> bytes:
    """The text of the error an expression or a script raises, without what the server puts around it."""
    script = expression if "return" in expression else f"return {expression}"
    reply = _reply(script, flavor)
    assert isinstance(reply, ErrorReply), reply
    return _AFTER.sub(b"", _BEFORE.sub(b"", reply.message))
