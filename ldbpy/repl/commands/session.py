"""Commands about the session itself."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from ldbpy.errors import UsageError
from ldbpy.flavors import FLAVORS
from ldbpy.repl.commands.scripts import as_bytes
from ldbpy.repl.reading import read_watched
from ldbpy.repl.registry import COMMANDS, Command, Group, Operand, all_commands, command
from ldbpy.targets.copying import copy_key, matching_keys
from ldbpy.targets.seed import place_copies

if TYPE_CHECKING:
    from ldbpy.repl.repl import Repl

__all__: list[str] = []


@command("server", usage="[FLAVOR]", operand=Operand.FLAVOR, group=Group.SESSION)
def server(repl: Repl, rest: str) -> None:
    """Imitate another server from now on, with the same data; alone, tell which it is.

    The variables of the session are gone then, and so are scripts and function libraries. The embedded server only.
    """
    if not rest:
        repl.write(repl.place.target.description)
        repl.write(
            f"there are: {', '.join(FLAVORS)}" if repl.place.embedded is not None else "a real one is what it is"
        )
        return
    if repl.place.embedded is None:
        raise UsageError("a real server is what it is", hint="ldbpy repl --server FLAVOR needs no server")
    place = repl.open_flavor(rest)
    call = repl.place.quietly
    place_copies(place.call, (copy_key(call, key) for key in matching_keys(call, b"*")), "the session")
    repl.move(place)
    repl.write(f"{place.target.description}: the data is kept, variables and scripts are gone")


@command("reset", operand=Operand.NOTHING, group=Group.SESSION)
def reset(repl: Repl, rest: str) -> None:
    """Forget the variables of the session; the data stays."""
    repl.forget_lua()


@command("time", usage="[on|off|INPUT]", operand=Operand.INPUT, group=Group.SESSION)
def time(repl: Repl, rest: str) -> None:
    """Tell what each input takes: time; of Lua commands, instructions, memory, too. With an input, of that alone."""
    if rest.lower() not in _SWITCH:
        _watched(repl, b".time " + as_bytes(rest))
        return
    repl.times = _switched(rest, repl.times)
    repl.write(f"times are {'told' if repl.times else 'no longer told'}")


@command("trace", usage="[on|off|INPUT]", operand=Operand.INPUT, group=Group.SESSION)
def trace(repl: Repl, rest: str) -> None:
    """Tell the commands each Lua input calls, with their replies and times. With an input, those of that alone."""
    if rest.lower() not in _SWITCH:
        _watched(repl, b".trace " + as_bytes(rest))
        return
    repl.traces = _switched(rest, repl.traces)
    repl.write(f"commands are {'told' if repl.traces else 'no longer told'}")


_SWITCH: Final = ("", "on", "off")


def _switched(rest: str, is_on: bool) -> bool:
    return rest.lower() == "on" if rest else not is_on


def _watched(repl: Repl, text: bytes) -> None:
    names, rest = read_watched(text)
    before = repl.times, repl.traces
    repl.times |= b"time" in names
    repl.traces |= b"trace" in names
    try:
        repl.failed = not repl.carry_out(rest)
    finally:
        repl.times, repl.traces = before


@command("help", "h", usage="[COMMAND]", operand=Operand.COMMAND, group=Group.SESSION)
def help_(repl: Repl, rest: str) -> None:
    """Tell the commands, or about one."""
    name = rest.removeprefix(".").lower()
    if not name:
        repl.write(_overview())
        return
    known = COMMANDS.get(name)
    if known is None:
        close = get_close_matches(name, COMMANDS, 1)
        raise UsageError(f"there is no command .{name}", hint=f"did you mean .{close[0]}?" if close else ".help")
    also = "".join(f", .{other}" for other in known.names[1:])
    repl.write("\n".join(line for line in (_shown(known) + also, known.summary, known.details) if line))


def _shown(known: Command) -> str:
    return f".{known.name} {known.usage}".rstrip()


_KEYS = """Tab completes, Ctrl-R searches what was typed, Ctrl-C stops what runs or drops the input, Ctrl-D leaves.
Alt-Enter adds a line to an input that is complete, and runs one that is not."""


def _overview() -> str:
    lines = ["A line is Lua: an expression shows its value, locals stay. =x shows x. A line with a dot is a command:"]
    for group in Group:
        lines += ["", group.value]
        lines += [f"  {_shown(each):<40}  {each.summary}" for each in all_commands() if each.group is group]
    lines += ["", _KEYS]
    return "\n".join(lines)


@command("quit", "exit", "q", operand=Operand.NOTHING, group=Group.SESSION)
def quit_(repl: Repl, rest: str) -> None:
    """Leave. The embedded server's data is gone then: .save keeps it."""
    repl.done = True
