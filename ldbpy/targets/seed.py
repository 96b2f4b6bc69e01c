"""Seed files: Redis commands that give the embedded server data before a script runs."""

from __future__ import annotations

from ldbpy.errors import SeedError
from ldbpy.resp import ErrorReply
from ldbpy.resp.quoting import split_words
from ldbpy.targets.embedded import EmbeddedServer

__all__ = ["seed"]


def seed(server: EmbeddedServer, text: bytes, name: str) -> int:
    """Run the commands of a seed file, one a line, quoted as for redis-cli; ``#`` begins a comment line.

    Gives how many there were.

    Raises:
        SeedError: a line is no command, or fails. Nothing of the file is kept.
    """
    savepoint = server.store.savepoint()
    client = server.client()
    count = 0
    try:
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.lstrip().startswith(b"#"):
                continue
            words = split_words(line)
            if words is None:
                raise SeedError(f"{name}:{number}: a quote is not closed, or text follows it", hint=_HINT)
            reply = client.call(words)
            if isinstance(reply, ErrorReply):
                raise SeedError(f"{name}:{number}: {_text(words[0]).upper()}: {_text(reply.message)}", hint=_HINT)
            count += 1
    except SeedError:
        server.store.rollback(savepoint)
        raise
    server.store.release(savepoint)
    return count


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


_HINT = "nothing of the seed file was kept, and the script was not run"
