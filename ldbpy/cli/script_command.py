"""``ldbpy script``: the scripts a server knows by their SHA1."""

from __future__ import annotations

import os
import sys

import click

from ldbpy.cli.commands_on import answer_of, load_answer, on_target, opened, print_reply, stop_running
from ldbpy.cli.files import NO_INCLUDE, read_script
from ldbpy.cli.streams import put

__all__ = ["command"]

_HELP = """Load, list, show, forget and stop the scripts a server knows by their SHA1.

\b
ldbpy script load limiter.lua -t redis://localhost
ldbpy script exists 5f3ab1c2… -t redis://localhost
ldbpy script kill -t redis://localhost
"""
_DRAGONFLY = "this command is one of Dragonfly's"


@click.group(name="script", help=_HELP)
def command() -> None:
    """Holds the commands."""


@command.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE ...")
@NO_INCLUDE
@on_target
def load(files: tuple[str, ...], target: str, flavor: str | None) -> int:
    """Give scripts to the server, without running them; their SHA1s."""
    scripts = [read_script(file) for file in files]
    code = 0
    with opened(target, flavor) as place:
        for script in scripts:
            argv = [b"SCRIPT", b"LOAD", script.body]
            reply = load_answer(place, argv, script, unknown="this server runs no scripts")
            if reply is None:
                code = 1
            elif len(scripts) == 1:
                print_reply(reply)
            else:
                put(
                    b"%s  %s\n"
                    % (bytes(reply) if isinstance(reply, bytes) else b"", os.fsencode(script.source_map.file))
                )
    return code


@command.command()
@click.argument("scripts", nargs=-1, required=True, metavar="SHA1|FILE ...")
@NO_INCLUDE
@on_target
def exists(scripts: tuple[str, ...], target: str, flavor: str | None) -> int:
    """Whether the server knows scripts; exits with 1 if it lacks one."""
    sha1s = [read_script(each).sha1 if os.path.exists(each) else each for each in scripts]
    argv = [b"SCRIPT", b"EXISTS", *(sha1.encode() for sha1 in sha1s)]
    with opened(target, flavor) as place:
        reply = answer_of(place, argv, unknown="this server runs no scripts")
    known = reply if isinstance(reply, list) else []
    for name, sha1, is_known in zip(scripts, sha1s, known, strict=False):
        put(f"{sha1}  {'known' if is_known else 'unknown'}{'  ' + name if name != sha1 else ''}\n".encode())
    return 0 if known and all(known) else 1


@command.command()
@click.argument("sha1", metavar="SHA1")
@on_target
def show(sha1: str, target: str, flavor: str | None) -> int:
    """The text of a script the server knows (Valkey 8.0 and later)."""
    from ldbpy.targets.stored import stored_script

    with opened(target, flavor) as place:
        put(stored_script(place.call, sha1).body)
    if sys.stdout.isatty():
        put(b"\n")
    return 0


@command.command()
@click.option("--async", "mode", flag_value="ASYNC", help="Let the server free the memory later.")
@click.option("--sync", "mode", flag_value="SYNC", help="Free the memory before it answers.")
@on_target
def flush(mode: str | None, target: str, flavor: str | None) -> int:
    """Have the server forget every script; clients that use EVALSHA must send theirs again."""
    with opened(target, flavor) as place:
        words = [b"SCRIPT", b"FLUSH", *([mode.encode()] if mode else [])]
        print_reply(answer_of(place, words, unknown="this server runs no scripts"))
    return 0


@command.command()
@on_target
def kill(target: str, flavor: str | None) -> int:
    """Stop the script that runs there now, if it has not written."""
    with opened(target, flavor) as place:
        return stop_running(place, b"SCRIPT", unknown="this server cannot stop a script")


@command.command(name="list")
@on_target
def list_(target: str, flavor: str | None) -> int:
    """The scripts the server knows (Dragonfly)."""
    with opened(target, flavor) as place:
        print_reply(answer_of(place, [b"SCRIPT", b"LIST"], unknown=_DRAGONFLY))
    return 0


@command.command()
@click.argument("sha1", metavar="SHA1")
@click.argument("flags", nargs=-1, required=True, metavar="FLAG ...")
@on_target
def flags(sha1: str, flags: tuple[str, ...], target: str, flavor: str | None) -> int:
    """Give a script flags, such as allow-undeclared-keys or disable-atomicity (Dragonfly)."""
    argv = [b"SCRIPT", b"FLAGS", os.fsencode(sha1), *map(os.fsencode, flags)]
    with opened(target, flavor) as place:
        print_reply(answer_of(place, argv, unknown=_DRAGONFLY))
    return 0


@command.command()
@on_target
def latency(target: str, flavor: str | None) -> int:
    """How long the scripts took (Dragonfly)."""
    with opened(target, flavor) as place:
        print_reply(answer_of(place, [b"SCRIPT", b"LATENCY"], unknown=_DRAGONFLY))
    return 0


@command.command()
@on_target
def gc(target: str, flavor: str | None) -> int:
    """Have the server collect the garbage of its interpreters (Dragonfly)."""
    with opened(target, flavor) as place:
        print_reply(answer_of(place, [b"SCRIPT", b"GC"], unknown=_DRAGONFLY))
    return 0
