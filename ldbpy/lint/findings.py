"""What rules say, and what a run of the linter gives."""

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Self

if TYPE_CHECKING:
    from ldbpy.script.ast import Node

__all__ = ["Edit", "FileResult", "Finding", "Fix", "Group", "Label", "Place", "Report", "Rule", "Severity"]


class Severity(StrEnum):
    """How bad a finding is. An error is one that a server shows: the script fails, or does not do what it says."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return _RANKS[self]


_RANKS: Final = {Severity.ERROR: 3, Severity.WARNING: 2, Severity.INFO: 1}


class Group(StrEnum):
    """What a rule is about."""

    CORRECTNESS = "correctness"
    SUSPICIOUS = "suspicious"
    CLUSTER = "cluster"
    PERF = "perf"
    COMPAT = "compat"
    LUA = "lua"
    LINT = "lint"
    """The linter's own comments."""


class Rule(NamedTuple):
    """One rule, as its module declares it. Its page is the module's docstring."""

    name: str
    code: str
    group: Group
    severity: Severity
    on: bool = True
    """Whether it runs when nothing is selected."""
    fixable: bool = False
    by_runner: bool = False
    """The runner finds it: its module has the page, and nothing that checks."""
    needs: tuple[bytes | tuple[bytes, ...], ...] = ()
    """Each of these stands in every script the rule has something to say about, in any case; of a tuple, one does.

    A rule that has nothing to say is not imported: that takes longer than to run it. In lower case."""


class Edit(NamedTuple):
    """Replace the bytes from ``start`` to before ``end``."""

    start: int
    end: int
    text: bytes


class Fix(NamedTuple):
    """Edits that belong together. A safe one leaves a correct script doing what it did."""

    edits: tuple[Edit, ...]
    safe: bool


class Label(NamedTuple):
    """A second place in the script that explains the finding."""

    start: int
    end: int
    text: str


class Report(NamedTuple):
    """What a rule says of a span of bytes."""

    start: int
    end: int
    message: str
    help: str | None = None
    labels: tuple[Label, ...] = ()
    fix: Fix | None = None
    mark: str = ""
    """What to write at the carets."""
    severity: Severity | None = None
    """None: the rule's own."""
    include: int | None = None
    """It is about the line that includes this text: the number of that include in ``Program.includes``."""

    @classmethod
    def at(
        cls,
        node: "Node",
        message: str,
        help: str | None = None,
        *,
        labels: tuple[Label, ...] = (),
        fix: Fix | None = None,
        mark: str = "",
        severity: Severity | None = None,
    ) -> Self:
        """A report on a node of the tree."""
        return cls(node.start, node.end, message, help, labels, fix, mark, severity)


class Place(NamedTuple):
    """A span for people: lines and columns count from 1, columns in code points, the end excluded."""

    line: int
    column: int
    end_line: int
    end_column: int


class Finding(NamedTuple):
    """A report on a file."""

    path: str
    rule: str
    code: str
    severity: Severity
    message: str
    start: int
    end: int
    place: Place
    help: str | None
    labels: tuple[tuple[Label, Place], ...]
    fix: Fix | None
    mark: str
    include: int | None = None
    """As in a report. None once it is told of a file."""


class FileResult(NamedTuple):
    """What was found in one file, in the order of the text."""

    path: str
    source: bytes
    findings: tuple[Finding, ...]
