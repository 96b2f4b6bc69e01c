from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conformance.cases import Case, read_cases
from tests.conformance.compare import differences
from tests.servers.fixtures import RealServers
from tests.servers.found import SERVER_FLAVORS

CASES = read_cases()


class Entry(NamedTuple):
    """One kind of difference that is known."""

    cases: frozenset[str]
    flavors: frozenset[str]
    reason: str


def _read_ledger() -> list[Entry]:
    text = (Path(__file__).parent / "ledger.toml").read_text("utf-8")
    entries = tomllib.loads(text)["difference"]
    return [Entry(frozenset(each["cases"]), frozenset(each["flavors"]), each["reason"]) for each in entries]


LEDGER = _read_ledger()
PAIRS = [
    pytest.param(flavor, case, id=f"{flavor}: {case.name}")
    for flavor in SERVER_FLAVORS
    for case in CASES
    if case.runs_on(flavor)
]


@pytest.mark.parametrize(("flavor", "case"), PAIRS)
def test_conformance(flavor: str, case: Case, real_servers: RealServers) -> None:
    """The embedded server answers as the real one, and leaves the same data."""
    server = real_servers.get(flavor, reset=False)
    told = differences(case, server.flavor, server.socket)
    if any(case.name in known.cases and flavor in known.flavors for known in LEDGER):
        assert told, f"{case.name} no longer differs on {flavor}: take it out of ledger.toml"
    else:
        assert not told, "\n".join(told)


def test_conformance_has_four_hundred_cases() -> None:
    """The suite is as large as it claims, on every flavor."""
    assert all(sum(case.runs_on(flavor) for case in CASES) >= 400 for flavor in SERVER_FLAVORS)


def test_ledger_is_short_and_gives_reasons() -> None:
    """Fewer than ten differences are known, each with a reason and its cases."""
    names = {case.name for case in CASES}
    assert len(LEDGER) < 10
    assert all(known.reason.strip() and known.cases and known.cases <= names for known in LEDGER)
