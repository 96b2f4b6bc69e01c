"""``ldbpy debug``: run a script, stop in it, look around."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ldbpy.cli import configured
from ldbpy.cli import options as shared
from ldbpy.cli.arguments import ScriptArguments, WordCommand
from ldbpy.cli.data import Data, data_options, place_for
from ldbpy.cli.debug_place import Asked, Opened, open_asked
from ldbpy.cli.debug_play import feed_of_screen, play
from ldbpy.cli.live import wants_local
from ldbpy.cli.places import from_environment
from ldbpy.cli.remembering import remembering
from ldbpy.cli.rereading import reader_of
from ldbpy.cli.streams import colours, is_asked_on_terminal, is_at_terminal, print_text
from ldbpy.cli.which import Which, named, warn_of_slip, which_options
from ldbpy.console.console import Console
from ldbpy.errors import NoDebuggerError, UsageError, reason_of
from ldbpy.model.debugging import Event
from ldbpy.render.style import Style
from ldbpy.render.text import word
from ldbpy.script.source import Script
from ldbpy.targets.run_options import RunOptions

if TYPE_CHECKING:
    from ldbpy.tui.debugger.panes.console import ConsolePane

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
@which_options
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
@shared.memory_option("Stop the script when its values take more than this")
def command(
    which: Which,
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
    at_terminal = not (batch or as_json) and is_at_terminal()
    settings = configured.settings(lenient=at_terminal)
    script, stored, arguments = named(which)
    feed = None if plain or batch or as_json else feed_of_screen()
    style = Style(colours=colours(sys.stdout) and not as_json and feed is None)
    warn_of_slip(arguments, style)
    target, data = place_for(which.target, data, arguments.keys, target_is_typed=not from_environment("target"))
    asked = Asked(
        target,
        which.flavor,
        script,
        reader_of(which.words, which.code, script) if stored is None else None,
        stored,
        which.function or which.fcall,
        arguments,
        RunOptions(read_only=which.read_only, strict_keys=strict_keys),
        memory,
        data,
        sync=sync,
        local=local,
        sure=sure,
        commit=commit,
        may_ask=not batch and feed is None,  # a screen of its own has no place for a question
    )
    opened = open_asked(asked)
    opened.session.stop_on_entry = not no_stop_on_entry
    console = _console(opened, arguments, style, feed, as_json=as_json)
    is_file = stored is None and which.code is None and which.words[0] != "-"
    is_kept = at_terminal and is_file and settings.remember and not no_remember
    commands = [f"break {each}" for each in breaks]
    try:
        with remembering(console, which.words[0] if is_kept else None):
            return play(console, commands, [*_lines_of(files), *lines], settings, batch=batch, feed=feed)
    except NoDebuggerError as error:
        if batch or as_json or not is_asked_on_terminal():
            raise
        return _again_here() if wants_local(error) else error.exit_code


def _again_here() -> int:
    """The same command with ``--local``."""
    context = click.get_current_context()
    assert context.command.callback is not None
    exit_code: int = context.invoke(context.command.callback, **{**context.params, "local": True, "sync": False})
    return exit_code


def _console(
    opened: Opened, arguments: ScriptArguments, style: Style, feed: ConsolePane | None, *, as_json: bool
) -> Console:
    """What carries out commands on the session, and has told what is debugged where."""
    session, script, where, notes = opened
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
    return console


def _lines_of(files: tuple[str, ...]) -> list[str]:
    """The commands that carry out those in files, which are known to be there before the script begins."""
    for file in files:
        try:
            with open(file, encoding="utf-8") as opened:
                opened.read(1)
        except (OSError, UnicodeDecodeError) as error:
            reason = reason_of(error) if isinstance(error, OSError) else "it is not UTF-8"
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
        print_text(text)

    return write


def _event_writer(read: Callable[[], Script]) -> Callable[[Event], None]:
    from ldbpy.render.events_json import event_json

    return lambda event: print_text(event_json(event, read().source_map))
