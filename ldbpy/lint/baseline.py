"""The findings that are known and left alone for now: how many of each rule there are on lines of that text, by file.

The file is JSON, with sorted keys, so that it merges line by line::

    {"version": 1, "files": {"limiter.lua": {"literal-key": {"<context>": 2}}}}

Paths are relative to the file's folder. A context is what ``fingerprints.contexts`` gives.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from ldbpy.errors import ConfigError, reason_of
from ldbpy.lint.findings import FileResult, Finding
from ldbpy.lint.fingerprints import contexts

__all__ = ["DEFAULT_FILE", "Baseline", "NewFindings", "make_baseline", "read_baseline"]

DEFAULT_FILE: Final = "ldbpy-baseline.json"
_VERSION: Final = 1
_Known = dict[str, Counter[tuple[str, str]]]
"""By file, how often each rule and context is known."""


class NewFindings(NamedTuple):
    """What a baseline leaves."""

    results: list[FileResult]
    gone: int
    """How many known findings are no longer there."""


class Baseline:
    """What is known."""

    def __init__(self, file: str, known: _Known) -> None:
        self.file: Final = file
        self._known: Final = known

    def __len__(self) -> int:
        """How many findings are known."""
        return sum(counts.total() for counts in self._known.values())

    def _name(self, path: str) -> str:
        folder = os.path.dirname(os.path.abspath(self.file))
        return os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")

    def new(self, results: Sequence[FileResult]) -> NewFindings:
        """What is found and not known."""
        left, gone = [], 0
        for result in results:
            counts = Counter(self._known.get(self._name(result.path), {}))
            kept: list[Finding] = []
            for finding, context in zip(result.findings, contexts(result), strict=True):
                if counts[finding.rule, context] > 0:
                    counts[finding.rule, context] -= 1
                else:
                    kept.append(finding)
            gone += counts.total()
            left.append(result._replace(findings=tuple(kept)))
        return NewFindings(left, gone)

    def pruned(self, results: Sequence[FileResult]) -> Baseline:
        """Without what is no longer found in the files of ``results``, and without files that are no longer there."""
        found = make_baseline(self.file, results)._known
        linted = {self._name(result.path) for result in results}
        folder = os.path.dirname(os.path.abspath(self.file))
        known = {}
        for name, counts in self._known.items():
            if name in linted:
                known[name] = counts & found.get(name, Counter())
            elif os.path.exists(os.path.join(folder, name)):
                known[name] = counts
        return Baseline(self.file, {name: counts for name, counts in known.items() if counts})

    def write(self) -> None:
        """Put it into its file.

        Raises:
            ConfigError: that is not possible.
        """
        files: dict[str, dict[str, dict[str, int]]] = {}
        for name, counts in self._known.items():
            for (rule, context), count in counts.items():
                files.setdefault(name, {}).setdefault(rule, {})[context] = count
        text = json.dumps({"version": _VERSION, "files": files}, indent=1, sort_keys=True) + "\n"
        try:
            with open(self.file, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise ConfigError(f"cannot write {self.file}: {reason_of(error)}") from None


def make_baseline(file: str, results: Sequence[FileResult]) -> Baseline:
    """A baseline of all that is found."""
    made = Baseline(file, {})
    for result in results:
        counts = Counter(
            (finding.rule, context) for finding, context in zip(result.findings, contexts(result), strict=True)
        )
        if counts:
            made._known[made._name(result.path)] = counts
    return made


def read_baseline(file: str) -> Baseline:
    """The baseline in that file.

    Raises:
        ConfigError: it cannot be read, or is none.
    """
    try:
        with open(file, encoding="utf-8") as opened:
            table: Any = json.load(opened)
        if table["version"] != _VERSION:
            raise ConfigError(f"{file} is a baseline of version {table['version']}, and this ldbpy reads {_VERSION}")
        return Baseline(file, {name: _counts(rules) for name, rules in table["files"].items()})
    except FileNotFoundError:
        raise ConfigError(f"cannot read {file}: no such file", hint="--write-baseline makes it") from None
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {reason_of(error)}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ConfigError(f"{file} is no baseline", hint="--write-baseline makes a new one") from None


def _counts(rules: dict[str, dict[str, int]]) -> Counter[tuple[str, str]]:
    return Counter({(rule, context): int(count) for rule, found in rules.items() for context, count in found.items()})
