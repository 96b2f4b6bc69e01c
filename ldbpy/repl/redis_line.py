"""A line of redis-cli: quoted, repeated and answered as redis-cli does on a terminal (``redis-cli.c``, Redis 7.0)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from ldbpy.commands.keys import find_keys
from ldbpy.errors import BackendError, UsageError
from ldbpy.render.replies import ReplyFormat, render_reply
from ldbpy.render.text import harmless
from ldbpy.repl.places import Place
from ldbpy.resp import ErrorReply, Reply
from ldbpy.resp.quoting import split_words

__all__ = ["RedisLine", "reply_text"]

_SLOW: Final = 0.5
"""Seconds from which on redis-cli tells how long a command took."""
_ENDLESS: Final = {
    b"SUBSCRIBE": "waits for messages",
    b"PSUBSCRIBE": "waits for messages",
    b"SSUBSCRIBE": "waits for messages",
    b"MONITOR": "shows commands without end",
    b"SYNC": "makes the connection a replica's",
    b"PSYNC": "makes the connection a replica's",
}
_REPORTS: Final = frozenset(
    (
        (b"INFO",),
        (b"LOLWUT",),
        (b"MEMORY", b"MALLOC-STATS"),
        (b"MEMORY", b"DOCTOR"),
        (b"CLUSTER", b"NODES"),
        (b"CLUSTER", b"INFO"),
        (b"CLIENT", b"LIST"),
        (b"CLIENT", b"INFO"),
        (b"LATENCY", b"GRAPH"),
        (b"LATENCY", b"DOCTOR"),
    )
)
"""Commands whose answer is text for people, which redis-cli shows as it is (``cliSendCommand``)."""


class RedisLine:
    """Runs typed commands on one connection."""

    def __init__(self, place: Place, clock: Callable[[], float] = time.monotonic) -> None:
        self._place: Final = place
        self._clock: Final = clock
        self.in_transaction = False
        """Whether MULTI was answered, and neither EXEC nor DISCARD since."""
        self.keys: Final[dict[bytes, None]] = {}
        """Keys that commands named, in the order they came up."""

    def run(self, line: bytes) -> Iterator[tuple[str, bool]]:
        """The answers to a line, as they come, each with whether it is no error.

        Raises:
            UsageError: it is a command the REPL cannot do.
            BackendError: the server cannot be used.
        """
        words = split_words(line)
        if words is None:
            yield "Invalid argument(s)", False
            return
        if not words:
            return
        times = 1
        if len(words) > 1 and _is_number(words[0]):
            times, words = int(words[0]), words[1:]
            if not 0 < times < 2**31:
                yield "Invalid redis-cli repeat command option value.", False
                return
        self._check(words)
        for _ in range(times):
            start = self._clock()
            try:
                reply = self._place.call(words, queues=self.in_transaction)
            except BackendError:
                self.in_transaction = False  # it went with the connection
                raise
            took = self._clock() - start
            self._note(words, reply)
            if self._place.sent_on is not None:
                yield self._place.sent_on, True
            slow = f"\n({took:.2f}s)" if took >= _SLOW else ""
            yield _shown(words, reply) + slow, not isinstance(reply, ErrorReply)

    def _check(self, words: list[bytes]) -> None:
        name = words[0].upper()
        if name in _ENDLESS:
            told = name.decode()
            raise UsageError(f"{told} {_ENDLESS[name]}, which this prompt does not show", hint=f"redis-cli {told} does")
        if name in (b"HELP", b"?"):
            raise UsageError(
                "redis-cli's help is not here", hint="what a command takes is shown while it is typed; .help"
            )
        if name == b"CLIENT" and len(words) == 3 and (words[1].upper(), words[2].upper()) in _SILENT:
            raise UsageError("without replies there would be nothing to wait for", hint="CLIENT REPLY ON is how it is")

    def _note(self, words: list[bytes], reply: Reply) -> None:
        """What the command says of the connection and of keys."""
        name = words[0].upper()
        if name == b"MULTI" and reply == b"OK":
            self.in_transaction = True
        elif name == b"EXEC" or (name in (b"DISCARD", b"RESET") and not isinstance(reply, ErrorReply)):
            self.in_transaction = False
        command = self._place.table.lookup(words)
        if command is not None and command.accepts(len(words)) and not isinstance(reply, ErrorReply):
            self.keys.update(dict.fromkeys(use.key for use in find_keys(command, words)))


_SILENT: Final = frozenset(((b"REPLY", b"OFF"), (b"REPLY", b"SKIP")))


def _is_number(word: bytes) -> bool:
    return word.lstrip(b"+-").isdigit() and len(word) - len(word.lstrip(b"+-")) <= 1


def _shown(words: list[bytes], reply: Reply) -> str:
    """The answer without the newline that ends it."""
    upper = [word.upper() for word in words[:2]]
    report = tuple(upper[:1]) in _REPORTS or tuple(upper) in _REPORTS
    if report and isinstance(reply, bytes):
        return harmless(reply.decode("utf-8", "backslashreplace").replace("\r\n", "\n").rstrip("\n"))
    return reply_text(reply)


def reply_text(reply: Reply) -> str:
    """A reply as redis-cli shows it on a terminal, without the newline that ends it."""
    text = render_reply(reply, ReplyFormat.TTY).decode("utf-8", "backslashreplace")
    return harmless(text).removesuffix("\n")
