"""A real server as a store, through redis-py: its connections, TLS and logins, with replies as the server sent them."""

from ldbpy.store.server.client import ServerClient, SilentServerError, packed
from ldbpy.store.server.cluster import MOST_REDIRECTIONS, Nodes, Redirection, redirection_in
from ldbpy.store.server.following import FollowingClient
from ldbpy.store.server.forks import crashed, is_forgotten, refused_in_exec
from ldbpy.store.server.refusals import is_refusal, refusal_hint
from ldbpy.store.server.store import ServerStore, key_content, server_time

__all__ = [
    "MOST_REDIRECTIONS",
    "FollowingClient",
    "Nodes",
    "Redirection",
    "ServerClient",
    "ServerStore",
    "SilentServerError",
    "crashed",
    "is_forgotten",
    "is_refusal",
    "key_content",
    "packed",
    "redirection_in",
    "refusal_hint",
    "refused_in_exec",
    "server_time",
]
