"""Evaluates a line of Lua on the embedded server."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from ldbpy.flavors import FLAVORS
from ldbpy.resp import ErrorReply, Reply
from ldbpy.targets.embedded import EmbeddedServer

__all__ = ["SERVERS", "error_of", "hex_of", "numbers_of", "value_of"]

SERVERS: Final = ("redis-6.2", "redis-7.0", "valkey-8", "valkey-9")
"""The flavors whose servers the expected values were taken from."""

_BEFORE: Final = re.compile(rb"^ERR (Error running script \(call to f_[0-9a-f]{40}\): @user_script:1: )?")
_AFTER: Final = re.compile(rb" script: ([0-9a-f]{40}, )?on @user_script:1\.$")


@cache
def _server(flavor: str) -> EmbeddedServer:
    """A server; every script has a Lua state of its own, so that nothing stays of it."""
    return EmbeddedServer(FLAVORS[flavor])


def _reply(line: str, flavor: str) -> Reply:
    """The reply to a line that is an expression or, as at Lua's own prompt, else a script."""
    server = _server(flavor)
    reply = server.call([b"EVAL", b"return " + line.encode("latin-1"), b"0"])
    if isinstance(reply, ErrorReply) and b"Error compiling script" in reply.message:
        return server.call([b"EVAL", line.encode("latin-1"), b"0"])
    return reply


def value_of(line: str, flavor: str = "redis-7.0") -> Reply:
    """What a line gives."""
    reply = _reply(line, flavor)
    assert not isinstance(reply, ErrorReply), reply
    return reply


def hex_of(line: str, flavor: str = "redis-7.0") -> str:
    """The bytes a line gives, as hexadecimal digits."""
    reply = value_of(line, flavor)
    assert isinstance(reply, bytes)
    return reply.hex()


def numbers_of(expression: str, flavor: str = "redis-7.0") -> Reply:
    """The values an expression gives, numbers as 17 digits."""
    to_text = 'for i = 1, #r do r[i] = type(r[i]) == "number" and ("%.17g"):format(r[i]) or r[i] end'
    return value_of(f"local r = {{{expression}}} {to_text} return r", flavor)


def error_of(line: str, flavor: str = "redis-7.0") -> bytes:
    """The text of the error a line raises, without what the server puts around it."""
    reply = _reply(line, flavor)
    assert isinstance(reply, ErrorReply), reply
    return _AFTER.sub(b"", _BEFORE.sub(b"", reply.message))
