"""The embedded store: the commands of the servers on data in memory."""

from ldbpy.store.memory.client import Client
from ldbpy.store.memory.store import MemoryStore

__all__ = ["Client", "MemoryStore"]
