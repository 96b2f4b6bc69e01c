"""Commands that look at the data, fill it, and keep it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ldbpy.errors import UsageError, reason_of
from ldbpy.render.text import counted, word
from ldbpy.repl.commands.scripts import as_bytes, words_in
from ldbpy.repl.peek import peek_lines
from ldbpy.repl.registry import Group, Operand, command
from ldbpy.script.reading import read_file
from ldbpy.targets.copying import copy_key, seed_line
from ldbpy.targets.seed import seed

if TYPE_CHECKING:
    from ldbpy.repl.repl import Repl

__all__: list[str] = []

_SHOWN = 100


@command("redis", usage="[COMMAND [ARG ...]]", operand=Operand.REDIS, group=Group.DATA)
def redis(repl: Repl, rest: str) -> None:
    """Run a Redis command; alone, take lines as Redis commands until .lua.

    Quoting and answers are redis-cli's, and a number in front repeats the command.
    """
    from ldbpy.repl.repl import Mode

    if rest:
        repl.failed = not repl.run_redis(as_bytes(rest))
    else:
        repl.mode = Mode.LUA if repl.mode is Mode.REDIS else Mode.REDIS


@command("keys", usage="[PATTERN]", operand=Operand.KEY, group=Group.DATA)
def keys(repl: Repl, rest: str) -> None:
    """List the keys, or those that match a pattern.

    Found with SCAN, so that no other client has to wait.
    """
    words = words_in(rest) or [b"*"]
    if len(words) > 1:
        raise UsageError("one pattern at a time", hint=".keys user:*")
    found = repl.place.matching(words[0])
    repl.seen_keys.update(dict.fromkeys(found[:1000]))
    lines = [word(key) for key in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(f"… {len(found)} in all")
    repl.write("\n".join(lines) or "no keys")


@command("peek", usage="KEY [KEY ...]", operand=Operand.KEY, group=Group.DATA)
def peek(repl: Repl, rest: str) -> None:
    """Show what keys hold, by their type, with the time they have left.

    Of what is large the first elements. The server does not count it as a use of the key (since Redis 7.2).
    """
    words = words_in(rest)
    if not words:
        raise UsageError("which key?", hint=".peek KEY")
    for key in words:
        repl.write("\n".join(peek_lines(repl.place.quietly, key)))
    repl.seen_keys.update(dict.fromkeys(words))


@command("seed", usage="FILE", operand=Operand.FILE, group=Group.DATA)
def seed_(repl: Repl, rest: str) -> None:
    """Run the Redis commands in a file, one a line.

    If one fails, none is kept. The embedded server only.
    """
    words = words_in(rest)
    if len(words) != 1:
        raise UsageError("which file?", hint=".seed FILE")
    server = repl.place.embedded
    if server is None:
        raise UsageError(
            ".seed gives data to the embedded server only, never to a real one", hint="ldbpy repl needs no server"
        )
    path = os.fsdecode(words[0])
    count = seed(server, read_file(os.path.expanduser(path)), path)
    repl.write(f"{counted(count, 'command')} run")


@command("save", usage="FILE", operand=Operand.FILE, group=Group.DATA)
def save(repl: Repl, rest: str) -> None:
    """Save the keys as Redis commands, or the Lua that was typed.

    The Lua if the name ends in .lua; else the keys, for .seed and --seed. A file that is there already is not written
    over.
    """
    words = words_in(rest)
    if len(words) != 1:
        raise UsageError("to which file?", hint=".save data.redis or .save session.lua")
    path = os.path.expanduser(os.fsdecode(words[0]))
    if path.endswith(".lua"):
        lines = list(repl.typed)
        told = counted(len(lines), "input")
    else:
        copies = [copy_key(repl.place.quietly, key) for key in repl.place.matching(b"*")]
        lines = [seed_line(words) for copy in copies for words in copy.commands]
        told = counted(len(copies), "key")
        for copy in copies:
            if copy.left_out:
                repl.write(f"{word(copy.key)}: {copy.left_out}")
    try:
        with open(path, "xb") as file:
            file.write(b"".join(line + b"\n" for line in lines))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {reason_of(error)}") from None
    repl.write(f"{told} saved to {path}")
