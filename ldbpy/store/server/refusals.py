"""Errors a server answers before it runs anything, and what to do about them."""

from __future__ import annotations

from typing import Final

__all__ = ["LOGIN_HINT", "is_refusal", "refusal_hint"]

LOGIN_HINT: Final = "put user and password into the URL: redis://user:password@host:port/0, unix://user:password@/path"
_REFUSALS: Final = {
    b"NOAUTH ": LOGIN_HINT,
    b"NOPERM ": "the user in the URL needs the right to run it: see ACL GETUSER",
    b"BUSY ": "another script is running there: ldbpy script kill stops one that has not written",
    b"LOADING ": "it reads its data from disk: try again later",
    b"MASTERDOWN ": None,
    b"CLUSTERDOWN ": None,
    b"MOVED ": "in a cluster, give the URL of the node the message names",
    b"ASK ": "in a cluster, give the URL of the node the message names",
    b"TRYAGAIN ": None,
    b"CROSSSLOT Keys in request": "in a cluster, all keys of a script have one hash tag: {user:1}:name, {user:1}:age",
    b"READONLY You can not run": "a replica runs only scripts that write nothing: give the URL of its master",
    b"ERR unknown command": "read-only scripts came with Redis 7.0; some servers run no scripts at all",
}
"""How they begin, and the hint."""


def is_refusal(message: bytes) -> bool:
    """Whether a server answers so before it runs a script."""
    return message.startswith(tuple(_REFUSALS))


def refusal_hint(message: bytes) -> str | None:
    """What to do about it, if that is known."""
    return next((hint for start, hint in _REFUSALS.items() if message.startswith(start)), None)
