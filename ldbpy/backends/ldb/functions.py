"""A function of a library as a script, which the servers' debugger can run: it runs no functions.

Line for line the library: the line of its shebang gives it a ``redis`` whose ``register_function`` keeps the callbacks,
and a line at the end calls one. What differs from FCALL: the library is loaded for each call, so its locals start anew,
and it may use while it loads what only its functions may.
"""

from __future__ import annotations

from typing import Final

__all__ = ["as_script"]

_REDIS: Final = (
    b"local r,f={},{} for k,v in pairs(redis) do r[k]=v end r[1]=f "
    b"function r.register_function(n,c) if type(n)=='table' then n,c=n.function_name,n.callback end f[n]=c end "
    b"return r"
)
"""Compiled under another name: the debugger stops in ``user_script`` alone."""
_PRELUDE: Final = b'local redis=loadstring("' + _REDIS + b'","=library")() local server=redis'


def as_script(library: bytes, function: bytes) -> bytes:
    """The script that runs a function of a library, whose name is made of letters, digits and underscores.

    ``redis[1]`` holds the functions. The call is in parentheses so that it keeps its caller, as no tail call does.
    """
    _, newline, rest = library.partition(b"\n")
    return _PRELUDE + newline + rest.rstrip(b"\n") + b"\nreturn (redis[1]['" + function + b"'](KEYS,ARGV))"
