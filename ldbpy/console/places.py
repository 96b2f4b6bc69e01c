"""Places of breakpoints: what a person writes, and what is told of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ldbpy.console.registry import number_in
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
from ldbpy.errors import UsageError
from ldbpy.model.location import Location
from ldbpy.render.text import word
from ldbpy.resp.quoting import split_words

if TYPE_CHECKING:
    from ldbpy.console.console import Console

__all__ = ["breakpoint_text", "find_place", "is_nowhere", "read_place", "statement_at"]

_NAME: Final = re.compile(r"[A-Za-z_][\w.:]*")


def find_place(console: Console, text: str) -> tuple[Place, str]:
    """The place a text means, and what to say about it."""
    kind, _, rest = text.partition(" ")
    if kind == "on":
        return _command_place(console, _words(rest)), ""
    if kind == "key":
        return _key_place(console, _words(rest)), ""
    file, _, line = text.rpartition(":")
    if (number := number_in(line)) is not None:
        return _line_place(console, file, number)
    if not _NAME.fullmatch(text):
        raise UsageError(f"{text!r} is no place to stop", hint="a line, a function, on COMMAND [KEYS], or key PATTERN")
    statements = console.session.backend.statements_of(text)
    if not statements:
        raise UsageError(f"the script has no function {text}", hint="break on COMMAND stops at a Redis command")
    return FunctionPlace(text, statements), ""


def _words(text: str) -> list[bytes]:
    words = split_words(text.encode())
    if words is None:
        raise UsageError("a quote is not closed")
    return words


def _key_place(console: Console, words: list[bytes]) -> Place:
    console.session.backend.capabilities.require(Capability.KEY_BREAKPOINTS)
    if len(words) != 1:
        raise UsageError(
            "which key?" if not words else "one pattern at a time", hint="break key user:*, watch key user:*"
        )
    return KeyPlace(words[0])


def _line_place(console: Console, file: str, line: int) -> tuple[Place, str]:
    wanted = Location(_file_meant(console, file), line)
    if console.session.backend.statement_at(1) is None:
        raise UsageError("there is nothing to stop at in this script", hint="it is empty, or does not compile")
    statement, found = statement_at(console, wanted)
    note = "" if found.line == line else f" (line {line} has no statement)"
    return LinePlace(found.file, found.line, statement), note


def read_place(console: Console, text: str) -> Location | None:
    """The place that ``12`` or ``helper.lua:12`` means: without a file that of the current line. None: it means none.

    Raises:
        UsageError: the file is none of the script's.
    """
    file, _, line = text.rpartition(":")
    number = number_in(line)
    return None if number is None else Location(_file_meant(console, file), number)


def _file_meant(console: Console, file: str) -> str:
    places = console.story.places()
    if not file:
        current = console.story.current_line() if console.session.stopped is not None else 0
        return places.locate(current).file if current else places.files[0]
    if file in places.files:
        return file
    meant = [each for each in places.files if each.endswith(f"/{file}")]
    if len(meant) > 1:
        raise UsageError(f"{file} may be {' or '.join(meant)}")
    if not meant:
        made = "made of " if len(places.files) > 1 else ""
        raise UsageError(f"{file} is not debugged", hint=f"the script is {made}{', '.join(places.files)}")
    return meant[0]


def statement_at(console: Console, wanted: Location) -> tuple[int, Location]:
    """The statement that begins on a line or is the next after it in the file, and its line.

    Raises:
        UsageError: there is none.
    """
    places = console.story.places()
    line = places.find(wanted) if wanted.line else None
    found = console.session.backend.statement_at(line) if line is not None else None
    place = places.locate(found[1]) if found is not None else None
    if found is None or place is None or place.file != wanted.file:
        many = len(places.files) > 1
        where = f" of {wanted.file}" if many else ""
        raise UsageError(
            f"there is nothing to stop at on line {wanted.line}{where} or after it",
            hint=None if many else f"the script has {len(console.story.lines())} lines",
        )
    return found[0], place


_COMMANDS: Final = "break on HSET user:*, break on @write, break on *"


def _command_place(console: Console, words: list[bytes]) -> Place:
    backend = console.session.backend
    backend.capabilities.require(Capability.COMMAND_BREAKPOINTS)
    after = bool(words) and words[0].lower() == b"after"
    names = [each.decode("utf-8", "replace").lower() for each in (words[1:] if after else words)]
    if not names:
        raise UsageError("which command?", hint=_COMMANDS)
    # XGROUP CREATE is a command; the second word of HSET user:* is a pattern of keys.
    parts = 2 if len(names) > 1 and backend.is_command(" ".join(names[:2])) and _has_parts(console, names[0]) else 1
    name = " ".join(names[:parts])
    if not backend.is_command(name):
        told = f"category {name}" if name.startswith("@") else f"command {name.upper()}"
        raise UsageError(f"there is no {told}", hint=_COMMANDS)
    patterns = words[-len(names) :][parts:]
    if len(patterns) > 1:
        raise UsageError("one pattern of keys at a time", hint="break on HSET user:*")
    return CommandPlace(name, patterns[0] if patterns else None, after)


def _has_parts(console: Console, name: str) -> bool:
    """Whether a command is a container of subcommands: anything at all does not make one of it then."""
    return not console.session.backend.is_command(f"{name} *")


def _place_text(place: Place) -> str:
    """A place in words."""
    match place:
        case LinePlace(file=file, line=line):
            return f"at {Location(file, line)}"
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


def is_nowhere(place: Place) -> bool:
    """Whether a place is none of the script as it was read last."""
    match place:
        case LinePlace(statement=statement):
            return statement == 0
        case FunctionPlace(statements=statements):
            return not statements
        case _:
            return False


def breakpoint_text(each: Breakpoint) -> str:
    """A breakpoint in words."""
    kind = "logpoint" if each.log is not None else "breakpoint"
    text = f"{kind} {each.number} {_place_text(each.place)}"
    if each.condition is not None:
        text += f"{' and' if ' changes' in text else ', when'} {each.condition.text}"
    if each.hit_condition is not None:
        text += f", hits {each.hit_condition}"
    if each.temporary:
        text += ", once"
    return text
