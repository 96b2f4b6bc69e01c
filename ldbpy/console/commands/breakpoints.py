"""Commands that say where the script stops."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.console.places import breakpoint_text, find_place, is_nowhere, read_place
from ldbpy.console.registry import Group, Takes, command, number_in
from ldbpy.engine.backend import Capability
from ldbpy.engine.breakpoints import (
    ErrorFilter,
    ErrorPlace,
    LinePlace,
    VariablePlace,
    VariableScope,
)
from ldbpy.engine.conditions import (
    Condition,
    HitCondition,
    LogTemplate,
    parse_hit_condition,
    parse_log_template,
)
from ldbpy.errors import UsageError
from ldbpy.render.text import counted, readable
from ldbpy.render.values import value_text

if TYPE_CHECKING:
    from ldbpy.console.console import Console

__all__: list[str] = []

_HITS: Final = re.compile(r"^(.*?)\s*\bhits\s+(\S+)$", re.DOTALL)
_IF: Final = re.compile(r"^(.*?)\s*\bif\s+(.+)$", re.DOTALL)
_LAST_QUOTED: Final = re.compile(r"(.+)\s+([\"'])((?:(?!\2).)*)\2", re.DOTALL)
_QUOTED: Final = re.compile(r"(.+?)\s+([\"'])(.*)\2", re.DOTALL)
_NONE: Final = "no breakpoints: break LINE sets one"


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


def _add(console: Console, text: str, *, temporary: bool = False, log: LogTemplate | None = None) -> None:
    wanted = _parsed(text)
    place, note = find_place(console, wanted.place)
    condition = _condition(console, wanted.condition)
    for each in console.session.breakpoints:
        fields = (each.place, each.condition, each.hit_condition, each.log, each.temporary)
        if fields == (place, condition, wanted.hits, log, temporary):
            console.write(f"{breakpoint_text(each)}{note}: it was there already")
            return
    added = console.session.breakpoints.add(
        place, condition=condition, hit_condition=wanted.hits, log=log, temporary=temporary
    )
    console.write(f"{breakpoint_text(added)}{note}")


@command("break", "b", usage="[PLACE [if CONDITION] [hits N]]", group=Group.BREAKPOINTS)
def break_(console: Console, rest: str) -> None:
    """Stop at a place, or tell all breakpoints.

    PLACE is a line (12, or helper.lua:12 in a file that is included), a function, on COMMAND [KEYS] (before a Redis
    command, by name or category such as @write, by a pattern of its keys), on after COMMAND, or key PATTERN (after a
    key has changed). CONDITION is an expression of Lua. N is a count: the N-th time, >=N from then on, %N every N-th.
    break -LINE takes the breakpoints on a line away, break 0 all of them.
    """
    if not rest:
        info_breakpoints(console)
    elif rest == "0":
        count = console.session.breakpoints.clear()
        console.write(f"{counted(count, 'breakpoint')} removed" if count else _NONE)
    elif re.fullmatch(r"-[0-9]+", rest) or re.fullmatch(r"-\S+:[0-9]+", rest):
        _remove_at(console, rest[1:])
    else:
        _add(console, rest)


def _remove_at(console: Console, text: str) -> None:
    place = read_place(console, text)
    found = [
        each
        for each in console.session.breakpoints
        if isinstance(each.place, LinePlace) and (each.place.file, each.place.line) == place
    ]
    if not found:
        raise UsageError(f"there is no breakpoint on line {text}")
    for each in found:
        console.session.breakpoints.remove(each.number)
        console.write(f"breakpoint {each.number} removed")


def info_breakpoints(console: Console) -> None:
    """Tell all breakpoints."""
    if not len(console.session.breakpoints):
        console.write(_NONE)
    for each in console.session.breakpoints:
        more = [f"hit {counted(each.hits, 'time')}"] if each.hits else []
        more += [f"ignored {counted(each.ignore, 'time')} more"] if each.ignore else []
        more += [] if each.enabled else ["disabled"]
        more += ["no such place any more"] if is_nowhere(each.place) else []
        more += [f"says {each.log}"] if each.log is not None else []
        console.write(f"{breakpoint_text(each)}{''.join(f'   {text}' for text in more)}")


@command("tbreak", "tb", usage="PLACE [if CONDITION]", group=Group.BREAKPOINTS)
def tbreak(console: Console, rest: str) -> None:
    """Stop at a place once."""
    _add(console, _needed(rest, "tbreak 7"), temporary=True)


@command("log", usage="PLACE [if CONDITION] TEXT", group=Group.BREAKPOINTS)
def log(console: Console, rest: str) -> None:
    """Say something at a place instead of stopping: log 7 "n is {n}"."""
    told = _needed(rest, 'log 7 "n is {n}"')
    match = _LAST_QUOTED.fullmatch(told) or _QUOTED.fullmatch(told)
    if match is None or not match[3]:
        raise UsageError("the text to say is missing", hint='log 7 "n is {n}"')
    _add(console, match[1], log=_checked(console, parse_log_template(match[3])))


def _checked(console: Console, template: LogTemplate) -> LogTemplate:
    for expression in template.expressions:
        console.session.backend.names_in(expression.text)
    return template


@command("watch", usage="EXPRESSION | key PATTERN", group=Group.BREAKPOINTS, takes=Takes.EXPRESSION)
def watch(console: Console, rest: str) -> None:
    """Stop when the value of an expression changes, or a key does."""
    text = _needed(rest, "watch n, watch key user:*")
    if text.startswith("key "):
        _add(console, text)
        return
    console.session.backend.capabilities.require(Capability.VARIABLE_BREAKPOINTS)
    condition = _condition(console, text)
    assert condition is not None
    stopped = console.session.stopped is not None
    now = console.ask(lambda: console.session.backend.evaluate(text, console.frame)) if stopped else None
    scope = _scope(console, condition) if stopped else None
    added = console.session.breakpoints.add(VariablePlace(condition, scope))
    note = ""
    if now is not None:
        value = ", ".join(value_text(each, console.expand) for each in now.values[:1]) or "nothing"
        note = f"   (now {value})" if now.error is None else f"   (not yet: {readable(now.error)})"
    console.write(breakpoint_text(added) + note)


def _scope(console: Console, expression: Condition) -> VariableScope | None:
    """What the names of an expression mean in the frame that is looked at."""
    backend, frame = console.session.backend, console.frame
    function, scopes = console.ask(lambda: (backend.function_of(frame), backend.scopes(frame)))
    if function < 0:
        return None
    upvalues = {each.name for each in scopes.upvalues} & set(expression.names)
    known = {each.name for each in scopes.locals}
    others = set(expression.names) - upvalues - known
    unknown = {name for name in others if not _is_known(console, name)}
    return VariableScope(
        frame, function, frozenset(known & set(expression.names) | unknown), frozenset(upvalues - known)
    )


def _is_known(console: Console, name: bytes) -> bool:
    """Whether a name that is no local variable is a global one."""
    return console.ask(lambda: console.session.backend.evaluate(name.decode(), console.frame)).error is None


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
    console.write(breakpoint_text(known[0] if known else console.session.breakpoints.add(ErrorPlace(wanted))))


def _needed(rest: str, example: str) -> str:
    if not rest:
        raise UsageError("where?", hint=example)
    return rest


def _numbers(console: Console, rest: str) -> list[int]:
    if not rest:
        if not len(console.session.breakpoints):
            console.write(_NONE)
        return [each.number for each in console.session.breakpoints]
    numbers = [number_in(each) for each in rest.replace(",", " ").split()]
    if None in numbers:
        raise UsageError(f"{rest!r} is no number of a breakpoint", hint="break tells them all")
    return [console.session.breakpoints.get(each or 0).number for each in dict.fromkeys(numbers)]


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
    word_, _, text = rest.partition(" ")
    number = number_in(word_)
    if number is None:
        raise UsageError("which breakpoint?", hint=example)
    return console.session.breakpoints.get(number).number, text.strip()


@command("condition", "cond", usage="NUMBER [CONDITION]", group=Group.BREAKPOINTS)
def condition(console: Console, rest: str) -> None:
    """Give a breakpoint another condition, or none."""
    number, text = _number_and(console, rest, "condition 1 n > 3")
    changed = console.session.breakpoints.change(number, condition=_condition(console, text or None))
    console.write(breakpoint_text(changed))


@command("ignore", usage="NUMBER COUNT", group=Group.BREAKPOINTS)
def ignore(console: Console, rest: str) -> None:
    """Pass a breakpoint so many times before it stops the script."""
    number, text = _number_and(console, rest, "ignore 1 10")
    count = number_in(text)
    if count is None:
        raise UsageError(f"{text!r} is no count" if text else "how many times?", hint="ignore 1 10")
    console.session.breakpoints.change(number, ignore=count)
    console.write(f"breakpoint {number} is passed {counted(count, 'time')} more")
