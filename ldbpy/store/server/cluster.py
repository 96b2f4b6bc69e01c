"""Clusters: which node holds the keys of a script, and where a node sends one on to (Redis Cluster Specification)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ldbpy.commands.slots import key_slot
from ldbpy.errors import BackendError, ServerRefusedError, UsageError
from ldbpy.resp import ErrorReply, Reply
from ldbpy.store.server.store import ServerStore

__all__ = ["MOST_REDIRECTIONS", "Nodes", "Redirection", "common_slot", "redirection_in"]

MOST_REDIRECTIONS: Final = 5
"""How often a command is sent on before that is taken for a circle."""


class Redirection(NamedTuple):
    """Where a node sends one on to."""

    host: str
    """Empty: the host that said so."""
    port: int
    is_once: bool
    """For this command alone, which ASKING goes before: the slot is on its way there."""


class _Range(NamedTuple):
    first: int
    last: int
    host: str
    port: int
    node: bytes
    is_entry: bool


class Nodes:
    """The nodes of a cluster, seen from one of them. Without a cluster that one is all there is."""

    def __init__(self, entry: ServerStore) -> None:
        self.entry: Final = entry
        self._ranges: list[_Range] | None = None
        self._stores: Final[dict[tuple[str, int], ServerStore]] = {}

    def of_keys(self, keys: Sequence[bytes]) -> ServerStore:
        """The node that runs scripts on these keys; the one first seen if there are none.

        Raises:
            UsageError: they are in several slots.
            BackendError: no node holds their slot, or the one that does cannot be used.
        """
        slot = common_slot(keys) if self.entry.is_cluster else None
        if slot is None:
            return self.entry
        held = next((each for each in self._map() if each.first <= slot <= each.last), None)
        if held is None:
            raise BackendError(f"no node of the cluster holds slot {slot}", hint="CLUSTER INFO tells what it lacks")
        return self._of(held)

    def notes(self, keys: Sequence[bytes]) -> Iterator[str]:
        """What to know before a script runs on these keys."""
        if self.entry.is_cluster and not keys:
            yield (f"no keys: of the cluster's nodes it runs on {self.entry.label}, and sees only what that one holds")
        role = self.of_keys(keys).call([b"ROLE"])
        if isinstance(role, list) and role[:1] == [b"slave"]:
            yield f"{self.entry.label} is a replica: commands that write fail there"

    def masters(self) -> list[ServerStore]:
        """Every master."""
        if not self.entry.is_cluster:
            return [self.entry]
        return [self._of(place) for place in {each.node: each for each in self._map()}.values()]

    def follow(self, redirection: Redirection) -> ServerStore:
        """The node one was sent on to."""
        if not redirection.is_once:
            self._ranges = None  # they have changed
        return self._at(redirection.host, redirection.port)

    def close(self) -> None:
        """End every connection."""
        for store in (self.entry, *self._stores.values()):
            store.close()

    def _of(self, place: _Range) -> ServerStore:
        return self.entry if place.is_entry else self._at(place.host, place.port)

    def _at(self, host: str, port: int) -> ServerStore:
        if (host, port) not in self._stores:
            self._stores[host, port] = self.entry.at(host, port)
        return self._stores[host, port]

    def _map(self) -> list[_Range]:
        if self._ranges is None:
            own = self.entry.call([b"CLUSTER", b"MYID"])
            reply = self.entry.call([b"CLUSTER", b"SLOTS"])
            if isinstance(reply, ErrorReply):
                raise ServerRefusedError(
                    f"{self.entry.label} does not tell who holds which keys: {_text(reply.message)}",
                    hint="the user in the URL needs the right to run CLUSTER SLOTS and CLUSTER MYID",
                )
            entries = reply if isinstance(reply, list) else []
            self._ranges = [_range(each, own, self.entry.label) for each in entries]
        return self._ranges


def common_slot(keys: Sequence[bytes]) -> int | None:
    """The slot all keys are in; None if there are no keys.

    Raises:
        UsageError: they are in several.
    """
    slots = {key: key_slot(key) for key in keys}
    if len(set(slots.values())) < 2:
        return next(iter(slots.values()), None)
    told = ", ".join(f"{_text(key)} is in {slot}" for key, slot in slots.items())
    raise UsageError(
        f"the server is a cluster, which runs a script only if its keys are in one slot: {told}",
        hint="keys with one hash tag are in one slot: {user:1}:name, {user:1}:age",
    )


def redirection_in(reply: Reply) -> Redirection | None:
    """Where a reply sends one on to: ``MOVED 3999 127.0.0.1:6381``, ``ASK 3999 :6381``."""
    if not isinstance(reply, ErrorReply) or reply.code not in (b"MOVED", b"ASK"):
        return None
    host, colon, port = _text(reply.message).split(" ")[-1].rpartition(":")
    if not colon or not port.isdecimal():
        return None
    return Redirection(host.strip("[]"), int(port), reply.code == b"ASK")


def _range(entry: Reply, own: Reply, label: str) -> _Range:
    """First slot, last slot, and the master: host, port, name.

    Raises:
        ServerRefusedError: it is none.
    """
    match entry:
        case [int() as first, int() as last, [host, int() as port, bytes() as name, *_], *_]:
            told = _text(host) if isinstance(host, bytes) and host != b"?" else ""
            return _Range(first, last, told, port, bytes(name), name == own)
        case _:
            raise ServerRefusedError(f"{label} does not tell who holds which keys as a cluster does")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
