"""Random calls, valid and not, to the embedded store and to every real server there is: the answers are the same.

By hand more of them, or others, can be made:

    LDBPY_FUZZ_CALLS=150000 LDBPY_FUZZ_SEED=7 python -m pytest tests/fuzz/test_store.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

import pytest

from ldbpy.commands import load_table
from ldbpy.flavors import FLAVORS, Flavor
from tests.fuzz.grammar import GROUPS
from tests.fuzz.ledger import read_ledger
from tests.fuzz.rounds import Outcome, fuzz, replay
from tests.servers.found import SERVER_FLAVORS, running, server_for

CALLS: Final = int(os.environ.get("LDBPY_FUZZ_CALLS", "25000"))
SEED: Final = int(os.environ.get("LDBPY_FUZZ_SEED", "1"))
LEDGER: Final = read_ledger("store")

Target = tuple[Flavor, str]


@pytest.fixture(scope="module", params=SERVER_FLAVORS)
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A flavor and the socket of its server, which looks after its clock often: calls that block end at once."""
    flavor = FLAVORS[request.param]
    found = server_for(flavor)
    if found is None:
        pytest.skip(f"no server binary for {flavor.name} on this machine")
    with running(found, "--hz", "500") as socket:
        yield flavor, socket


@pytest.fixture(scope="module")
def outcome(target: Target) -> Outcome:
    """What came of all the calls to one server."""
    flavor, socket = target
    return fuzz(flavor, socket, calls=CALLS, seed=SEED)


def test_store_answers_as_the_server(target: Target, outcome: Outcome) -> None:
    """No call is answered differently in a way that is not in the ledger."""
    flavor, _ = target
    unknown = outcome.unknown(flavor.name, LEDGER)
    assert not unknown, f"{len(outcome.differences)} of {outcome.calls} calls\n" + "\n".join(map(str, unknown))


def test_store_differs_in_three_calls_of_a_thousand_at_most(outcome: Outcome) -> None:
    """Known differences are rare too, among as many calls as were asked for."""
    assert outcome.calls >= CALLS
    assert len(outcome.differences) <= 0.003 * outcome.calls


def test_store_was_asked_of_everything(target: Target, outcome: Outcome) -> None:
    """At least 110 data commands that the server has were called, and most calls were valid."""
    flavor, _ = target
    table = load_table(flavor.table)
    data = {name for name in outcome.commands if table.commands[name.encode()].group in GROUPS}
    assert len(data) >= 110
    assert outcome.calls / 4 < outcome.errors < outcome.calls / 2


def test_ledger_is_true(target: Target) -> None:
    """The example of every entry still shows the difference."""
    flavor, socket = target
    for known in LEDGER:
        if flavor.name in known.flavors:
            found = replay(flavor, socket, [line.encode().split() for line in known.example])
            covered = [known.covers(flavor.name, each.kind, each.differs, each.text) for each in found]
            assert covered == [True], f"take it out of ledger.toml: {known}"
            assert known.reason.strip()
