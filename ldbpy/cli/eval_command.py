"""``ldbpy eval``: run a script once."""

from __future__ import annotations

import os
import re
import sys

import click

from ldbpy.cli.arguments import WordCommand, split_arguments
from ldbpy.cli.eval_output import Asked, colours, log_printer, say, tell
from ldbpy.cli.files import read_file, read_script
from ldbpy.cli.guard import guarded
from ldbpy.errors import UsageError
from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS, Feature
from ldbpy.lua.limits import Limits
from ldbpy.model.runs import RunReport
from ldbpy.render.replies import ReplyFormat
from ldbpy.render.style import Role, Style
from ldbpy.script.source import Script, SourceMap
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions, Sending
from ldbpy.targets.target import Target
from ldbpy.wiring import EMBEDDED, MAX_MEMORY, TIMEOUT, checked_limits, open_embedded, open_target

__all__ = ["command"]


_HELP = """Run a script once and print its reply.

\b
ldbpy eval limiter.lua rl:42 , 5 60
ldbpy eval -e "return redis.call('GET', KEYS[1])" greeting --seed data.redis
ldbpy eval limiter.lua rl:42 , 5 60 --target redis://localhost --dry-run

Words before a lone comma are KEYS, the rest ARGV, as with redis-cli --eval. SCRIPT may be - for standard input.
Exits with 0 if the script ended well, 1 if it failed or returned an error, 2 for a mistake in the command line,
4 if the server cannot be used.
"""


class _Seconds(click.ParamType[float]):
    """A number of seconds."""

    name = "seconds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            seconds = float(str(value))
        except ValueError:
            seconds = -1.0
        if not seconds >= 0:
            self.fail(f"{str(value)!r} is no number of seconds, such as 0.5 or 60; 0 for no limit", param, ctx)
        return seconds


class _Size(click.ParamType[int]):
    """A number of bytes with a unit, as in redis.conf."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        match = _SIZE.fullmatch(str(value).lower())
        size = int(match[1]) * _UNITS[match[2]] if match else _LARGEST
        if size >= _LARGEST:
            self.fail(f"{str(value)!r} is no size, such as 64mb; 0 for no limit", param, ctx)
        return size


_UNITS = {"": 1, "b": 1, "k": 1000, "kb": 1024, "m": 10**6, "mb": 2**20, "g": 10**9, "gb": 2**30}
_SIZE = re.compile(r"([0-9]+)([kmg]?b?)")
_LARGEST = 2**62


@click.command(name="eval", cls=WordCommand, help=_HELP)
@click.argument("words", nargs=-1, metavar="SCRIPT [KEY ...] [, ARG ...]")
@click.option(
    "-e", "--code", metavar="CODE", help="Run this text instead of a file; every word is then a key or argument."
)
@click.option("-k", "--key", "keys", multiple=True, metavar="KEY", help="Add a key; @FILE takes the file's bytes.")
@click.option(
    "-a", "--arg", "args", multiple=True, metavar="ARG", help="Add an argument; @FILE takes the file's bytes."
)
@click.option(
    "-t",
    "--target",
    default=EMBEDDED,
    envvar="LDBPY_TARGET",
    show_envvar=True,
    metavar="URL",
    help="Where to run: embedded (the default, no server needed), redis://…, rediss://…, valkey://… or unix://….",
)
@click.option(
    "-s",
    "--server",
    "flavor",
    metavar="FLAVOR",
    envvar="LDBPY_SERVER",
    show_envvar=True,
    help=f"The server the embedded one imitates: {', '.join(FLAVORS)}.  [default: {DEFAULT_FLAVOR}]",
)
@click.option("--ro", "read_only", is_flag=True, help="Run as EVAL_RO or FCALL_RO: commands that write are refused.")
@click.option("--function", metavar="NAME", help="SCRIPT is a function library: load it and call this function.")
@click.option(
    "--sha", "by_sha", is_flag=True, help="Send the SHA1 first, the script only if the server does not know it."
)
@click.option("--dry-run", is_flag=True, help="Undo what the script changed.")
@click.option("--seed", metavar="FILE", help="Run the Redis commands in this file first, one a line.")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["auto", *(form.value for form in ReplyFormat)]),
    default="auto",
    show_default=True,
    help="How to print the reply. auto: as redis-cli, tty on a terminal and raw in a pipe.",
)
@click.option("--diff", is_flag=True, help="Tell what the script changed: keys created, changed, deleted, their ttl.")
@click.option("--trace", is_flag=True, help="Tell each command with its line, reply and time.")
@click.option("--stats", is_flag=True, help="Tell time, commands, instructions and memory.")
@click.option("--strict-keys", is_flag=True, help="Stop at a command that touches a key that is not in KEYS.")
@click.option(
    "--timeout",
    type=_Seconds(),
    default=f"{TIMEOUT:g}",
    show_default=True,
    metavar="SECONDS",
    help="Stop the script after so long; 0: never.",
)
@click.option(
    "--max-memory",
    "memory",
    type=_Size(),
    default=f"{MAX_MEMORY >> 20}mb",
    show_default=True,
    metavar="SIZE",
    help="Stop the script when its values take more than this; 0: no limit.",
)
def command(
    words: tuple[str, ...],
    code: str | None,
    keys: tuple[str, ...],
    args: tuple[str, ...],
    target: str,
    flavor: str | None,
    read_only: bool,
    function: str | None,
    by_sha: bool,
    dry_run: bool,
    seed: str | None,
    form: str,
    diff: bool,
    trace: bool,
    stats: bool,
    strict_keys: bool,
    timeout: float,
    memory: int,
) -> int:
    """Run a script and tell what came of it; the exit code."""
    script, rest = _script(words, code, function)
    style = Style(colours=colours(sys.stderr))
    options = RunOptions(
        read_only=read_only,
        strict_keys=strict_keys,
        dry_run=dry_run,
        trace=trace,
        changes=diff,
        sending=Sending.SHA_THEN_TEXT if by_sha else Sending.TEXT,
        on_log=log_printer(script, style),
    )
    arguments = split_arguments(rest, keys, args)
    if arguments.warning:
        say(f"{style.paint(Role.WARNING, 'warning:')} {arguments.warning}")
    asked = Asked(script, function, arguments, options, form, stats, style)
    limits = checked_limits(timeout, memory)
    if target != EMBEDDED and _from_environment("flavor"):
        flavor = None  # it says which server to imitate where one is imitated
    place = _open(target, flavor, limits, seed)
    try:
        return _run(place, asked, limits)
    finally:
        place.close()


# -- what was asked for


def _script(words: tuple[str, ...], code: str | None, function: str | None) -> tuple[Script, tuple[str, ...]]:
    """The script, and the words after it."""
    if code is not None:
        return Script(os.fsencode(code), SourceMap("<code>")), words
    if not words:
        raise UsageError("no script: give a file, - for standard input, or -e CODE", hint="ldbpy eval --help")
    return read_script(words[0]), words[1:]


def _from_environment(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.ENVIRONMENT


def _open(url: str, flavor: str | None, limits: Limits, seed_file: str | None) -> Target:
    """The target, with the seed's data in it."""
    if url != EMBEDDED:
        if seed_file is not None:
            raise UsageError(
                "--seed gives data to the embedded server only, never to a real one",
                hint="leave out --seed, or --target and LDBPY_TARGET",
            )
        return open_target(url, flavor=flavor, limits=limits)
    server = open_embedded(flavor, limits)
    if seed_file is not None:
        from ldbpy.targets.seed import seed

        seed(server, read_file(seed_file), seed_file)
    return server


# -- running


def _run(place: Target, asked: Asked, limits: Limits) -> int:
    if isinstance(place, EmbeddedServer):
        with guarded(place.interrupt, limits.seconds):
            report = _report(place, asked)
        return tell(asked, report, answered=False)
    try:
        return tell(asked, _report(place, asked), answered=True)
    except KeyboardInterrupt:
        say(f"{asked.style.paint(Role.ERROR, 'error:')} interrupted")
        if not asked.options.dry_run:  # a dry run is in a fork, which ends when nobody listens
            say("hint: the script may still be running there: SCRIPT KILL stops one that has not written")
        return 130


def _report(place: Target, asked: Asked) -> RunReport:
    keys, args = asked.arguments.keys, asked.arguments.args
    if asked.function is None:
        return place.run(asked.script, keys, args, asked.options)
    if not isinstance(place, EmbeddedServer):
        raise UsageError(
            "--function with a library file needs the embedded server: a real one's libraries are not to be replaced",
            hint="load it there with FUNCTION LOAD, and call it from a script or redis-cli",
        )
    if Feature.FUNCTIONS not in place.flavor.features:
        raise UsageError(f"{place.flavor.name} has no function libraries", hint="they came with Redis 7.0")
    refused = place.load_for_run(asked.script)
    if refused is not None:
        return refused
    return place.call_function(os.fsencode(asked.function), keys, args, asked.options)
