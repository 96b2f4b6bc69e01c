"""Random uses of the libraries, of numbers and of replies: every server makes the same of them.

Each body of a function is run by the embedded server and by a real one, and what it gives is compared byte for byte.
By hand more of them, or others, can be made:

    LDBPY_FUZZ_FACTOR=10 LDBPY_FUZZ_SEED=7 python -m pytest tests/fuzz/test_scripts.py
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Final

import pytest

from ldbpy.flavors import FLAVORS
from tests.fuzz.batches import Finding, Pair
from tests.fuzz.groups import GROUPS, generated
from tests.fuzz.ledger import read_ledger
from tests.servers.found import SERVER_FLAVORS, running, server_for

LEDGER: Final = read_ledger("scripts")
SIZE: Final = 12
"""Bodies in one script."""
PROTOCOLS: Final = ((2, 2), (3, 3), (2, 3), (3, 2))
"""A client's and a script's, by turns."""


@pytest.fixture(scope="module", params=SERVER_FLAVORS)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """One real server after the other, with its counterpart."""
    flavor = FLAVORS[request.param]
    found = server_for(flavor)
    if found is None:
        pytest.skip(f"no server binary for {flavor.name} on this machine")
    with running(found) as socket, Pair(flavor, socket) as made:
        yield made


def _compare_all(pair: Pair, kind: str) -> tuple[int, list[Finding]]:
    """How many bodies of a group were compared, and what was found that is not in the ledger."""
    bodies, protocols = generated(kind), cycle(PROTOCOLS)
    cases, unknown = 0, []
    for start in range(0, len(bodies), SIZE):
        returned = next(protocols) if GROUPS[kind].returned else None
        compared, findings = pair.compare(kind, bodies[start : start + SIZE], returned=returned)
        cases += compared
        unknown += pair.unknown(findings, LEDGER)
    return cases, unknown


@pytest.mark.parametrize("kind", GROUPS)
def test_scripts_give_the_same(kind: str, pair: Pair) -> None:
    """Nothing is made of any body that the real server does not make of it, and enough were compared."""
    cases, unknown = _compare_all(pair, kind)
    assert not unknown, f"{len(unknown)} of {cases}\n" + "\n".join(map(str, unknown[:10]))
    assert cases >= GROUPS[kind].cases


def test_cases_are_ten_thousand() -> None:
    """So many different bodies are compared with each server, as the tests above make sure group by group."""
    assert sum(group.cases for group in GROUPS.values()) >= 10_000


def test_ledger_is_true(pair: Pair) -> None:
    """The example of every entry still shows the difference."""
    for known in LEDGER:
        if pair.flavor.name in known.flavors:
            returned = PROTOCOLS[1] if GROUPS[known.kind].returned else None
            _, found = pair.compare(known.kind, known.example, returned=returned)
            covered = [not pair.unknown([each], (known,)) for each in found]
            assert covered == [True], f"take it out of ledger.toml: {known}"
            assert known.reason.strip()
