"""The servers a script is for: ``redis>=6.2``, ``valkey-8``, a flavor's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from ldbpy.commands.table import Command, load_table
from ldbpy.errors import UsageError
from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS, Flavor
from ldbpy.lint.platforms import Mode, Platform

if TYPE_CHECKING:
    from ldbpy.features import Feature

__all__ = ["DEFAULT_TARGETS", "Targets", "find_command", "names", "parse_targets"]

_CURRENT: Final = (DEFAULT_FLAVOR, "valkey-9")
_SPEC: Final = r"\s*([a-z]+)\s*(?:(>=|<=|==|=|>|<)\s*([0-9]+(?:\.[0-9]+)*))?\s*"
_COMPARE: Final[dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]]] = {
    ">=": lambda have, asked: have >= asked,
    "<=": lambda have, asked: have[: len(asked)] <= asked,
    ">": lambda have, asked: have[: len(asked)] > asked,
    "<": lambda have, asked: have < asked,
    "=": lambda have, asked: have[: len(asked)] == asked,
    "==": lambda have, asked: have[: len(asked)] == asked,
}


class Targets:
    """One or several servers.

    Named ones must all take the script: what one of them refuses is wrong. When none are named, they are the current
    servers, and only what all of them refuse is wrong.
    """

    def __init__(
        self,
        flavors: Sequence[Flavor],
        *,
        named: bool,
        platform: Platform | None = None,
        mode: Mode | None = None,
        live: bool = False,
    ) -> None:
        self.flavors: Final = tuple(flavors)
        self.named: Final = named
        self.platform: Final = platform
        self.mode: Final = mode
        """None: what the first line of a file says."""
        self.live: Final = live
        """Whether the table of commands is all that a server has, its modules included."""

    def where(self, wrong: Callable[[Flavor], bool]) -> tuple[Flavor, ...]:
        """The servers on which something is wrong; none if that does not matter."""
        found = []
        for flavor in self.flavors:
            if wrong(flavor):
                found.append(flavor)
            elif not self.named:
                return ()
        return tuple(found)

    def lacking(self, feature: Feature) -> tuple[Flavor, ...]:
        """The servers that do not have a feature; none if that does not matter."""
        return self.where(lambda flavor: feature not in flavor.features)

    def lookup(self, words: Sequence[bytes | None]) -> Command | None:
        """The command of the first server that has it."""
        for flavor in self.flavors:
            command = find_command(flavor, words)
            if command is not None:
                return command
        return None

    @property
    def identity(self) -> str:
        """All of this that what is found depends on, as text."""
        tables = ", ".join(flavor.table for flavor in self.flavors) if self.live else ""
        return f"{'all' if self.named else 'none'} of {self.told}; {self.platform}; {self.mode}; {tables}"

    @property
    def told(self) -> str:
        """Their names."""
        return names(self.flavors)


def names(flavors: Iterable[Flavor]) -> str:
    """Flavors as people read them."""
    return ", ".join(flavor.name for flavor in flavors)


def find_command(flavor: Flavor, words: Sequence[bytes | None]) -> Command | None:
    """The command or subcommand that ``words`` run on a server; a container if the subcommand is not known."""
    if not words or words[0] is None:
        return None
    table = load_table(flavor.table, flavor.table_until)
    command = table.container_or_command(words[0])
    if command is None or not command.subcommands or len(words) == 1 or words[1] is None:
        return command
    return command.subcommands.get(words[1].lower())


DEFAULT_TARGETS: Final = Targets([FLAVORS[name] for name in _CURRENT], named=False)


def parse_targets(specs: Sequence[str], platform: Platform | None = None, mode: Mode | None = None) -> Targets:
    """The servers that any of the specs means, or that the platform is one of.

    Raises:
        UsageError: one means none.
    """
    if not specs and platform is Platform.DRAGONFLY:
        specs = (platform.value,)
    if not specs:
        return Targets(DEFAULT_TARGETS.flavors, named=False, platform=platform, mode=mode)
    found = {flavor.name: flavor for spec in specs for flavor in _meant(spec)}
    flavors = [flavor for name, flavor in FLAVORS.items() if name in found]
    return Targets(flavors, named=True, platform=platform, mode=mode)


def _meant(spec: str) -> list[Flavor]:
    text = spec.strip().lower()
    if text in FLAVORS:
        return [FLAVORS[text]]
    match = re.fullmatch(_SPEC, text)
    flavors = [flavor for flavor in FLAVORS.values() if match and flavor.product == match[1]]
    if not flavors or match is None:
        import difflib  # only for mistakes

        close = difflib.get_close_matches(text, [*FLAVORS, "redis", "valkey"], 1)
        hint = f"did you mean {close[0]}?" if close else f"one of {', '.join(FLAVORS)}, or as redis>=7.0"
        raise UsageError(f"there is no target {spec!r}", hint=hint)
    if match[2]:
        asked = tuple(int(part) for part in match[3].split("."))
        flavors = [flavor for flavor in flavors if _COMPARE[match[2]](flavor.version, asked)]
    if not flavors:
        known = names(flavor for flavor in FLAVORS.values() if flavor.product == match[1])
        raise UsageError(f"no known server is {spec}", hint=f"known: {known}")
    return flavors
