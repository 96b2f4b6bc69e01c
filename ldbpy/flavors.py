"""The servers ldbpy imitates.

A *flavor* is a server as a script meets it. What it does differently from others is told in ``ldbpy.features``;
``Flavor`` holds the values that are not a yes or no.
"""

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.errors import UsageError

if TYPE_CHECKING:
    from ldbpy.features import Feature
    from ldbpy.resp import DoubleStyle

__all__ = ["DEFAULT_FLAVOR", "FLAVORS", "Flavor", "flavor_named"]


class Flavor(NamedTuple):
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
    """The command table's release, with ``+modules`` if the server brings them (``ldbpy.commands.load_table``)."""
    redis_version: str
    """What ``redis.REDIS_VERSION`` says; Valkey claims 7.2.4."""
    dump_version: int
    """The version of what DUMP gives: ``RDB_VERSION`` of the server's ``rdb.h``."""
    table_until: tuple[int, int] | None = None
    """Commands newer than this are left out: no table was dumped from this server itself."""
    lua: str = "5.1"
    """The version of Lua scripts run in."""

    def restores(self, version: int) -> bool:
        """Whether RESTORE takes what was dumped with that version. Valkey leaves out those that only Redis has."""
        is_foreign = self.product == "valkey" and 11 < version < 80
        return version <= self.dump_version and not is_foreign

    @property
    def features(self) -> "frozenset[Feature]":
        """What it does differently."""
        return _features(self.product, self.version)

    @property
    def doubles(self) -> "DoubleStyle":
        """How it writes numbers with a fraction."""
        return _doubles(self.product, self.version)


@cache
def _features(product: str, version: tuple[int, int]) -> "frozenset[Feature]":
    from ldbpy.features import features_of  # most scripts that are linted meet nothing of that

    return features_of(product, version)


@cache
def _doubles(product: str, version: tuple[int, int]) -> "DoubleStyle":
    from ldbpy.features import Feature
    from ldbpy.resp import DoubleStyle

    return DoubleStyle.SHORTEST if Feature.SHORT_DOUBLES in _features(product, version) else DoubleStyle.G17


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
            dump_version=9,
        ),
        Flavor(
            name="redis-7.0",
            product="redis",
            version=(7, 0),
            release="7.0.15",
            table="redis-7.0.15",
            redis_version="7.0.15",
            dump_version=10,
        ),
        Flavor(
            name="redis-7.2",
            product="redis",
            version=(7, 2),
            release="7.2.4",
            table="redis-8.0.6",
            table_until=(7, 2),
            redis_version="7.2.4",
            dump_version=11,
        ),
        Flavor(
            name="redis-7.4",
            product="redis",
            version=(7, 4),
            release="7.4.1",
            table="redis-8.0.6",
            table_until=(7, 4),
            redis_version="7.4.1",
            dump_version=12,
        ),
        Flavor(
            name="redis-8",
            product="redis",
            version=(8, 6),
            release="8.6.3",
            table="redis-8.6.3+modules",
            redis_version="8.6.3",
            dump_version=12,  # of 8.0; not measured, and every Redis 8 takes it
        ),
        Flavor(
            name="valkey-8",
            product="valkey",
            version=(8, 1),
            release="8.1.8",
            table="valkey-8.1.8",
            redis_version="7.2.4",
            dump_version=11,
        ),
        Flavor(
            name="valkey-9",
            product="valkey",
            version=(9, 1),
            release="9.1.2",
            table="valkey-9.1.2",
            redis_version="7.2.4",
            dump_version=80,
        ),
        Flavor(
            name="dragonfly",
            product="dragonfly",
            version=(7, 4),
            release="1.x",
            table="redis-8.0.6",
            table_until=(7, 2),
            redis_version="7.4.0",
            dump_version=9,
            lua="5.4",
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
