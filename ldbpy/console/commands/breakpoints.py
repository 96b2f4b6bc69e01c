"""Commands that say where the script stops."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.console.registry import Group, command
from ldbpy.engine.backend import Capability
from ldbpy.engine.breakpoints import (
    Breakpoint,
    CommandPlace,
    ErrorFilter,
    ErrorPlace,
    FunctionPlace,
    KeyPlace,
    LinePlace,
    Place,
    VariablePlace,
)
from ldbpy.engine.conditions import (
    Condition,
    HitCondition,
    LogTemplate,
    parse_hit_condition,
    parse_log_template,
)
from ldbpy.errors import UsageError
from ldbpy.render.text import word

if TYPE_CHECKING:
    from ldbpy.console.console import Console

__all__: list[str] = ["place_text"]

_HITS: Final = re.compile(r"^(.*?)\s*\bhits\s+(\S+)$", re.DOTALL)
_IF: Final = re.compile(r"^(.*?)\s*\bif\s+(.+)$", re.DOTALL)
_NAME: Final = re.compile(r"[A-Za-z_][\w.:]*")


class _Wanted(NamedTuple):
    """What follows ``break``."""

    place: str
    condition: str | None
    hits: HitCondition | None


def _parsed(text: str) -> _Wanted:
    hits = None
    match = _HITS.match(text)
    if match:
        text, hits = match[1], parse_hit_condition(match[2])
    match = _IF.match(text)
    if match:
        return _Wanted(match[1].strip(), match[2].strip(), hits)
    if re.search(r"\bif$", text):
        raise UsageError("a condition is missing after if", hint="break 7 if n > 3")
    return _Wanted(text.strip(), None, hits)


def _condition(console: Console, text: str | None) -> Condition | None:
    if text is None:
        return None
    console.session.backend.capabilities.require(Capability.CONDITIONS)
    try:
        return Condition(text, console.session.backend.names_in(text))
    except UsageError as error:
        hint = "== compares" if re.search(r"[^=~<>]=[^=]", text) else None
        raise UsageError(str(error), hint=hint) from None


def _place(console: Console, text: str) -> tuple[Place, str]:
    """The place a text means, and what to say about it."""
    if text.startswith("on "):
        return _command_place(console, text[3:].split()), ""
    if text.startswith("key "):
        console.session.backend.capabilities.require(Capability.KEY_BREAKPOINTS)
        return KeyPlace(text[4:].strip().encode()), ""
    file, _, line = text.rpartition(":")
    if line.isdigit():
        return _line_place(console, file, int(line))
    if not _NAME.fullmatch(text):
        raise UsageError(f"{text!r} is no place to stop", hint="a line, a function, on COMMAND [KEYS], or key PATTERN")
    statements = console.session.backend.statements_of(text)
    if not statements:
        raise UsageError(f"the script has no function {text}", hint="break on COMMAND stops at a Redis command")
    return FunctionPlace(text, statements), ""


def _line_place(console: Console, file: str, line: int) -> tuple[Place, str]:
    lines = len(console.story.lines())
    found = console.session.backend.statement_at(line)
    if line == 0 or found is None:
        raise UsageError(
            f"there is nothing to stop at on line {line} or after it", hint=f"the script has {lines} lines"
        )
    note = "" if found[1] == line else f" (line {line} has no statement)"
    return LinePlace(file, found[1], found[0]), note


def _command_place(console: Console, words: list[str]) -> Place:
    console.session.backend.capabilities.require(Capability.COMMAND_BREAKPOINTS)
    after = bool(words) and words[0] == "after"
    words = words[1:] if after else words
    if not words:
        raise UsageError("which command?", hint="break on HSET user:*, break on @write, break on *")
    keys = words[1].encode() if len(words) > 1 else None
    return CommandPlace(words[0].lower(), keys, after)


def _add(console: Console, text: str, *, temporary: bool = False, log: LogTemplate | None = None) -> None:
    wanted = _parsed(text)
    place, note = _place(console, wanted.place)
    condition = _condition(console, wanted.condition)
    added = console.session.breakpoints.add(
        place, condition=condition, hit_condition=wanted.hits, log=log, temporary=temporary
    )
    console.write(f"{_told(console, added)}{note}")


def place_text(console: Console, place: Place) -> str:
    """A place in words."""
    match place:
        case LinePlace(line=line):
            return f"at {console.story.place(line)}"
        case FunctionPlace(name=name):
            return f"in {name}"
        case CommandPlace(command=name, keys=keys, after=after):
            when = "after" if after else "before"
            what = "any command" if name == "*" else f"any {name if name.startswith('@') else name.upper()}"
            return f"{when} {what}{' ' + word(keys) if keys is not None else ''}"
        case KeyPlace(pattern=pattern):
            return f"when {word(pattern)} changes"
        case VariablePlace(expression=expression):
            return f"when {expression.text} changes"
        case ErrorPlace(filter=wanted):
            return f"at {'any error' if wanted is ErrorFilter.RAISED else f'errors: {wanted.value}'}"


def _told(console: Console, each: Breakpoint) -> str:
    kind = "logpoint" if each.log is not None else "breakpoint"
    text = f"{kind} {each.number} {place_text(console, each.place)}"
    if each.condition is not None:
        text += f", when {each.condition.text}"
    if each.hit_condition is not None:
        text += f", hits {each.hit_condition}"
    if each.temporary:
        text += ", once"
    return text


@command("break", "b", usage="[PLACE [if CONDITION] [hits N]]", group=Group.BREAKPOINTS)
def break_(console: Console, rest: str) -> None:
    """Stop at a place, or tell all breakpoints.

    PLACE is a line, a function, on COMMAND [KEYS] (before a Redis command, by name or category such as @write, by a
    pattern of its keys), on after COMMAND, or key PATTERN (after a key has changed). CONDITION is an expression of Lua.
    N is a count: the N-th time, >=N from then on, %N every N-th.
    break -LINE takes the breakpoints on a line away, break 0 all of them.
    """
    if not rest:
        info_breakpoints(console)
    elif rest == "0":
        console.write(f"{console.session.breakpoints.clear()} breakpoints removed")
    elif re.fullmatch(r"-\d+", rest):
        _remove_at(console, int(rest[1:]))
    else:
        _add(console, rest)


def _remove_at(console: Console, line: int) -> None:
    found = [
        each for each in console.session.breakpoints if isinstance(each.place, LinePlace) and each.place.line == line
    ]
    if not found:
        raise UsageError(f"there is no breakpoint on line {line}")
    for each in found:
        console.session.breakpoints.remove(each.number)
        console.write(f"breakpoint {each.number} removed")


def info_breakpoints(console: Console) -> None:
    """Tell all breakpoints."""
    if not len(console.session.breakpoints):
        console.write("no breakpoints: break LINE sets one")
    for each in console.session.breakpoints:
        more = [f"hit {each.hits} time{'' if each.hits == 1 else 's'}"] if each.hits else []
        more += [f"ignored {each.ignore} times more"] if each.ignore else []
        more += [] if each.enabled else ["disabled"]
        more += [f"says {each.log}"] if each.log is not None else []
        console.write(f"{_told(console, each)}{''.join(f'   {text}' for text in more)}")


@command("tbreak", "tb", usage="PLACE [if CONDITION]", group=Group.BREAKPOINTS)
def tbreak(console: Console, rest: str) -> None:
    """Stop at a place once."""
    _add(console, _needed(rest, "tbreak 7"), temporary=True)


@command("log", usage="PLACE [if CONDITION] TEXT", group=Group.BREAKPOINTS)
def log(console: Console, rest: str) -> None:
    """Say something at a place instead of stopping: log 7 "n is {n}"."""
    match = re.fullmatch(r"(.+?)\s+([\"'])(.*)\2", _needed(rest, 'log 7 "n is {n}"'), re.DOTALL)
    if match is None:
        raise UsageError("the text to say is missing", hint='log 7 "n is {n}"')
    _add(console, match[1], log=_checked(console, parse_log_template(match[3])))


def _checked(console: Console, template: LogTemplate) -> LogTemplate:
    for expression in template.expressions:
        console.session.backend.names_in(expression.text)
    return template


@command("watch", usage="EXPRESSION | key PATTERN", group=Group.BREAKPOINTS)
def watch(console: Console, rest: str) -> None:
    """Stop when the value of an expression changes, or a key does."""
    text = _needed(rest, "watch n, watch key user:*")
    if text.startswith("key "):
        _add(console, text)
        return
    console.session.backend.capabilities.require(Capability.VARIABLE_BREAKPOINTS)
    condition = _condition(console, text)
    assert condition is not None
    added = console.session.breakpoints.add(VariablePlace(condition, None))
    console.write(_told(console, added))


@command("catch", usage="uncaught | caught | reply | raised | off", group=Group.BREAKPOINTS)
def catch(console: Console, rest: str) -> None:
    """Stop at errors: those that end the script, those pcall catches, error replies of commands, or all."""
    console.session.backend.capabilities.require(Capability.ERROR_BREAKPOINTS)
    mine = [each for each in console.session.breakpoints if isinstance(each.place, ErrorPlace)]
    if rest == "off":
        for each in mine:
            console.session.breakpoints.remove(each.number)
        console.session.stop_on_uncaught = False
        console.write("errors no longer stop the script")
        return
    wanted = next((each for each in ErrorFilter if each.value == (rest or "raised")), None)
    if wanted is None:
        raise UsageError(f"{rest!r} is no kind of error", hint="uncaught, caught, reply, raised, or off")
    if wanted is ErrorFilter.UNCAUGHT:
        console.session.stop_on_uncaught = True
        console.write("errors that end the script stop it first")
        return
    known = [each for each in mine if isinstance(each.place, ErrorPlace) and each.place.filter is wanted]
    console.write(_told(console, known[0] if known else console.session.breakpoints.add(ErrorPlace(wanted))))


def _needed(rest: str, example: str) -> str:
    if not rest:
        raise UsageError("where?", hint=example)
    return rest


def _numbers(console: Console, rest: str) -> list[int]:
    if not rest:
        return [each.number for each in console.session.breakpoints]
    words = rest.replace(",", " ").split()
    if not all(each.isdigit() for each in words):
        raise UsageError(f"{rest!r} is no number of a breakpoint", hint="break tells them all")
    return [console.session.breakpoints.get(int(each)).number for each in words]


@command("delete", "del", "clear", usage="[NUMBER ...]", group=Group.BREAKPOINTS)
def delete(console: Console, rest: str) -> None:
    """Take breakpoints away: those of these numbers, or all."""
    for number in _numbers(console, rest):
        console.session.breakpoints.remove(number)
        console.write(f"breakpoint {number} removed")


@command("disable", usage="[NUMBER ...]", group=Group.BREAKPOINTS)
def disable(console: Console, rest: str) -> None:
    """Let breakpoints be passed until they are enabled again."""
    for number in _numbers(console, rest):
        console.session.breakpoints.change(number, enabled=False)
        console.write(f"breakpoint {number} disabled")


@command("enable", usage="[NUMBER ...]", group=Group.BREAKPOINTS)
def enable(console: Console, rest: str) -> None:
    """Let disabled breakpoints stop the script again."""
    for number in _numbers(console, rest):
        console.session.breakpoints.change(number, enabled=True)
        console.write(f"breakpoint {number} enabled")


def _number_and(console: Console, rest: str, example: str) -> tuple[int, str]:
    number, _, text = rest.partition(" ")
    if not number.isdigit():
        raise UsageError("which breakpoint?", hint=example)
    return console.session.breakpoints.get(int(number)).number, text.strip()


@command("condition", "cond", usage="NUMBER [CONDITION]", group=Group.BREAKPOINTS)
def condition(console: Console, rest: str) -> None:
    """Give a breakpoint another condition, or none."""
    number, text = _number_and(console, rest, "condition 1 n > 3")
    changed = console.session.breakpoints.change(number, condition=_condition(console, text or None))
    console.write(_told(console, changed))


@command("ignore", usage="NUMBER COUNT", group=Group.BREAKPOINTS)
def ignore(console: Console, rest: str) -> None:
    """Pass a breakpoint so many times before it stops the script."""
    number, text = _number_and(console, rest, "ignore 1 10")
    if not text.isdigit():
        raise UsageError(f"{text!r} is no count", hint="ignore 1 10")
    console.session.breakpoints.change(number, ignore=int(text))
    console.write(f"breakpoint {number} is passed {text} time{'' if text == '1' else 's'} more")
