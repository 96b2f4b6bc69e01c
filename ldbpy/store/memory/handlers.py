"""The modules that hold the commands, by the group the command table gives them. Importing one fills the registry.

They are imported when a command of their group is first called: a script that needs none starts without them.
"""

from __future__ import annotations

import importlib
from typing import Final

from ldbpy.commands import Command
from ldbpy.store.memory.registry import HANDLERS, Handler

__all__ = ["find_handler"]

_MODULES: Final = {
    "bitmap": ("bitmaps",),
    "connection": ("server", "transactions"),
    "generic": ("keys", "scan", "sort", "server", "dump_commands"),
    "geo": ("geo", "geo_search"),
    "hash": ("hashes", "scan", "hash_expiry", "hash_getex", "float_increments"),
    "hyperloglog": ("hyperloglog",),
    "json": ("json_commands", "json_parts"),
    "list": ("lists", "list_moves"),
    "pubsub": ("server",),
    "server": ("server", "keys"),
    "set": ("sets", "scan"),
    "sorted-set": ("zsets", "zset_ranges", "zset_algebra", "scan"),
    "stream": (
        "streams.entries",
        "streams.groups",
        "streams.info",
        "streams.pending",
        "streams.producers",
        "streams.read",
        "streams.references",
    ),
    "transactions": ("transactions",),
    "string": ("strings", "strings_conditional", "lcs", "float_increments"),
}


def find_handler(command: Command) -> Handler | None:
    """What runs the command; None if nothing does."""
    modules = iter(_MODULES.get(command.group, ()))
    while (handler := HANDLERS.get(command.name)) is None and (name := next(modules, None)) is not None:
        importlib.import_module(f"ldbpy.store.memory.{name}")
    return handler
