"""``ldbpy function``: the function libraries of a server."""

from __future__ import annotations

import json
import os

import click

from ldbpy.cli.commands_on import answer_of, load_answer, on_target, opened, print_reply, stop_running
from ldbpy.cli.files import NO_INCLUDE, read_script
from ldbpy.cli.streams import put, say
from ldbpy.errors import ScriptError

__all__ = ["command"]

_HELP = """List, load, delete and stop the function libraries of a server.

\b
ldbpy function load stock.lua -t redis://localhost
ldbpy function list -t redis://localhost
"""
_UNKNOWN = "function libraries came with Redis 7.0"


@click.group(name="function", help=_HELP)
def command() -> None:
    """Holds the commands."""


@command.command(name="list")
@click.argument("pattern", required=False, metavar="[PATTERN]")
@click.option("--code", "with_code", is_flag=True, help="Tell the text of each library too.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@on_target
def list_(pattern: str | None, with_code: bool, as_json: bool, target: str, flavor: str | None) -> int:
    """The libraries, their functions and the functions' flags."""
    from ldbpy.render.libraries import libraries_json, library_lines
    from ldbpy.targets.stored import libraries_in

    argv = [b"FUNCTION", b"LIST", *([b"LIBRARYNAME", os.fsencode(pattern)] if pattern is not None else [])]
    with opened(target, flavor) as place:
        libraries = libraries_in(answer_of(place, [*argv, *([b"WITHCODE"] if with_code else [])], unknown=_UNKNOWN))
    if as_json:
        put(json.dumps(libraries_json(libraries), indent=2).encode() + b"\n")
        return 0
    if not libraries:
        say("there are no libraries" if pattern is None else f"no library matches {pattern}")
    for library in libraries:
        put("\n".join(library_lines(library)).encode("utf-8", "surrogateescape") + b"\n")
    return 0


@command.command()
@click.argument("file", metavar="FILE")
@click.option("--replace", is_flag=True, help="Put it in the place of the library of that name.")
@NO_INCLUDE
@on_target
def load(file: str, replace: bool, target: str, flavor: str | None) -> int:
    """Give the server a library; its name."""
    script = read_script(file)
    argv = [b"FUNCTION", b"LOAD", *([b"REPLACE"] if replace else []), script.body]
    with opened(target, flavor) as place:
        try:
            reply = load_answer(place, argv, script, unknown=_UNKNOWN)
        except ScriptError as error:
            if b"already exists" in error.reply:
                hint = "--replace puts this one in its place"
                raise ScriptError(str(error), reply=error.reply, hint=hint) from None
            raise
    if reply is None:
        return 1
    print_reply(reply)
    return 0


@command.command()
@click.argument("library", metavar="LIBRARY")
@on_target
def delete(library: str, target: str, flavor: str | None) -> int:
    """Delete a library and all its functions."""
    with opened(target, flavor) as place:
        print_reply(answer_of(place, [b"FUNCTION", b"DELETE", os.fsencode(library)], unknown=_UNKNOWN))
    return 0


@command.command()
@on_target
def kill(target: str, flavor: str | None) -> int:
    """Stop the function that runs there now, if it has not written."""
    with opened(target, flavor) as place:
        return stop_running(place, b"FUNCTION", unknown=_UNKNOWN)
