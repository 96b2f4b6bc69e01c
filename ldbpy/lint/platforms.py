"""What runs the scripts besides a server alone, what that wants of them, and as what they are run."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from ldbpy.flavors import FLAVORS

__all__ = ["Mode", "Platform", "errors_on", "rules_on"]


class Mode(StrEnum):
    """As what a file is loaded."""

    EVAL = "eval"
    """A script, for EVAL and EVALSHA."""
    FUNCTION = "function"
    """A library, for FUNCTION LOAD."""


class Platform(StrEnum):
    """Where scripts run, when that wants more of them than one server does."""

    CLUSTER = "cluster"
    """A cluster of Redis or Valkey: the node is chosen by the declared keys, and there is one database."""
    ALIBABA = "alibaba"
    """The cluster architecture of Alibaba Cloud: its proxy reads the script and wants every key to be ``KEYS[n]``
    ("Usage of Lua scripts" in its documentation)."""
    DRAGONFLY = "dragonfly"
    """Dragonfly locks the declared keys and refuses others, unless the script begins with ``--!df
    flags=allow-undeclared-keys`` (its ``script_mgr.cc``)."""
    KVROCKS = "kvrocks"
    """Kvrocks guards the declared keys only, and refuses others with ``lua-strict-key-accessing`` (its pull request
    3139)."""


_UNDECLARED: Final = frozenset({"literal-key", "key-from-argument", "key-built-from-argument", "key-from-data"})
_BUILT: Final = _UNDECLARED | {"key-built-from-keys"}
_SLOTS: Final = frozenset({"cross-slot-keys", "cross-slot-with-shebang", "select-in-script", "keyspace-command"})
_ON: Final = {
    Platform.CLUSTER: _UNDECLARED | _SLOTS,
    Platform.ALIBABA: _BUILT | _SLOTS | {"keys-in-expression"},
    Platform.DRAGONFLY: _BUILT,
    Platform.KVROCKS: _UNDECLARED,
}
"""The rules that run without being asked for."""
_ERRORS: Final = {
    Platform.CLUSTER: frozenset({"literal-key", "select-in-script"}),
    Platform.ALIBABA: _BUILT | {"keys-in-expression", "select-in-script"},
    Platform.DRAGONFLY: _BUILT,
    Platform.KVROCKS: frozenset[str](),
}
"""Those whose findings the platform refuses."""


def rules_on(platform: Platform | None) -> frozenset[str]:
    """The rules that a platform turns on."""
    return frozenset() if platform is None else _ON[platform]


def errors_on(platform: Platform | None, source: bytes) -> frozenset[str]:
    """The rules whose findings in a script are errors there, whatever they are elsewhere."""
    if platform is None or (platform is Platform.DRAGONFLY and _allows_undeclared_keys(source)):
        return frozenset()
    return _ERRORS[platform]


def _allows_undeclared_keys(source: bytes) -> bool:
    from ldbpy.script.shebang import ShebangError, script_header

    try:
        return not script_header(source, FLAVORS["dragonfly"]).declared_keys_only
    except ShebangError:
        return False
