"""Data that is there before a script runs: from a seed file of Redis commands, or copied from a live server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ldbpy.errors import LdbpyError, SeedError
from ldbpy.resp import ErrorReply, Reply
from ldbpy.resp.quoting import split_words
from ldbpy.store.protocol import Call
from ldbpy.targets.copying import KeyCopy
from ldbpy.targets.embedded import EmbeddedServer

__all__ = ["place_copies", "run_seed", "seed"]


def seed(server: EmbeddedServer, text: bytes, name: str) -> int:
    """Run the commands of a seed file, one a line, quoted as for redis-cli; ``#`` begins a comment line.

    Gives how many there were.

    Raises:
        SeedError: a line is no command, or fails. Nothing of the file is kept.
    """
    savepoint = server.store.savepoint()
    try:
        count = run_seed(server.client().call, text, name)
    except LdbpyError:
        server.store.rollback(savepoint)
        raise
    server.store.release(savepoint)
    return count


def run_seed(call: Call, text: bytes, name: str) -> int:
    """As ``seed``, for a server that is thrown away if it fails."""
    count, begun = 0, None
    for place, words in _commands(text, name):
        reply = call(words)
        _check(reply, place, words, _HINT)
        match words[0].upper():
            case b"MULTI":
                begun = place
            case b"EXEC":
                _check_executed(reply, place, words)
                begun = None
            case b"DISCARD" | b"RESET":
                begun = None
        count += 1
    if begun is not None:
        raise SeedError(f"{begun}: MULTI: no EXEC follows", hint=_HINT)
    return count


def place_copies(call: Call, copies: Iterable[KeyCopy], origin: str) -> None:
    """Make copied keys anew.

    Raises:
        SeedError: one cannot be made, for the server imitated lacks a command.
    """
    for copy in copies:
        for words in copy.commands:
            _check(call(words), f"{_text(copy.key)}, copied from {origin}", words, "the script was not run")


def _commands(text: bytes, name: str) -> Iterator[tuple[str, list[bytes]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(b"#"):
            continue
        words = split_words(line)
        if words is None:
            raise SeedError(f"{name}:{number}: a quote is not closed, or text follows it", hint=_HINT)
        yield f"{name}:{number}", words


def _check(reply: Reply, place: str, words: list[bytes], hint: str) -> None:
    if isinstance(reply, ErrorReply):
        raise SeedError(f"{place}: {_text(words[0]).upper()}: {_text(reply.message)}", hint=hint)


def _check_executed(reply: Reply, place: str, words: list[bytes]) -> None:
    """Nothing of a transaction may have failed."""
    if not isinstance(reply, list):
        raise SeedError(f"{place}: EXEC: a watched key had changed", hint=_HINT)
    for each in reply:
        _check(each, place, words, _HINT)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


_HINT = "nothing of the seed file was kept, and the script was not run"
