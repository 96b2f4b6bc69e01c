"""Carries out the debugger's commands on a session, and tells in lines what happens."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import groupby
from typing import Final, TypeVar

from ldbpy.console.commands import COMMANDS, find
from ldbpy.console.registry import Command, Takes
from ldbpy.console.story import Story
from ldbpy.engine.session import Session, State
from ldbpy.engine.stops import StepKind
from ldbpy.errors import LdbpyError, UsageError
from ldbpy.model.debugging import Ended, Event, Frame, Output, Page, Stopped, Value
from ldbpy.render.style import Role, Style
from ldbpy.script.source import Script
from ldbpy.settings.remembered import Remembered

__all__ = ["Console", "Settings"]

_CONTINUES: Final = {
    Takes.WORDS: re.compile(r"[*/+%^=<>~.:,(\[]|-\s|(and|or)\b"),
    Takes.EXPRESSION: re.compile(r"[*/+%^=<>~:,]|\.[^0-9]|\[[^\[=]|-\s|(and|or)\b"),
    Takes.TEXT: re.compile(r"==|~="),
}
"""What goes on with an expression: before it, a command's name is the variable's."""
_UNKNOWN: Final = re.compile(r"([A-Za-z_][\w-]*)(\s+[\w\"'@-].*)?", re.DOTALL)
_KEYWORDS: Final = frozenset(
    ("break", "do", "for", "function", "if", "local", "nil", "not", "repeat", "return", "while", "true", "false")
)
_STEPS: Final = (StepKind.STEP_IN, StepKind.NEXT, StepKind.STEP_OUT)
_PRINT: Final = re.compile(r"print\s*\((.*)\)", re.DOTALL)

T = TypeVar("T")


class Settings:
    """What a person can set with ``config``."""

    def __init__(self) -> None:
        self.context = 2
        """Lines shown before and after the current one at a stop."""
        self.values = 200
        """Bytes of a string that are shown; 0: all there are."""
        self.width = 0
        """Columns of the terminal, to which source lines are cut; 0: they are shown whole."""


class Console:
    """One person's, or one script's, side of a session.

    ``write`` gets what there is to see, a line or several at a time; ``on_event`` every event of the session.
    """

    def __init__(
        self,
        session: Session,
        script: Callable[[], Script],
        write: Callable[[str], None],
        style: Style,
        *,
        on_event: Callable[[Event], None] | None = None,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """``script`` gives the text, ``now`` the time in milliseconds that times to live are reckoned from."""
        self.session: Final = session
        self.write: Final = write
        self.style: Final = style
        self.now: Final = now
        self.settings: Final = Settings()
        self.aliases: Final[dict[str, str]] = {}
        self.displays: Final[dict[int, str]] = {}
        self.remembered = Remembered()
        """What was set the last time the script was debugged."""
        self.recalled = False
        """Whether that was set again."""
        self.frame = 0
        """The frame that expressions are evaluated in."""
        self.done = False
        """Whether the person is through."""
        self.story: Final = Story(self, script)
        self._on_event: Final = on_event
        self._told: Event | None = None
        """What was told last, to its end."""
        self._last: tuple[Command, str] | None = None
        self._hinted: set[str] = set()
        self._depth = 0
        self._again = 0
        """How often the command that is carried out comes again, one after the other."""

    # -- lines

    def run(self, lines: Iterable[str]) -> None:
        """Carry out commands until there are none left or one of them is ``quit``."""
        outer = self._again
        try:
            for line, same in groupby(lines):
                self._again = len(list(same))
                while self._again and not self.done:
                    self._again -= 1
                    self.execute(line)
        finally:  # Ctrl-C ends them all
            self._again = outer

    def execute(self, line: str) -> None:
        """Carry out one command. What is wrong with it is told."""
        try:
            # What is no text cannot be part of an expression.
            self.dispatch(line.encode("utf-8", "replace").decode().strip())
        except LdbpyError as error:
            self.tell_error(error)

    def perform(self, line: str) -> None:
        """Carry out a command as a key asks for it: no expression, no alias, nothing for an empty line to do again."""
        name, _, rest = line.partition(" ")
        known = find(name)
        try:
            if known is None:
                raise UsageError(f"there is no command {name}")
            known.handler(self, rest)
        except LdbpyError as error:
            self.tell_error(error)

    def tell_error(self, error: LdbpyError) -> None:
        """Tell what went wrong, and what to do about it."""
        self.write(f"{self.style.paint(Role.ERROR, 'error:')} {error}")
        if error.hint:
            self.write(f"hint: {error.hint}")

    def dispatch(self, line: str) -> None:
        """Carry out one command.

        Raises:
            LdbpyError: something is wrong with it.
        """
        if not line:
            if self._last is not None and self._last[0].repeats:
                self._call(*self._last)
            return
        if line == "#" or line.startswith("# "):  # #t is the length of t
            return
        if line.startswith("="):
            self.story.show_expression(line[1:].strip())
            return
        if match := _PRINT.fullmatch(line):  # as one writes it in other places
            line = f"print {match[1]}"
        name, rest = _split(line)
        known = find(name)
        if name in self.aliases:
            self._expand(self.aliases[name], rest)
        elif known is not None and not _CONTINUES[known.takes].match(rest):
            self._hint_shadow(known, name, rest)
            self._call(known, rest)
        else:
            self._last = None
            self._evaluate(line)

    def _evaluate(self, line: str) -> None:
        """Show what an expression gives. If it is none, it may have been meant as a command."""
        try:
            self.story.show_expression(line)
        except UsageError:
            match = _UNKNOWN.fullmatch(line)
            if match is None or match[1] in _KEYWORDS or self.session.stopped is None:
                raise
            name = match[1]
            close = get_close_matches(name.lower(), [each for each in COMMANDS if len(each) > 2], 1, 0.7)
            raise UsageError(
                f"there is no {'' if match[2] else 'variable or '}command {name}",
                hint=f"did you mean {close[0]}?" if close else "help tells the commands",
            ) from None

    def _call(self, known: Command, rest: str) -> None:
        self._last = (known, rest)
        known.handler(self, rest)

    def _expand(self, text: str, rest: str) -> None:
        with self.deeper("the aliases go round in circles", "alias NAME removes one"):
            self.dispatch(f"{text} {rest}".strip())

    @contextmanager
    def deeper(self, complaint: str, hint: str) -> Iterator[None]:
        """A command that carries out others, which may do the same, but not for ever."""
        if self._depth >= 10:
            raise UsageError(complaint, hint=hint)
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def _hint_shadow(self, known: Command, name: str, rest: str) -> None:
        """Say once that a command's name hides a variable of the same name."""
        if rest or name in self._hinted or self.session.state is not State.STOPPED:
            return
        if self.story.has_local(name.encode()):
            self._hinted.add(name)
            self.write(f"hint: {name} is the command {known.name}; ={name} shows the variable")

    # -- running

    def start(self) -> None:
        """Begin the script, and follow it to its first stop."""
        self.session.start()
        self.follow()

    def go(self, kind: StepKind, targets: frozenset[int] = frozenset(), *, count: int = 1) -> None:
        """Let the script go on, ``count`` times, and follow it to the next stop.

        Steps that are the next commands too are made in one go: a change of threads takes longer than a step.
        """
        self.require_stopped()
        again = self._again if count == 1 and kind in _STEPS else 0
        self.session.resume(kind, targets, count=count + again, passing=self.tell)
        try:
            self.follow()
        finally:
            if again:
                self._again = self.session.left

    def follow(self) -> None:
        """Tell what happens until the script stops or ends. Ctrl-C pauses it."""
        while True:
            try:
                for event in self.session.events():
                    self.tell(event)
                return
            except KeyboardInterrupt:
                self.session.pause()
                if self._catch_up():
                    return

    def _catch_up(self) -> bool:
        """Tell what an interrupt may have kept from being told; whether the script stands or has ended."""
        arrived = self.session.arrived()
        for event in arrived:
            if event is not self._told:
                self.tell(event)
        return bool(arrived)

    def leave(self) -> None:
        """End the script if it has not ended, and be through; what it had changed is told to be undone."""
        self.undo(quietly=False)
        self.done = True

    def undo(self, *, quietly: bool) -> None:
        """End the script if it has not ended. Programs are told always, people not if ``quietly``."""
        begun = self.session.state is not State.ENDED
        ended = self.session.abort()
        if begun and ended is not None and (self.story.silent or (ended.report.changes and not quietly)):
            self.tell(ended)

    def interrupted(self) -> None:
        """Ctrl-C came between two things: pause the script if it runs, or say that nothing was done."""
        if self.session.state is State.RUNNING:
            self.session.pause()
            self.follow()
        else:
            self._catch_up()
            self.write("interrupted")

    def tell(self, event: Event) -> None:
        """Tell what has happened."""
        if self._on_event is not None:
            self._on_event(event)
        if isinstance(event, Stopped):
            self.frame = 0
        if not self.story.silent:
            match event:
                case Output():
                    self.story.output(event)
                case Stopped():
                    self.story.stopped(event)
                case Ended():
                    self.story.ended(event)
        self._told = event

    # -- for the commands

    def require_stopped(self) -> Stopped:
        """Where the script stands.

        Raises:
            UsageError: it does not stand.
        """
        stopped = self.session.stopped
        if stopped is None:
            ended = self.session.state is State.ENDED
            raise UsageError(
                "the script is over" if ended else "the script has not begun",
                hint="restart runs it again" if ended else "run begins it",
            )
        return stopped

    def ask(self, question: Callable[[], T]) -> T:
        """What the backend answers while the script stands still.

        Raises:
            UsageError: it does not stand.
        """
        self.require_stopped()
        try:
            return self.session.ask(question)
        finally:
            for output in self.session.outputs():
                self.tell(output)

    def frames(self) -> tuple[Frame, ...]:
        """The stack."""
        return self.ask(self.session.backend.frames)

    def expand(self, value: Value, start: int, count: int) -> Page:
        """Elements of a table."""
        return self.ask(lambda: self.session.backend.elements(value.handle, start, count))


def _split(line: str) -> tuple[str, str]:
    """The first word, and what follows it. A word ends before anything that no command's name has."""
    end = 0
    while end < len(line) and (line[end].isalnum() or line[end] in "_?!-."):
        end += 1
    if end < len(line) and line[end] in "([:":  # f(x), t[1], s:len(): no command
        return line, ""
    return line[:end], line[end:].strip()
