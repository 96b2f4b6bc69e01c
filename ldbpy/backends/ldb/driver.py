"""Speaks with a server's debugger over a connection of its own, and keeps to what the servers can stand.

The rules, each for a crash or a script that ran for real: ``SCRIPT DEBUG`` has to be acknowledged before the script is
sent, at once, on the same connection; one command a write, the next one after the answer; no empty argument, none of
more than 1024 bytes, on Valkey 9 no command of more; one session at a time on a server.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from enum import StrEnum
from time import monotonic
from typing import Final

from ldbpy.backends.ldb.dialect import Dialect
from ldbpy.errors import (
    BackendError,
    ConnectError,
    NoDebuggerError,
    ServerRefusedError,
    SessionError,
    UnsupportedOperationError,
)
from ldbpy.resp import ErrorReply, Reply
from ldbpy.store.server import (
    Redirection,
    ServerClient,
    crashed,
    is_forgotten,
    redirection_in,
    refusal_hint,
    refused_in_exec,
)

__all__ = ["Driver", "Mode", "RedirectedError"]

_NO_DEBUGGER: Final = (b"ERR unknown command", b"ERR Unknown subcommand", b"ERR unknown subcommand", b"NOPERM ")
"""How errors begin that say it is not there, or not for us."""
_LOCAL_HINT: Final = (
    "--local debugs it here with the server's data, and puts that back; --seed gives the embedded server data"
)
_ARGUMENT: Final = 1024
_SLICE: Final = 0.1
"""Seconds between two looks at whether somebody wants to interrupt."""
_STOPS_LATER: Final = 10.0
"""Seconds a script that runs on is given to stop where the server tells of long ones (``busy-reply-threshold``)."""
_NEVER_STOPS: Final = 2.0
"""The same where it does not."""
_LOST_HINT: Final = "the server threw away what the script had changed; restart, or begin anew"
_LOST_SYNC_HINT: Final = "the script may have run to its end there, and what it changed is kept: look at its keys"


class Mode(StrEnum):
    """What becomes of what the script changes."""

    FORKED = "YES"
    """It runs in a copy of the server, and all is thrown away."""
    SYNC = "SYNC"
    """It runs in the server, which serves nobody else meanwhile, and all is kept."""

    @property
    def fate(self) -> str:
        """What became of changes, at the end."""
        return f"the server has {'kept' if self is Mode.SYNC else 'thrown away'} what the script changed"


_TLS: Final = ("rediss://", "valkeys://")

_busy: Final[set[str]] = set()
"""The servers that have a session of ours."""
_busy_lock: Final = threading.Lock()


class RedirectedError(Exception):
    """A node of a cluster sends us to another one. ``refusal``: the error if it is not to be followed."""

    def __init__(self, redirection: Redirection, refusal: BackendError) -> None:
        super().__init__(redirection)
        self.redirection: Final = redirection
        self.refusal: Final = refusal


class Driver:
    """One debugging session on a server."""

    def __init__(
        self, client: ServerClient, label: str, dialect: Dialect, mode: Mode, *, patience: float, run_id: str = ""
    ) -> None:
        """``patience``: seconds an answer may take that does not wait for the script.

        ``run_id``: the server's, which has as many labels as databases and addresses; empty: it does not tell.
        """
        self._client: Final = client
        self._label: Final = label
        self._server: Final = run_id or label
        self._dialect: Final = dialect
        self.mode: Final = mode
        self._patience: Final = patience
        self._claimed = False
        self._in_transaction = False
        self._interrupted: Final = threading.Event()
        self.wanted_pause = False
        """Whether somebody asked for a pause since it was last looked at."""
        self._foreseen: tuple[bytes, ...] = ()
        """The question that was sent but whose answer nobody has read."""

    # -- the beginning and the end

    def begin(self, command: list[bytes], *, asking: bool = False) -> list[bytes]:
        """Start the session: what the debugger says first. ``asking``: a node of a cluster was told to send us here.

        Raises:
            RedirectedError: another node of the cluster is to run the script.
            ServerRefusedError: the server has no debugger for us, or does not run the script.
        """
        self._claim()
        mode = self.mode.value.encode()
        answer = self._answered([b"SCRIPT", b"DEBUG", mode])
        if answer != b"OK":
            raise self._refused("its debugger cannot be used", answer)
        if asking:
            self._answered([b"ASKING"])
        try:
            answer = self._started(command)
        except ConnectError as error:
            raise self._lost_at_once(error, command) from None
        redirection = redirection_in(answer)
        if redirection is not None:
            raise RedirectedError(redirection, self._refused("it does not debug the script", answer))
        if not isinstance(answer, list):  # no session began; the connection is in debug mode, and good for nothing else
            raise self._refused("it does not debug the script", answer)
        return self._lines(answer)

    def _started(self, command: list[bytes]) -> Reply:
        """The answer to the command that runs the script."""
        if self.mode is Mode.SYNC or not is_forgotten(command):
            return self._answered(command)
        for each in ([b"MULTI"], command):
            answer = self._answered(each)
            if isinstance(answer, ErrorReply):
                return answer
        self._in_transaction = True
        answer = self._answered([b"EXEC"])
        return refused_in_exec(answer) or answer

    def _lost_at_once(self, error: ConnectError, command: list[bytes]) -> ConnectError:
        """The error for a connection that ends with the fork: with TLS the server's own side of it says goodbye."""
        if self.mode is Mode.FORKED:
            error = crashed(error, command)
        if self.mode is Mode.SYNC or not self._label.startswith(_TLS):
            return error
        return ConnectError(
            f"{error}: a server whose connection has TLS cannot hand it to the copy that runs the script",
            hint="--local makes no copy, nor does --sync; or give it a connection without TLS, such as a tunnel",
        )

    def _claim(self) -> None:
        with _busy_lock:
            if self._server in _busy:
                raise SessionError(
                    f"{self._label} is debugged already, and two sessions at once can crash a server",
                    hint="end the other session first",
                )
            _busy.add(self._server)
            self._claimed = True

    def _refused(self, what: str, answer: Reply) -> BackendError:
        if not isinstance(answer, ErrorReply):
            return NoDebuggerError(f"{self._label} answered {answer!r:.60}: {what}", hint=_LOCAL_HINT)
        told = f"{self._label}: {what}: {answer.message.decode('utf-8', 'backslashreplace')}"
        hint = refusal_hint(answer.message)
        if hint is None or answer.message.startswith(_NO_DEBUGGER):
            return NoDebuggerError(told, hint=_LOCAL_HINT)
        return ServerRefusedError(told, hint=hint)

    def _answered(self, command: list[bytes]) -> Reply:
        self._send(command)
        self._wait(self._patience, "did not answer")
        return self._client.read()

    def end(self) -> None:
        """End the connection. A script that stands still in the debugger runs on to its end then."""
        self._client.close()
        with _busy_lock:
            if self._claimed:
                _busy.discard(self._server)
                self._claimed = False

    def last_reply(self) -> Reply:
        """The reply of the script, after the end of the session was told."""
        self._wait(self._patience, "did not tell the reply of the script")
        try:
            return self._client.read_executed() if self._in_transaction else self._client.read()
        except ConnectError as error:
            raise ConnectError(
                f"the script has ended, but not all of its reply came: {error}",
                hint="a server's debugger may send only the beginning of a long reply; ldbpy eval gives all of it",
            ) from None

    # -- questions and steps

    def ask(self, *words: bytes) -> list[bytes]:
        """The answer to a command that does not let the script go on."""
        if words == self._foreseen:
            self._foreseen = ()
        else:
            self._send(self._checked(list(words)))
        self._wait(self._patience, f"did not answer {words[0].decode()}")
        return self._read()

    def foresee(self, word: bytes) -> None:
        """Ask what is almost sure to be asked next: the answer comes while something else is done."""
        self._send([word])
        self._foreseen = (word,)

    def go(self, word: bytes) -> list[bytes]:
        """Let the script go on: what was told up to the next stop."""
        self._send([word])
        asked_at = 0.0
        grace = _STOPS_LATER if self._dialect.tells_timeouts else _NEVER_STOPS
        while not self._client.wait(_SLICE):
            self._require_open()
            if not self._interrupted.is_set():
                continue
            asked_at = asked_at or monotonic()
            if monotonic() - asked_at > grace:
                raise self._given_up("the script could not be stopped")
        return self._read()

    def abort(self) -> list[bytes]:
        """Raise the error in the script that ends it, unless the script catches it."""
        return self.ask(b"abort")

    def fits(self, *words: bytes) -> bool:
        """Whether a command is not too long for the server."""
        size = sum(len(word) + len(b"$%d\r\n\r\n" % len(word)) for word in words) + len(b"*%d\r\n" % len(words))
        return size <= self._dialect.longest_command and all(len(word) <= _ARGUMENT for word in words)

    def _checked(self, words: list[bytes]) -> list[bytes]:
        if not all(words) or not self.fits(*words):
            raise UnsupportedOperationError(
                f"{self._label} takes no debugger's command of that length", hint="make it shorter"
            )
        return words

    # -- interruptions

    def interrupt(self) -> None:
        """Ask for a pause, or for the end of a wait. May be called from any thread."""
        self.wanted_pause = True
        self._interrupted.set()

    def take_pause(self) -> bool:
        """Whether somebody asked for a pause; from now on nobody did."""
        wanted, self.wanted_pause = self.wanted_pause, False
        self._interrupted.clear()
        return wanted

    # -- the wire

    def _send(self, command: list[bytes]) -> None:
        if self._foreseen:  # nobody asked after all, and a server that is to answer reads nothing else
            self.ask(*self._foreseen)
        self._require_open()
        self._client.send(command)

    def _require_open(self) -> None:
        """See to it that nothing of a session goes out on a connection that was made anew."""
        if not self._client.is_open:
            raise ConnectError(f"the connection to {self._label} was lost", hint=self._hint)

    def _wait(self, seconds: float, complaint: str) -> None:
        deadline = monotonic() + seconds
        while not self._client.wait(_SLICE):
            self._require_open()
            if self._interrupted.is_set():
                raise self._given_up("the debugger was interrupted before it had answered")
            if monotonic() > deadline:
                raise self._given_up(f"the debugger {complaint} within {seconds:g} s")

    def _given_up(self, why: str) -> ConnectError:
        self._client.close()
        runs_on = "" if self._dialect.tells_timeouts else "; on Valkey 9 it may run on until its process is killed"
        return ConnectError(f"{self._label}: {why}, and the session was given up{runs_on}", hint=self._hint)

    @property
    def _hint(self) -> str:
        return _LOST_HINT if self.mode is Mode.FORKED else _LOST_SYNC_HINT

    def _read(self) -> list[bytes]:
        try:
            return self._lines(self._client.read_lines())
        except ConnectError as error:
            raise ConnectError(str(error), hint=error.hint or self._hint) from None

    def _lines(self, answer: Reply) -> list[bytes]:
        if isinstance(answer, list) and all(isinstance(line, bytes) for line in answer):
            return [bytes(line) for line in answer if isinstance(line, bytes)]
        with suppress(OSError):
            self._client.close()
        raise BackendError(f"{self._label} answered {answer!r:.60}: not what a debugger says", hint=_LOCAL_HINT)
