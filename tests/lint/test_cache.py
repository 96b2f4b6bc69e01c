"""What was found is kept, and found again without looking."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from ldbpy.lint import many
from ldbpy.lint.cache import Cache, key_of
from ldbpy.lint.many import Job, lint_many
from ldbpy.lint.registry import selected
from ldbpy.lint.targets import DEFAULT_TARGETS
from ldbpy.settings.files import cache_folder
from tests.cli.program import fresh_environment, ldbpy
from tests.lint.markdown import FILES, marked_scripts

_BAD = b"local v = redis.call('GET', KEYS[1])\nif v == nil then return 0 end\nreturn v\n"
_EVERY = selected(["all"], (), ())
_JOBS = [Job(f"{file.stem}.lua", script.code, _EVERY) for file in FILES for script in marked_scripts(file)]


def _looked_at(folder: Path, *options: str) -> int:
    """How many files were looked at."""
    with mock.patch.object(many, "_fresh", wraps=many._fresh) as fresh:
        ldbpy("lint", "--cache-dir", str(folder / "cache"), *options)
    return sum(len(call.args[1]) for call in fresh.call_args_list)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two scripts, which is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.lua").write_bytes(_BAD)
    (tmp_path / "b.lua").write_bytes(b"return 1\n")
    return tmp_path


def test_what_is_known_is_told_alike(folder: Path) -> None:
    """Every finding of every rule comes back as it was: labels, fixes, places."""
    fresh = lint_many(_JOBS, DEFAULT_TARGETS, Cache(str(folder), "project"))
    with mock.patch.object(many, "_fresh", side_effect=AssertionError):
        known = lint_many(_JOBS, DEFAULT_TARGETS, Cache(str(folder), "project"))
    assert known == fresh
    assert len([finding for result in known for finding in result.findings]) > 500


def test_only_what_changed_is_looked_at(folder: Path) -> None:
    """A file is looked at again when it changed, when it gets another name, or with other rules or servers."""
    assert _looked_at(folder) == 2
    assert _looked_at(folder) == 0
    (folder / "b.lua").write_bytes(b"return 2\n")
    assert _looked_at(folder) == 1
    assert _looked_at(folder, "--target", "redis-7.0") == 2
    assert _looked_at(folder, "--select", "all") == 2
    (folder / "b.lua").rename(folder / "c-3.lua")
    assert _looked_at(folder) == 1
    assert _looked_at(folder, "--fail-on", "never", "-f", "json") == 0


def test_another_linter_knows_nothing(folder: Path) -> None:
    """What another version found does not count."""
    _looked_at(folder)
    with mock.patch("ldbpy.lint.cache.linter_stamp", return_value="another"):
        assert _looked_at(folder) == 2


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff", b'{"linter": 1}', b"[" * 100_000])
def test_damaged_cache(folder: Path, text: bytes) -> None:
    """A file that is no cache is passed over, and written anew."""
    _looked_at(folder)
    (file,) = (folder / "cache").iterdir()
    file.write_bytes(text)
    assert _looked_at(folder) == 2
    assert _looked_at(folder) == 0


def test_damaged_entries(folder: Path) -> None:
    """An entry that is none is passed over."""
    _looked_at(folder)
    (file,) = (folder / "cache").iterdir()
    found = json.loads(file.read_bytes())
    for entry in ([1], [["x"]], {"a": 1}, 5, [[None] * 12]):
        file.write_text(json.dumps({**found, "entries": dict.fromkeys(found["entries"], entry)}))
        assert ldbpy("lint", "--cache-dir", "cache", "-f", "concise").out.startswith(b"a.lua:2:4: error: ")


def test_no_cache(folder: Path) -> None:
    """Nothing is kept when asked for, and where it cannot be."""
    ldbpy("lint", "--no-cache", env={"XDG_CACHE_HOME": str(folder / "home")})
    assert not (folder / "home").exists()
    assert ldbpy("lint", "--cache-dir", "a.lua/x", "-f", "concise").out.startswith(b"a.lua:2:4: error: ")
    assert not (folder / "cache").exists()


def test_what_was_not_linted_stays(folder: Path) -> None:
    """To lint one file keeps what is known of the others."""
    _looked_at(folder)
    (folder / "a.lua").write_bytes(_BAD + b"\n")
    assert _looked_at(folder, "a.lua") == 1
    assert _looked_at(folder) == 0


def test_old_ones_are_forgotten(folder: Path) -> None:
    """What was not written for a month is removed, and nothing that is not the linter's."""
    cache = folder / "cache"
    cache.mkdir()
    old, new = "lint-00000000000000aa.json", "lint-00000000000000bb.json"
    for name in (old, f"{old}.123", new, "lint-report.json", f"{old}.txt"):
        (cache / name).write_text("{}")
        if name != new:
            os.utime(cache / name, (0, 0))
    _looked_at(folder)
    left = {path.name for path in cache.iterdir()}
    assert len(left) == 4
    assert {new, "lint-report.json", f"{old}.txt"} < left


def test_several_runs_at_once(folder: Path) -> None:
    """Runs at the same time tell the same, and leave a cache that is whole."""
    for number in range(20):
        (folder / f"f{number}.lua").write_bytes(_BAD + b"-- %d\n" % number)
    command = [sys.executable, "-m", "ldbpy", "lint", "--cache-dir", "cache", "-f", "concise"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, env=fresh_environment()) for _ in range(3)]
    told = [run.communicate(timeout=60)[0] for run in runs]
    assert told[0].count(b"\n") == 21
    assert told[1:] == told[:1] * 2
    assert _looked_at(folder) == 0
    assert len(list((folder / "cache").iterdir())) == 1


def test_where_it_is(folder: Path) -> None:
    """In the user's cache, by the base directory specification."""
    assert cache_folder({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == "/c/ldbpy"
    assert cache_folder({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == "/h/.cache/ldbpy"
    ldbpy("lint", env={"XDG_CACHE_HOME": str(folder / "home")})
    assert len(os.listdir(folder / "home" / "ldbpy")) == 1


def test_keys() -> None:
    """A key depends on what was asked, the name and the text, and on no border between them."""
    keys = {key_of(*each) for each in (("a", "b", b"c"), ("ab", "", b"c"), ("a", "", b"bc"), ("a", "x/b", b"c"))}
    assert len(keys) == 3


# -- several processes


def test_several_processes_find_the_same(folder: Path) -> None:
    """What several processes find is what one finds, in the same order."""
    jobs = _JOBS[:60]
    alone = lint_many(jobs, DEFAULT_TARGETS, None)
    with mock.patch.object(many, "_SHARE", 1000), mock.patch.object(many, "_processors", return_value=3):
        assert lint_many(jobs, DEFAULT_TARGETS, None) == alone


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_process_that_fails(folder: Path, failure: type[BaseException]) -> None:
    """What a process does not come to tell, the first one finds itself."""
    jobs = _JOBS[:10]
    alone = lint_many(jobs, DEFAULT_TARGETS, None)
    with (
        mock.patch.object(many, "_SHARE", 100),
        mock.patch.object(many, "_processors", return_value=2),
        mock.patch.object(many, "pack", side_effect=failure),
    ):
        assert lint_many(jobs, DEFAULT_TARGETS, None) == alone


def test_processes_end_with_the_first(folder: Path) -> None:
    """After Ctrl-C none of the processes is left."""
    parent = os.getpid()
    started: list[int] = []

    def lint_here(*_: object) -> None:
        if os.getpid() == parent:
            raise KeyboardInterrupt
        signal.pause()

    def start(*given: Any) -> Any:
        worker = start_worker(*given)
        started.append(worker.process)
        return worker

    start_worker = many._start
    with (
        mock.patch.multiple(many, _SHARE=100, _MOST=3, _lint_here=lint_here, _start=start),
        mock.patch.object(many, "_processors", return_value=3),
        pytest.raises(KeyboardInterrupt),
    ):
        lint_many(_JOBS[:10], DEFAULT_TARGETS, None)
    assert len(started) == 2
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_a_process_without_reader_ends() -> None:
    """A process whose parent is gone ends, though it has more to tell than a pipe holds."""
    jobs = [Job("a.lua", _BAD, _EVERY)]
    with mock.patch.object(many, "pack", return_value="x" * 1_000_000):
        worker = many._start(jobs, [0], DEFAULT_TARGETS, [])
    os.close(worker.reader)

    def too_late(*_: object) -> None:
        os.kill(worker.process, signal.SIGKILL)

    before = signal.signal(signal.SIGALRM, too_late)
    signal.alarm(30)
    try:
        _, status = os.waitpid(worker.process, 0)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert os.waitstatus_to_exitcode(status) == 0
