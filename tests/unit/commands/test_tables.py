"""The command tables against the servers they were taken from."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from ldbpy.commands import Command, load_table
from ldbpy.commands.keys import find_keys
from ldbpy.resp import ErrorReply
from tests.fuzz.grammar import Grammar
from tests.servers.fixtures import RealServer

_ODD_COUNT = re.compile(rb"\s*[+-]?\d+\D.*|\s+\d+|\+\d+|0\d+", re.DOTALL)
"""A number of keys that only the C function atoi reads: no server runs a command with it."""


def _live(entry: Any) -> tuple[int, frozenset[str]]:
    return entry[1], frozenset(flag.decode() for flag in entry[2])


def test_names_arity_and_flags(every_server: RealServer) -> None:
    """Every command and subcommand of the live server is in its table, and nothing else is."""
    with every_server.client() as client:
        live: Any = client.call("COMMAND")
    table = load_table(every_server.flavor.table).commands
    assert {entry[0]: _live(entry) for entry in live} == {
        name: (command.arity, command.flags) for name, command in table.items()
    }
    for entry in live:
        subcommands = entry[9] if len(entry) > 9 else []
        ours = table[entry[0]].subcommands if subcommands else {}
        told = {sub.name.encode(): (sub.arity, sub.flags) for sub in ours.values()}
        assert {sub[0]: _live(sub) for sub in subcommands} == told


def test_keys_of_calls(every_server: RealServer) -> None:
    """The keys of generated calls are those that COMMAND GETKEYS finds."""
    table = load_table(every_server.flavor.table)
    grammar = Grammar(table, Random(20))
    compared = 0
    with every_server.client() as client:
        for _ in range(3000):
            argv = grammar.call()
            command = table.lookup(argv)
            if command is None or not command.accepts(len(argv)):
                continue
            reply: Any = client.call("COMMAND", "GETKEYS", *argv)
            if isinstance(reply, ErrorReply) or any(map(_ODD_COUNT.fullmatch, argv)):
                continue
            compared += 1
            assert sorted(use.key for use in find_keys(command, argv)) == sorted(reply), argv
    assert compared > 1000


def test_lookup_of_subcommands() -> None:
    """A subcommand is found in any case; a container alone is itself."""
    table = load_table("valkey-9.1.2")
    assert _name(table.lookup([b"xgroup", b"Create"])) == "xgroup|create"
    assert _name(table.lookup([b"XGROUP"])) == "xgroup"
    assert table.lookup([b"XGROUP", b"nosuch"]) is None
    assert table.lookup([b"nosuch"]) is None


def _name(command: Command | None) -> str:
    assert command is not None
    return command.name
