"""The modules that hold the commands, by group. Importing them fills the registry."""

from __future__ import annotations

import importlib
from typing import Final

__all__ = ["load"]

_MODULES: Final = (
    "strings",
    "lists",
    "sets",
    "hashes",
    "keys",
    "scan",
    "sort",
    "server",
    "bitmaps",
    "hyperloglog",
    "streams.entries",
    "streams.groups",
    "streams.info",
    "streams.pending",
    "streams.producers",
    "streams.read",
    "streams.references",
    "zsets",
    "zset_ranges",
    "zset_algebra",
    "geo",
    "geo_search",
)


def load() -> None:
    """Import every module with commands."""
    for name in _MODULES:
        importlib.import_module(f"ldbpy.store.memory.{name}")
