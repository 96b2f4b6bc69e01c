"""The lines that are new since a commit, by git: what ``--new-from`` tells findings of."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from typing import Final

from ldbpy.errors import UsageError
from ldbpy.lint.findings import FileResult

__all__ = ["Changes", "changes_since"]

_SECONDS: Final = 60
"""Nobody waits longer for git."""
_HUNK: Final = re.compile(rb"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_GIT: Final = ("git", "-c", "core.quotePath=false", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false")


class Changes:
    """Which lines are new. Paths are relative to the top of the repository."""

    def __init__(self, top: str, lines: dict[str, list[range]], added: frozenset[str]) -> None:
        self._top: Final = os.path.realpath(top)
        self._lines: Final = lines
        self._added: Final = added

    def has(self, path: str, first: int, last: int) -> bool:
        """Whether one of those lines of a file is new."""
        name = os.path.relpath(os.path.realpath(path), self._top).replace(os.sep, "/")
        if name in self._added:
            return True
        return any(each.start <= last and first < each.stop for each in self._lines.get(name, ()))

    def new(self, results: Sequence[FileResult]) -> list[FileResult]:
        """What is found on new lines."""
        return [
            result._replace(
                findings=tuple(
                    finding
                    for finding in result.findings
                    if self.has(result.path, finding.place.line, finding.place.end_line)
                )
            )
            for result in results
        ]


def changes_since(ref: str) -> Changes:
    """The lines that are new, in the files as they are, since the commit that ``ref`` and HEAD both come from.

    Raises:
        UsageError: there is no git, no repository, no such commit, or none that both come from.
    """
    top = os.fsdecode(_git(["rev-parse", "--show-toplevel"], "this folder is in no git repository").rstrip(b"\n"))
    commit = _git(
        ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"], f"git knows no {ref!r}"
    )
    since = _git(
        ["merge-base", commit.decode().strip(), "HEAD"],
        f"git knows no commit that {ref} and HEAD both come from",
        "a CI system may fetch the last commits only: let it fetch all (fetch-depth: 0)",
    )
    options = ["--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "-M", "--diff-filter=AMR"]
    diff = _git(["-C", top, "diff", *options, since.decode().strip()], "git diff failed")
    added = _git(["-C", top, "ls-files", "-z", "--others", "--exclude-standard"], "git ls-files failed")
    return Changes(top, _new_lines(diff), frozenset(map(os.fsdecode, added.split(b"\0"))))


def _git(arguments: Sequence[str], problem: str, hint: str | None = None) -> bytes:
    try:
        done = subprocess.run([*_GIT, *arguments], capture_output=True, timeout=_SECONDS, check=False)
    except FileNotFoundError:
        raise UsageError("--new-from needs git, and there is none") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"--new-from: git did not answer within {_SECONDS} s") from None
    if done.returncode:
        raise UsageError(f"--new-from: {problem}", hint=hint or _first_line(done.stderr))
    return done.stdout


def _first_line(data: bytes) -> str | None:
    return data.decode("utf-8", "replace").strip().partition("\n")[0] or None


def _new_lines(diff: bytes) -> dict[str, list[range]]:
    found: dict[str, list[range]] = {}
    name = ""
    in_head = False
    for line in diff.split(b"\n"):
        if line.startswith(b"diff --git "):
            in_head = True
        elif in_head and line.startswith(b"+++ "):
            name = _path(line[4:])
        elif match := _HUNK.match(line):
            in_head = False
            start, count = int(match[1]), int(match[2] or b"1")
            found.setdefault(name, []).append(range(start, start + count))
    return found


def _path(text: bytes) -> str:
    """``b/name``, in quotes with C's escapes if need be, before a tab if there are blanks in it."""
    text = text.rstrip(b"\t\r")
    if text.startswith(b'"'):
        text = text[1:-1].decode("unicode_escape").encode("latin-1")
    return os.fsdecode(text.removeprefix(b"b/"))
