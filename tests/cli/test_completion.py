"""Completion of the command line by a shell."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import fresh_environment, ldbpy


def completed(line: str) -> list[str]:
    """What bash is told about the last word of a line, behind its type."""
    words = line.split(" ")
    env = {"_LDBPY_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    ran = ldbpy(env=env)
    assert (ran.code, ran.talk) == (0, "")
    return ran.text.splitlines()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ldbpy ev", ["plain,eval"]),
        ("ldbpy eval --strict", ["plain,--strict-keys"]),
        ("ldbpy eval --server valk", ["plain,valkey-8", "plain,valkey-9"]),
        ("ldbpy eval --target redi", ["plain,redis://", "plain,rediss://"]),
        ("ldbpy eval --format j", ["plain,json"]),
        ("ldbpy eval scr", ["file,scr"]),
        ("ldbpy debug --seed da", ["file,da"]),
        ("ldbpy lint scr", ["file,scr"]),
        ("ldbpy lint --ignore zero", ["plain,zero-index"]),
        ("ldbpy lint --select zero-index,unknown-co", ["plain,zero-index,unknown-command"]),
        ("ldbpy lint --target valkey-", ["plain,valkey-8", "plain,valkey-9"]),
        ("ldbpy config i", ["plain,init"]),
        ("ldbpy completion z", ["plain,zsh"]),
    ],
)
def test_completed(line: str, expected: list[str]) -> None:
    """Commands, options, servers, rules and files are completed."""
    assert completed(line) == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script(shell: str) -> None:
    """The script of a shell is printed, and asks for completions as that shell."""
    ran = ldbpy("completion", shell)
    assert (ran.code, ran.talk) == (0, "")
    assert f"_LDBPY_COMPLETE={shell}_complete" in ran.text


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash on this machine")
def test_in_bash(tmp_path: Path) -> None:
    """Bash takes the script, and completes with it."""
    (tmp_path / "script.sh").write_bytes(ldbpy("completion", "bash").out)
    (tmp_path / "ldbpy").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ldbpy "$@"\n')
    (tmp_path / "ldbpy").chmod(0o755)
    code = """
    source script.sh
    COMP_WORDS=(ldbpy eval --server valk) COMP_CWORD=3
    _ldbpy_completion ldbpy
    echo "${COMPREPLY[@]}"
    """
    env = fresh_environment({"PATH": f"{tmp_path}:/usr/bin:/bin"})
    done = subprocess.run(["bash", "-c", code], cwd=tmp_path, env=env, capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (b"valkey-8 valkey-9\n", b"")


def test_unknown_shell() -> None:
    """A shell that is not known is refused, with those that are."""
    ran = ldbpy("completion", "tcsh")
    assert (ran.code, "'bash', 'zsh', 'fish'" in ran.error) == (2, True)
