"""Many scripts: what is known from before is not looked at again, the others by as many processes as pay off."""

import gc
import marshal
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.lint.findings import FileResult, Finding, Rule
from ldbpy.lint.packed import pack, unpack
from ldbpy.lint.targets import Targets
from ldbpy.script.declared import Declared

if TYPE_CHECKING:
    from ldbpy.lint.cache import Cache
    from ldbpy.script.origins import Include

__all__ = ["Job", "lint_many"]

_SHARE: Final = 100_000
"""Bytes of source a further process gets at least: about 150 ms of work, against 10 to start it."""
_MOST: Final = 8
_KEPT: Final = 1_000_000
"""Bytes of source after which garbage is looked for: what is known of them takes some 100 MB."""


class Job(NamedTuple):
    """A script, and the rules to look at it with."""

    path: str
    source: bytes
    rules: tuple[Rule, ...]
    called_with: Declared | None = None
    """How many keys and arguments; None: what its name or a comment in it says."""
    includes: "tuple[Include, ...]" = ()
    """What lines that stand for files have brought into it."""


def lint_many(jobs: Sequence[Job], targets: Targets, cache: "Cache | None") -> list[FileResult]:
    """Lint every script, and tell what is found in their order."""
    found: dict[int, tuple[Finding, ...]] = {}
    keys: dict[int, str] = {}
    if cache is not None:
        from ldbpy.lint.cache import key_of

        requests: dict[tuple[Rule, ...], str] = {}
        for index, job in enumerate(jobs):
            if job.rules not in requests:
                requests[job.rules] = _request(job.rules, targets)
            keys[index] = key_of(f"{requests[job.rules]}\0{job.called_with}\0{job.includes}", job.path, job.source)
            known = cache.get(keys[index], job.path)
            if known is not None:
                found[index] = known
    todo = [index for index in range(len(jobs)) if index not in found]
    fresh = _fresh(jobs, todo, targets) if todo else {}
    if cache is not None:
        for index, findings in fresh.items():
            cache.put(keys[index], jobs[index].path, findings)
        cache.save()
    found |= fresh
    return [FileResult(job.path, job.source, found[index]) for index, job in enumerate(jobs)]


def _request(rules: Sequence[Rule], targets: Targets) -> str:
    return "\0".join((targets.identity, *(rule.name for rule in rules)))


def _fresh(jobs: Sequence[Job], todo: list[int], targets: Targets) -> dict[int, tuple[Finding, ...]]:
    """Look at those scripts, the largest first so that the shares of the processes become equal."""
    total = sum(len(jobs[index].source) for index in todo)
    count = min(total // _SHARE, len(todo), _processors(), _MOST) if _can_fork() else 1
    if count < 2:
        return _lint_here(jobs, todo, targets)
    shares: list[list[int]] = [[] for _ in range(count)]
    sizes = [0] * count
    for index in sorted(todo, key=lambda index: -len(jobs[index].source)):
        least = sizes.index(min(sizes))
        shares[least].append(index)
        sizes[least] += len(jobs[index].source)
    return _lint_shared(jobs, shares, targets)


def _lint_here(jobs: Sequence[Job], indexes: Sequence[int], targets: Targets) -> dict[int, tuple[Finding, ...]]:
    """What is known of a script is of use until its last rule has run, so it is no garbage before."""
    from ldbpy.lint.runner import lint  # with the parser and all: not if everything is known

    found: dict[int, tuple[Finding, ...]] = {}
    size = 0
    collecting = gc.isenabled()
    gc.disable()
    try:
        for index in indexes:
            job = jobs[index]
            found[index] = lint(job.path, job.source, job.rules, targets, job.called_with, job.includes).findings
            size += len(job.source)
            if size > _KEPT:
                gc.collect()
                size = 0
        return found
    finally:
        if collecting:
            gc.enable()


# -- several processes


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _can_fork() -> bool:
    """Not from a process with threads: what they hold would stay held."""
    threads = sys.modules.get("threading")
    return hasattr(os, "fork") and (threads is None or threads.active_count() == 1)


class _Worker(NamedTuple):
    """A process that looks at its share, and the end of the pipe through which it tells what it finds."""

    process: int
    reader: int
    share: list[int]


def _lint_shared(jobs: Sequence[Job], shares: list[list[int]], targets: Targets) -> dict[int, tuple[Finding, ...]]:
    workers: list[_Worker] = []
    try:
        for share in shares[1:]:
            workers.append(_start(jobs, share, targets, [worker.reader for worker in workers]))
        found = _lint_here(jobs, shares[0], targets)
        while workers:
            told = _read_all(workers[0].reader)
            worker = workers.pop(0)
            os.waitpid(worker.process, 0)
            found |= _understood(told, jobs, worker.share) or _lint_here(jobs, worker.share, targets)
        return found
    finally:  # what is left after Ctrl-C has nobody to tell
        for worker in workers:
            _end(worker)


def _end(worker: _Worker) -> None:
    import signal  # rarely needed

    os.kill(worker.process, signal.SIGKILL)
    os.waitpid(worker.process, 0)


def _start(jobs: Sequence[Job], share: list[int], targets: Targets, others: Sequence[int]) -> _Worker:
    """Copy this process for a share. ``others``: ends of pipes that are not the copy's."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        return _Worker(process, reader, share)
    try:
        for other in (reader, *others):  # so that to write fails when the parent is gone
            os.close(other)
        found = _lint_here(jobs, share, targets)
        told = [[pack(finding, jobs[index].path) for finding in found[index]] for index in share]
        data = marshal.dumps(told)  # for a copy of this process, and quicker than anything that others can read
        while data:
            data = data[os.write(writer, data) :]
    finally:  # nothing of what the parent has still to do, whatever happens; it looks for itself if this told nothing
        os._exit(0)


def _read_all(reader: int) -> bytes:
    with open(reader, "rb") as pipe:
        return pipe.read()


def _understood(told: bytes, jobs: Sequence[Job], share: list[int]) -> dict[int, tuple[Finding, ...]] | None:
    """What a worker told; None if it did not get to the end."""
    try:
        lists = marshal.loads(told)
    except (EOFError, ValueError, TypeError):
        return None
    return {
        index: tuple(unpack(each, jobs[index].path) for each in packed)
        for index, packed in zip(share, lists, strict=True)
    }
