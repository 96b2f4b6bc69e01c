"""Golden sessions: a script, and what a person types and sees.

``cases/*.ldb``::

    -- a comment on what is shown
    === script
    local n = 1
    === seed
    SET k 5
    === session KEY , ARG        options: --server FLAVOR, --function NAME, --commit, --no-stop-on-entry
    ldb> n
    what is told, as it is

``python -m tests.engine`` writes what is told now into the files. Times are written as ``N µs``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ldbpy.console.console import Console
from ldbpy.engine.session import Session
from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS
from ldbpy.lua.limits import Limits
from ldbpy.render.style import PLAIN
from ldbpy.script.source import Script, SourceMap
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.seed import seed
from ldbpy.wiring import open_session

__all__ = ["FOLDER", "Golden", "play", "read_golden"]

FOLDER: Final = Path(__file__).parent / "cases"
_MARK: Final = "ldb> "
_TIME: Final = re.compile(r"\d+ µs")
_MILLISECOND: Final = 1_000_000
_CLOCK: Final = 1_700_000_000 * _MILLISECOND


@dataclass(frozen=True)
class Golden:
    """One file."""

    path: Path
    head: str
    script: bytes
    seed: bytes
    options: tuple[str, ...]
    commands: tuple[str, ...]

    def text(self, transcript: Sequence[str]) -> str:
        """The file with another transcript."""
        data = f"=== seed\n{self.seed.decode()}\n" if self.seed else ""
        told = "\n".join(transcript)
        options = f" {shlex.join(self.options)}".rstrip()
        return f"{self.head}=== script\n{self.script.decode('latin-1')}\n{data}=== session{options}\n{told}\n"


def read_golden(path: Path) -> Golden:
    """Read a file."""
    text = path.read_text("utf-8")
    head, _, rest = text.partition("=== script\n")
    body, _, session = rest.partition("\n=== session")
    script, _, data = body.partition("\n=== seed\n")
    options, _, transcript = session.partition("\n")
    commands = [line.removeprefix(_MARK.rstrip()).strip() for line in transcript.split("\n") if line.startswith("ldb>")]
    return Golden(path, head, script.encode("latin-1"), data.encode(), tuple(shlex.split(options)), tuple(commands))


def _opened(golden: Golden) -> Session:
    options = list(golden.options)
    taken = {}
    for name in ("--server", "--function"):
        if name in options:
            at = options.index(name)
            taken[name] = options[at + 1]
            del options[at : at + 2]
    flags = {flag for flag in ("--commit", "--no-stop-on-entry") if flag in options}
    words = [word for word in options if word not in flags]
    comma = words.index(",") if "," in words else len(words)
    keys, args = ([word.encode() for word in part] for part in (words[:comma], words[comma + 1 :]))
    flavor = FLAVORS[taken.get("--server", DEFAULT_FLAVOR)]
    server = EmbeddedServer(flavor, limits=Limits(seconds=0), clock=lambda: _CLOCK)
    if golden.seed:
        seed(server, golden.seed, "seed")
    script = Script(golden.script, SourceMap("script.lua"))
    function = taken["--function"].encode() if "--function" in taken else None
    session = open_session(
        server, lambda: script, keys, args, RunOptions(), function=function, commit="--commit" in flags
    )
    session.stop_on_entry = "--no-stop-on-entry" not in flags
    session.tell_commands = True
    return session


def play(golden: Golden) -> list[str]:
    """Type the commands: the transcript."""
    transcript: list[str] = []

    def write(text: str) -> None:
        transcript.extend(_TIME.sub("N µs", text).split("\n"))

    session = _opened(golden)
    console = Console(session, session.backend.script, write, PLAIN, now=lambda: _CLOCK // 1000)
    try:
        session.load()
        console.start()
        for line in golden.commands:
            transcript.append(f"{_MARK}{line}".rstrip())
            console.execute(line)
    finally:
        session.close()
    return transcript
