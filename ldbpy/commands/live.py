"""A server's own table of commands, from what it answers to ``COMMAND`` and ``COMMAND INFO``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ldbpy.resp import NIL_ARRAY, Reply

__all__ = ["key_spec", "names_of", "read_commands"]


def read_commands(reply: Reply, known: Mapping[str, Any]) -> dict[str, Any]:
    """The commands in the form of the files in ``data``.

    ``known``: the table of the nearest server we know. What ``COMMAND`` does not tell (arguments, groups, key specs)
    is taken from there.

    Raises:
        ValueError: it is no answer to COMMAND.
    """
    if not isinstance(reply, list) or not reply:
        raise ValueError("no array")
    return dict(_entry(item, known) for item in reply if item is not None and item is not NIL_ARRAY)


def names_of(reply: Reply) -> list[bytes]:
    """The names in an answer to COMMAND. One that was renamed has its old name there, and COMMAND INFO denies it."""
    items = reply if isinstance(reply, list) else []
    return [item[0] for item in items if isinstance(item, list) and item and isinstance(item[0], bytes)]


def _entry(item: Reply, known: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """One command: name, arity, flags, first key, last key, step; from Redis 7.0 on, its subcommands at the end."""
    match item:
        case [bytes() as raw, int() as arity, list() as flags, int() as first, int() as last, int() as step, *more]:
            name = raw.decode("utf-8", "backslashreplace").lower()
        case _:
            raise ValueError("no command")
    own = name.rpartition("|")[2]
    entry = dict(known.get(own, {}))
    entry["arity"] = arity
    told = sorted(flag.decode("utf-8", "replace") for flag in flags if isinstance(flag, bytes))
    entry.pop("flags", None)
    if told:
        entry["flags"] = told
    if own not in known:
        entry["group"] = "module"
        if first > 0:
            entry["keys"] = [key_spec(told, first, last, step)]
    if len(more) > 3 and isinstance(more[3], list):
        known_subcommands = entry.get("subcommands", {})
        subcommands = dict(_entry(each, known_subcommands) for each in more[3])
        entry["subcommands"] = {sub.rpartition("|")[2]: each for sub, each in subcommands.items()}
        if not subcommands:
            del entry["subcommands"]
    return name, entry


def key_spec(flags: list[str], first: int, last: int, step: int) -> dict[str, Any]:
    """A key spec of the places of the first and the last key, as COMMAND counts them."""
    kind = ["RO", "access"] if "readonly" in flags else ["RW", "access", "update"]
    return {"flags": kind, "index": first, "last": last - first if last > 0 else last, "step": step, "limit": 0}
