"""A real server as a store: what it is, its keys, and what changes of them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from ldbpy.commands import CommandTable, load_table
from ldbpy.commands.keys import KeyAccess, find_keys
from ldbpy.errors import ConnectError, ServerRefusedError
from ldbpy.flavors import FLAVORS, Flavor
from ldbpy.model.changes import KeyChange, KeyContent, KeyState
from ldbpy.resp import ErrorReply, Reply
from ldbpy.store.server.client import (
    ServerClient,
    SilentServerError,
    connection_pool,
    handshake_seconds,
    refused_login,
)
from ldbpy.store.server.refusals import refusal_hint
from ldbpy.store.urls import safe_url, url_at

__all__ = ["ServerStore", "key_content", "server_time"]


class ServerStore:
    """A real server."""

    def __init__(self, url: str, *, timeout: float | None = None) -> None:
        """Connect.

        Raises:
            UsageError: the URL is none.
            ConnectError: the server cannot be reached.
            ServerRefusedError: it refuses the login or the database.
        """
        self.label: Final = safe_url(url)
        self._url: Final = url
        self.is_url_safe: Final = self.label == url
        """Whether the label is the whole URL, there being nothing secret in it."""
        self._pool: Final = connection_pool(url, timeout)
        self._timeout: Final = timeout
        self._client: Final = self.client()
        self.is_cluster = False
        """Whether it is a node of a cluster."""
        self.run_id = ""
        """What it calls itself from its start to its end; nothing where it does not tell."""
        self.product, self.version = self._identity()

    def client(self) -> ServerClient:
        """A new connection."""
        client = ServerClient(self._pool.make_connection(), self.label, self._timeout)
        client.connect()
        return client

    def at(self, host: str, port: int) -> ServerStore:
        """Another server, with the same login; raises as making a store does. Of this host if none is given."""
        return ServerStore(url_at(self._url, host, port), timeout=self._timeout)

    def interrupt(self) -> None:
        """End a wait of another thread's for a reply on the store's own connection."""
        self._client.interrupt()

    def end_if_gone(self) -> None:
        """See ``ServerClient``."""
        self._client.end_if_gone()

    def close(self) -> None:
        """End the store's own connection."""
        self._client.close()

    def _identity(self) -> tuple[str, str]:
        """Product and version; Redis of no version where INFO is not allowed."""
        self._client.be_patient(handshake_seconds(self._timeout))
        try:
            info = self._client.call([b"INFO", b"server"])
        except SilentServerError as error:
            raise ConnectError(str(error), hint=_SILENT_HINT) from None
        self._client.be_patient(self._timeout)
        if isinstance(info, ErrorReply):
            told = info.message.decode("utf-8", "backslashreplace")
            if info.code == b"NOAUTH":
                raise refused_login(self.label, told)
            if info.code not in _NO_MATTER and not info.message.startswith(b"ERR unknown command"):
                hint = refusal_hint(info.message)
                raise ServerRefusedError(f"{self.label} refuses the connection: {told}", hint=hint)
        if not isinstance(info, bytes):
            return "redis", ""
        fields = dict(line.split(":", 1) for line in info.decode("utf-8", "replace").splitlines() if ":" in line)
        self.is_cluster = "cluster" in (fields.get("redis_mode"), fields.get("server_mode"))
        self.run_id = fields.get("run_id", "")
        if "valkey_version" in fields:
            return "valkey", fields["valkey_version"]
        if "dragonfly_version" in fields:
            return "dragonfly", fields["dragonfly_version"].removeprefix("df-v")
        return "redis", fields.get("redis_version", "")

    @property
    def description(self) -> str:
        """What and where it is, for people."""
        return f"{self.product} {self.version} at {self.label}" if self.version else f"a server at {self.label}"

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

    @property
    def db(self) -> int:
        """The number of the database the URL names."""
        return self._client.db

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command on the store's own connection."""
        return self._client.call(argv)

    # -- what changes

    def states_of(self, argv: list[bytes], *, asking: bool = False) -> dict[bytes, KeyState | None]:
        """What the keys hold now that the command table says a command may write to; ``asking``: see ``peek``."""
        command = self.table.lookup(argv)
        uses = find_keys(command, argv) if command is not None else ()
        return {use.key: self.peek(use.key, asking=asking) for use in uses if use.access is KeyAccess.WRITE}

    def changes(self, before: Mapping[bytes, KeyState | None], *, asking: bool = False) -> list[KeyChange]:
        """What differs from what ``states_of`` told, key by key."""
        found = []
        for key, state in before.items():
            after = self.peek(key, asking=asking)
            if not self.same(state, after):
                found.append(KeyChange(0, key, state, after))
        return found

    def same(self, before: KeyState | None, after: KeyState | None) -> bool:
        """Whether a key holds what it held, as exactly as this server tells."""
        if before is None or after is None:
            return before is after
        old, new = before.expires_at, after.expires_at
        moved = old is not new if old is None or new is None else abs(old - new) > (0 if self.tells_expiry else _BLUR)
        return not moved and (before.type, _ordered(before)) == (after.type, _ordered(after))

    def peek(self, key: bytes, *, asking: bool = False) -> KeyState | None:
        """A key's type, value and expiry; None if there is no such key. Changes nothing.

        ``asking``: its slot is on its way here from another node of the cluster.
        """
        (kind,) = self._told(asking, [b"TYPE", key])
        if not isinstance(kind, bytes) or kind == b"none":
            return None
        return KeyState(kind.decode("utf-8", "replace"), self._content(kind, key, asking), self._expiry(key, asking))

    def _told(self, asking: bool, *commands: list[bytes]) -> list[Reply]:
        """The replies to commands that are sent at once, however far away the server is."""
        if not asking:
            return self._client.pipeline(commands)
        return self._client.pipeline([each for argv in commands for each in ([b"ASKING"], argv)])[1::2]

    @cached_property
    def tells_expiry(self) -> bool:
        """Whether the server tells when a key expires, and not only how long it has left."""
        return self.table.lookup([b"PEXPIRETIME", b"key"]) is not None

    def _expiry(self, key: bytes, asking: bool) -> int | None:
        told, now = self._told(asking, [b"PEXPIRETIME" if self.tells_expiry else b"PTTL", key], [b"TIME"])
        if not isinstance(told, int) or told < 0:
            return None
        return told if self.tells_expiry else server_time(now) + told

    def now(self) -> int:
        """The server's time, in milliseconds since 1970."""
        return server_time(self._client.call([b"TIME"]))

    def _content(self, kind: bytes, key: bytes, asking: bool) -> KeyContent:
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
        (reply,) = self._told(asking, commands[kind])
        return key_content(kind, reply)


_NO_MATTER: Final = (b"NOPERM", b"BUSY")
"""Refusals of INFO that do not end it: what comes next may be allowed, such as SCRIPT KILL."""
_BLUR: Final = 100
"""Milliseconds a server may be held up between telling how long a key has left, and what time it is."""


def server_time(reply: Reply) -> int:
    """Milliseconds since 1970 from the answer to TIME; by our own clock if it is none."""
    if isinstance(reply, list) and len(reply) == 2:
        seconds, micros = (int(part) for part in reply if isinstance(part, bytes))
        return seconds * 1000 + micros // 1000
    return time.time_ns() // 1_000_000


def _ordered(state: KeyState) -> object:
    """The content; a hash tells its fields in any order."""
    return sorted(state.content) if state.type == "hash" and isinstance(state.content, tuple) else state.content


def key_content(kind: bytes, reply: Any) -> KeyContent:
    """What a key holds, from the reply of the command that reads all of it."""
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


_SILENT_HINT: Final = "is that the right port? A server that runs a long script is silent too"
