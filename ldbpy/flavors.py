"""The servers ldbpy imitates, and everything that differs between them, in one table.

A *flavor* is a server as a script meets it. ``Feature`` names one difference in behaviour each, with the flavors that
have it; ``Flavor`` holds the values that are not a yes or no. No other module compares versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from ldbpy.errors import UsageError
from ldbpy.resp import DoubleStyle

__all__ = ["DEFAULT_FLAVOR", "FLAVORS", "Feature", "Flavor", "flavor_named"]


class Feature(StrEnum):
    """One difference between servers. The comment says what a server with the feature does."""

    LISTPACK_SETS = "listpack_sets"  # small sets keep the order of insertion
    LISTPACK_LISTS = "listpack_lists"  # OBJECT ENCODING of a small list is listpack, not quicklist
    LISTPACKS = "listpacks"  # small hashes and sorted sets are listpacks, not ziplists
    QUOTED_COMMAND_IN_ERRORS = "quoted_command_in_errors"  # "invalid expire time in 'set' command", not "in set"
    SET_NX_GET = "set_nx_get"  # SET allows NX with GET, and looks at the old value first
    GETEX_CHECKS_TIME_FIRST = "getex_checks_time_first"  # GETEX refuses a bad time even when there is no key
    SET_IFEQ = "set_ifeq"  # SET has IFEQ
    DECRBY_CHECKS_MINIMUM = "decrby_checks_minimum"  # DECRBY of the smallest integer is refused at once
    COMPACT_UNKNOWN_COMMAND = "compact_unknown_command"  # "unknown command 'x', with args beginning with: 'a' 'b' "


@dataclass(frozen=True, kw_only=True)
class Flavor:
    """One server as a script meets it."""

    name: str
    """As ``--server`` takes it: ``redis-8``."""
    product: str
    """``redis``, ``valkey`` or ``dragonfly``."""
    version: tuple[int, int]
    """Of the product."""
    release: str
    """The release its facts were taken from."""
    table: str
    """The command table's release (``ldbpy.commands.load_table``)."""
    table_until: tuple[int, int] | None = None
    """Commands newer than this are left out: no table was dumped from this server itself."""
    redis_version: str
    """What ``redis.REDIS_VERSION`` says; Valkey claims 7.2.4."""
    doubles: DoubleStyle = DoubleStyle.SHORTEST

    @cached_property
    def features(self) -> frozenset[Feature]:
        """What it does differently."""
        return frozenset(feature for feature, who in _WHO.items() if who.has(self))


@dataclass(frozen=True)
class _Who:
    """Which releases have a feature: from ``redis`` and ``valkey`` on; None: no release of that product has."""

    redis: tuple[int, int] | None
    valkey: tuple[int, int] | None
    redis_until: tuple[int, int] = (99, 0)
    valkey_until: tuple[int, int] = (99, 0)

    def has(self, flavor: Flavor) -> bool:
        if flavor.product == "valkey":
            return self.valkey is not None and self.valkey <= flavor.version < self.valkey_until
        return self.redis is not None and self.redis <= flavor.version < self.redis_until


_WHO: Final = {
    Feature.LISTPACK_SETS: _Who((7, 2), (8, 0)),
    Feature.LISTPACK_LISTS: _Who((7, 2), (8, 0)),
    Feature.LISTPACKS: _Who((7, 0), (8, 0)),
    Feature.QUOTED_COMMAND_IN_ERRORS: _Who((7, 0), (8, 0)),
    Feature.SET_NX_GET: _Who((7, 0), (8, 0)),
    Feature.GETEX_CHECKS_TIME_FIRST: _Who(None, (9, 0)),
    Feature.SET_IFEQ: _Who((8, 4), (8, 1)),
    Feature.DECRBY_CHECKS_MINIMUM: _Who((7, 0), (8, 0)),
    Feature.COMPACT_UNKNOWN_COMMAND: _Who((7, 0), (8, 0)),
}

FLAVORS: Final = {
    flavor.name: flavor
    for flavor in (
        Flavor(
            name="redis-6.2",
            product="redis",
            version=(6, 2),
            release="6.2.14",
            table="redis-6.2.14",
            redis_version="6.2.14",
            doubles=DoubleStyle.G17,
        ),
        Flavor(
            name="redis-7.0",
            product="redis",
            version=(7, 0),
            release="7.0.15",
            table="redis-7.0.15",
            redis_version="7.0.15",
            doubles=DoubleStyle.G17,
        ),
        Flavor(
            name="redis-7.2",
            product="redis",
            version=(7, 2),
            release="7.2.4",
            table="redis-8.0.6",
            table_until=(7, 2),
            redis_version="7.2.4",
        ),
        Flavor(
            name="redis-7.4",
            product="redis",
            version=(7, 4),
            release="7.4.1",
            table="redis-8.0.6",
            table_until=(7, 4),
            redis_version="7.4.1",
        ),
        Flavor(
            name="redis-8",
            product="redis",
            version=(8, 6),
            release="8.6.3",
            table="redis-8.6.3",
            redis_version="8.6.3",
        ),
        Flavor(
            name="valkey-8",
            product="valkey",
            version=(8, 1),
            release="8.1.8",
            table="valkey-8.1.8",
            redis_version="7.2.4",
        ),
        Flavor(
            name="valkey-9",
            product="valkey",
            version=(9, 1),
            release="9.1.2",
            table="valkey-9.1.2",
            redis_version="7.2.4",
        ),
        Flavor(
            name="dragonfly",
            product="dragonfly",
            version=(7, 4),
            release="1.x",
            table="redis-8.0.6",
            table_until=(7, 2),
            redis_version="7.4.0",
        ),
    )
}

DEFAULT_FLAVOR: Final = "redis-8"


def flavor_named(name: str) -> Flavor:
    """The flavor of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return FLAVORS[name]
    except KeyError:
        known = ", ".join(FLAVORS)
        raise UsageError(f"there is no server flavor {name!r}", hint=f"one of: {known}") from None
