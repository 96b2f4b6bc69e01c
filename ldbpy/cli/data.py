"""Options that say which data is there before a script runs: seed files, copies of live keys, throw-away servers."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import click

from ldbpy.cli import shell_words
from ldbpy.cli.arguments import ProgramOption
from ldbpy.cli.files import read_file
from ldbpy.cli.streams import say
from ldbpy.errors import UsageError
from ldbpy.store.protocol import Call
from ldbpy.wiring import EMBEDDED, copied_keys, open_private_server, open_target

__all__ = ["Data", "data_options", "give_data", "place_for"]

Command = TypeVar("Command", bound=Callable[..., object])


class Data(NamedTuple):
    """What was asked for."""

    file: str | None = None
    """A seed file."""
    source: str | None = None
    """The URL of the server to copy from."""
    pattern: str | None = None
    """Which keys; None: those the script declares."""
    private: str | None = None
    """The program of a throw-away server; empty: any; None: no such server."""
    rdb: str | None = None
    """What the throw-away server is to load."""


_OPTIONS = (
    click.option(
        "--seed",
        metavar="FILE",
        shell_complete=shell_words.files,
        help="Run the Redis commands in this file first, one a line.",
    ),
    click.option(
        "--seed-from", metavar="URL", help="Copy the script's KEYS from this server first; it is only read there."
    ),
    click.option(
        "--keys", "seed_keys", metavar="PATTERN", help="With --seed-from: copy the keys that match, such as user:42:*."
    ),
    click.option(
        "--private-server",
        "private",
        cls=ProgramOption,
        metavar="[=PATH]",
        help="Run on a throw-away server: of the program at PATH, or one that is installed.",
    ),
    click.option("--rdb", metavar="FILE", help="With --private-server: load a copy of this RDB file."),
)


def data_options(command: Command) -> Command:
    """Add the options; the command gets them as ``data``."""

    @functools.wraps(command)
    def gathered(
        *args: object,
        seed: str | None,
        seed_from: str | None,
        seed_keys: str | None,
        private: str | None,
        rdb: str | None,
        **others: object,
    ) -> object:
        data = Data(seed, seed_from, seed_keys, "" if private is None and rdb is not None else private, rdb)
        if seed_keys is not None and seed_from is None:
            raise UsageError(
                "--keys says which keys --seed-from copies", hint="-k or --key adds one of the script's KEYS"
            )
        return command(*args, data=data, **others)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered  # type: ignore[return-value]


def place_for(target: str, data: Data, keys: Sequence[bytes], *, target_is_typed: bool) -> tuple[str, Data]:
    """The URL to run at, and what data it still has to be given: none, if it is a throw-away server.

    That is started here, and ends with the command.

    Raises:
        UsageError: a target was given too, or the server program or a file is not there.
        BackendError: the server does not start.
    """
    if data.private is None:
        return target, data
    if target_is_typed and target != EMBEDDED:
        raise UsageError("--private-server and --target are two places to run", hint="leave one of them out")
    url = click.get_current_context().with_resource(open_private_server(data.private or None, data.rdb))
    place = open_target(url)
    try:
        give_data(place.call, data, keys)
    finally:
        place.close()
    return url, Data()


def give_data(call: Call, data: Data, keys: Sequence[bytes]) -> None:
    """Give a place the data asked for, through ``call``, which runs commands there.

    Raises:
        SeedError: a command fails.
        BackendError: the server to copy from cannot be used.
    """
    from ldbpy.targets.seed import place_copies, run_seed

    if data.source is not None:
        pattern = None if data.pattern is None else os.fsencode(data.pattern)
        copies, label = copied_keys(data.source, keys, pattern)
        place_copies(call, copies, label)
        for copy in copies:
            if copy.left_out is not None:
                say(f"warning: {os.fsdecode(copy.key)}, copied from {label}: {copy.left_out}")
    if data.file is not None:
        run_seed(call, read_file(data.file), data.file)
