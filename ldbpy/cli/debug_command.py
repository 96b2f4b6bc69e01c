"""``ldbpy debug``: run a script, stop in it, look around."""

from __future__ import annotations

import gc
import io
import os
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ldbpy.cli import configured
from ldbpy.cli import options as shared
from ldbpy.cli.arguments import ScriptArguments, WordCommand, split_arguments
from ldbpy.cli.data import Data, data_options, place_for
from ldbpy.cli.files import NO_INCLUDE, read_script
from ldbpy.cli.live import check_local, is_asked_on_terminal, open_local, wants_local
from ldbpy.cli.places import from_environment, named_script, open_place
from ldbpy.cli.remembering import remembering
from ldbpy.cli.remote import check_remote, emulated_text, open_remote, stored_on
from ldbpy.cli.stored import EVALSHA, FCALL, found_script, stored_in
from ldbpy.cli.streams import colours, say
from ldbpy.console.console import Console
from ldbpy.engine.session import Session
from ldbpy.errors import LdbpyError, NoDebuggerError, UsageError
from ldbpy.model.debugging import Event
from ldbpy.render.style import Role, Style
from ldbpy.render.text import printable_in, word
from ldbpy.resp import ErrorReply
from ldbpy.script.source import Script
from ldbpy.settings.settings import Settings
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from ldbpy.wiring import EMBEDDED, MAX_MEMORY, checked_limits, open_session

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
    feed = None if plain or batch or as_json else _feed()
    style = Style(colours=colours(sys.stdout) and not as_json and feed is None)
    if arguments.warning:
        say(f"{style.paint(Role.WARNING, 'warning:')} {arguments.warning}")
    read = _reader(words, code, script) if stored is None else None
    notes: list[str] = []
    target, data = place_for(target, data, arguments.keys, target_is_typed=not from_environment("target"))
    if target != EMBEDDED and local:
        flavor = None if from_environment("flavor") else flavor
        check_local({"--sync": sync, "--seed": data.file, "--seed-from": data.source})
        if stored is not None:
            script, writes = stored_on(target, stored)
            read_only = read_only or not writes
        session, where = open_local(
            target,
            read or (lambda: script),
            arguments,
            RunOptions(read_only=read_only, strict_keys=strict_keys),
            flavor=flavor,
            function=function or fcall,
            memory=memory,
            commit=commit,
            sure=sure,
            batch=batch or feed is not None,  # a screen of its own has no place for a question
        )
    elif target != EMBEDDED:
        flavor = None if from_environment("flavor") else flavor
        check_remote(
            {
                "--strict-keys": strict_keys and not from_environment("strict_keys"),
                "--seed": data.file,
                "--seed-from": data.source,
                "--server": flavor,
                "--commit": commit,
                "--max-memory": memory != MAX_MEMORY and not from_environment("memory"),
            }
        )
        if stored is not None:
            script, writes = stored_on(target, stored)
            read_only = read_only or not writes
        session, where, told = open_remote(
            target, read or (lambda: script), arguments, function or fcall, read_only=read_only, sync=sync, sure=sure
        )
        notes += [emulated_text(session.backend.capabilities), *told]
    else:
        if sync:
            raise UsageError("--sync is for a real server", hint="--commit keeps what the script changed here")
        if local:
            raise UsageError("--local is for a real server", hint="give its URL with --target")
        flavor = None if from_environment("target") else flavor
        place = open_place(target, flavor, checked_limits(0, memory), data, arguments.keys)
        assert isinstance(place, EmbeddedServer)
        if stored is not None:
            script, _ = found_script(place.call, stored)
        session = open_session(
            place,
            read or (lambda: script),
            arguments.keys,
            arguments.args,
            RunOptions(read_only=read_only, strict_keys=strict_keys),
            function=None if function is None and fcall is None else os.fsencode(function or fcall or ""),
            commit=commit,
        )
        where = f"{place.flavor.name}, embedded store, {'kept' if commit else 'rolled back'} at the end"
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
            return _play(console, commands, [*_lines_of(files), *lines], settings, batch=batch, feed=feed)
    except NoDebuggerError as error:
        if batch or as_json or not is_asked_on_terminal():
            raise
        if not wants_local(error):
            return error.exit_code
    context = click.get_current_context()
    assert context.command.callback is not None
    exit_code: int = context.invoke(context.command.callback, **{**context.params, "local": True, "sync": False})
    return exit_code


def _reader(words: tuple[str, ...], code: str | None, script: Script) -> Callable[[], Script]:
    """What gives the script: read anew from its file each time, for it may have been edited."""
    if code is not None or words[0] == "-":
        return lambda: script
    latest, stamps = script, _stamps(script, words[0])

    def read() -> Script:
        nonlocal latest, stamps
        if _stamps(latest, words[0]) != stamps:
            latest = read_script(words[0])
            stamps = _stamps(latest, words[0])
        return latest

    return read


def _stamps(script: Script, path: str) -> list[tuple[int, int]]:
    """What changes when a file of the script does."""
    return [_stamp(file) for file in (path, *script.source_map.files)]


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


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


# -- the session


def _feed() -> ConsolePane | None:
    """Where the console of a full screen writes; None if there is no terminal for one."""
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        return None
    from ldbpy.tui.theme import is_dumb

    if is_dumb(os.environ):
        return None
    gc.disable()  # until the screen shows the script: what is made while modules load is no garbage
    from ldbpy.tui.debugger.panes.console import ConsolePane

    return ConsolePane()


def _play(
    console: Console,
    breaks: list[str],
    lines: list[str],
    settings: Settings,
    *,
    batch: bool,
    feed: ConsolePane | None,
) -> int:
    session = console.session

    def begin() -> None:
        console.start()
        console.run(lines)

    outcome: list[bool] = []  # whether the script had failed when the screen was left
    try:
        if breaks or feed is None:
            session.load()
        for line in breaks:
            _strict(console, line)
        if feed is not None:
            from ldbpy.cli.full_screen import show

            show(console, feed, begin, settings, lambda: outcome.append(_failed(session)))
        else:
            begin()
            if not batch:
                _converse(console, settings)
    finally:
        failed = outcome[0] if outcome else _failed(session)
        if console.story.silent:
            console.leave()  # a program waits for the end to be told
        if feed is None:  # a screen has seen to it
            session.abort()
    if isinstance(session.failure, LdbpyError):  # it has been told
        return session.failure.exit_code
    return 1 if failed else 0


def _strict(console: Console, line: str) -> None:
    """Carry out a command of the command line: what is wrong with it is wrong with the command line."""
    try:
        console.dispatch(line)
    except LdbpyError as error:
        if console.session.backend.statement_at(1) is None:
            return  # it does not compile: that will be told, and matters more
        raise UsageError(f"--break: {error}", hint=error.hint) from None


def _failed(session: Session) -> bool:
    """Whether the script failed, or stands in the error that would end it."""
    if session.ended is not None:
        report = session.ended.report
        return not session.ended.aborted and (report.problem is not None or isinstance(report.reply, ErrorReply))
    error = session.stopped.error if session.stopped is not None else None
    return error is not None and error.kind == "uncaught"


def _converse(console: Console, settings: Settings) -> None:
    if sys.stdin.isatty() and sys.stdout.isatty():
        from ldbpy.cli.prompt import converse

        converse(console, settings)
        return
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    while not console.done:
        line = sys.stdin.readline()
        if line and not console.story.silent:
            console.write(f"ldb> {line.strip()}".rstrip())  # so that what is told reads as a terminal would show it
        console.execute(line or "quit")
