"""Answers that tell a time: the same but for what passed while the real server worked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ldbpy.resp import MapReply, Reply
from tests.fuzz.answers import Answers, Rule, as_bytes

if TYPE_CHECKING:
    from tests.fuzz.mirror import Mirror

__all__ = ["MILLISECONDS", "SECONDS", "idle", "idle_times", "later", "time_of_day"]

_IDLE: Final = frozenset({b"idle", b"inactive"})
_A_DATE: Final = 10**11
"""Numbers above it are times since 1970 in milliseconds."""


def _time_in(unit: int) -> Rule:
    """Every number in the reply tells a time in units of so many milliseconds."""

    def near(mirror: Mirror, answers: Answers) -> bool:
        return _near(answers.theirs, answers.ours, answers.elapsed // unit + 1, loose=True)

    return near


MILLISECONDS, SECONDS = _time_in(1), _time_in(1000)


def idle_times(mirror: Mirror, answers: Answers) -> bool:
    """What is idle tells for how long: by name in XINFO, by place in the long form of XPENDING."""
    return _near(answers.theirs, answers.ours, answers.elapsed + 1, loose=False)


def _near(theirs: Reply, ours: Reply, tolerance: int, *, loose: bool) -> bool:
    """Whether replies are the same but for numbers close to each other: those that are times, or all if ``loose``."""
    if type(theirs) is int and type(ours) is int:
        apart = abs(theirs - ours)
        time = min(theirs, ours) >= (0 if loose else _A_DATE)
        return apart == 0 or (time and apart <= tolerance)
    left, right = _parts(theirs), _parts(ours)
    if left is None or right is None or type(theirs) is not type(ours) or len(left) != len(right):
        return as_bytes(theirs) == as_bytes(ours)
    return all(
        _near(one, other, tolerance, loose=loose or _is_idle(left, index))
        for index, (one, other) in enumerate(zip(left, right, strict=True))
    )


def _parts(reply: Reply) -> list[Reply] | None:
    if isinstance(reply, MapReply):
        return [item for pair in reply.pairs for item in pair]
    return reply if isinstance(reply, list) else None


def _is_idle(parts: list[Reply], index: int) -> bool:
    name = parts[index - 1] if index else None
    pending = [type(part) for part in parts] == [bytes, bytes, int, int]
    return (isinstance(name, bytes) and name in _IDLE) or (pending and index == 2)


def idle(mirror: Mirror, answers: Answers) -> bool:
    """How long a key was not used; of a number that all keys share, nobody knows."""
    shared = mirror.ask(b"OBJECT", b"REFCOUNT", answers.argv[2]) != 1
    return (shared and isinstance(answers.theirs, int)) or SECONDS(mirror, answers)


def later(mirror: Mirror, answers: Answers) -> bool:
    """What the same round set for as long as is asked for now is earlier on the real server, and the same here."""
    if b"GT" not in map(bytes.upper, answers.argv[3:]):
        return False
    if isinstance(answers.theirs, list) and isinstance(answers.ours, list):
        pairs = zip(answers.theirs, answers.ours, strict=False)
        return len(answers.theirs) == len(answers.ours) and all(pair == (1, 0) or pair[0] == pair[1] for pair in pairs)
    return answers.theirs == 1 and answers.ours == 0


def time_of_day(mirror: Mirror, answers: Answers) -> bool:
    """TIME: seconds and microseconds."""
    stamps = [_microseconds(reply) for reply in (answers.theirs, answers.ours)]
    return None not in stamps and abs((stamps[0] or 0) - (stamps[1] or 0)) <= (answers.elapsed + 1) * 1000


def _microseconds(reply: Reply) -> int | None:
    match reply:
        case [bytes() as seconds, bytes() as rest] if seconds.isdigit() and rest.isdigit():
            return int(seconds) * 10**6 + int(rest)
        case _:
            return None
