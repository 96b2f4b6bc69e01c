"""What the panes show of the script as it stands: asked for at once, on the console's thread, and drawn on another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from ldbpy.console.console import Console
from ldbpy.console.novelty import activation
from ldbpy.console.places import breakpoint_text
from ldbpy.console.story import innermost
from ldbpy.engine.backend import Backend, Program
from ldbpy.engine.breakpoints import Breakpoint, LinePlace
from ldbpy.engine.session import State
from ldbpy.errors import LdbpyError
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.model.debugging import Ended, Frame, Page, Stopped, Value, Variable
from ldbpy.model.location import Location
from ldbpy.render.text import readable
from ldbpy.render.values import value_text

__all__ = [
    "PAGE",
    "Display",
    "KeySight",
    "Path",
    "Root",
    "Sight",
    "SightBreakpoint",
    "Watched",
    "look",
    "look_at_keys",
    "page_of",
]

PAGE: Final = 100
"""Elements of a table that are asked for at a time."""
_SMALL: Final = 8
"""Elements of a table that is shown with what is in it."""
_SUMMARISED: Final = 40
"""Tables of one page that are."""
_KEYS: Final = 200
"""Keys that are looked at."""


Path = tuple[bytes, ...]
"""Names from a variable down to an element."""
Watched = Sequence[tuple[Path, Sequence[int]]]
"""Open tables, and the numbers of their pages that are in sight."""


class Root(NamedTuple):
    """A variable of the frame that is looked at."""

    variable: Variable
    note: str
    """Where it is from, if it is no local variable."""


class Display(NamedTuple):
    """An expression that is shown at every stop."""

    number: int
    expression: str
    text: str
    failed: bool


class SightBreakpoint(NamedTuple):
    """A breakpoint, and where it is."""

    breakpoint: Breakpoint
    line: int
    """The line of the script it waits at; 0: none."""
    text: str


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at a session."""

    state: State = State.CREATED
    stopped: Stopped | None = None
    ended: Ended | None = None
    program: Program | None = None
    frames: tuple[Frame, ...] = ()
    frame: int = 0
    roots: tuple[Root, ...] = ()
    place: str = ""
    """The call the roots are of."""
    displays: tuple[Display, ...] = ()
    breakpoints: tuple[SightBreakpoint, ...] = ()
    problem: str = ""
    """Why something could not be told."""
    pages: Mapping[Path, Mapping[int, Page]] = field(default_factory=dict)
    """Of open tables, what was in sight."""
    executed: frozenset[int] | None = None
    """The lines that have run; None: nobody knows."""

    @property
    def line(self) -> int:
        """The line of the frame that is looked at; 0: none."""
        if self.stopped is None:
            return 0
        if self.frame == 0:
            return self.stopped.line
        frame = self.frames[self.frame]
        return frame.line if frame.own else 0


@dataclass(frozen=True, slots=True)
class KeySight:
    """The keys of a run."""

    keys: tuple[tuple[bytes, KeyState | None], ...] = ()
    changes: Mapping[bytes, KeyChange] = field(default_factory=dict)
    more: int = 0
    """How many keys are not shown."""
    now: int = 0
    problem: str = ""


def look(console: Console, watched: Watched = ()) -> Sight:
    """What there is to see now, with the pages of open tables that are in sight. On the console's thread."""
    session = console.session
    sight = Sight(session.state, session.stopped, session.ended, session.program, breakpoints=_breakpoints(console))
    if session.stopped is None:
        return replace(sight, executed=session.backend.executed() if session.ended is not None else None)
    try:
        return console.ask(lambda: _gathered(sight, session.backend, console, watched))
    except LdbpyError as error:
        return replace(sight, problem=str(error))


def _gathered(sight: Sight, backend: Backend, console: Console, watched: Watched) -> Sight:
    """On the thread of the script."""
    displays = tuple(_display(backend, number, expression) for number, expression in console.displays.items())
    frames, roots = backend.frames(), _roots(backend, console.frame)
    return replace(
        sight,
        frames=frames,
        frame=console.frame,
        roots=roots,
        place=activation(frames[console.frame :]),
        displays=displays,
        pages=_pages(backend, roots, watched),
        executed=backend.executed(),
    )


def _pages(backend: Backend, roots: Sequence[Root], watched: Watched) -> Mapping[Path, Mapping[int, Page]]:
    """The pages wanted, of tables that are still there."""
    values: dict[Path, Value] = {(each.variable.name,): each.variable.value for each in roots}
    found: dict[Path, dict[int, Page]] = {}
    for path, numbers in sorted(watched, key=lambda each: len(each[0])):
        value = values.get(path)
        if value is None or not value.handle:
            continue
        found[path] = {number: page_of(backend, value.handle, number) for number in numbers}
        for page in found[path].values():
            values |= {(*path, each.name): each.value for each in page.items}
    return found


def _roots(backend: Backend, frame: int) -> tuple[Root, ...]:
    scopes = backend.scopes(frame)
    here = innermost(scopes.locals)
    names = {each.name for each in here}
    roots = [Root(each, "") for each in _summarised(backend, here)]
    around = [each for each in scopes.upvalues if each.name not in names]
    roots += [Root(each, "from around") for each in _summarised(backend, around)]
    for name in ("KEYS", "ARGV"):
        told = backend.evaluate(name, frame)
        if told.error is None and told.values and name.encode() not in names:
            roots.append(Root(_summarised(backend, [Variable(name.encode(), told.values[0])])[0], ""))
    return tuple(roots)


def _display(backend: Backend, number: int, expression: str) -> Display:
    told = backend.evaluate(expression, 0)
    if told.error is not None:
        return Display(number, expression, readable(told.error), failed=True)

    def expand(value: Value, start: int, count: int) -> Page:
        return backend.elements(value.handle, start, count)

    return Display(number, expression, ", ".join(value_text(each, expand) for each in told.values), failed=False)


def _summarised(backend: Backend, variables: Sequence[Variable]) -> tuple[Variable, ...]:
    """The variables, small tables with what is in them."""
    left, found = _SUMMARISED, []
    for each in variables:
        value = each.value
        if value.handle and value.size <= _SMALL and left:
            left -= 1
            page = backend.elements(value.handle, 0, _SMALL)
            each = replace(each, value=replace(value, page=page))
        found.append(each)
    return tuple(found)


def page_of(backend: Backend, handle: int, number: int) -> Page:
    """A page of a table's elements. On the thread of the script."""
    page = backend.elements(handle, number * PAGE, PAGE)
    return replace(page, items=_summarised(backend, page.items))


def _breakpoints(console: Console) -> tuple[SightBreakpoint, ...]:
    backend, found = console.session.backend, []
    for each in console.session.breakpoints:
        at = None
        if isinstance(each.place, LinePlace):
            line = console.story.places().find(Location(each.place.file, each.place.line))
            at = None if line is None else backend.statement_at(line)
        found.append(SightBreakpoint(each, at[1] if at else 0, breakpoint_text(each)))
    return tuple(found)


def look_at_keys(console: Console) -> KeySight:
    """The declared keys and those that were touched. To be called on the console's thread."""
    session = console.session
    if session.ended is not None:
        changes = session.ended.report.changes
        kept = tuple((each.key, each.after) for each in changes[:_KEYS])
        return KeySight(kept, {each.key: each for each in changes}, len(changes) - len(kept), console.now())
    if session.stopped is None:
        return KeySight()
    try:
        return console.ask(_key_question(console))
    except LdbpyError as error:
        return KeySight(problem=str(error))


def _key_question(console: Console) -> Callable[[], KeySight]:
    session = console.session

    def question() -> KeySight:
        declared = dict(session.backend.keys())
        touched = [key for key in session.touched if key not in declared]
        shown = touched[: max(_KEYS - len(declared), 0)]
        states = {**declared, **{key: session.backend.peek(key) for key in shown}}
        changes = {each.key: each for each in session.backend.changes()}
        return KeySight(tuple(states.items()), changes, len(touched) - len(shown), console.now())

    return question
