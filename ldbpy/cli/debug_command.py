"""``ldbpy debug``: run a script, stop in it, look around."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

import click

from ldbpy.cli import configured
from ldbpy.cli import options as shared
from ldbpy.cli.arguments import ScriptArguments, WordCommand, split_arguments
from ldbpy.cli.data import Data, data_options, place_for
from ldbpy.cli.debug_place import Asked, open_asked
from ldbpy.cli.debug_play import feed_of_screen, play
from ldbpy.cli.files import NO_INCLUDE
from ldbpy.cli.live import is_asked_on_terminal, wants_local
from ldbpy.cli.places import from_environment, named_script
from ldbpy.cli.remembering import remembering
from ldbpy.cli.rereading import reader_of
from ldbpy.cli.stored import EVALSHA, FCALL, stored_in
from ldbpy.cli.streams import colours, say
from ldbpy.console.console import Console
from ldbpy.errors import NoDebuggerError, UsageError
from ldbpy.model.debugging import Event
from ldbpy.render.style import Role, Style
from ldbpy.render.text import printable_in, word
from ldbpy.script.source import Script
from ldbpy.targets.run_options import RunOptions
from ldbpy.wiring import MAX_MEMORY

__all__ = ["command"]

_HELP = """Run a script, stop in it, and look around.

\b
ldbpy debug limiter.lua rl:42 , 5 60
ldbpy debug limiter.lua rl:42 , 5 60 --break 4 --break "on EXPIRE"
ldbpy debug limiter.lua rl:42 , 5 60 --batch --ex "b 4" --ex c --ex locals

The script stops before its first statement; help at the prompt tells what there is. When it has ended, what it changed
is rolled back, unless --commit is given. With --batch the exit code is the script's: 0 if it ended well, 1 if not.
"""


@click.command(name="debug", cls=WordCommand, help=_HELP)
@shared.WORDS
@shared.CODE
@shared.KEYS
@shared.ARGS
@shared.TARGET
@shared.SERVER
@shared.READ_ONLY
@shared.FUNCTION
@NO_INCLUDE
@EVALSHA
@FCALL
@data_options
@shared.STRICT_KEYS
@click.option("-b", "--break", "breaks", multiple=True, metavar="PLACE", help="Set a breakpoint, as break does.")
@click.option("--ex", "lines", multiple=True, metavar="COMMAND", help="Carry out a command once the script stands.")
@click.option("-x", "--commands", "files", multiple=True, metavar="FILE", help="Carry out the commands in a file.")
@click.option("--batch", is_flag=True, help="End when the commands given are done, without a prompt.")
@click.option("--plain", is_flag=True, help="Ask for commands on a line, not on the whole screen.")
@click.option("--json", "as_json", is_flag=True, help="Tell every event as a line of JSON on standard output.")
@click.option("--no-stop-on-entry", is_flag=True, help="Run until something else stops the script.")
@click.option(
    "--sync", is_flag=True, help="On a real server: run in the server itself, which stands still, and keep the changes."
)
@click.option(
    "--local",
    is_flag=True,
    help="On a real server: run the script here and its commands there, one by one; put back what they change.",
)
@click.option(
    "--yes", "sure", is_flag=True, help="Do not ask before --sync, nor with --local before what cannot be undone."
)
@click.option("--commit", is_flag=True, help="Keep what the script changed when it has ended.")
@click.option("--no-remember", is_flag=True, help="Offer no breakpoints of last time, and keep none for next time.")
@click.option(
    "--max-memory",
    "memory",
    type=shared.Size(),
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
    evalsha: str | None,
    fcall: str | None,
    strict_keys: bool,
    breaks: tuple[str, ...],
    lines: tuple[str, ...],
    files: tuple[str, ...],
    batch: bool,
    plain: bool,
    as_json: bool,
    no_stop_on_entry: bool,
    sync: bool,
    local: bool,
    sure: bool,
    commit: bool,
    no_remember: bool,
    memory: int,
    data: Data,
) -> int:
    """Debug a script; the exit code."""
    at_terminal = not (batch or as_json) and sys.stdin.isatty() and sys.stdout.isatty()
    settings = configured.settings(lenient=at_terminal)
    stored = stored_in({"--evalsha": evalsha, "--fcall": fcall, "--code": code, "--function": function})
    script, rest = (Script(b""), words) if stored else named_script(words, code, function)
    arguments = split_arguments(rest, keys, args)
    feed = None if plain or batch or as_json else feed_of_screen()
    style = Style(colours=colours(sys.stdout) and not as_json and feed is None)
    if arguments.warning:
        say(f"{style.paint(Role.WARNING, 'warning:')} {arguments.warning}")
    target, data = place_for(target, data, arguments.keys, target_is_typed=not from_environment("target"))
    asked = Asked(
        target,
        flavor,
        script,
        reader_of(words, code, script) if stored is None else None,
        stored,
        function or fcall,
        arguments,
        RunOptions(read_only=read_only, strict_keys=strict_keys),
        memory,
        data,
        sync=sync,
        local=local,
        sure=sure,
        commit=commit,
        may_ask=not batch and feed is None,  # a screen of its own has no place for a question
    )
    session, script, where, notes = open_asked(asked)
    session.stop_on_entry = not no_stop_on_entry
    session.tell_commands = True
    console = Console(
        session,
        session.backend.script,
        _writer(as_json) if feed is None else feed.tell,
        style,
        on_event=_event_writer(session.backend.script) if as_json else None,
    )
    if sys.stdout.isatty() and feed is None:
        console.settings.width = shutil.get_terminal_size().columns
    if as_json:
        console.story.silent = True
    else:
        console.write("\n".join((_header(where, script, arguments), *notes)))
    commands = [*(f"break {each}" for each in breaks)]
    is_named = at_terminal and code is None and stored is None and words[0] != "-"
    try:
        with remembering(console, words[0] if is_named and settings.remember and not no_remember else None):
            return play(console, commands, [*_lines_of(files), *lines], settings, batch=batch, feed=feed)
    except NoDebuggerError as error:
        if batch or as_json or not is_asked_on_terminal():
            raise
        if not wants_local(error):
            return error.exit_code
    context = click.get_current_context()
    assert context.command.callback is not None
    exit_code: int = context.invoke(context.command.callback, **{**context.params, "local": True, "sync": False})
    return exit_code


def _lines_of(files: tuple[str, ...]) -> list[str]:
    """The commands that carry out those in files, which are known to be there before the script begins."""
    for file in files:
        try:
            with open(file, encoding="utf-8") as opened:
                opened.read(1)
        except (OSError, UnicodeDecodeError) as error:
            reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else "it is not UTF-8"
            raise UsageError(f"--commands: cannot read {file}: {reason}") from None
    return [f"source {file}" for file in files]


def _header(where: str, script: Script, arguments: ScriptArguments) -> str:
    parts = [script.source_map.file, where]
    for name, values in (("KEYS", arguments.keys), ("ARGV", arguments.args)):
        told = " ".join(f"{number} {word(value)}" for number, value in enumerate(values, 1))
        parts.append(f"{name} {told or 'none'}")
    return " · ".join(parts)


def _writer(as_json: bool) -> Callable[[str], None]:
    def write(text: str) -> None:
        if as_json:
            from ldbpy.render.events_json import text_json

            text = text_json(text)
        _print(text)

    return write


def _event_writer(read: Callable[[], Script]) -> Callable[[Event], None]:
    from ldbpy.render.events_json import event_json

    return lambda event: _print(event_json(event, read().source_map))


def _print(text: str) -> None:
    sys.stdout.write(printable_in(sys.stdout.encoding, text) + "\n")
    sys.stdout.flush()
