"""The full-screen debugger without its terminal: panes, what they show, what is asked of the console."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from ldbpy.console.console import Console
from ldbpy.engine.session import State
from ldbpy.model.debugging import Page, Stopped, StopReason
from ldbpy.render.replies import inline
from ldbpy.render.stops import stop_headline
from ldbpy.render.style import PLAIN
from ldbpy.tui.debugger.layout import Arrangement, PaneName
from ldbpy.tui.debugger.lines import Fragment
from ldbpy.tui.debugger.overlays import Help, Overlay, Palette
from ldbpy.tui.debugger.panes.commands import CommandsPane
from ldbpy.tui.debugger.panes.console import PROMPT, ConsolePane
from ldbpy.tui.debugger.panes.keyspace import KeysPane
from ldbpy.tui.debugger.panes.pane import Pane
from ldbpy.tui.debugger.panes.source import SourcePane
from ldbpy.tui.debugger.panes.stack import StackPane
from ldbpy.tui.debugger.panes.variables import VariablesPane
from ldbpy.tui.debugger.panes.watches import WatchesPane
from ldbpy.tui.debugger.sight import KeySight, Sight, look, look_at_keys, page_of
from ldbpy.tui.debugger.tree import Wanted
from ldbpy.tui.debugger.worker import Worker

__all__ = ["LATE", "Debugger", "Question"]

LATE: Final = 0.3
"""Seconds after which a person is told that something takes its time."""
_DEAR: Final = 0.01
"""Seconds a look at the keys may take to be taken after every step."""


class Question(NamedTuple):
    """Something a person is asked, on the last line of the screen."""

    label: str
    text: str
    """What stands there already."""
    answer: Callable[[str], None]


class Debugger:
    """Everything about the screen that is no terminal.

    All of it belongs to the screen's thread, but for what the worker calls: ``_looked``, ``_idle`` and ``_fetch``.
    """

    def __init__(
        self,
        console: Console,
        feed: ConsolePane,
        redraw: Callable[[], None],
        failed: Callable[[BaseException], None],
        leaving: Callable[[], None],
    ) -> None:
        """``feed`` is where ``console`` writes; ``redraw`` may be called from any thread; the rest: ``Worker``."""
        self.console: Final = console
        self.redraw: Final = redraw
        self.looked: Final = threading.Event()
        """Set when there is something to see."""
        self.source: Final = SourcePane()
        self.variables: Final = VariablesPane()
        self.stack: Final = StackPane(console.story.place)
        self.watches: Final = WatchesPane()
        self.commands: Final = CommandsPane(lambda: console.session.calls)
        self.keys: Final = KeysPane()
        self.feed: Final = feed
        self.panes: Final[dict[PaneName, Pane]] = {
            each.name: each
            for each in (
                self.source, self.variables, self.stack, self.watches, self.commands, self.keys, self.feed
            )
        }  # fmt: skip
        self.arrangement = Arrangement()
        self.focus = PaneName.SOURCE
        self.overlay: Overlay | None = None
        self.question: Question | None = None
        self.note = ""
        """What is told on the last line until the next key."""
        self.sight = Sight()
        self.done = False
        """Whether the person is through."""
        self.on_sight: Callable[[], None] = lambda: None
        """Told of each new look."""
        self.worker: Final = Worker(console, after=self._looked, idle=self._idle, failed=failed, leaving=leaving)
        self._new_sight: Sight | None = None
        self._new_keys: KeySight | None = None
        self._new_pages: Final[deque[tuple[Wanted, Page]]] = deque()
        self._asked: Final[set[Wanted]] = set()
        self._stood: Stopped | None = None
        self._keys_seen: tuple[int, ...] = ()
        self._keys_cost = 0.0
        console.story.brief = True
        console.session.backend.tracks_lines = True
        console.session.look = None  # what a stop looks like is asked for by this screen, in one go

    # -- the worker's thread

    def _looked(self) -> None:
        self._new_sight = sight = look(self.console, self.variables.watched)
        came_to = sight.stopped if sight.stopped is not self._stood else None
        self._stood = sight.stopped
        if came_to is not None and came_to.reason not in (StopReason.STEP, StopReason.ENTRY):
            self.worker.drop_steps()
        self.looked.set()
        self.redraw()

    def _idle(self) -> None:
        """Look at the keys, if they may have changed: when nothing else is to do, or they are cheap."""
        session = self.console.session
        seen = (id(session.recording), id(session.ended), len(session.calls), len(session.recording.edits))
        if seen == self._keys_seen or session.state in (State.CREATED, State.RUNNING):
            return
        if self._keys_cost > _DEAR and self.worker.waits_for(LATE):
            return
        self._keys_seen, start = seen, time.monotonic()
        self._new_keys = look_at_keys(self.console)
        self._keys_cost = time.monotonic() - start
        self.redraw()

    # -- what there is to see

    def take(self) -> None:
        """Put what the worker has seen into the panes."""
        sight, self._new_sight = self._new_sight, None
        if sight is not None:
            self.sight = sight
            self._asked.clear()
            self.on_sight()
            for pane in (self.source, self.variables, self.stack, self.watches):
                pane.take(sight)
            self.done = self.done or self.console.done
        while self._new_pages:
            self.variables.give(*self._new_pages.popleft())
        keys, self._new_keys = self._new_keys, None
        if keys is not None:
            self.keys.take(keys)

    def fetch(self) -> None:
        """Ask for what is in sight of tables and not known."""
        for wanted in self.variables.wanted:
            if wanted not in self._asked:
                self._asked.add(wanted)
                self.worker.do(partial(self._fetch, wanted), looks=False)

    def _fetch(self, wanted: Wanted) -> None:
        """On the worker's thread."""
        session = self.console.session
        if session.stopped is not None:
            page = session.ask(lambda: page_of(session.backend, wanted.handle, wanted.page))
            self._new_pages.append((wanted, page))
            self.redraw()

    @property
    def late(self) -> bool:
        """Whether something takes its time."""
        since = self.worker.busy_since
        return since is not None and time.monotonic() - since > LATE

    def status(self) -> Fragment:
        """Where the script is, in a few words."""
        since, session = self.worker.busy_since, self.console.session
        if since is not None and time.monotonic() - since > LATE:
            doing = "running" if session.state is State.RUNNING else "working"
            key = "^C pauses" if doing == "running" else "^C drops it"
            return "class:warning", f"{doing} {time.monotonic() - since:.0f} s · {key}"
        sight = self.sight
        if sight.ended is not None:
            if sight.ended.aborted:
                return "class:dim", "aborted · R runs it again"
            failed = sight.ended.report.problem is not None
            told = "failed" if failed else f"finished {inline(sight.ended.report.reply, 30)}"
            return "class:error" if failed else "class:good", f"{told} · R runs it again"
        if sight.stopped is not None:
            told = " ".join(stop_headline(sight.stopped, "", PLAIN).split())
            return "class:error" if sight.stopped.error is not None else "class:warning", told
        return "class:dim", session.state.value

    # -- what is done

    def execute(self, line: str, *, echo: bool = False) -> None:
        """Carry out a command of the console's. ``echo``: as if it had been typed."""
        self.feed.up = 0
        if echo:
            self.feed.tell(f"{PROMPT}{line}")
            self.worker.do(lambda: self.console.execute(line))
        else:
            self.worker.do(lambda: self.console.perform(line))

    def step(self, line: str) -> None:
        """Let the script go on. Steps that are waiting are forgotten when something else than a step stops it."""
        self.worker.do(lambda: self.console.perform(line), step=True)

    def ask(self, label: str, answer: Callable[[str], None], text: str = "") -> None:
        """Ask the person something."""
        self.question = Question(label, text, answer)

    def say(self, text: str) -> None:
        """Tell something until the next key."""
        self.note = text

    def look_at(self, pane: PaneName) -> None:
        """Give a pane the keys; it is shown if it was not."""
        self.focus = pane
        hidden = self.arrangement.hidden - {pane}
        maximised = self.arrangement.maximised and pane
        self.arrangement = replace(self.arrangement, hidden=hidden, maximised=maximised)

    @property
    def pane(self) -> Pane:
        """The pane that has the keys."""
        return self.panes[self.focus]

    def open_help(self) -> None:
        """Show every key."""
        self.overlay = Help()

    def open_palette(self) -> None:
        """Show everything that can be done."""
        palette = Palette()
        self.overlay = palette
        self.ask("do: ", lambda text: self._choose(palette))

    def _choose(self, palette: Palette) -> None:
        chosen, self.overlay = palette.chosen, None
        if chosen is None:
            return
        if chosen.action is not None:
            chosen.action.handler(self)
        elif chosen.asks:
            self.ask(f"{PROMPT}{chosen.name} ", lambda rest: self.execute(f"{chosen.name} {rest}".strip(), echo=True))
        else:
            self.execute(chosen.name, echo=True)

    def interrupt(self) -> None:
        """Pause the script, or drop what it is asked."""
        if self.worker.busy_since is None:
            self.say("nothing runs: q quits")
        self.worker.interrupt()
