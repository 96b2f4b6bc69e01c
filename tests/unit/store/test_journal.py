"""The journal of a session on a live server: whatever happens to the file, what it tells was written so."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from ldbpy.errors import BackendError, UsageError
from ldbpy.store.undo.images import Image, Kept, KeyAt, Mark
from ldbpy.store.undo.journal import Journal, JournalHeader, left_behind, read_journal, saved_commands
from tests.backends.journals import sealed

HEADER = JournalHeader("valkey 9.1.2", "unix:///s", 0, "s.lua", "2026-03-21 10:15:00", is_whole=True, run_id="abc")
A, B, C = KeyAt(0, b"a"), KeyAt(0, b"b\r\n\xff"), KeyAt(3, b"c")
IMAGES = [(A, Image(b"dump of a", None)), (B, Image(None, None)), (C, Image(b"x" * 50, 1_900_000_000_000))]
PRINT = Mark(b"hash", None, ((1_900_000_000_000, b"12345678"),))
KEPT = [
    Kept(A, IMAGES[0][1], Mark(b"print", None), foreign=True),
    Kept(B, IMAGES[1][1], PRINT),
    Kept(C, IMAGES[2][1], None),
]


def _write(journal: Journal) -> None:
    journal.keep(IMAGES[:2])
    journal.written([A, B])
    journal.seen([(A, Mark(b"print", None), True), (B, PRINT, False)])
    journal.keep(IMAGES[2:])
    journal.written([C])


def _kept(path: Path) -> list[Kept]:
    journal = read_journal(path)
    journal.close()
    return list(journal.kept)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """One that was left behind."""
    journal = Journal(tmp_path, HEADER)
    _write(journal)
    journal.close()
    assert journal.path is not None
    return journal.path


def test_what_was_written_is_read(path: Path) -> None:
    """The header, and each key with what is known of it."""
    journal = read_journal(path)
    assert journal.header == HEADER
    assert list(journal.kept) == KEPT
    journal.close()


def test_cut_at_any_byte(path: Path) -> None:
    """What whole lines tell is read, and no more; without the first it is no journal."""
    data = path.read_bytes()
    states = {}
    whole = 0
    for line in data.splitlines(keepends=True):
        whole += len(line)
        path.write_bytes(data[:whole])
        states[whole] = _kept(path)
    assert states[whole] == KEPT
    for length in range(len(data)):
        path.write_bytes(data[:length])
        ends = [end for end in states if end <= length]
        if ends:
            assert _kept(path) == states[ends[-1]], length
        else:
            with pytest.raises(UsageError, match="is no journal of ldbpy"):
                read_journal(path)


def test_any_bit_flipped(path: Path) -> None:
    """It is told, and nothing is made of it; only the end of the last line may be lost."""
    data = path.read_bytes()
    for at in range(0, len(data) - 1, 3):
        flipped = bytearray(data)
        flipped[at] ^= 1 << at % 8
        path.write_bytes(flipped)
        with pytest.raises(UsageError, match=r"is no journal of ldbpy|line \d+ of .* is not as ldbpy wrote it"):
            read_journal(path)


def test_what_is_whole_of_a_damaged_one(path: Path) -> None:
    """The line is told, and the others can be read where a person looks at them."""
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[1].replace(b"0", b"1", 1), *lines[2:]]))
    with pytest.raises(UsageError, match=r"line 2 of .* nothing is put back") as caught:
        read_journal(path)
    assert caught.value.hint == "--commands prints the commands that put back what the other lines tell of"
    journal = read_journal(path, salvage=True)
    assert journal.damaged == (2, 4, 6)  # and the two that tell more of the key of that line
    assert [each.at for each in journal.kept] == [B, C]
    journal.close()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"ldbpy":99}', "another version"),
        (b'{"ldbpy":1,"what":1}', "is no journal"),
        (b"[]", "is no journal"),
        (b"what", "is no journal"),
    ],
)
def test_a_first_line_that_is_none(path: Path, line: bytes, told: str) -> None:
    """Even if it is whole."""
    path.write_bytes(sealed(line))
    with pytest.raises(UsageError, match=told):
        read_journal(path)


def test_what_is_no_file(tmp_path: Path) -> None:
    """It is not waited for what might come out of it."""
    fifo = tmp_path / "fifo.journal"
    os.mkfifo(fifo)
    for path in (fifo, Path("/dev/zero")):
        with pytest.raises(UsageError, match="is no journal of ldbpy"):
            read_journal(path)
    assert list(left_behind(tmp_path)) == [fifo]
    with pytest.raises(UsageError, match="is a directory"):
        read_journal(tmp_path)


class _Disk:
    """Where so many more bytes fit, and half a line before it is full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 1 << 20
        self._write = os.write
        monkeypatch.setattr("ldbpy.store.undo.journal.os.write", self.write)

    def write(self, file: int, data: bytes) -> int:
        """As ``os.write``."""
        if not self.left:
            raise OSError(errno.ENOSPC, "no space left on device")
        written = self._write(file, data[: self.left])
        self.left -= written
        return written


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> _Disk:
    """For the journals of the test."""
    return _Disk(monkeypatch)


def test_full_at_any_byte(tmp_path: Path, path: Path, disk: _Disk) -> None:
    """It is told, what was written before stays, and with room again it goes on."""
    for room in range(0, path.stat().st_size, 11):
        disk.left = room
        journal = Journal(tmp_path, HEADER)
        with pytest.raises(BackendError, match=r"cannot keep what the script changes in .*: no space left on device"):
            _write(journal)
        disk.left = 1 << 20
        _write(journal)
        journal.close()
        assert journal.path is not None
        assert _kept(journal.path) == KEPT, room
        journal.remove()


def test_no_room_to_note_what_was_put_back(path: Path, disk: _Disk) -> None:
    """It is told, and the file is as it was; with none left there is nothing to note."""
    for room in range(40):
        journal = read_journal(path)
        disk.left = room
        with pytest.raises(BackendError, match=r"what was put back cannot be noted in .*: no space"):
            journal.put_back([A])
        journal.close()
        assert _kept(path) == KEPT, room
    journal = read_journal(path)
    disk.left = 0
    journal.put_back([A, B, C])
    journal.close()
    assert not path.exists()


def test_what_is_noted_behind_a_line_that_was_cut_short(path: Path) -> None:
    """It takes its place."""
    path.write_bytes(path.read_bytes() + b'0123abcd {"do":"keep","db":0,"k')
    for at, left in ((A, KEPT[1:]), (B, KEPT[2:])):
        journal = read_journal(path)
        journal.put_back([at])
        journal.close()
        assert _kept(path) == left


def test_saved_commands_go_with_the_journal(path: Path) -> None:
    """When there is nothing left to put back."""
    saved = saved_commands(path)
    assert saved.read_bytes().splitlines()[:2] == [b"SELECT 0", b'"RESTORE" "a" "0" "dump of a" "REPLACE" "ABSTTL"']
    journal = read_journal(path)
    journal.put_back([A, B, C])
    journal.close()
    assert not saved.exists()
