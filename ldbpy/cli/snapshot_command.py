"""``ldbpy snapshot``: keys of a live server as a seed file."""

from __future__ import annotations

import os

import click

from ldbpy.cli import options as shared
from ldbpy.cli.arguments import WordCommand
from ldbpy.cli.streams import put, say
from ldbpy.errors import UsageError, reason_of
from ldbpy.render.text import counted
from ldbpy.settings.files import replace_file
from ldbpy.wiring import EMBEDDED, copied_keys

__all__ = ["command"]

_HELP = """Save keys of a live server as a seed file, which --seed of eval and debug reads.

\b
ldbpy snapshot rl:42 rl:43 -t redis://localhost -o limits.redis
ldbpy snapshot --keys 'user:42:*' -t redis://localhost > user.redis

The server is only read: TYPE, PTTL, SCAN and the command that reads each type. A ttl is saved as what is left of it.
"""


@click.command(name="snapshot", cls=WordCommand, help=_HELP)
@click.argument("keys", nargs=-1, metavar="[KEY ...]")
@click.option("--keys", "pattern", metavar="PATTERN", help="The keys that match, such as user:42:*.")
@shared.TARGET
@click.option("-o", "--output", metavar="FILE", help="Where to write; standard output if it is not given.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(keys: tuple[str, ...], pattern: str | None, target: str, output: str | None, force: bool) -> int:
    """Copy the keys; the exit code."""
    if target == EMBEDDED:
        raise UsageError("whose keys? the embedded server has none", hint="-t redis://localhost names a server")
    if bool(keys) == (pattern is not None):
        raise UsageError("which keys?", hint="name keys, or give --keys PATTERN, not both")
    if output is not None and os.path.exists(output) and not force:
        raise UsageError(f"{output} is there already", hint="--force writes over it")
    from ldbpy.targets.copying import seed_line

    copies, label = copied_keys(
        target, [os.fsencode(key) for key in keys], None if pattern is None else os.fsencode(pattern)
    )
    lines = [b"# " + f"keys of {label}".encode("utf-8", "surrogateescape")]
    lines += [seed_line(words) for copy in copies for words in copy.commands]
    _write(b"\n".join(lines) + b"\n", output)
    for copy in copies:
        told = copy.left_out or (None if copy.commands else "there is no such key")
        if told is not None:
            say(f"warning: {os.fsdecode(copy.key)}: {told}")
    if output is not None:
        say(f"{counted(sum(bool(copy.commands) for copy in copies), 'key')} of {label} saved to {output}")
    return 0


def _write(text: bytes, output: str | None) -> None:
    """Write all of it or nothing; what is no file, such as /dev/stdout or a pipe, gets what it can take."""
    if output is None:
        put(text)
        return
    path = os.path.realpath(output)
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as file:
                file.write(text)
        else:
            replace_file(path, text)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {reason_of(error)}") from None
