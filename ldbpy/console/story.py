"""Tells where the script stands, what it puts out and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.console.novelty import Novelty, NoveltyKind, activation
from ldbpy.engine.backend import Scopes
from ldbpy.engine.breakpoints import LinePlace
from ldbpy.engine.session import State
from ldbpy.errors import UsageError
from ldbpy.model.calls import LogLine
from ldbpy.model.debugging import Ended, Frame, Output, OutputKind, Stopped, StopReason, Variable
from ldbpy.model.location import Location
from ldbpy.model.runs import RunProblem
from ldbpy.render.replies import ReplyFormat, inline, render_reply
from ldbpy.render.runs import call_text, change_lines, log_line
from ldbpy.render.stops import source_lines, stop_headline
from ldbpy.render.style import Role
from ldbpy.render.text import harmless, readable
from ldbpy.render.values import count_text, element_lines, value_text, variable_text
from ldbpy.resp import ErrorReply
from ldbpy.script.source import Script, SourceMap

if TYPE_CHECKING:
    from ldbpy.console.console import Console

__all__ = ["Story", "innermost"]


_NOTED: Final = 3
"""Changed variables told beside the source line."""
_WIDE: Final = 60


class _Seen(NamedTuple):
    """What is wanted at every stop."""

    frames: tuple[Frame, ...]
    scopes: Scopes


class Story:
    """What a console tells of its session."""

    def __init__(self, console: Console, script: Callable[[], Script]) -> None:
        self._console: Final = console
        self._script: Final = script
        self.silent = False
        """Whether events are told by somebody else."""
        console.session.look = self._look
        self.brief = False
        """Whether a screen shows where the script stands, and the commands it calls: they are not told then."""
        self._novelty: Final = Novelty()
        self._displayed: dict[str, str] = {}

    def _look(self) -> _Seen:
        """Called at every stop, on the thread of the script."""
        backend = self._console.session.backend
        return _Seen(backend.frames(), backend.scopes(0))

    # -- places

    def place(self, line: int) -> str:
        """A line of the script as a place in its file."""
        return str(self._script().source_map.locate(line)) if line else "a chunk the script loaded"

    def places(self) -> SourceMap:
        """Where the lines of the script come from."""
        return self._script().source_map

    def lines(self) -> tuple[bytes, ...]:
        """The text of the script, with what it includes."""
        session = self._console.session
        program = session.program or session.load()
        return program.lines

    def breakpoint_lines(self) -> set[int]:
        """The lines that have a breakpoint."""
        backend, found = self._console.session.backend, set()
        for each in self._console.session.breakpoints:
            if isinstance(each.place, LinePlace):
                line = self.places().find(Location(each.place.file, each.place.line))
                if line is not None:
                    at = backend.statement_at(line)
                    found.add(at[1] if at else line)
        return found

    def source(self, first: int, last: int) -> None:
        """Show lines of the source."""
        if shown := self._source(first, last):
            self._console.write("\n".join(shown))

    def _source(self, first: int, last: int) -> list[str]:
        stopped = self._console.session.stopped
        current = self.current_line() if stopped is not None else 0
        at_statement = stopped is not None and self._console.frame == 0 and not stopped.call and not stopped.error
        column = stopped.column if stopped is not None and at_statement else 0
        marked = self.breakpoint_lines()
        style, width = self._console.style, self._console.settings.width
        return source_lines(
            self.lines(), first, last, current, marked, style, column=column, width=width, places=self.places()
        )

    def current_line(self) -> int:
        """The line of the frame that is looked at."""
        stopped = self._console.require_stopped()
        if self._console.frame == 0:
            return stopped.line
        frames = self._console.frames()
        frame = frames[self._console.frame]
        return frame.line if frame.own else 0

    # -- events

    def output(self, event: Output) -> None:
        """Something the script puts out."""
        console = self._console
        match event.kind:
            case OutputKind.COMMAND if self.brief:
                pass
            case OutputKind.COMMAND:
                assert event.call is not None
                told = f"     {call_text(event.call)} → {inline(event.call.reply)}"
                console.write(console.style.paint(Role.DIM, told))
            case OutputKind.LOG:
                assert event.level is not None
                console.write(
                    log_line(LogLine(event.level, event.text, event.line), self._script().source_map, console.style)
                )
            case OutputKind.DEBUG:
                values = ", ".join(value_text(value) for value in event.values)
                place = self.place(event.line) if event.line else self.places().file
                console.write(f"{place}: {console.style.paint(Role.DIM, 'debug:')} {values}")
            case OutputKind.LOGPOINT:
                console.write(f"{self.place(event.line)}: {_filled(event)}")
            case OutputKind.NOTICE:
                place = f"{self.place(event.line)}: " if event.line else ""
                console.write(f"{place}{harmless(readable(event.text))}")

    def stopped(self, stop: Stopped) -> None:
        """The script has stopped."""
        console = self._console
        if stop.reason is not StopReason.STEP:
            console.write(stop_headline(stop, self.place(stop.line), console.style))
        if not self.brief:
            self._show_place(stop)
        if stop.changes:
            console.write("\n".join(change_lines(stop.changes, console.now(), console.style)))
        if stop.error is not None and stop.error.kind == "uncaught":
            console.write("     the script ends here: bt, up, locals and print still work, c lets it fail")
        for number in console.displays if not self.brief else ():
            self.show_display(number)

    def _show_place(self, stop: Stopped) -> None:
        """Show where the script stands; after a step, what is new there."""
        console = self._console
        changed = self._changed_variables()
        if stop.reason is not StopReason.STEP:
            context = console.settings.context if stop.error is None else 0
            self.source(stop.line - context, stop.line + context)
        elif text := self._source(stop.line, stop.line):
            note = "   ".join(changed[:_NOTED]) + ("   …" if len(changed) > _NOTED else "")
            text[0] += f"      {console.style.paint(Role.CHANGED, note)}" if note else ""
            console.write("\n".join(text))

    def show_display(self, number: int) -> None:
        """Show one of the displayed expressions."""
        expression = self._console.displays[number]
        told = self._console.ask(lambda: self._console.session.backend.evaluate(expression, 0))
        shown = f"<{readable(told.error)}>" if told.error is not None else ", ".join(map(self._text, told.values))
        new = self._displayed.get(expression) not in (None, shown)
        self._displayed[expression] = shown
        mark = self._console.style.paint(Role.CHANGED, "  changed") if new else ""
        self._console.write(f"  {number}: {expression} = {shown}{mark}")

    def _text(self, value: object) -> str:
        return value_text(value, self._console.expand)  # type: ignore[arg-type]

    def _changed_variables(self) -> list[str]:
        """Local variables that are new or have another value than at the last stop in the same function."""
        seen = self._console.session.seen
        if not isinstance(seen, _Seen) or not seen.frames:
            return []
        frames, scopes = seen
        variables = innermost((*scopes.upvalues, *scopes.locals))
        found = self._novelty.look(activation(frames), variables)
        return [
            self._noted(each) + (" new" if found[each.name] is NoveltyKind.NEW else "")
            for each in variables
            if each.name in found
        ]

    def _noted(self, variable: Variable) -> str:
        """A variable beside the source line: with what is in a table, if that is little."""
        text = variable_text(variable, self._console.expand)
        return text if len(text) <= _WIDE else variable_text(variable)

    def locals(self) -> tuple[Variable, ...]:
        """The local variables of the frame that is looked at; of a name twice, the inner one."""
        backend, frame = self._console.session.backend, self._console.frame
        scopes = self._console.ask(lambda: backend.scopes(frame))
        return innermost(scopes.locals)

    def has_local(self, name: bytes) -> bool:
        """Whether the frame that is looked at has a local variable of that name."""
        seen = self._console.session.seen
        if isinstance(seen, _Seen) and self._console.frame == 0:  # asking would take longer than a step
            return any(variable.name == name for variable in seen.scopes.locals)
        return any(variable.name == name for variable in self.locals())

    def ended(self, end: Ended) -> None:
        """The script is over."""
        self._novelty.clear()
        self._displayed.clear()
        self._console.write("\n".join(self.ended_lines(end)))

    def ended_lines(self, end: Ended) -> list[str]:
        """How the script ended, and what it changed."""
        style, report = self._console.style, end.report
        if end.aborted:
            return [f"aborted{self._fate(end)}"]
        lines = []
        if report.problem is not None:
            lines += self._problem(report.problem)
            if isinstance(report.reply, ErrorReply):
                lines.append(style.paint(Role.DIM, f"the server would answer: {readable(report.reply.message)}"))
        else:
            told = render_reply(report.reply, ReplyFormat.TTY).decode("utf-8", "backslashreplace").rstrip("\n")
            lines.append(f"finished  {told}" if "\n" not in told else f"finished\n{told}")
        if report.changes:
            *changes, last = change_lines(report.changes, self._console.now(), style)
            lines += [*changes, last + self._fate(end)]
        return lines

    def _problem(self, problem: RunProblem) -> list[str]:
        from ldbpy.render.problems import problem_lines

        return problem_lines(problem, self._script(), {}, self._console.style)

    def _fate(self, end: Ended) -> str:
        if not end.report.changes:
            return ""
        return "        kept" if end.kept else "        rolled back"

    # -- values

    def show_expression(self, text: str) -> None:
        """Evaluate an expression in the frame that is looked at, and show what it gives."""
        console = self._console
        if not text:
            return
        if console.session.state is not State.STOPPED:
            console.require_stopped()
        frame = console.frame
        told = console.ask(lambda: console.session.backend.evaluate(text, frame))
        if told.error is not None:
            raise UsageError(readable(told.error))
        if told.values:
            longest = console.settings.values or 10**9
            console.write("\n".join(value_text(value, console.expand, longest=longest) for value in told.values))

    def show_elements(self, text: str, start: int, count: int) -> None:
        """Show elements of a table, a line each."""
        console, frame = self._console, self._console.frame
        told = console.ask(lambda: console.session.backend.evaluate(text, frame))
        if told.error is not None or not told.values or not told.values[0].handle:
            self.show_expression(text)
            return
        page = console.expand(told.values[0], start, count)
        lines = element_lines(page, count_text(told.values[0]), console.expand)
        console.write("\n".join(lines) or f"no elements after the first {start}")


def _filled(event: Output) -> str:
    """What a logpoint says; strings as they are."""
    told = [readable(value.data) if isinstance(value.data, bytes) else value_text(value) for value in event.values]
    return event.texts[0] + "".join(value + text for value, text in zip(told, event.texts[1:], strict=True))


def innermost(variables: Sequence[Variable]) -> tuple[Variable, ...]:
    """Of variables that have one name, the one that was declared last."""
    return tuple({variable.name: variable for variable in variables}.values())
