"""A connection that goes where a cluster sends it, as ``redis-cli -c`` does."""

from __future__ import annotations

from typing import Final

from ldbpy.resp import ErrorReply, MapReply, Reply
from ldbpy.store.server.client import ServerClient
from ldbpy.store.server.cluster import MOST_REDIRECTIONS, Nodes, redirection_in
from ldbpy.store.server.store import ServerStore

__all__ = ["FollowingClient"]


class FollowingClient:
    """A connection to each node that was asked, used one at a time. Without a cluster there is one, to the server.

    ``db`` and ``resp``: the database and the protocol commands are run with, whichever node takes them and however
    often the connection is made anew. ``greeting`` is said at the beginning of every connection.
    """

    def __init__(self, nodes: Nodes, greeting: list[bytes] | None = None) -> None:
        """Connect; raises as ``ServerStore.client`` does."""
        self._nodes: Final = nodes
        self._greeting: Final = greeting
        self._at = nodes.entry
        self._clients: Final[dict[ServerStore, ServerClient]] = {nodes.entry: nodes.entry.client()}
        self._states: Final[dict[ServerStore, tuple[int, int]]] = {}
        self.db: int = self._clients[nodes.entry].db
        self.resp = 2
        self._asked: ServerClient | None = None
        self.sent_on: str | None = None
        """Where the last command was sent on to, in the words of redis-cli."""

    def call(self, argv: list[bytes], *, stays: bool = False) -> Reply:
        """Run a command where the last one ran, or where that node sends it. ``stays``: it is asked alone.

        Raises:
            BackendError: the node cannot be used.
        """
        self.sent_on = None
        reply = self.call_at(self._at, argv)
        for _ in range(MOST_REDIRECTIONS):
            redirection = redirection_in(reply) if self._nodes.entry.is_cluster and not stays else None
            if redirection is None:
                break
            self.sent_on = _told(reply)
            store = self._nodes.follow(redirection)
            if redirection.is_once:
                self.call_at(store, [b"ASKING"])
            else:
                self._at = store
            reply = self.call_at(store, argv)
        return reply

    def call_at(self, store: ServerStore, argv: list[bytes]) -> Reply:
        """Run a command on that node."""
        client = self._asked = self._ready(store)
        if argv[0].upper() == b"HELLO" and argv[1:2] == [b"3"]:
            client.expect_resp3()
        try:
            reply = client.call(argv)
        finally:
            self._asked = None
        self._note(argv, reply, store)
        return reply

    def _note(self, argv: list[bytes], reply: Reply, store: ServerStore) -> None:
        """What a command has chosen for the connection."""
        match argv[0].upper(), reply:
            case b"SELECT", b"OK":
                self.settled(int(argv[1]), store)
            case b"HELLO", MapReply() | list() if len(argv) > 1:
                self.resp = int(argv[1])
                self.settled(self.db, store)
            case b"RESET", b"RESET":
                self.resp = 2
                self.settled(0, store)

    def settled(self, db: int, store: ServerStore | None = None) -> None:
        """Know that a command has chosen this database, where the last command ran or on that node."""
        self.db = db
        self._states[store or self._at] = (db, self.resp)

    def _ready(self, store: ServerStore) -> ServerClient:
        """A connection to that node, in the database and the protocol that are wanted."""
        client = self._clients.get(store) or self._clients.setdefault(store, store.client())
        state = self._states.get(store) if client.is_open else None
        if state is None:
            state = (client.db, 2)
            if self._greeting is not None:
                client.call(self._greeting)
        wanted = (self.db, self.resp)
        if state[0] != wanted[0]:
            client.call([b"SELECT", b"%d" % self.db])
        if state[1] != wanted[1]:
            if self.resp == 3:
                client.expect_resp3()
            client.call([b"HELLO", b"%d" % self.resp])
        self._states[store] = wanted
        return client

    def interrupt(self) -> None:
        """End the wait for a reply, from another thread."""
        if (client := self._asked) is not None:
            client.interrupt()

    def close(self) -> None:
        """End the connections."""
        for client in self._clients.values():
            client.close()


def _told(reply: Reply) -> str:
    """What ``redis-cli -c`` says of ``MOVED 3999 127.0.0.1:6381``."""
    assert isinstance(reply, ErrorReply)
    _, slot, address = reply.message.decode("utf-8", "backslashreplace").split(" ")
    return f"-> Redirected to slot [{slot}] located at {address}"
