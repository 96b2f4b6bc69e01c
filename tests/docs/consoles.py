"""The examples in the docs: ``console`` blocks, what a reader types and sees, and ``python`` blocks."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.cli.program import fresh_environment
from tests.docs.generated import ROOT

__all__ = ["Example", "examples", "fill", "play", "scrubbed"]

_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_UNSTABLE = (
    (re.compile(r" +\d+ µs"), " N µs"),
    (re.compile(r"time +[\d.]+ ms"), "time N ms"),
    (re.compile(r"memory +\d+ KiB"), "memory N KiB"),
    (re.compile(r'"seconds": [\d.e-]+'), '"seconds": N'),
    (re.compile(r'"memory": \d+'), '"memory": N'),
)
_PROMPT = re.compile(r"(?:ldb|lua|redis\S*|\.\.\.)>(?: |$)")
"""Lines of a console block that begin so are typed at the prompt of the debugger or of the REPL."""
_MADE = {"command-line.md", "exit-codes.md", "lint-rules.md", "python-api.md", "what-a-script-sees.md"}


@dataclass(frozen=True)
class Example:
    """One block."""

    page: Path
    line: int
    text: str


def examples(language: str) -> dict[Path, list[Example]]:
    """The blocks in that language, by page, in order. Pages made from the code show no runs."""
    found: dict[Path, list[Example]] = {}
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = page.read_text("utf-8")
        blocks = [
            Example(page, text.count("\n", 0, match.start()) + 2, match[2])
            for match in _BLOCK.finditer(text)
            if match[1] == language and page.name not in _MADE
        ]
        if blocks:
            found[page] = blocks
    return found


def play(console: Example, folder: Path) -> str:
    """Run the commands of a console block in a folder; the block as it comes out."""
    told = []
    for command in re.split(r"^(?=\$ )", console.text, flags=re.MULTILINE):
        first, _, rest = command.partition("\n")
        if first.startswith("$ "):
            typed = [line[match.end() :] for line in rest.splitlines() if (match := _PROMPT.match(line))]
            told.append(first)
            line = f"{first[2:]} --echo" if re.match(r"ldbpy repl\b(?!.*[|<])", first[2:]) else first[2:]
            told.extend(_run(line, folder, "".join(f"{each}\n" for each in typed)).splitlines())
    return "\n".join(told) + "\n"


def fill(folder: Path) -> None:
    """Copy the files the pages speak of."""
    for example in (ROOT / "docs/examples").iterdir():
        if example.is_dir():
            shutil.copytree(example, folder / example.name)
        else:
            shutil.copy(example, folder)


def _run(typed: str, folder: Path, given: str) -> str:
    """Run one command line; ``ldbpy`` is that of this checkout."""
    program = f"{shlex.quote(sys.executable)} -m ldbpy "
    script = re.sub(r"(^|\| )ldbpy ", lambda match: match[1] + program, typed)
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        input=given.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
        env=fresh_environment({"NO_COLOR": "1"}),
    )
    return done.stdout.decode("utf-8")


def scrubbed(text: str) -> str:
    """The text without what changes from run to run."""
    for pattern, stable in _UNSTABLE:
        text = pattern.sub(stable, text)
    return text
