"""Golden sessions: a script, and what a person types and sees.

``cases/*.ldb``::

    -- a comment on what is shown
    === script
    local n = 1
    @@ 100 n = n + {n}             a hundred lines, {n} is 1 to 100
    === edited
    local n = 2                    what the file holds when it is read again (left out: the same)
    === seed
    SET k 5
    === file more.txt
    p n                            a file in the working directory
    === session KEY , ARG          options: see FLAGS, and --server FLAVOR, --function NAME
    ldb> n
    what is told, as it is

``python -m tests.engine`` writes what is told now into the files. Times are written as ``N µs``.
"""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ldbpy.console.console import Console
from ldbpy.engine.session import Session
from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS
from ldbpy.lua.limits import Limits
from ldbpy.render.style import PLAIN
from ldbpy.script.files import script_from
from ldbpy.script.source import Script
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.seed import seed
from ldbpy.wiring import open_session

__all__ = ["CLOCK", "FOLDER", "Golden", "among_files", "opened", "play", "read_golden"]

FOLDER: Final = Path(__file__).parent / "cases"
_MARK: Final = "ldb> "
_TIME: Final = re.compile(r" +\d+ µs")
_MILLISECOND: Final = 1_000_000
CLOCK: Final = 1_700_000_000 * _MILLISECOND


_HEADING: Final = re.compile(r"^=== (script|edited|seed|file \S+)\n", re.MULTILINE)
_REPEAT: Final = re.compile(r"^@@ (\d+) (.*)$", re.MULTILINE)
FLAGS: Final = ("--commit", "--no-stop-on-entry", "--strict-keys", "--read-only", "--crlf")


@dataclass(frozen=True)
class Golden:
    """One file."""

    path: Path
    told: str
    """All before the transcript."""
    parts: dict[str, str]
    """By heading."""
    options: tuple[str, ...]
    commands: tuple[str, ...]

    def text(self, transcript: Sequence[str]) -> str:
        """The file with another transcript."""
        return f"{self.told}{chr(10).join(transcript)}\n"

    def script(self, heading: str = "script") -> bytes:
        """The text of the script."""
        told = _REPEAT.sub(_repeated, self.parts[heading])
        return told.replace("\n", "\r\n" if "--crlf" in self.options else "\n").encode("utf-8")

    def reader(self) -> Callable[[], Script]:
        """What gives the script: from the second time on, as it was edited."""
        texts = [self.script(heading) for heading in ("script", "edited") if heading in self.parts]

        def read() -> Script:
            return script_from("script.lua", texts.pop(0) if len(texts) > 1 else texts[0])

        return read


def _repeated(line: re.Match[str]) -> str:
    return "\n".join(line[2].replace("{n}", str(number)) for number in range(1, int(line[1]) + 1))


def read_golden(path: Path) -> Golden:
    """Read a file."""
    text = path.read_text("utf-8")
    scenery, _, session = text.partition("\n=== session")
    options, _, transcript = session.partition("\n")
    _, *split = _HEADING.split(f"{scenery}\n")
    parts = {heading: body.removesuffix("\n") for heading, body in zip(split[::2], split[1::2], strict=True)}
    commands = [line.removeprefix(_MARK.rstrip()).strip() for line in transcript.split("\n") if line.startswith("ldb>")]
    told = f"{scenery}\n=== session{options}\n"
    return Golden(path, told, parts, tuple(shlex.split(options)), tuple(commands))


def opened(golden: Golden) -> Session:
    """The session of a file, not begun."""
    options = list(golden.options)
    taken = {}
    for name in ("--server", "--function"):
        if name in options:
            at = options.index(name)
            taken[name] = options[at + 1]
            del options[at : at + 2]
    flags = {flag for flag in FLAGS if flag in options}
    words = [word for word in options if word not in flags]
    comma = words.index(",") if "," in words else len(words)
    keys, args = ([word.encode() for word in part] for part in (words[:comma], words[comma + 1 :]))
    flavor = FLAVORS[taken.get("--server", DEFAULT_FLAVOR)]
    server = EmbeddedServer(flavor, limits=Limits(seconds=0), clock=lambda: CLOCK)
    if "seed" in golden.parts:
        seed(server, golden.parts["seed"].encode(), "seed")
    function = taken["--function"].encode() if "--function" in taken else None
    asked = RunOptions(read_only="--read-only" in flags, strict_keys="--strict-keys" in flags)
    session = open_session(server, golden.reader(), keys, args, asked, function=function, commit="--commit" in flags)
    session.stop_on_entry = "--no-stop-on-entry" not in flags
    session.tell_commands = True
    return session


@contextmanager
def among_files(golden: Golden) -> Iterator[None]:
    """In a folder that has the files of a session."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for heading, body in golden.parts.items():
            if heading.startswith("file "):
                Path(heading.removeprefix("file ")).write_text(f"{body}\n", "utf-8")
        yield


def play(golden: Golden) -> list[str]:
    """Type the commands: the transcript."""
    with among_files(golden):
        return _played(golden)


def _played(golden: Golden) -> list[str]:
    transcript: list[str] = []

    def write(text: str) -> None:
        transcript.extend(_TIME.sub("   N µs", text).split("\n"))

    session = opened(golden)
    console = Console(session, session.backend.script, write, PLAIN, now=lambda: CLOCK // 1000)
    try:
        session.load()
        console.start()
        for line in golden.commands:
            transcript.append(f"{_MARK}{line}".rstrip())
            if not console.done:
                console.execute(line)
    finally:
        session.close()
    return transcript
