"""``ldbpy repl``: try Lua and Redis commands, on a terminal or from standard input."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import click

from ldbpy.cli import configured
from ldbpy.cli import options as shared
from ldbpy.cli.arguments import WordCommand
from ldbpy.cli.data import Data, data_options, place_for
from ldbpy.cli.guard import guarded
from ldbpy.cli.places import flavor_at, from_environment, open_place
from ldbpy.cli.streams import colours, is_at_terminal, print_text, say
from ldbpy.errors import UsageError
from ldbpy.lua.limits import Limits
from ldbpy.render.style import Style
from ldbpy.render.text import printable_in
from ldbpy.repl.places import EmbeddedPlace, Place, ServerPlace
from ldbpy.repl.reading import InputLines
from ldbpy.repl.repl import Mode, Repl
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.wiring import EMBEDDED, MAX_MEMORY, checked_limits, open_embedded

if TYPE_CHECKING:
    from ldbpy.targets.server import ServerTarget  # redis-py takes long to import

__all__ = ["command"]

_HELP = """Try Lua and Redis commands, line by line.

\b
ldbpy repl
ldbpy repl redis://localhost
echo "redis.call('INCR', 'hits')" | ldbpy repl

A line is Lua: an expression shows its value, and local variables stay. A line with a dot is a command; .help tells
them. From a pipe, each input is carried out whatever came of those before, and the exit code is 1 if one failed.
"""


@click.command(name="repl", cls=WordCommand, help=_HELP)
@click.argument("url", required=False, metavar="[URL]")
@shared.TARGET
@shared.SERVER
@data_options
@click.option("--redis", "as_redis", is_flag=True, help="Begin with Redis commands instead of Lua, as .redis does.")
@click.option("--plain", is_flag=True, help="On a terminal: .debug asks on a line, not on the whole screen.")
@click.option("--bail", is_flag=True, help="From a pipe: end at the first input that fails.")
@click.option("--echo", is_flag=True, help="From a pipe: show each line behind its prompt, as a terminal would.")
@shared.timeout_option("Stop an input after so long")
@shared.memory_option("Stop an input when the values of Lua take more than this")
def command(
    url: str | None,
    target: str,
    flavor: str | None,
    as_redis: bool,
    plain: bool,
    bail: bool,
    echo: bool,
    timeout: float,
    memory: int,
    data: Data,
) -> int:
    """Run the REPL; the exit code."""
    if url is not None and not from_environment("target") and target != EMBEDDED:
        raise UsageError("a URL and --target are two places to run", hint="leave one of them out")
    if data.source is not None and data.pattern is None:
        raise UsageError("--seed-from needs --keys PATTERN here: a REPL declares no KEYS", hint="--keys 'user:42:*'")
    is_terminal = is_at_terminal()
    configured.settings(lenient=is_terminal)  # what is wrong with them is told before anything begins
    limits = checked_limits(timeout, memory)
    typed = url is not None or not from_environment("target")
    chosen, data = place_for(url or target, data, (), target_is_typed=typed)
    place = _place(chosen, flavor_at(chosen, flavor), limits, data)
    mode = Mode.REDIS if as_redis else Mode.LUA
    try:
        if is_terminal:
            return _on_terminal(place, chosen, limits, mode, plain=plain)
        return _from_pipe(place, chosen, limits, mode, bail=bail, echo=echo)
    finally:
        place.close()


def _place(url: str, flavor: str | None, limits: Limits, data: Data) -> Place:
    opened = open_place(url, flavor, limits if url == EMBEDDED else limits._replace(memory=MAX_MEMORY), data, ())
    if isinstance(opened, EmbeddedServer):
        return EmbeddedPlace(opened)
    return ServerPlace(cast("ServerTarget", opened), limits)


def _banner(place: Place) -> str:
    if place.embedded is not None:
        return f"{place.target.description}: its data is gone at the end, .save keeps it. .help tells the commands"
    return (
        f"{place.target.description}: what is written here is written there, and stays\n"
        "Lua runs here and sends its commands one by one, .run FILE runs a script in the server. .help tells more"
    )


def _on_terminal(place: Place, url: str, limits: Limits, mode: Mode, *, plain: bool) -> int:
    from ldbpy.tui.repl.progress import Progress
    from ldbpy.tui.repl.prompt import converse
    from ldbpy.tui.signals import heeded

    settings = configured.settings(lenient=True)
    progress = Progress(sys.stdout)

    def write(text: str) -> None:
        progress.write(printable_in(sys.stdout.encoding, text))

    def between() -> None:
        if repl.to_debug is not None:
            from ldbpy.cli import repl_debug

            repl_debug.debugged(repl, url, lambda session: repl_debug.on_terminal(repl, session, settings, plain=plain))

    @contextmanager
    def running(text: bytes) -> Iterator[None]:
        with progress.running(), _stoppable(repl, text, 0):
            yield

    repl = Repl(place, write, _opener(limits), Style(colours=colours(sys.stdout)), mode=mode)
    write(_banner(place))
    with heeded():
        problem = converse(repl, settings, os.environ, running, between)
    if problem is not None:
        say(f"warning: {problem}")
    return 0


def _opener(limits: Limits) -> Callable[[str], Place]:
    return lambda flavor: EmbeddedPlace(open_embedded(flavor, limits))


@contextmanager
def _stoppable(repl: Repl, text: bytes, seconds: float) -> Iterator[None]:
    """Let Ctrl-C end what runs: a script by its limits, the wait for a server, anything else by KeyboardInterrupt."""
    if repl.runs_lua(text):
        with guarded(lambda: _interrupt(repl), seconds):
            yield
        return

    def handle(*_: object) -> None:
        if not repl.interrupt():  # within Lua an exception could be caught
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(repl: Repl) -> None:
    repl.interrupt()


# -- from a pipe

_PROMPT_MORE: Final = "...> "


def _from_pipe(place: Place, url: str, limits: Limits, mode: Mode, *, bail: bool, echo: bool) -> int:
    if sys.stdin is None:
        raise UsageError("standard input is closed, and there is no terminal to type at")
    stream = sys.stdin.buffer
    style = Style(colours=colours(sys.stdout if echo else sys.stderr))
    repl = Repl(place, print_text, _opener(limits), style, mode=mode, tell=print_text if echo else say)
    if echo:
        print_text(_banner(place))

    def show(line: bytes) -> None:
        if echo:
            print_text(_echoed("ldb> ", line))

    for text in _inputs(repl, stream, echo=echo):
        with _stoppable(repl, text, limits.seconds):
            repl.execute(text)
        if repl.to_debug is not None:
            from ldbpy.cli import repl_debug

            repl_debug.debugged(repl, url, lambda session: repl_debug.fed(repl, session, stream, show))
        if repl.done or (bail and repl.failed):
            break
    return 1 if repl.failed else 0


def _inputs(repl: Repl, stream: BinaryIO, *, echo: bool) -> Iterator[bytes]:
    lines = InputLines(repl.needs_more, lambda: repl.mode is Mode.REDIS)
    for line in _lines(stream):
        if echo:
            print_text(_echoed(_PROMPT_MORE if lines.waits else repl.prompt, line))
        text = lines.add(line)
        if text is not None:
            yield text
    if lines.waits:
        yield lines.rest()


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends, each read when it is asked for."""
    while line := stream.readline():
        yield line.rstrip(b"\r\n")


def _echoed(prompt: str, line: bytes) -> str:
    return f"{prompt}{line.decode('utf-8', 'backslashreplace')}".rstrip()
