from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ldbpy.flavors import FLAVORS, Flavor
from tests.conformance.cases import Case, read_cases
from tests.conformance.compare import differences
from tests.servers.found import running, server_for

LEDGER = Path(__file__).parent / "ledger.toml"
FLAVORS_WITH_WHEELS = ("redis-6.2", "redis-7.0", "valkey-8", "valkey-9")
CASES = read_cases()


def _ledger() -> list[dict[str, object]]:
    with LEDGER.open("rb") as file:
        entries = tomllib.load(file).get("difference", [])
    assert isinstance(entries, list)
    return entries


def _known(case: Case, flavor: Flavor) -> bool:
    return any(entry["case"] == case.name and flavor.name in str(entry["flavors"]) for entry in _ledger())


@pytest.fixture(scope="module", params=FLAVORS_WITH_WHEELS)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[Flavor, str]]:
    """One real server after the other, with the flavor it is the truth for."""
    flavor = FLAVORS[request.param]
    found = server_for(flavor)
    if found is None:
        pytest.skip(f"no server binary for {flavor.name} on this machine")
    with running(found) as socket:
        yield flavor, socket


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_conformance(case: Case, server: tuple[Flavor, str]) -> None:
    """The embedded server answers as the real one, and leaves the same data."""
    flavor, socket = server
    if not case.runs_on(flavor.name):
        pytest.skip("the case makes no sense on this flavor")
    told = differences(case, flavor, socket)
    if _known(case, flavor):
        assert told, f"{case.name} no longer differs on {flavor.name}: take it out of ledger.toml"
    else:
        assert not told, "\n".join(told)


def test_conformance_has_four_hundred_cases() -> None:
    """The suite is as large as it claims."""
    assert len(CASES) >= 400


def test_ledger_is_short_and_gives_reasons() -> None:
    """Fewer than ten differences are known, each with a reason and a case."""
    entries = _ledger()
    names = {case.name for case in CASES}
    assert len(entries) < 10
    assert all(entry["reason"] and entry["case"] in names for entry in entries)
