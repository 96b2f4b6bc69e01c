"""Commands about the session itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldbpy.console.commands.breakpoints import info_breakpoints
from ldbpy.console.registry import Command, Group, Takes, all_commands, command, find, number_in
from ldbpy.errors import UsageError, reason_of

if TYPE_CHECKING:
    from ldbpy.console.console import Console

__all__: list[str] = []


@command("help", "h", "?", usage="[COMMAND]", group=Group.SESSION, takes=Takes.TEXT)
def help_(console: Console, rest: str) -> None:
    """Tell the commands, or more about one of them."""
    if rest:
        known = find(rest)
        if known is None:
            raise UsageError(f"there is no command {rest}", hint="help tells them all")
        console.write(_usage(known))
        console.write(f"  {known.summary}")
        if known.details:
            console.write("\n".join(f"  {line}" for line in known.details.splitlines()))
        return
    group = None
    for each in all_commands():
        if each.group is not group:
            group = each.group
            console.write(f"{group.value}")
        usage = f"  {_usage(each):<42}"
        console.write(f"{usage} {each.summary}" if len(usage) == 44 else f"{usage}\n{'':<44} {each.summary}")
    console.write("Anything else is an expression: n * 2, KEYS[1], redis.call('GET', 'k'). =n is one for sure.")
    console.write("An empty line does the last step again. Ctrl-C pauses the script.")


def _usage(each: Command) -> str:
    return f"{', '.join(each.names)}{' ' + each.usage if each.usage else ''}"


@command("info", "i", usage="[breakpoints | script]", group=Group.SESSION)
def info(console: Console, rest: str) -> None:
    """Tell the breakpoints, or about the script and where it runs."""
    if rest in ("", "breakpoints", "b", "break"):
        info_breakpoints(console)
    elif rest == "script":
        program = console.session.program or console.session.load()
        console.write(f"{program.file}, {len(program.lines)} lines, {console.session.state.value}")
    else:
        raise UsageError(f"no information on {rest!r}", hint="info breakpoints, info script")


@command("source", usage="FILE", group=Group.SESSION, takes=Takes.TEXT)
def source(console: Console, rest: str) -> None:
    """Carry out the commands in a file, one a line."""
    if not rest:
        raise UsageError("which file?", hint="source commands.ldb")
    try:
        with open(rest, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"cannot read {rest}: {reason}") from None
    with console.deeper("files that source each other go round in circles", "a file cannot source itself"):
        console.run(lines)


@command("alias", usage="[NAME [COMMANDS]]", group=Group.SESSION, takes=Takes.TEXT)
def alias(console: Console, rest: str) -> None:
    """Give a command another name, take one away, or tell them all."""
    name, _, text = rest.partition(" ")
    if not name:
        console.write("\n".join(f"{each} = {told}" for each, told in console.aliases.items()) or "no aliases")
    elif not text:
        if console.aliases.pop(name, None) is None:
            raise UsageError(f"there is no alias {name}")
    elif find(name) is not None:
        raise UsageError(f"{name} is a command", hint="choose a name that is none")
    else:
        console.aliases[name] = text.strip()


@command("maxlen", "m", usage="[BYTES]", group=Group.SESSION)
def maxlen(console: Console, rest: str) -> None:
    """Set how many bytes of a string are shown; 0: all."""
    if rest:
        wanted = number_in(rest)
        if wanted is None:
            raise UsageError(f"{rest!r} is no number of bytes", hint="maxlen 1000, maxlen 0 for all")
        console.settings.values = wanted
    shown = console.settings.values
    console.write(f"strings are shown up to {shown} bytes" if shown else "strings are shown whole")


@command("config", usage="[NAME VALUE]", group=Group.SESSION)
def config(console: Console, rest: str) -> None:
    """Tell the settings, or change one: context (lines around a stop), maxlen."""
    name, _, text = rest.partition(" ")
    if not name:
        console.write(f"context {console.settings.context}\nmaxlen {console.settings.values}")
    elif name == "maxlen":
        maxlen(console, text)
    elif name != "context":
        raise UsageError(f"there is no setting {name}", hint="config tells them all")
    else:
        lines = number_in(text.strip())
        if lines is None:
            raise UsageError(f"{text.strip()!r} is no number of lines", hint="config context 3")
        console.settings.context = lines
