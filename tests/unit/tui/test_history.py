from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ldbpy.tui.typing import history as module
from ldbpy.tui.typing.history import KeptHistory


def entries(history: KeptHistory) -> list[str]:
    """All entries, the oldest first."""

    async def read() -> list[str]:
        return [each async for each in history.load()]

    return asyncio.run(read())[::-1]


def kept(file: Path, *lines: str) -> KeptHistory:
    """A history to which lines were added."""
    history = KeptHistory(str(file), 100, now=lambda: 0)
    entries(history)
    for line in lines:
        history.append_string(line)
    return history


def test_kept_for_next_time(tmp_path: Path) -> None:
    """Lines come back, also those of several lines, in the form prompt_toolkit's own history has."""
    file = tmp_path / "state" / "history"
    kept(file, "print n", "for i = 1, 2 do\n  f(i)\nend", "über")
    assert entries(KeptHistory(str(file), 100)) == ["print n", "for i = 1, 2 do\n  f(i)\nend", "über"]
    assert file.read_text().startswith("\n# 1970-01-01 00:00:00\n+print n\n")
    assert file.stat().st_mode & 0o777 == 0o600


def test_secrets_are_not_kept(tmp_path: Path) -> None:
    """A line with a password is neither in the file nor found by going up."""
    file = tmp_path / "history"
    history = kept(file, "n", "redis AUTH hunter2", "c")
    assert "hunter2" not in file.read_text()
    assert history.get_strings() == ["n", "c"]


def test_secrets_of_older_files_are_not_shown(tmp_path: Path) -> None:
    """A password that another program left in the file is not brought back."""
    file = tmp_path / "history"
    file.write_text("+AUTH hunter2\n\n+n\n")
    assert entries(KeptHistory(str(file), 100)) == ["n"]


def test_not_twice_nor_empty(tmp_path: Path) -> None:
    """An empty line, and the same line again, are not kept."""
    assert kept(tmp_path / "history", "n", "n", " ", "c", "n").get_strings() == ["n", "c", "n"]


def test_as_many_as_wanted(tmp_path: Path) -> None:
    """Of a long history the newest lines are read."""
    kept(tmp_path / "history", *(f"line {number}" for number in range(20)))
    assert entries(KeptHistory(str(tmp_path / "history"), 2)) == ["line 18", "line 19"]


def test_huge_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file of any size the end is read, and with the next line it is cut."""
    monkeypatch.setattr(module, "_READ", 100)
    monkeypatch.setattr(module, "_LARGEST", 1000)
    file = tmp_path / "history"
    file.write_bytes(b"".join(b"\n# t\n+line %d\n" % number for number in range(500)))
    history = KeptHistory(str(file), 1000)
    assert entries(history)[-2:] == ["line 498", "line 499"]
    assert len(entries(history)) < 10
    history.append_string("newest")
    assert file.stat().st_size <= 100
    assert entries(KeptHistory(str(file), 1000))[-2:] == ["line 499", "newest"]
    assert [each.name for each in tmp_path.iterdir()] == ["history"]


@pytest.mark.parametrize("data", [b"\xff\xfe\x00" * 100, b"no history\n" * 10, b"+" * 300_000, b""])
def test_damaged_file(tmp_path: Path, data: bytes) -> None:
    """What is no history gives what can be made of it, never an error."""
    (tmp_path / "history").write_bytes(data)
    history = kept(tmp_path / "history", "n")
    assert history.get_strings()[-1] == "n"
    assert history.problem is None


def test_unusable_file(tmp_path: Path) -> None:
    """Where there can be no file, history lasts as long as the process, and why is told once."""
    (tmp_path / "history").mkdir()
    history = kept(tmp_path / "history", "n", "c")
    assert history.get_strings() == ["n", "c"]
    assert history.problem == f"history is not kept: {tmp_path / 'history'}: is a directory"
    nowhere = kept(Path("/dev/null/nowhere/history"), "n")
    assert nowhere.get_strings() == ["n"]
    assert nowhere.problem is not None


def test_pasted_megabyte(tmp_path: Path) -> None:
    """What was pasted by the megabyte is not looked through for passwords, and not kept."""
    assert kept(tmp_path / "history", "x" * 1_000_000).get_strings() == []
    assert not (tmp_path / "history").exists()


def test_without_file() -> None:
    """With history off nothing is written or read."""
    history = KeptHistory(None, 10)
    history.append_string("n")
    assert history.get_strings() == ["n"]
    assert entries(KeptHistory(None, 10)) == []
