"""What a session has changed on a live server, kept so that it can be put back.

Every command that writes runs in a transaction with DUMP of its keys before and after it. So it is known for certain
what a key held before our first write, and whether somebody else wrote to it between two of ours. Large keys are not
dumped that often: they are looked at when the script comes to stand still (``settle``), and before the next write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol

from ldbpy.errors import ServerRefusedError
from ldbpy.model.changes import KeyState
from ldbpy.resp import ErrorReply, Reply
from ldbpy.store.server import packed, server_time
from ldbpy.store.undo.images import Image, Kept, KeyAt, is_same, mark_of
from ldbpy.store.undo.journal import Journal
from ldbpy.store.undo.rollback import image_commands, image_of, told

__all__ = ["UndoLog"]

_TIME: Final = packed([b"TIME"])
_SMALL: Final = 64 * 1024
"""Bytes of a DUMP up to which one is made around every write."""


@dataclass(slots=True)
class _Entry:
    """A key that was written to, or is about to be."""

    at: KeyAt
    asks: tuple[bytes, ...]
    """The commands that ask for its image, packed."""
    before: Image
    state: KeyState | None
    """What it held before, for people."""
    seen: Image | None = None
    """What it held after our last write; None: not looked at yet."""
    written: bool = False
    """Whether there was a write at all."""
    told: bool = True
    """Whether the journal knows of what was seen."""
    foreign: bool = False
    small: bool = True


class _Transact(Protocol):
    def __call__(
        self, db: int, commands: list[bytes], resp: int, raw: bytes = b"", known: Sequence[Reply] = ()
    ) -> list[Reply]: ...


class UndoLog:
    """The keys of one run. ``ask`` sends commands at once, in the database of that number and in that protocol;
    ``transact`` sends those that are packed in a transaction, and is quick where it begins with what is known.
    """

    def __init__(
        self,
        ask: Callable[[int, list[list[bytes]], int], list[Reply]],
        transact: _Transact,
        journal: Journal,
        peek: Callable[[KeyAt], KeyState | None],
        now: Callable[[], int],
        *,
        tells_expiry: bool,
    ) -> None:
        self._ask: Final = ask
        self._transact: Final = transact
        self._journal: Final = journal
        self._peek: Final = peek
        self._now: Final = now
        self._tells_expiry: Final = tells_expiry
        self._entries: Final[dict[KeyAt, _Entry]] = {}

    @property
    def keys(self) -> tuple[KeyAt, ...]:
        """The keys written to, in the order of the first write."""
        return tuple(at for at, entry in self._entries.items() if entry.written)

    def state_before(self, at: KeyAt) -> KeyState | None:
        """What a key held before the first write."""
        return self._entries[at].state

    @property
    def kept(self) -> tuple[Kept, ...]:
        """What there is to put back."""
        return tuple(
            Kept(at, entry.before, None if entry.seen is None else mark_of(entry.seen), entry.foreign)
            for at, entry in self._entries.items()
            if entry.written
        )

    # -- a command

    def run(self, keys: Sequence[KeyAt], argv: list[bytes], db: int, resp: int) -> Reply:
        """Run a command that writes to these keys.

        Raises:
            BackendError: the server or the disk does not let keep what it changes; or the connection was lost.
        """
        fresh = [at for at in keys if at not in self._entries]
        if fresh:
            self._keep(fresh)
        entries = [self._entries[at] for at in keys]
        self._announce(entries)
        expected = [(entry.written, entry.seen) for entry in entries]
        before = [entry for entry in entries if entry.at.db == db and (entry.small or entry.seen is not None)]
        after = [entry for entry in entries if entry.at.db == db and entry.small]
        raw, known = self._known(before)
        first, last = self._images(before, timed=not known), self._images(after)
        for entry in entries:  # if no answer comes, it may have run
            entry.written, entry.seen = True, None
        try:
            results = self._results(self._transact(db, [*first, packed(argv), *last], resp, raw, known), len(first))
        except ServerRefusedError:  # nothing of the transaction has run
            self._unwritten(entries, expected)
            self._tell(entries)
            raise
        if isinstance(results, ErrorReply):
            self._unwritten(entries, expected)
            return results
        if not known or results[: len(known)] != known:
            then = dict(zip(keys, expected, strict=True))
            for entry, image in zip(before, self._read(len(before), results[: len(first)]), strict=True):
                self._compare(entry, image, *then[entry.at])
        for entry, image in zip(after, self._read(len(after), results[len(first) + 1 :]), strict=True):
            self._see(entry, image)
        return results[len(first)]

    def _unwritten(self, entries: Sequence[_Entry], expected: Sequence[tuple[bool, Image | None]]) -> None:
        """The write that was to be did not take place."""
        for entry, (written, seen) in zip(entries, expected, strict=True):
            entry.written, entry.seen = written, seen

    def _known(self, entries: Sequence[_Entry]) -> tuple[bytes, list[Reply]]:
        """What asking for images gives if nobody has written to the keys since our last write, as it is sent and as
        replies; nothing if it cannot be told: who tells how long a key has left tells something else each time.
        """
        raw, known = [], list[Reply]()
        for entry in entries:
            seen = entry.seen
            if seen is None or (seen.expires_at is not None and not self._tells_expiry):
                return b"", []
            dump = seen.dump
            if dump is None:
                raw.append(b"$-1\r\n:-2\r\n")
                known += (None, -2)
            else:
                ends = -1 if seen.expires_at is None else seen.expires_at
                raw.append(b"$%d\r\n%b\r\n:%d\r\n" % (len(dump), dump, ends))
                known += (dump, ends)
        return b"".join(raw), known

    def _announce(self, entries: Sequence[_Entry]) -> None:
        """Let the journal know that what it has seen of keys does not hold any more."""
        if untold := [entry for entry in entries if entry.told]:
            self._journal.written(entry.at for entry in untold)
            for entry in untold:
                entry.told = False

    def _keep(self, fresh: Sequence[KeyAt]) -> None:
        """Keep what keys hold, on disk too, before they are written to for the first time."""
        if not self._entries:
            self._check_rights(fresh[0])
        images = self._look(fresh)
        self._journal.keep(images.items())
        for at, image in images.items():
            state = None if image.dump is None else self._peek(at)
            asks = tuple(map(packed, image_commands(at.key, tells_expiry=self._tells_expiry)))
            self._entries[at] = _Entry(at, asks, image, state, small=len(image.dump or b"") <= _SMALL)

    def _check_rights(self, at: KeyAt) -> None:
        """See to it that what is changed can be put back: a server tells what is not allowed when it is queued.

        Raises:
            ServerRefusedError: it cannot.
        """
        # MULTI alone first: if it were refused, what follows would not be queued but run.
        replies = self._ask(at.db, [[b"MULTI"], [b"DISCARD"]], 2)
        if not any(isinstance(reply, ErrorReply) for reply in replies):
            restore = [b"RESTORE", at.key, b"0", b"", b"REPLACE", b"ABSTTL"]
            replies = self._ask(at.db, [[b"MULTI"], restore, [b"DEL", at.key], [b"DISCARD"]], 2)
            replies += self._ask(at.db, [[b"WATCH", at.key], [b"UNWATCH"]], 2)
        refused = next((reply for reply in replies if isinstance(reply, ErrorReply)), None)
        if refused is not None and refused.code != b"OOM":
            raise self._not_kept(refused)

    def _images(self, entries: Sequence[_Entry], *, timed: bool = True) -> list[bytes]:
        """What asks for images within a transaction; ``timed``: and for the time, where that is needed."""
        commands = [command for entry in entries for command in entry.asks]
        if commands and timed and not self._tells_expiry:
            commands.append(_TIME)
        return commands

    def _read(self, count: int, replies: Sequence[Reply]) -> list[Image]:
        """The images in the answers to that."""
        now = server_time(replies[-1]) if count and not self._tells_expiry else 0
        return [
            image_of(replies[2 * index], replies[2 * index + 1], now, tells_expiry=self._tells_expiry)
            for index in range(count)
        ]

    def _results(self, replies: list[Reply], at_argv: int) -> list[Reply] | ErrorReply:
        """What the commands of the transaction gave; the error with which the server refused ours."""
        *queued, done = replies
        if isinstance(done, list):
            return done
        own = queued[1 + at_argv]
        if isinstance(own, ErrorReply):
            return own
        refused = next((reply for reply in (*queued, done) if isinstance(reply, ErrorReply)), ErrorReply(b"no answer"))
        raise self._not_kept(refused)

    def _not_kept(self, refused: ErrorReply) -> ServerRefusedError:
        return ServerRefusedError(
            f"the server does not let put back what the script changes: {told(refused)}",
            hint="the user in the URL needs the rights multi, exec, watch, dump, restore, del, pttl and pexpiretime",
        )

    def _compare(self, entry: _Entry, image: Image, written: bool, seen: Image | None) -> None:
        """Find out whether somebody else has written to a key, by what it held just before a write of ours."""
        if written:
            entry.foreign = entry.foreign or (seen is not None and self._differ(seen, image))
        elif self._differ(entry.before, image):
            entry.before = image  # somebody wrote to it after it was kept: that is what is to come back
            self._journal.keep([(entry.at, image)])
            self._journal.written([entry.at])

    def _differ(self, then: Image, now: Image) -> bool:
        return then != now and not is_same(mark_of(then), mark_of(now), self._now())

    def _see(self, entry: _Entry, image: Image) -> None:
        entry.seen = image
        entry.small = len(image.dump or b"") <= _SMALL

    # -- standing still

    def settle(self) -> None:
        """Look at what has not been looked at since it was written to, and let the journal know.

        To be called when the script comes to stand still: from then on what others write is told from what it wrote.
        """
        waiting = {at: entry for at, entry in self._entries.items() if not entry.told}
        if not waiting:
            return
        for at, image in self._look([at for at, entry in waiting.items() if entry.seen is None]).items():
            self._see(waiting[at], image)
        self._tell(waiting.values())

    def _tell(self, entries: Iterable[_Entry]) -> None:
        """Let the journal know what keys hold after our last write, if there was one; where that is known."""
        known = [(each, each.seen if each.written else each.before) for each in entries]
        self._journal.seen((each.at, mark_of(seen), each.foreign) for each, seen in known if seen is not None)
        for each, seen in known:
            each.told = seen is not None

    def _look(self, keys: Sequence[KeyAt]) -> dict[KeyAt, Image]:
        found: dict[KeyAt, Image] = {}
        for db, group in groupby(sorted(keys), key=lambda at: at.db):
            here = list(group)
            commands = [each for at in here for each in image_commands(at.key, tells_expiry=self._tells_expiry)]
            images = self._read(len(here), self._ask(db, [*commands, [b"TIME"]], 2))
            found.update(zip(here, images, strict=True))
        return {at: found[at] for at in keys}
