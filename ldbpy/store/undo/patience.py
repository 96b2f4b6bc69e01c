"""Waiting for a script of another client, while which a server answers nothing but BUSY."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from ldbpy.errors import ServerRefusedError
from ldbpy.resp import ErrorReply, Reply

__all__ = ["Patience", "busy_reply"]

_SECONDS, _STEP = 30.0, 0.05
"""How long to wait for the script to end, once ours has begun, and between two looks."""


class Patience:
    """Asks again until the server is free. ``refused`` makes the error for one that does not become so.

    ``begins`` is called when there is something to wait for.
    """

    def __init__(self, refused: Callable[[ErrorReply], ServerRefusedError], begins: Callable[[], None]) -> None:
        self._refused: Final = refused
        self._begins: Final = begins
        self._interrupted: Final = threading.Event()
        self._gave_up = False
        self.waits = True
        """Whether to wait at all."""

    def interrupt(self) -> None:
        """End the wait there is, or the next if ``renew`` is not called before. May be called from any thread."""
        self._interrupted.set()

    def renew(self) -> None:
        """An interrupt until now does not matter any more, unless it has ended a wait: then that run is to end."""
        if not self._gave_up:
            self._interrupted.clear()

    def begin(self) -> None:
        """Another run begins."""
        self._gave_up = False
        self.renew()

    def ask(self, asked: Callable[[], list[Reply]]) -> list[Reply]:
        """The replies once none of them is BUSY; what is asked has no effect before.

        Raises:
            ServerRefusedError: the server stays busy, or the wait was interrupted.
        """
        replies = asked()
        if busy_reply(replies) is None:  # as nearly always
            return replies
        deadline = time.monotonic() + (_SECONDS if self.waits else 0)
        if self.waits and not self._interrupted.is_set():
            self._begins()
        while busy := busy_reply(replies):
            if self._interrupted.is_set():
                self._gave_up = True
                raise self._refused(ErrorReply(busy.message + b" It was waited for until interrupted"))
            if time.monotonic() >= deadline:
                raise self._refused(busy)
            self._interrupted.wait(_STEP)
            replies = asked()
        return replies


def busy_reply(replies: Sequence[Reply]) -> ErrorReply | None:
    """The reply that says that a script of another client is running, if there is one."""
    for reply in replies:
        if type(reply) is ErrorReply and reply.code == b"BUSY":
            return reply
    return None
