"""Runs ``ldbpy``: in this process, which is quick, or in a fresh one where signals and terminals matter."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from ldbpy.cli.main import main

__all__ = ["ROOT", "Ran", "fresh_environment", "ldbpy", "ldbpy_fresh"]

ROOT = Path(__file__).parent.parent.parent
_TALK = ("error: ", "hint: ", "warning: ", "dry run: ", "the server ", "what it had written stays", "changed   ")
_GRACE = 30.0
"""Seconds until a script that cannot be stopped would end this process, however busy the machine is."""
_NOTHING_KEPT = dict.fromkeys(("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), "/dev/null/nowhere")
"""No settings of the person who runs the tests, and nothing is kept for the next test."""
_OURS = ("LDBPY_", "FORCE_COLOR", "NO_COLOR", "TERM")


@dataclass(frozen=True)
class Ran:
    """What a run of the program gave."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """What it wrote to standard output."""
        return self.out.decode("utf-8")

    @property
    def talk(self) -> str:
        """What it wrote to standard error."""
        return self.err.decode("utf-8")

    @property
    def lines(self) -> list[str]:
        """The lines of standard error."""
        return self.talk.splitlines()

    @property
    def error(self) -> str:
        """The one error message, without ``error:``."""
        found = [line.removeprefix("error: ") for line in self.lines if line.startswith("error:")]
        assert len(found) == 1, self.talk
        return found[0]

    @property
    def hint(self) -> str:
        """The one hint, without ``hint:``."""
        found = [line.removeprefix("hint: ") for line in self.lines if line.startswith("hint:")]
        assert len(found) == 1, self.talk
        return found[0]

    def failed(self, code: int, message: str, hint: str | None = None) -> None:
        """Nothing on standard output, that message, that hint (none: no hint), nothing that is out of place."""
        assert (self.code, self.out) == (code, b""), self
        assert self.error == message
        assert [line for line in self.lines if line.startswith("hint:")] == ([] if hint is None else [f"hint: {hint}"])
        self.is_calm()

    def is_calm(self) -> None:
        """Every line of standard error is one that belongs there; no traceback."""
        for line in self.lines:
            frame = line[:7].strip(" 0123456789") == "│"
            assert frame or line.startswith(_TALK), self.talk


def ldbpy(*args: str | bytes, stdin: bytes | None = b"", env: Mapping[str, str] | None = None) -> Ran:
    """Run it in this process, with pipes for streams and nothing of ours in the environment but ``env``.

    ``stdin``: None is a closed one.
    """
    out, err = io.BytesIO(), io.BytesIO()
    streams: dict[str, Any] = {
        "stdin": None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), "utf-8"),
        "stdout": io.TextIOWrapper(out, "utf-8", write_through=True),
        "stderr": io.TextIOWrapper(err, "utf-8", errors="backslashreplace", write_through=True),
    }
    argv = ["ldbpy", *(os.fsdecode(arg) for arg in args)]
    rest = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    with (
        mock.patch.dict(os.environ, {**rest, **_NOTHING_KEPT, **(env or {})}, clear=True),
        mock.patch.multiple(sys, argv=argv, **streams),
        mock.patch("ldbpy.cli.guard._GRACE", _GRACE),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int)
    ran = Ran(code, out.getvalue(), err.getvalue())
    assert b"Traceback" not in ran.err, ran.talk
    return ran


def fresh_environment(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a fresh process: this checkout, UTF-8, nothing that changes what is printed."""
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **_NOTHING_KEPT, **(env or {})}


def ldbpy_fresh(
    *args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, folder: Path | None = None
) -> Ran:
    """Run it in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "ldbpy", *args],
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
        cwd=folder,
        env=fresh_environment(env),
    )
    ran = Ran(done.returncode, done.stdout, done.stderr)
    assert b"Traceback" not in ran.err, ran.talk
    return ran
