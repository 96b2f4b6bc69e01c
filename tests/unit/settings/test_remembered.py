from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ldbpy.settings import remembered
from ldbpy.settings.remembered import KeptBreakpoint, Remembered, keep, recall

KEPT = Remembered((KeptBreakpoint("break 7 if n > 3", 7, "x = 1"),), ("n * 2",), {"stack": False, "width": 30})


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Where things are remembered."""
    return {"XDG_STATE_HOME": str(tmp_path / "state")}


def test_kept_and_recalled(environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept of a script is recalled for it, by whatever path it is named, and for no other."""
    script = tmp_path / "a.lua"
    script.touch()
    assert keep(environ, str(script), KEPT) is None
    monkeypatch.chdir(tmp_path)
    assert recall(environ, "a.lua") == KEPT
    assert recall(environ, "b.lua") == Remembered()


def test_only_for_oneself(environ: dict[str, str], tmp_path: Path) -> None:
    """Conditions may hold data: nobody else may read them."""
    keep(environ, "a.lua", KEPT)
    (file,) = (tmp_path / "state" / "ldbpy" / "scripts").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["script"] == os.path.abspath("a.lua")


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b'{"breakpoints": 5}', b"\xff", b"[" * 100_000, b" " * (1 << 19)]
)
def test_broken_file(environ: dict[str, str], tmp_path: Path, data: bytes) -> None:
    """A file that is damaged, or somebody else's, is as none."""
    keep(environ, "a.lua", KEPT)
    (file,) = (tmp_path / "state" / "ldbpy" / "scripts").iterdir()
    file.write_bytes(data)
    assert recall(environ, "a.lua") == Remembered()


def test_nowhere_to_keep() -> None:
    """Where nothing can be written, that is said."""
    told = keep({"XDG_STATE_HOME": "/dev/null/nowhere"}, "a.lua", KEPT)
    assert told is not None
    assert told.startswith("nothing is remembered of the script: /dev/null/nowhere/ldbpy/scripts/")
    assert told.endswith("not a directory")


def test_oldest_are_forgotten(environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many scripts those stay that were debugged last."""
    monkeypatch.setattr(remembered, "_FILES", 3)
    monkeypatch.setattr(remembered, "_SLACK", 0)
    folder = tmp_path / "state" / "ldbpy" / "scripts"
    for number in range(5):
        keep(environ, f"{number}.lua", KEPT)
        newest = max(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, (number, number))
    assert [bool(recall(environ, f"{number}.lua").breakpoints) for number in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]
