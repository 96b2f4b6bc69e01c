"""``ldbpy eval``: run a script once."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import click

from ldbpy.cli import configured
from ldbpy.cli import options as shared
from ldbpy.cli.arguments import WordCommand
from ldbpy.cli.data import Data, data_options, place_for
from ldbpy.cli.eval_output import Asked, log_printer, tell
from ldbpy.cli.guard import guarded
from ldbpy.cli.live import local_place, tell_left
from ldbpy.cli.places import flavor_at, from_environment, open_place
from ldbpy.cli.stored import Stored, found_script
from ldbpy.cli.streams import colours, say
from ldbpy.cli.which import Which, named, warn_of_slip, which_options
from ldbpy.errors import UsageError
from ldbpy.lua.limits import Limits
from ldbpy.model.runs import RunReport
from ldbpy.render.replies import ReplyFormat
from ldbpy.render.style import Role, Style
from ldbpy.targets.run_options import RunOptions, Sending
from ldbpy.targets.script_server import ScriptServer
from ldbpy.targets.target import Target
from ldbpy.wiring import EMBEDDED, MAX_MEMORY, checked_limits

__all__ = ["command"]


_HELP = """Run a script once and print its reply.

\b
ldbpy eval limiter.lua rl:42 , 5 60
ldbpy eval -e "return redis.call('GET', KEYS[1])" greeting --seed data.redis
ldbpy eval limiter.lua rl:42 , 5 60 --target redis://localhost --dry-run
ldbpy eval limiter.lua rl:42 -t redis://localhost --local --dry-run --diff

Words before a lone comma are KEYS, the rest ARGV, as with redis-cli --eval. SCRIPT may be - for standard input.
Exits with 0 if the script ended well, 1 if it failed or returned an error, 2 for a mistake in the command line,
4 if the server cannot be used.
"""


@click.command(name="eval", cls=WordCommand, help=_HELP)
@which_options
@click.option(
    "--sha", "by_sha", is_flag=True, help="Send the SHA1 first, the script only if the server does not know it."
)
@click.option("--dry-run", is_flag=True, help="Undo what the script changed.")
@click.option(
    "--local",
    is_flag=True,
    help="On a real server: run the script here and its commands there, one by one: for --trace, --diff --dry-run, …",
)
@click.option("--yes", "sure", is_flag=True, help="With --local --dry-run: run what cannot be undone, without asking.")
@data_options
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
@shared.STRICT_KEYS
@shared.timeout_option("Stop the script after so long")
@shared.memory_option("Stop the script when its values take more than this")
def command(
    which: Which,
    by_sha: bool,
    dry_run: bool,
    local: bool,
    sure: bool,
    form: str,
    diff: bool,
    trace: bool,
    stats: bool,
    strict_keys: bool,
    timeout: float,
    memory: int,
    data: Data,
) -> int:
    """Run a script and tell what came of it; the exit code."""
    configured.settings()
    script, stored, arguments = named(which)
    style = Style(colours=colours(sys.stderr))
    warn_of_slip(arguments, style)
    target, data = place_for(which.target, data, arguments.keys, target_is_typed=not from_environment("target"))
    if target != EMBEDDED:  # a real server keeps its own rules: settings for the embedded one do not matter
        strict_keys = strict_keys and not from_environment("strict_keys")
        memory = MAX_MEMORY if from_environment("memory") else memory
    options = RunOptions(
        read_only=which.read_only,
        strict_keys=strict_keys,
        dry_run=dry_run,
        trace=trace,
        changes=diff,
        sending=Sending.SHA_THEN_TEXT if by_sha else Sending.TEXT,
        on_log=log_printer(script, style),
    )
    asked = Asked(script, which.function, arguments, options, form, stats, style)
    limits = checked_limits(timeout, memory)
    flavor = flavor_at(target, which.flavor)
    place: Target
    if local:
        is_live = target != EMBEDDED
        place = local_place(target, script, arguments, flavor, limits, data, sure=sure or not dry_run, is_live=is_live)
    else:
        place = open_place(target, flavor, limits, data, arguments.keys)
    try:
        for note in place.notes(arguments.keys):
            say(f"note: {note}")
        asked = asked if stored is None else _asked_of(place, asked, stored)
        if not local:
            return _run(place, asked, limits)
        from ldbpy.tui.signals import heeded

        with heeded():  # so that what a dry run has changed on a live server is put back first
            return _run(place, asked, limits)
    finally:
        place.close()


# -- running


def _asked_of(place: Target, asked: Asked, stored: Stored) -> Asked:
    """What is asked for, of a script or a library that the place has."""
    script, _ = found_script(place.call, stored, must_show=asked.options.dry_run)
    options = replace(asked.options, sending=Sending.SHA, on_log=log_printer(script, asked.style))
    return asked._replace(script=script, function=stored.function, options=options, is_stored=True)


def _run(place: Target, asked: Asked, limits: Limits) -> int:
    if isinstance(place, ScriptServer):
        with guarded(place.interrupt, limits.seconds):
            report = _report(place, asked)
        tell_left(place)
        return tell(asked, report, answered=False)
    try:
        return tell(asked, _report(place, asked), answered=True)
    except KeyboardInterrupt:
        say(f"{asked.style.paint(Role.ERROR, 'error:')} interrupted")
        if not asked.options.dry_run:  # a dry run is in a fork, which ends when nobody listens
            say("hint: the script may still be running there: ldbpy script kill stops one that has not written")
        return 130


def _report(place: Target, asked: Asked) -> RunReport:
    keys, args = asked.arguments.keys, asked.arguments.args
    if asked.function is None:
        return place.run(asked.script, keys, args, asked.options)
    if asked.is_stored:
        return place.call_function(os.fsencode(asked.function), keys, args, asked.options)
    if not isinstance(place, ScriptServer):
        raise UsageError(
            "--function with a library file needs the embedded server: a real one's libraries are not to be replaced",
            hint="ldbpy function load gives it to the server, --fcall NAME calls it there",
        )
    refused = place.load_for_run(asked.script)
    if refused is not None:
        return refused
    return place.call_function(os.fsencode(asked.function), keys, args, asked.options)
