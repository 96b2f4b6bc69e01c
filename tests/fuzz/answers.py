"""Both sides' answers to a call, and their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from ldbpy.resp import MapReply, Reply, encode

if TYPE_CHECKING:
    from tests.fuzz.mirror import Mirror

__all__ = ["Answers", "Rule", "alike", "as_bytes", "in_order", "items_of", "pairs_of", "same_items"]


class Answers(NamedTuple):
    """What both sides answered to one call."""

    argv: list[bytes]
    theirs: Reply
    ours: Reply
    elapsed: int
    """Milliseconds the round took the real server."""


Rule = Callable[["Mirror", Answers], bool]
"""Whether the answers are the same but for what is not promised."""


def as_bytes(reply: Reply) -> bytes:
    """The reply in a form that compares and sorts."""
    return encode(reply, protocol=3)


def items_of(reply: Reply) -> list[Reply]:
    """The items of an array; none of anything else."""
    return reply if isinstance(reply, list) else []


def in_order(items: Iterable[Reply]) -> list[bytes]:
    """The items sorted."""
    return sorted(map(as_bytes, items))


def pairs_of(reply: Reply) -> list[Reply]:
    """Pairs of a map or of a flat array as items to be compared."""
    if isinstance(reply, MapReply):
        return [[key, value] for key, value in reply.pairs]
    items = items_of(reply)
    if items and isinstance(items[0], list):
        return items
    return [list(pair) for pair in zip(items[::2], items[1::2], strict=False)]


def alike(theirs: Reply, ours: Reply) -> bool:
    """Whether both are replies of one type and length."""
    if type(theirs) is not type(ours):
        return False
    return not isinstance(theirs, list) or not isinstance(ours, list) or len(theirs) == len(ours)


def same_items(answers: Answers) -> bool:
    """Whether both are arrays of the same items in any order, or otherwise of one type."""
    theirs, ours = answers.theirs, answers.ours
    return alike(theirs, ours) and in_order(items_of(theirs)) == in_order(items_of(ours))
