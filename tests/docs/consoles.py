"""The ``console`` blocks of the docs: commands a reader types, and what they print."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.generated import ROOT

__all__ = ["Console", "consoles", "play"]

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_UNSTABLE = (
    (re.compile(r"\d+ µs"), "N µs"),
    (re.compile(r"time +[\d.]+ ms"), "time N ms"),
    (re.compile(r"memory +\d+ KiB"), "memory N KiB"),
)


@dataclass(frozen=True)
class Console:
    """One block."""

    page: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def consoles() -> list[Console]:
    """Every block of every page."""
    found = []
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = page.read_text("utf-8")
        for match in _BLOCK.finditer(text):
            found.append(Console(page, text.count("\n", 0, match.start()) + 2, match[1]))
    return found


def play(console: Console, folder: Path) -> str:
    """Run the commands of a block in a folder with the example files; the block as it comes out."""
    for example in (ROOT / "docs/examples").iterdir():
        shutil.copy(example, folder)
    told = []
    for line in console.text.splitlines():
        if not line.startswith("$ "):
            continue
        told.append(line)
        told.extend(_run(line[2:], folder).splitlines())
    return "\n".join(told) + "\n"


def _run(typed: str, folder: Path) -> str:
    """Run one command line: ``ldbpy`` of this checkout, ``cat``, or ``echo $?`` after another."""
    script = (
        typed.replace("ldbpy ", f"{shlex.quote(sys.executable)} -m ldbpy ", 1) if typed.startswith("ldbpy ") else typed
    )
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "LANG": "C.UTF-8"},
    )
    return done.stdout.decode("utf-8")


def scrubbed(text: str) -> str:
    """The text without what changes from run to run."""
    for pattern, stable in _UNSTABLE:
        text = pattern.sub(stable, text)
    return text
