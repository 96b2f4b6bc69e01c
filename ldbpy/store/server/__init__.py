"""A real server as a store, through redis-py: its connections, TLS and logins, with replies as the server sent them."""

from ldbpy.store.server.client import ServerClient, SilentServerError
from ldbpy.store.server.refusals import is_refusal, refusal_hint
from ldbpy.store.server.store import ServerSavepoint, ServerStore, key_content

__all__ = [
    "ServerClient",
    "ServerSavepoint",
    "ServerStore",
    "SilentServerError",
    "is_refusal",
    "key_content",
    "refusal_hint",
]
