"""Scripts to call again and again, from plain code and from asyncio."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

from ldbpy.api.connection import Connection, Value, connection_for
from ldbpy.api.running import checked_reply, read_source
from ldbpy.api.stop import Stop
from ldbpy.resp import Reply
from ldbpy.targets.run_options import RunOptions, Sending
from ldbpy.wiring import EMBEDDED

__all__ = ["AsyncScript", "AsyncScriptRO", "Script", "ScriptRO"]


class _Base:
    """A script over a target. Its SHA1 is known at once, without asking the server."""

    _read_only = False

    def __init__(self, source: str | bytes | os.PathLike[str], target: Connection | str = EMBEDDED) -> None:
        self._source: Final = read_source(source)
        self._connection: Final = connection_for(target)

    @property
    def sha1(self) -> str:
        """The SHA1 a server knows it by."""
        return self._source.sha1

    def _run(self, keys: Iterable[Value], args: Iterable[Value], sending: Sending, stop: Stop | None = None) -> Reply:
        options = RunOptions(read_only=self._read_only, sending=sending)
        return checked_reply(self._source, self._connection.run(self._source, keys, args, options, stop=stop))

    async def _run_in_thread(self, keys: Iterable[Value], args: Iterable[Value], sending: Sending) -> Reply:
        import asyncio  # takes longer to import than most scripts to run

        stop = Stop()
        try:
            return await asyncio.to_thread(self._run, keys, args, sending, stop)
        except asyncio.CancelledError:
            stop()  # the thread that runs it would go on
            raise


class Script(_Base):
    """A script to call again and again.

    >>> hits = Script("return redis.call('INCR', KEYS[1])")
    >>> hits.exec(keys=["hits"])
    1
    """

    def eval(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL)."""
        return self._run(keys, args, Sending.TEXT)

    def evalsha(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA). An error beginning with NOSCRIPT is raised if the server does not know it."""
        return self._run(keys, args, Sending.SHA)

    def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return self._run(keys, args, Sending.SHA_THEN_TEXT)


class ScriptRO(_Base):
    """A script that only reads: EVAL_RO and EVALSHA_RO, which replicas run too."""

    _read_only = True

    def eval_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL_RO)."""
        return self._run(keys, args, Sending.TEXT)

    def evalsha_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA_RO)."""
        return self._run(keys, args, Sending.SHA)

    def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return self._run(keys, args, Sending.SHA_THEN_TEXT)


class AsyncScript(_Base):
    """``Script`` for asyncio. Runs on one connection go one after the other, as on a server.

    A call that is cancelled stops its script, or never starts it. A real server is no longer waited for; there the
    script may go on.
    """

    async def eval(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL)."""
        return await self._run_in_thread(keys, args, Sending.TEXT)

    async def evalsha(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA)."""
        return await self._run_in_thread(keys, args, Sending.SHA)

    async def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return await self._run_in_thread(keys, args, Sending.SHA_THEN_TEXT)


class AsyncScriptRO(_Base):
    """``ScriptRO`` for asyncio."""

    _read_only = True

    async def eval_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL_RO)."""
        return await self._run_in_thread(keys, args, Sending.TEXT)

    async def evalsha_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA_RO)."""
        return await self._run_in_thread(keys, args, Sending.SHA)

    async def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return await self._run_in_thread(keys, args, Sending.SHA_THEN_TEXT)
