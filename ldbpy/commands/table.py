"""One server release's commands, from ``data/*.json`` (see ``generate.py`` for where that comes from)."""

import json
import os.path
from functools import cache, cached_property
from typing import Any, Final, NamedTuple

__all__ = ["Argument", "Command", "CommandTable", "KeySpec", "keep_table", "load_table", "release_of"]

Argument = dict[str, Any]
"""One argument as ``COMMAND DOCS`` describes it: name, type, token, since, flags, and arguments of a block."""


class KeySpec(NamedTuple):
    """Where a command's keys are: a start, and how to go on from there.

    The start is the argument ``at`` (the command's name being 0) or after ``keyword`` looked for from
    ``start`` on (backwards if negative). From there on either a range up to ``last`` (relative; negative counts from
    the end; ``limit`` divides what is left), or as many as the argument at ``count_at`` says.
    """

    flags: frozenset[str]
    at: int | None
    keyword: bytes
    start: int
    last: int
    step: int
    limit: int
    count_at: int | None
    first: int

    @property
    def is_one_argument(self) -> bool:
        """Whether it is one key, always at the same place."""
        return self.at is not None and self.last == 0 and self.count_at is None


class Command:
    """One command or subcommand: what the server's ``COMMAND`` says of it."""

    __slots__ = ("_raw", "_specs", "arity", "flags", "group", "name", "since", "subcommands")

    def __init__(self, name: str, raw: dict[str, Any]) -> None:
        self.name: Final = name
        """Lower case; a subcommand's is ``container|sub``."""
        self.arity: Final[int] = raw["arity"]
        """The number of arguments with the name itself; negative: at least that many."""
        self.flags: Final = frozenset[str](raw.get("flags", ()))
        self.group: Final[str] = raw.get("group", "")
        self.since: Final[str] = raw.get("since", "")
        self.subcommands: Final = {
            sub.encode(): Command(f"{name}|{sub}", entry) for sub, entry in raw.get("subcommands", {}).items()
        }
        self._raw: Final = raw
        self._specs: tuple[KeySpec, ...] | None = None

    @property
    def acl_categories(self) -> tuple[str, ...]:
        """``@write``, ``@string``, …"""
        return tuple(self._raw.get("acl", ()))

    @property
    def deprecated_since(self) -> str | None:
        """The release that discouraged its use."""
        since: str | None = self._raw.get("deprecated_since")
        return since

    @property
    def replaced_by(self) -> str:
        """What to use instead, in the server's words."""
        return str(self._raw.get("replaced_by", ""))

    @property
    def arguments(self) -> list[Argument]:
        """The arguments as ``COMMAND DOCS`` describes them."""
        return list(self._raw.get("arguments", ()))

    @property
    def key_specs(self) -> tuple[KeySpec, ...]:
        """Where its keys are. A spec the server calls ``unknown`` is left out (SORT's)."""
        if self._specs is None:
            self._specs = tuple(_key_spec(raw) for raw in self._raw.get("keys", ()) if "step" in raw)
        return self._specs

    def accepts(self, count: int) -> bool:
        """Whether the arity allows ``count`` arguments, the name included."""
        return count == self.arity if self.arity > 0 else count >= -self.arity


def _key_spec(raw: dict[str, Any]) -> KeySpec:
    return KeySpec(
        frozenset(raw["flags"]),
        raw.get("index"),
        raw.get("keyword", "").encode(),
        raw.get("from", 0),
        raw.get("last", 0),
        raw["step"],
        raw.get("limit", 0),
        raw.get("count_at"),
        raw.get("first", 0),
    )


class CommandTable:
    """The commands of one server release, read from its file when first asked for.

    ``redis-8.6.3+modules``: with those of ``modules.json`` besides. What a file says of a command is parsed when that
    command is: most scripts call few, and to parse all takes as long as to run one.
    """

    def __init__(self, release: str, until: tuple[int, ...] | None = None) -> None:
        self.release: Final = release
        self.until: Final = until
        self._found: Final[dict[bytes, Command]] = {}

    @cached_property
    def _entries(self) -> dict[bytes, bytes]:
        """What the files say, as JSON by name in lower case."""
        release, _, more = self.release.partition("+")
        entries = _live.get(release) or _read(release)
        return {**_read(more), **entries} if more else entries

    @property
    def raw(self) -> dict[str, Any]:
        """All that the files say, by name in lower case."""
        parsed = ((name.decode(), self._parsed(entry)) for name, entry in self._entries.items())
        return {name: entry for name, entry in parsed if entry is not None}

    @cached_property
    def commands(self) -> dict[bytes, Command]:
        """Every command by its name in lower case."""
        found = ((name, self._find(name)) for name in self._entries)
        return {name: command for name, command in found if command is not None}

    def container_or_command(self, name: bytes) -> Command | None:
        """The command of that name in any case, without regard to a subcommand."""
        found = self._found
        return found.get(name) or found.get(name.lower()) or self._find(name.lower())

    def lookup(self, args: list[bytes]) -> Command | None:
        """The command or subcommand that ``args`` (name first) would run, as ``lookupCommand`` finds it."""
        command = self.container_or_command(args[0])
        if command is None or not command.subcommands or len(args) == 1:
            return command
        return command.subcommands.get(args[1].lower())

    def _find(self, name: bytes) -> Command | None:
        entry = self._entries.get(name)
        parsed = None if entry is None else self._parsed(entry)
        if parsed is None:
            return None
        return self._found.setdefault(name, Command(name.decode(), parsed))

    def _parsed(self, entry: bytes) -> dict[str, Any] | None:
        """What is said of a command; None if it is too new."""
        parsed: dict[str, Any] = json.loads(entry)
        return parsed if self.until is None else _not_newer(parsed, self.until)


_live: Final[dict[str, dict[bytes, bytes]]] = {}
"""What servers said themselves, by the name it was given as release."""


def keep_table(release: str, commands: dict[str, Any]) -> None:
    """Have ``load_table`` find these under a name. They are in the form of the files in ``data``."""
    _live[release] = {name.encode(): json.dumps(entry).encode() for name, entry in commands.items()}


def _read(name: str) -> dict[bytes, bytes]:
    """The entries of a file, which has one a line: ``"get":{...},``."""
    with open(os.path.join(os.path.dirname(__file__), "data", f"{name}.json"), "rb") as file:
        lines = file.read().splitlines()[1:-1]
    parted = (line.partition(b'":') for line in lines)
    return {name[1:]: entry.rstrip(b",") for name, _, entry in parted}


@cache
def load_table(release: str, until: tuple[int, ...] | None = None) -> CommandTable:
    """The table of ``release`` (``redis-8.6.3``), with only what is not newer than ``until`` if that is given.

    ``redis-8.6.3+modules`` has the commands of Redis' modules as well.
    """
    return CommandTable(release, until)


def _not_newer(entry: dict[str, Any], until: tuple[int, ...]) -> dict[str, Any] | None:
    """An entry without the subcommands that are newer; None if it is newer itself, or a module's."""
    if release_of(entry.get("since")) > until or "module" in entry.get("flags", ()):
        return None
    if "subcommands" not in entry:
        return entry
    kept = {name: _not_newer(each, until) for name, each in entry["subcommands"].items()}
    return {**entry, "subcommands": {name: each for name, each in kept.items() if each is not None}}


def release_of(text: str | None) -> tuple[int, ...]:
    """The release a text names, ``7.2.0``: its first two numbers; 0 if there is none."""
    return tuple(int(part) for part in text.split(".")[:2]) if text else (0,)
