"""Every escape, on every flavor it is meant for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.security import escapes_bytecode, escapes_commands, escapes_environment, escapes_errors, escapes_limits
from tests.security.attacks import Attack, launch, outside

ESCAPES = [
    *escapes_environment.ESCAPES,
    *escapes_errors.ESCAPES,
    *escapes_bytecode.ESCAPES,
    *escapes_limits.ESCAPES,
    *escapes_commands.ESCAPES,
]


def test_there_are_enough() -> None:
    """Different ones, by name."""
    assert len({attack.name for attack in ESCAPES}) == len(ESCAPES) >= 80


@pytest.mark.parametrize(
    ("attack", "flavor"),
    [pytest.param(attack, flavor, id=f"{attack}-{flavor}") for attack in ESCAPES for flavor in attack.flavors],
)
def test_escape(attack: Attack, flavor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails as it has to; data, process and the next script are as they were."""
    monkeypatch.chdir(tmp_path)
    before = outside(tmp_path)
    launch(attack, flavor)
    assert outside(tmp_path) == before
