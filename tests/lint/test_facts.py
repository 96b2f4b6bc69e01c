from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.lint.analysis.environment import LIBRARIES, fields_of, globals_of
from ldbpy.lint.analysis.replies import Reply, reply_of, resp3_reply_of
from tests.docs.generated import _environment
from tests.lint.reply_kinds import EMPTY, FILE, ask_all, module_of, observed
from tests.servers.fixtures import RealServers
from tests.servers.found import SERVER_FLAVORS, server_for

_ODD = {"_G", "_VERSION"}


@pytest.mark.parametrize("name", [name for name in FLAVORS if name != "dragonfly"])
def test_globals_of_scripts(name: str) -> None:
    """The linter knows the globals and fields that scripts have on each server, no more and no less."""
    flavor = FLAVORS[name]
    found = set(_environment(name))
    plain = {key for key in found if "." not in key}
    handlers = {key for key in globals_of(flavor, library=False) if key.startswith("__")}
    assert globals_of(flavor, library=False) - handlers == plain - handlers
    for table in LIBRARIES:
        under = "server" if table == "redis" and "server" in plain else table
        fields = {key.partition(".")[2] for key in found if key.startswith(f"{under}.") and key.count(".") == 1}
        known = fields_of(table, flavor, library=False) or frozenset()
        if table in plain:
            assert {field for field in known if not field.startswith("_")} == {f for f in fields if f[0] != "_"}, table


@pytest.mark.parametrize("protocol", [2, 3])
@pytest.mark.parametrize("name", SERVER_FLAVORS)
def test_kinds_of_replies(name: str, protocol: int, real_servers: RealServers) -> None:
    """What a real server gives a script is of the kind the linter thinks, the key being there or not."""
    reply_in = reply_of if protocol == 2 else resp3_reply_of
    with real_servers.get(name).client() as client:
        answers = observed(client, protocol)
    assert len(answers) > 150
    for answer in answers.values():
        for call, seen in answer.items():
            known = reply_in([word.encode() for word in call.split() if word != EMPTY], more=False)
            assert known is not None, call
            assert _agrees(known, seen.reply), (call, seen)
            if known.shape == "array" and known.element is not None:
                assert all(_agrees(known.element, kind) for kind in seen.elements), (call, seen)


def _agrees(known: Reply, kind: str) -> bool:
    if kind == "absent":
        return known.nullable or known.shape == "unknown"
    return known.shape in (kind, "unknown") or (known.shape, kind) == ("cursor", "array")


def test_kinds_of_replies_are_fresh() -> None:
    """The table of kinds is what the servers say: ``python -m tests.lint.reply_kinds --write`` writes it."""
    if any(server_for(FLAVORS[name]) is None for name in SERVER_FLAVORS):
        pytest.skip("the table is made of the answers of all servers, and not all are on this machine")
    assert FILE.read_text("utf-8").split() == module_of(ask_all()).split()


def test_replies_that_are_not_known() -> None:
    """Nothing is said of a call whose options are not known, and of a command that no server was asked for."""
    assert reply_of([], more=False) is None
    assert reply_of([None, b"k"], more=False) is None
    assert reply_of([b"MODULE.CMD"], more=False) is None
    assert reply_of([b"SET", b"k", b"v", None], more=False) is None
    assert reply_of([b"SET", b"k", b"v"], more=True) is None
    assert reply_of([b"LCS", b"a", b"b", b"LEN"], more=False) is None
    assert reply_of([b"get", None], more=False) == Reply("string", nullable=True)
