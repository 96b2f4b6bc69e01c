"""One connection to a server, through redis-py."""

from __future__ import annotations

import os
import re
import select
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any, Final, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ldbpy.errors import ConnectError, ServerRefusedError, UsageError
from ldbpy.resp import Reply
from ldbpy.store.server.parser import FaithfulParser
from ldbpy.store.server.refusals import LOGIN_HINT
from ldbpy.store.urls import SCHEMES, URL_HINT, problem_in, safe_url

__all__ = ["ServerClient", "SilentServerError", "connection_pool", "handshake_seconds", "packed", "refused_login"]

T = TypeVar("T")

_SLEEPLESS: Final = 100e-6
"""Seconds to wait without sleeping: a server nearby has answered by then, and to be woken takes as long."""


class SilentServerError(ConnectError):
    """The server did not answer in time."""


class ServerClient:
    """One connection to a server. ``label`` names it in errors, without a password.

    ``timeout``: seconds to wait for a reply once it is connected; None for ever.
    """

    def __init__(self, connection: Any, label: str, timeout: float | None) -> None:
        self._connection: Final = connection
        self._label: Final = label
        self._timeout: Final = timeout

    def connect(self) -> None:
        """Open the connection, log in, select the database.

        Raises:
            ConnectError: the server cannot be reached.
            ServerRefusedError: it can, but refuses the login or the database.
        """
        self._connection._parser.faithful = self._connection._parser.resp3 = False
        try:
            self._connection.connect()
        except redis.AuthenticationError as error:
            raise refused_login(self._label, str(error)) from None
        except redis.ResponseError as error:
            raise ServerRefusedError(f"{self._label} refuses the connection: {error}") from None
        except redis.InvalidResponse as error:
            raise self._foreign(error) from None
        except (redis.RedisError, OSError) as error:
            hint = _TLS_HINT if _is_tls_problem(error) else _CONNECT_HINT
            raise ConnectError(f"cannot connect to {self._label}: {_reason(error)}", hint=hint) from None
        self._connection._parser.faithful = True
        self.be_patient(self._timeout)

    def expect_resp3(self) -> None:
        """Take the types of RESP3 for answers until the connection ends: ``HELLO 3`` is about to be said."""
        self._connection._parser.resp3 = True

    def be_patient(self, seconds: float | None) -> None:
        """Wait so long for each reply from now on; None for ever."""
        self._connection._sock.settimeout(seconds)

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command. An error the server answers is a reply.

        Raises:
            ConnectError: the connection was lost, or no answer came in time.
        """
        self.send(argv)
        return self.read()

    def send(self, argv: list[bytes]) -> None:
        """Send a command without waiting for its reply. A connection that was lost is opened again."""
        self._send(packed(argv))

    def pipeline(self, commands: Sequence[Sequence[bytes]]) -> list[Reply]:
        """Run commands that are sent at once: their replies. Raises as ``call`` does."""
        self._send(b"".join([packed(argv) for argv in commands]))
        return self._read(lambda: self._connection._parser.read_many(len(commands)))

    def transaction(self, commands: Sequence[bytes], raw: bytes = b"", known: Sequence[Reply] = ()) -> list[Reply]:
        """Run commands, each ``packed``, in MULTI and EXEC: the replies to those two as well. Raises as ``call``.

        It is quick if the first replies are those that are ``known``, sent as ``raw``.
        """
        self._send(b"".join((_MULTI, *commands, _EXEC)))
        return self._read(lambda: self._connection._parser.read_transaction(len(commands), raw, known))

    def _send(self, data: bytes) -> None:
        if not self._connection.is_connected:
            self.connect()
        try:
            self._connection.send_packed_command([data], check_health=False)
        except (redis.RedisError, OSError) as error:
            raise self._lost(error) from None

    def read(self) -> Reply:
        """Wait for the next reply.

        Raises:
            SilentServerError: none came in time. A late one is not taken for that of the next command.
            ConnectError: the connection was lost, or this is no Redis.
        """
        reply: Reply = self._read(lambda: self._connection.read_response(disable_decoding=True))
        return reply

    def read_lines(self) -> Reply:
        """As ``read``, but quicker if an array of lines has come."""
        lines: Reply = self._read(lambda: self._connection._parser.read_lines())
        return lines

    def read_executed(self) -> Reply:
        """As ``read``, for the reply to the one command that EXEC has run in a copy of the server."""
        reply: Reply = self._read(lambda: self._connection._parser.read_executed())
        return reply

    def _read(self, read: Callable[[], T]) -> T:
        """What was read, or the error that tells why nothing was; the connection is ended then."""
        waited = self._connection._sock.gettimeout() if self._connection._sock else None
        try:
            self._stay_awake()
            return read()
        except (redis.TimeoutError, TimeoutError):
            self.close()
            seconds = waited or 0.0
            raise SilentServerError(f"{self._label} did not answer within {seconds:g} s") from None
        except redis.InvalidResponse as error:
            self.close()
            raise self._foreign(error) from None
        except (redis.RedisError, OSError) as error:
            raise self._lost(error) from None
        except BaseException:
            self.close()  # the rest of the answer would be taken for that of the next command
            raise

    @property
    def db(self) -> int:
        """The number of the database a new connection is in."""
        return int(self._connection.db or 0)

    @property
    def is_open(self) -> bool:
        """Whether there is a connection. ``send`` makes one if there is none."""
        return bool(self._connection.is_connected)

    def wait(self, seconds: float) -> bool:
        """Whether something has come, or comes within a time.

        Raises:
            ConnectError: the connection was lost.
        """
        self._stay_awake(seconds)
        try:
            return self.is_open and bool(self._connection.can_read(timeout=seconds))
        except (redis.RedisError, OSError) as error:
            raise self._lost(error) from None

    def _stay_awake(self, seconds: float = _SLEEPLESS) -> None:
        """Wait until something comes, but not longer than it would take to be woken by it."""
        sock = self._connection._sock
        if sock is None or self._connection._parser.has_more:
            return
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        until = perf_counter() + min(seconds, _SLEEPLESS)
        while not poll.poll(0) and perf_counter() < until:
            os.sched_yield()  # the server may need this core to answer

    def end_if_gone(self) -> None:
        """End the connection if the server has, so that the next command makes a new one. For between commands."""
        with suppress(ConnectError):
            if self.wait(0):
                self.close()

    def _lost(self, error: Exception) -> ConnectError:
        self.close()
        return ConnectError(f"the connection to {self._label} was lost: {_reason(error)}")

    def _foreign(self, error: Exception) -> ConnectError:
        told = str(error).removeprefix("Protocol Error: ")
        return ConnectError(
            f"{self._label} does not speak the protocol of Redis: it answered {told}",
            hint="is that the right port? One with TLS wants rediss://",
        )

    def interrupt(self) -> None:
        """End the connection from another thread, so that a wait for a reply ends too."""
        sock = self._connection._sock
        if sock is not None:
            with suppress(OSError):  # it was lost already
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connection."""
        self._connection.disconnect()


def packed(argv: Sequence[bytes]) -> bytes:
    """A command as it is sent."""
    return b"*%d\r\n" % len(argv) + b"".join([b"$%d\r\n%b\r\n" % (len(arg), arg) for arg in argv])


_MULTI: Final = packed([b"MULTI"])
_EXEC: Final = packed([b"EXEC"])


def refused_login(label: str, told: str) -> ServerRefusedError:
    """The error for a server that wants another login."""
    return ServerRefusedError(f"{label} refuses the login: {told}", hint=LOGIN_HINT)


_CONNECT_HINT: Final = "is the server running, and the URL right? `--target embedded` needs no server"
_TLS_HINT: Final = "does the server speak TLS on that port, with a certificate this machine trusts? Without: redis://"
_SSL_SOURCE: Final = re.compile(r"^\[SSL[^]]*\] | ?\(_ssl\.c:\d+\)|^_ssl\.c:\d+: ")


def _reason(error: Exception) -> str:
    """What went wrong, without redis-py's repetition of the address."""
    cause = error.__cause__ or error.__context__ or error
    told = str(getattr(cause, "strerror", None) or str(cause) or type(cause).__name__)
    told = _SSL_SOURCE.sub("", told).rstrip(".")
    return told if told[1:2].isupper() else told[0].lower() + told[1:]


def _is_tls_problem(error: Exception) -> bool:
    cause = error.__cause__ or error.__context__ or error
    return isinstance(cause, ssl.SSLError) or "_ssl.c" in str(cause)


def connection_pool(url: str, timeout: float | None) -> Any:
    """A pool, used only for how it reads URLs and makes connections."""
    problem = problem_in(url)
    if problem is not None:
        raise UsageError(f"{safe_url(url)!r} is no URL of a server: {problem}", hint=URL_HINT)
    scheme, rest = url.split("://", 1)
    try:
        return redis.ConnectionPool.from_url(
            f"{SCHEMES[scheme.lower()]}://{rest}",
            protocol=2,
            parser_class=FaithfulParser,
            socket_timeout=handshake_seconds(timeout),
            socket_connect_timeout=handshake_seconds(timeout),
            retry=Retry(NoBackoff(), 0),
            driver_info=None,
        )
    except (ValueError, TypeError) as error:
        raise UsageError(f"{safe_url(url)!r} is no URL of a server: {error}", hint=URL_HINT) from None


_HANDSHAKE_SECONDS: Final = 10.0


def handshake_seconds(timeout: float | None) -> float:
    """How long to wait for a connection and for the server to tell what it is."""
    return min(timeout or _HANDSHAKE_SECONDS, _HANDSHAKE_SECONDS)
