"""A real server as a store, through redis-py: its connections, TLS and logins, with replies as the server sent them.

redis-py's own parsers drop what ldbpy shows: the difference between ``+OK`` and a string, error codes, the kinds of
null. So a parser of ours sits on its buffer; this module alone knows of that.
"""

from __future__ import annotations

import re
import time
from functools import cached_property
from typing import Any, Final

import redis
from redis._parsers.resp2 import _RESP2Parser

from ldbpy.commands import CommandTable, KeyAccess, find_keys, load_table
from ldbpy.errors import ConnectError, ServerRefusedError, UsageError
from ldbpy.flavors import FLAVORS, Flavor
from ldbpy.model.changes import KeyChange, KeyContent, KeyState
from ldbpy.resp import NIL_ARRAY, ErrorReply, Reply, Status
from ldbpy.store.urls import SCHEMES, URL_HINT, problem_in, safe_url

__all__ = ["ServerClient", "ServerSavepoint", "ServerStore", "SilentServerError"]


class _FaithfulParser(_RESP2Parser):
    """Reads replies as they are, once the connection has been set up (which wants redis-py's own)."""

    faithful = False

    def _read_response(self, *args: Any, **options: Any) -> Any:
        if not self.faithful:
            return super()._read_response(*args, **options)
        return self._read()

    def _read(self) -> Reply:
        """One reply. It may be thousands of levels deep, so this does not call itself."""
        outside: list[tuple[int, list[Reply]]] = []
        size = 1  # of the array being filled; the outermost holds the reply alone
        items: list[Reply] = []
        while len(items) < size or outside:
            if len(items) == size:
                whole: list[Reply] = items
                size, items = outside.pop()
                items.append(whole)
                continue
            kind, rest = self._line()
            if kind == b"*" and rest != -1:
                outside.append((size, items))
                size, items = rest, []
            else:
                items.append(self._simple(kind, rest))
        return items[0]

    def _line(self) -> tuple[bytes, Any]:
        """The type of the next value, and its text, number or length."""
        buffer = self._buffer
        assert buffer is not None, "the connection is open"
        line = buffer.readline()
        kind, rest = line[:1], line[1:]
        if kind in (b"+", b"-"):
            return kind, rest
        if kind in (b":", b"$", b"*") and _INTEGER.fullmatch(rest):
            number = int(rest)
            if kind == b":" or number >= -1:
                return kind, number
        raise redis.InvalidResponse(f"{line[:40]!r}")

    def _simple(self, kind: bytes, rest: Any) -> Reply:
        match kind:
            case b"+":
                return Status(rest)
            case b"-":
                return ErrorReply(rest)
            case b":":
                return int(rest)
            case b"*":
                return NIL_ARRAY
            case _:
                assert self._buffer is not None
                return None if rest == -1 else self._buffer.read(rest)


_INTEGER: Final = re.compile(rb"[-+]?[0-9]{1,20}")


class SilentServerError(ConnectError):
    """The server did not answer in time."""


class ServerClient:
    """One connection to a server. ``label`` names it in errors, without a password."""

    def __init__(self, connection: Any, label: str) -> None:
        self._connection: Final = connection
        self._label: Final = label

    def connect(self) -> None:
        """Open the connection, log in, select the database.

        Raises:
            ConnectError: the server cannot be reached.
            ServerRefusedError: it can, but refuses the login or the database.
        """
        self._connection._parser.faithful = False
        try:
            self._connection.connect()
        except redis.AuthenticationError as error:
            raise refused_login(self._label, str(error)) from None
        except redis.ResponseError as error:
            raise ServerRefusedError(f"{self._label} refuses the connection: {error}") from None
        except redis.InvalidResponse as error:
            raise self._foreign(error) from None
        except (redis.RedisError, OSError) as error:
            raise ConnectError(f"cannot connect to {self._label}: {_reason(error)}", hint=_CONNECT_HINT) from None
        self._connection._parser.faithful = True

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command. An error the server answers is a reply.

        Raises:
            ConnectError: the connection was lost, or no answer came in time.
        """
        self.send(argv)
        return self.read()

    def send(self, argv: list[bytes]) -> None:
        """Send a command without waiting for its reply. A connection that was lost is opened again."""
        if not self._connection.is_connected:
            self.connect()
        try:
            self._connection.send_packed_command(self._connection.pack_command(*argv), check_health=False)
        except (redis.RedisError, OSError) as error:
            raise self._lost(error) from None

    def read(self) -> Reply:
        """Wait for the next reply.

        Raises:
            SilentServerError: none came in time. A late one is not taken for that of the next command.
            ConnectError: the connection was lost, or this is no Redis.
        """
        try:
            reply: Reply = self._connection.read_response(disable_decoding=True)
        except redis.TimeoutError:
            seconds = self._connection.socket_timeout
            raise SilentServerError(f"{self._label} did not answer within {seconds:g} s") from None
        except redis.InvalidResponse as error:
            self.close()
            raise self._foreign(error) from None
        except (redis.RedisError, OSError) as error:
            raise self._lost(error) from None
        return reply

    def _lost(self, error: Exception) -> ConnectError:
        self.close()
        return ConnectError(f"the connection to {self._label} was lost: {_reason(error)}")

    def _foreign(self, error: Exception) -> ConnectError:
        told = str(error).removeprefix("Protocol Error: ")
        return ConnectError(
            f"{self._label} does not speak the protocol of Redis: it answered {told}",
            hint="is that the right port? One with TLS wants rediss://",
        )

    def close(self) -> None:
        """End the connection."""
        self._connection.disconnect()


def refused_login(label: str, told: str) -> ServerRefusedError:
    """The error for a server that wants another login."""
    return ServerRefusedError(f"{label} refuses the login: {told}", hint=_LOGIN_HINT)


_LOGIN_HINT: Final = "put user and password into the URL: redis://user:password@host:port/0, unix://user:password@/path"
_CONNECT_HINT: Final = "is the server running, and the URL right? `--target embedded` needs no server"


def _reason(error: Exception) -> str:
    """What went wrong, without redis-py's repetition of the address."""
    cause = error.__cause__ or error.__context__ or error
    told = str(getattr(cause, "strerror", None) or str(cause) or type(cause).__name__).rstrip(".")
    return told if told[1:2].isupper() else told[0].lower() + told[1:]


class ServerSavepoint:
    """What keys held before the first command of ours that writes to them: a state to compare, a dump to restore."""

    def __init__(self) -> None:
        self.before: Final[dict[bytes, tuple[KeyState | None, bytes | None]]] = {}


class ServerStore:
    """A real server.

    Savepoints cover what is written through ``call`` here, by the keys the command table finds in it.
    """

    def __init__(self, url: str, *, timeout: float | None = None) -> None:
        """Connect.

        Raises:
            UsageError: the URL is none.
            ConnectError: the server cannot be reached.
            ServerRefusedError: it refuses the login or the database.
        """
        self.label: Final = safe_url(url)
        self._pool: Final = _pool(url, timeout)
        self._client: Final = self.client()
        self._savepoints: Final[list[ServerSavepoint]] = []
        self.product, self.version = self._identity()

    def client(self) -> ServerClient:
        """A new connection."""
        client = ServerClient(self._pool.make_connection(), self.label)
        client.connect()
        return client

    def close(self) -> None:
        """End the store's own connection."""
        self._client.close()

    def _identity(self) -> tuple[str, str]:
        """Product and version; Redis of no version where INFO is not allowed."""
        info = self._client.call([b"INFO", b"server"])
        if isinstance(info, ErrorReply):
            if info.code == b"NOAUTH":
                raise refused_login(self.label, info.message.decode("utf-8", "backslashreplace"))
            if info.code != b"NOPERM" and not info.message.startswith(b"ERR unknown command"):
                raise ServerRefusedError(
                    f"{self.label} refuses the connection: {info.message.decode('utf-8', 'backslashreplace')}"
                )
        if not isinstance(info, bytes):
            return "redis", ""
        fields = dict(line.split(":", 1) for line in info.decode("utf-8", "replace").splitlines() if ":" in line)
        if "valkey_version" in fields:
            return "valkey", fields["valkey_version"]
        if "dragonfly_version" in fields:
            return "dragonfly", fields["dragonfly_version"].removeprefix("df-v")
        return "redis", fields.get("redis_version", "")

    @property
    def flavor(self) -> Flavor:
        """The flavor nearest to the server."""
        try:
            version = tuple(int(part) for part in self.version.split(".")[:2])
        except ValueError:
            version = ()
        alike = [flavor for flavor in FLAVORS.values() if flavor.product == self.product]
        older = [flavor for flavor in alike if flavor.version <= version]
        return older[-1] if older else alike[0]

    @property
    def table(self) -> CommandTable:
        """The command table of the nearest flavor."""
        flavor = self.flavor
        return load_table(flavor.table, flavor.table_until)

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command on the store's own connection, keeping what it changes if a savepoint is open."""
        if self._savepoints:
            command = self.table.lookup(argv)
            for use in find_keys(command, argv) if command is not None else ():
                if use.access is KeyAccess.WRITE:
                    self._keep(use.key)
        return self._client.call(argv)

    def _keep(self, key: bytes) -> None:
        savepoint = self._savepoints[-1]
        if key not in savepoint.before:
            dump = self._client.call([b"DUMP", key])
            savepoint.before[key] = (self.peek(key), dump if isinstance(dump, bytes) else None)

    # -- undo

    def savepoint(self) -> ServerSavepoint:
        """Start keeping what changes through ``call``, until ``rollback`` or ``release``. Savepoints nest."""
        savepoint = ServerSavepoint()
        self._savepoints.append(savepoint)
        return savepoint

    def rollback(self, savepoint: ServerSavepoint) -> None:
        """Put the keys back as they were, in one transaction, and end the savepoint."""
        self._end(savepoint)
        if not savepoint.before:
            return
        self._client.call([b"MULTI"])
        for key, (state, dump) in savepoint.before.items():
            if dump is None or state is None:
                self._client.call([b"DEL", key])
            else:
                ttl = b"%d" % (state.expires_at or 0)
                self._client.call([b"RESTORE", key, ttl, dump, b"REPLACE", b"ABSTTL"])
        self._client.call([b"EXEC"])

    def release(self, savepoint: ServerSavepoint) -> None:
        """End the savepoint and keep the changes."""
        self._end(savepoint)
        if self._savepoints:
            for key, image in savepoint.before.items():
                self._savepoints[-1].before.setdefault(key, image)

    def _end(self, savepoint: ServerSavepoint) -> None:
        assert self._savepoints, "no savepoint is open"
        assert self._savepoints[-1] is savepoint, "savepoints end in the order opposite to their start"
        self._savepoints.pop()

    def changes(self, savepoint: ServerSavepoint) -> list[KeyChange]:
        """What differs from the savepoint, key by key."""
        found = []
        for key, (before, _) in savepoint.before.items():
            after = self.peek(key)
            if not self._same(before, after):
                found.append(KeyChange(0, key, before, after))
        return found

    def _same(self, before: KeyState | None, after: KeyState | None) -> bool:
        if before is None or after is None:
            return before is after
        old, new = before.expires_at, after.expires_at
        moved = old is not new if old is None or new is None else abs(old - new) > (0 if self._tells_expiry else _BLUR)
        return not moved and (before.type, _ordered(before)) == (after.type, _ordered(after))

    def peek(self, key: bytes) -> KeyState | None:
        """A key's type, value and expiry; None if there is no such key. Changes nothing."""
        kind = self._client.call([b"TYPE", key])
        if not isinstance(kind, bytes) or kind == b"none":
            return None
        return KeyState(kind.decode("utf-8", "replace"), self._content(kind, key), self._expiry(key))

    @cached_property
    def _tells_expiry(self) -> bool:
        """Whether the server tells when a key expires, and not only how long it has left."""
        return self.table.lookup([b"PEXPIRETIME", b"key"]) is not None

    def _expiry(self, key: bytes) -> int | None:
        command = b"PEXPIRETIME" if self._tells_expiry else b"PTTL"
        told = self._client.call([command, key])
        if not isinstance(told, int) or told < 0:
            return None
        return told if self._tells_expiry else self.now() + told

    def now(self) -> int:
        """The server's time, in milliseconds since 1970."""
        told = self._client.call([b"TIME"])
        if not isinstance(told, list):
            return time.time_ns() // 1_000_000
        seconds, micros = (int(part) for part in told if isinstance(part, bytes))
        return seconds * 1000 + micros // 1000

    def _content(self, kind: bytes, key: bytes) -> KeyContent:
        commands = {
            b"string": [b"GET", key],
            b"list": [b"LRANGE", key, b"0", b"-1"],
            b"set": [b"SMEMBERS", key],
            b"hash": [b"HGETALL", key],
            b"zset": [b"ZRANGE", key, b"0", b"-1", b"WITHSCORES"],
            b"stream": [b"XRANGE", key, b"-", b"+"],
        }
        if kind not in commands:
            return b""
        reply = self._client.call(commands[kind])
        return _content(kind, reply)


_BLUR: Final = 10
"""Milliseconds between asking how long a key has left, and what time it is."""


def _ordered(state: KeyState) -> object:
    """The content; a hash tells its fields in any order."""
    return sorted(state.content) if state.type == "hash" and isinstance(state.content, tuple) else state.content


def _content(kind: bytes, reply: Any) -> KeyContent:
    if not isinstance(reply, list):
        return reply if isinstance(reply, bytes) else b""
    match kind:
        case b"hash":
            return tuple(zip(reply[::2], reply[1::2], strict=True))
        case b"zset":
            return tuple((member, float(score)) for member, score in zip(reply[::2], reply[1::2], strict=True))
        case b"stream":
            return tuple((entry, tuple(zip(fields[::2], fields[1::2], strict=True))) for entry, fields in reply)
        case b"set":
            return tuple(sorted(reply))
        case _:
            return tuple(reply)


def _pool(url: str, timeout: float | None) -> Any:
    """A pool, used only for how it reads URLs and makes connections."""
    problem = problem_in(url)
    if problem is not None:
        raise UsageError(f"{safe_url(url)!r} is no URL of a server: {problem}", hint=URL_HINT)
    scheme, rest = url.split("://", 1)
    try:
        return redis.ConnectionPool.from_url(
            f"{SCHEMES[scheme.lower()]}://{rest}",
            protocol=2,
            parser_class=_FaithfulParser,
            socket_timeout=timeout,
            socket_connect_timeout=min(timeout or _CONNECT_SECONDS, _CONNECT_SECONDS),
            driver_info=None,
        )
    except (ValueError, TypeError) as error:
        raise UsageError(f"{safe_url(url)!r} is no URL of a server: {error}", hint=URL_HINT) from None


_CONNECT_SECONDS: Final = 10.0
