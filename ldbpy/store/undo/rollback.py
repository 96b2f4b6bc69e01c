"""Putting keys back as they were, in one transaction, but for those that others have written to since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from ldbpy.errors import BackendError, ServerRefusedError
from ldbpy.resp import ErrorReply, Reply
from ldbpy.store.server import refusal_hint, server_time
from ldbpy.store.undo.images import Image, Kept, KeyAt, is_same, mark_of, restoring
from ldbpy.store.undo.patience import busy_reply

__all__ = ["Outcome", "image_commands", "image_of", "roll_back", "told"]

_RIGHTS: Final = "the user in the URL needs the rights dump, restore, pttl and pexpiretime"
_ATTEMPTS: Final = 20
"""How often to begin anew because a key was written to just then."""


class Outcome(NamedTuple):
    """What became of the keys, or would."""

    restored: tuple[KeyAt, ...]
    """They hold what they held."""
    unchanged: tuple[KeyAt, ...]
    """They did so already."""
    left: tuple[KeyAt, ...]
    """Others have written to them: they were not touched."""
    refused: tuple[tuple[KeyAt, str], ...] = ()
    """The server did not take them, for that reason: they hold what the script left."""


def image_commands(key: bytes, *, tells_expiry: bool) -> list[list[bytes]]:
    """What to ask for an image of a key."""
    return [[b"DUMP", key], [b"PEXPIRETIME" if tells_expiry else b"PTTL", key]]


def image_of(dump: Reply, expiry: Reply, now: int, *, tells_expiry: bool) -> Image:
    """The image in the answers.

    Raises:
        ServerRefusedError: the server does not hand it out.
    """
    for reply in (dump, expiry):
        if isinstance(reply, ErrorReply):
            raise ServerRefusedError(
                f"the server does not tell what a key holds, so that nothing could be undone: {told(reply)}",
                hint=_RIGHTS if reply.code == b"NOPERM" else refusal_hint(reply.message),
            )
    if not isinstance(dump, bytes):
        return Image(None, None)
    ends = expiry if isinstance(expiry, int) and expiry >= 0 else None
    return Image(dump, ends if ends is None or tells_expiry else now + ends)


def told(reply: ErrorReply) -> str:
    """An error's text, for people."""
    return reply.message.decode("utf-8", "backslashreplace")


def roll_back(
    ask: Callable[[list[list[bytes]]], list[Reply]],
    kept: Sequence[Kept],
    *,
    tells_expiry: bool,
    force: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Put keys back. ``ask`` sends commands at once, a transaction once only, and may end in any database.

    ``force``: those that others have written to as well. ``dry_run``: only tell what would be done.

    Raises:
        BackendError: it cannot be done; no key was touched, but for some before in a cluster.
    """
    by_db = sorted(kept, key=lambda each: each.at.db)
    for _ in range(_ATTEMPTS):
        unchanged, changed, left, now = _looked(ask, by_db, tells_expiry=tells_expiry, force=force)
        restored = tuple(each.at for each in changed)
        if not changed or dry_run:
            ask([[b"UNWATCH"]])
            return Outcome(restored, tuple(unchanged), tuple(left))
        try:
            refused = _restored(ask, changed, now)
        except _SlotsError:  # each by itself, watched by itself
            singly = [roll_back(ask, [each], tells_expiry=tells_expiry, force=force) for each in by_db]
            return Outcome(
                tuple(at for each in singly for at in each.restored),
                tuple(at for each in singly for at in each.unchanged),
                tuple(at for each in singly for at in each.left),
                tuple(why for each in singly for why in each.refused),
            )
        if refused is not None:
            restored = tuple(at for at in restored if at not in refused)
            return Outcome(restored, tuple(unchanged), tuple(left), tuple(refused.items()))
    raise BackendError("the keys are written to by others all the time: nothing was put back")


class _SlotsError(Exception):
    """In a cluster a transaction has keys of one slot."""


def _looked(
    ask: Callable[[list[list[bytes]]], list[Reply]], kept: Sequence[Kept], *, tells_expiry: bool, force: bool
) -> tuple[list[KeyAt], list[Kept], list[KeyAt], int]:
    """Watch the keys, and sort them: those that are as they were, those to put back, those to leave alone; the time."""
    unchanged: list[KeyAt] = []
    changed: list[Kept] = []
    left: list[KeyAt] = []
    # If MULTI were refused, what follows it would not be queued but run. DISCARD lets go of what is watched, too.
    _check(ask([[b"MULTI"], [b"DISCARD"]]))
    now = 0
    for db, group in groupby(kept, key=lambda each: each.at.db):
        entries = list(group)
        commands = [[b"SELECT", b"%d" % db], *([b"WATCH", each.at.key] for each in entries)]
        for each in entries:
            commands += image_commands(each.at.key, tells_expiry=tells_expiry)
        # The time in the same breath: it is what tells when keys expire where PTTL has to.
        replies = ask([*commands, [b"TIME"]])
        now = server_time(replies.pop())
        _check(replies[: len(entries) + 1])
        images = replies[len(entries) + 1 :]
        for each, dump, expiry in zip(entries, images[::2], images[1::2], strict=True):
            mark = mark_of(image_of(dump, expiry, now, tells_expiry=tells_expiry))
            if is_same(mark_of(each.before), mark, now):
                unchanged.append(each.at)
            elif force or (not each.foreign and (each.seen is None or is_same(each.seen, mark, now))):
                changed.append(each)
            else:
                left.append(each.at)
    return unchanged, changed, left, now


def _restored(
    ask: Callable[[list[list[bytes]]], list[Reply]], changed: Sequence[Kept], now: int
) -> dict[KeyAt, str] | None:
    """Put them back: those the server does not take, with why; None if somebody may have written to one meanwhile."""
    commands: list[list[bytes]] = [[b"MULTI"]]
    for db, group in groupby(changed, key=lambda each: each.at.db):
        commands.append([b"SELECT", b"%d" % db])
        commands += [restoring(each.at, each.before, now) for each in group]
    *queued, done = ask([*commands, [b"EXEC"]])
    if busy_reply(queued) is not None:  # a script of another client has begun just now: who knows what it writes
        return None
    if isinstance(done, ErrorReply):
        if done.code == b"CROSSSLOT" and len(changed) > 1:
            raise _SlotsError
        _check([reply for reply in queued if isinstance(reply, ErrorReply)] or [done])
    if not isinstance(done, list):
        return None
    # What fails within EXEC does not keep the rest from being done: a dump, say, that an older server cannot read.
    replies = [reply for reply, command in zip(done, commands[1:], strict=True) if command[0] != b"SELECT"]
    results = zip(changed, replies, strict=True)
    return {each.at: told(reply) for each, reply in results if isinstance(reply, ErrorReply)}


def _check(replies: Sequence[Reply]) -> None:
    for reply in replies:
        if isinstance(reply, ErrorReply):
            raise ServerRefusedError(
                f"the server refuses to put keys back: {told(reply)}", hint=refusal_hint(reply.message)
            )
