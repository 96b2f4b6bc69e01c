"""Which of a command's arguments are keys, and what it does to them.

Follows the key specs of ``COMMAND`` (Redis 7.0 and later); SORT, whose specs the server calls unknown, by hand.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from ldbpy.commands.table import Command, KeySpec

__all__ = ["KeyAccess", "KeyUse", "find_keys"]


class KeyAccess(StrEnum):
    """What a command does to a key."""

    READ = "read"
    WRITE = "write"


class KeyUse(NamedTuple):
    """One key of one call."""

    place: int
    """Its place among the arguments, the command's name being 0."""
    key: bytes
    access: KeyAccess


def find_keys(command: Command, args: Sequence[bytes]) -> list[KeyUse]:
    """The keys in ``args`` (name first), in order. Wrong calls give what keys can be made out, never an error."""
    specs = command.key_specs
    sorts = command.name in ("sort", "sort_ro")
    if len(specs) == 1 and specs[0].is_one_argument and not sorts:  # as with most commands: quickly
        at = specs[0].at or 0
        return [KeyUse(at, args[at], _access(specs[0]))] if at < len(args) else []
    uses = [KeyUse(i, args[i], access) for spec in specs for i, access in _places(spec, args)]
    if sorts:
        uses.extend(_sort_store(args))
    return sorted(uses)


def _places(spec: KeySpec, args: Sequence[bytes]) -> Iterator[tuple[int, KeyAccess]]:
    begin = _begin(spec, args)
    if begin is None or begin >= len(args):
        return
    access = _access(spec)
    if spec.count_at is not None:
        first, end = begin + spec.first, _counted_end(spec, args, begin)
    else:
        first, end = begin, _range_end(spec, len(args), begin)
    for index in range(first, min(end, len(args)), spec.step):
        yield index, access


def _access(spec: KeySpec) -> KeyAccess:
    return KeyAccess.READ if "RO" in spec.flags else KeyAccess.WRITE


def _begin(spec: KeySpec, args: Sequence[bytes]) -> int | None:
    if spec.at is not None:
        return spec.at
    step = 1 if spec.start > 0 else -1
    start = spec.start if spec.start > 0 else len(args) + spec.start
    stop = len(args) if step > 0 else 0
    for index in range(start, stop, step):
        if args[index].upper() == spec.keyword:
            return index + 1
    return None


def _range_end(spec: KeySpec, count: int, begin: int) -> int:
    """One past the last place of a range."""
    if spec.last >= 0:
        return begin + spec.last + 1
    if spec.limit > 1:
        return begin + (count - begin) // spec.limit + spec.last + 1
    return count + spec.last + 1


_DIGITS: Final = 10
"""Those of a count that matter: no command has so many arguments."""


def _counted_end(spec: KeySpec, args: Sequence[bytes], begin: int) -> int:
    assert spec.count_at is not None
    place = begin + spec.count_at
    text = args[place] if place < len(args) else b""
    if not text.isdigit():
        return begin
    return begin + spec.first + min(int(text[:_DIGITS]), len(args)) * spec.step


def _sort_store(args: Sequence[bytes]) -> Iterator[KeyUse]:
    """SORT ... STORE key: the last STORE counts, and the arguments of LIMIT, GET and BY are passed over."""
    skipped = {b"LIMIT": 2, b"GET": 1, b"BY": 1}
    index, found = 2, None
    while index < len(args):
        word = args[index].upper()
        if word == b"STORE" and index + 1 < len(args):
            found = index + 1
            index += 1
        index += skipped.get(word, 0) + 1
    if found is not None:
        yield KeyUse(found, args[found], KeyAccess.WRITE)
