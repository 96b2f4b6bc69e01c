"""The REPL: takes inputs, runs them, says what came of them. Knows no terminal."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from ldbpy.errors import LdbpyError, UsageError
from ldbpy.lua.host import ScriptPolicy
from ldbpy.lua.session import Evaluation, LuaSession
from ldbpy.model.calls import LogLine
from ldbpy.model.debugging import Value, Variable
from ldbpy.model.runs import RunStats
from ldbpy.render.runs import call_lines, stats_lines
from ldbpy.render.style import Role, Style
from ldbpy.render.tables import value_lines
from ldbpy.render.text import harmless, readable
from ldbpy.repl.commands import COMMANDS
from ldbpy.repl.places import Place
from ldbpy.repl.problems import Sources, problem_told, syntax_told
from ldbpy.repl.reading import InputLines, is_command, read_watched
from ldbpy.repl.redis_line import RedisLine
from ldbpy.repl.registry import Group
from ldbpy.resp import texts_in
from ldbpy.script.pieces import Input, Piece, free_names, read_input
from ldbpy.script.source import Script, SourceMap

__all__ = ["DebugRequest", "Mode", "Repl"]

_LARGEST: Final = 4 * 1024 * 1024
"""Bytes of an input. What is larger comes from a file."""


class Mode(StrEnum):
    """What a line without a dot is."""

    LUA = "lua"
    REDIS = "redis"


class DebugRequest(NamedTuple):
    """A script to be debugged on the REPL's server."""

    script: Script
    keys: tuple[bytes, ...]
    args: tuple[bytes, ...]


class Repl:
    """One session. It belongs to the thread that made it; only ``interrupt`` may be called from others."""

    def __init__(
        self,
        place: Place,
        write: Callable[[str], None],
        open_flavor: Callable[[str], Place],
        style: Style,
        *,
        mode: Mode = Mode.LUA,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """``write`` gets what there is to see, a line or several; ``open_flavor`` opens an embedded server.

        ``tell`` gets what is no result: errors and logs; None: ``write`` gets them too.
        """
        self.place = place
        self.write: Final = write
        self.tell: Final = tell or write
        self.open_flavor: Final = open_flavor
        self.style: Final = style
        self.mode = mode
        self.done = False
        """Whether the person is through."""
        self.failed = False
        """Whether anything has failed so far."""
        self.times = self.traces = False
        """Whether to tell what each input took, and the commands it called."""
        self.keys: tuple[bytes, ...] = ()
        self.args: tuple[bytes, ...] = ()
        self.width = 80
        """Columns for values."""
        self.to_debug: DebugRequest | None = None
        """What is to be debugged next. Whoever shows the REPL does that, and sets None."""
        self.typed: Final[list[bytes]] = []
        """The Lua that went well."""
        self.seen_keys: Final[dict[bytes, None]] = {}
        """Keys that were named or listed."""
        self._sources: Final = Sources()
        self._declared: dict[bytes, Piece] = {}
        self._last_read = (b"", read_input(b""))
        self._count = 0

    # -- inputs

    def runs_lua(self, text: bytes) -> bool:
        """Whether an input may run Lua in this process for long."""
        text = read_watched(text)[1]
        if not is_command(text):
            return self.mode is Mode.LUA
        known = COMMANDS.get(text[1:].split(b" ")[0].decode("latin-1").lower())
        return known is not None and known.group is Group.SCRIPTS

    @property
    def prompt(self) -> str:
        """What to ask with. A database other than 0 and a transaction are told as redis-cli tells them."""
        if self.mode is Mode.LUA:
            return "lua> "
        db = f"[{self.place.db}]" if self.place.db else ""
        return f"redis{db}{'(TX)' if self.redis.in_transaction else ''}> "

    def needs_more(self, text: bytes) -> bool:
        """Whether the input goes on in the next line."""
        if self.mode is Mode.REDIS or is_command(text) or len(text) > _LARGEST:
            return False
        return self._read(text).is_unfinished

    def _read(self, text: bytes) -> Input:
        """The input understood; asked again for the same text, as it is before it runs, it is not parsed again."""
        if text != self._last_read[0]:
            self._last_read = (text, read_input(text))
        return self._last_read[1]

    def execute(self, text: bytes) -> bool:
        """Carry out an input, and say what came of it; whether it went well.

        Several lines of commands, as they may be pasted, are carried out one by one.
        """
        all_well = True
        for each in self._parts(text):
            try:
                well = self.carry_out(each)
            except LdbpyError as error:
                self.tell_error(error)
                well = False
            self.failed |= not well
            all_well = all_well and well
            if self.done or self.to_debug is not None:
                break
        return all_well

    def _parts(self, text: bytes) -> Iterator[bytes]:
        takes_lines = text.startswith((b".lua ", b".debug ", b".time ", b".trace "))
        if b"\n" not in text or takes_lines or (self.mode is Mode.LUA and not is_command(text)):
            yield text
            return
        lines = InputLines(self.needs_more, lambda: self.mode is Mode.REDIS)
        for line in text.split(b"\n"):
            made = lines.add(line)
            if made is not None:
                yield made
        if lines.waits:
            yield lines.rest()

    def tell_error(self, error: LdbpyError) -> None:
        """Tell what went wrong, and what to do about it."""
        self.tell(f"{self.style.paint(Role.ERROR, 'error:')} {harmless(str(error))}")
        if error.hint:
            self.tell(f"hint: {harmless(error.hint)}")

    def carry_out(self, text: bytes) -> bool:
        """Carry out one input; whether it went well.

        Raises:
            LdbpyError: it could not begin.
        """
        if len(text) > _LARGEST:
            raise UsageError(f"an input has up to {_LARGEST >> 20} MiB", hint=".load FILE runs what is larger")
        if is_command(text):
            return self._command(text[1:].decode("utf-8", "surrogateescape"))
        return self.run_redis(text) if self.mode is Mode.REDIS else self.run_lua(text)

    def _command(self, text: str) -> bool:
        name, rest = (*text.split(None, 1), "")[:2]
        known = COMMANDS.get(name.lower())
        if known is None:
            close = get_close_matches(name.lower(), COMMANDS, 1)
            told = harmless(name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
            raise UsageError(
                f"there is no command .{told}", hint=f"did you mean .{close[0]}?" if close else ".help tells them"
            )
        failed, self.failed = self.failed, False
        known.handler(self, rest.strip())
        well, self.failed = not self.failed, failed
        return well

    def interrupt(self) -> bool:
        """End a script that runs now, or the wait for a server; whether there is one. From any thread."""
        return self.place.interrupt()

    # -- redis

    @cached_property
    def redis(self) -> RedisLine:
        """The connection that typed commands run on."""
        return RedisLine(self.place)

    def run_redis(self, line: bytes) -> bool:
        """Run a line as redis-cli does."""
        if line.strip().lower() in (b"quit", b"exit"):
            self.done = True
            return True
        well = True
        start = time.perf_counter()
        for text, fine in self.redis.run(line):
            self.write(text)
            well = well and fine
        self.tell_stats(RunStats(time.perf_counter() - start))
        return well

    # -- lua

    @cached_property
    def lua(self) -> LuaSession:
        """The Lua state, made when first needed."""
        session = LuaSession(self.place.runtime, self._tell_debug)
        session.give(self.keys, self.args)
        return session

    def give(self, keys: Sequence[bytes], args: Sequence[bytes]) -> None:
        """Let KEYS and ARGV be these."""
        self.keys, self.args = tuple(keys), tuple(args)
        self.lua.give(self.keys, self.args)

    def forget_lua(self) -> None:
        """Begin with a new Lua state."""
        self.__dict__.pop("lua", None)
        self._declared.clear()

    def move(self, place: Place) -> None:
        """Go on at another place."""
        self.place.close()
        self.place = place
        self.__dict__.pop("redis", None)
        self.forget_lua()

    def run_lua(self, text: bytes, places: SourceMap | None = None) -> bool:
        """Run an input, or what a file holds: ``places`` tells where its lines come from."""
        understood = self._read(text)
        self._count += 1
        name = b"input%d" % self._count if places is None else os.fsencode(places.file)
        self._sources.add(name, understood, places)
        if understood.problem is not None:
            self.tell("\n".join(syntax_told(self._sources, name, understood.problem, self.style)))
            return False
        if not understood.pieces:
            return True
        evaluation = self._evaluated(understood, name)
        self._keep(understood, text, evaluation)
        return self._told(evaluation, name)

    def _evaluated(self, understood: Input, name: bytes) -> Evaluation:
        watch = self.place.runtime.watch()
        policy = ScriptPolicy(on_log=self.tell_log, trace=self.traces)
        session = self.lua
        with self.place.scripting(watch):
            return session.run(understood.pieces, name, self.place.runner(), policy, watch)

    def _keep(self, understood: Input, text: bytes, evaluation: Evaluation) -> None:
        """Remember what was typed, and the pieces that declared what is there now."""
        if evaluation.problem is None:
            self.typed.append(text.rstrip())
        for piece in understood.pieces:
            for each in piece.names:
                self._declared.pop(each, None)
                self._declared[each] = piece

    def _told(self, evaluation: Evaluation, name: bytes) -> bool:
        if evaluation.calls:
            self.tell("\n".join(call_lines(evaluation.calls, SourceMap(readable(name)), self.style)))
        for value in evaluation.values:
            self.write("\n".join(self.value_lines(value)))
        if evaluation.problem is not None:
            names = [variable.name for variable in self.lua.variables()]
            given = (self.keys, self.args)
            told = problem_told(self._sources, evaluation, name, names, self.lua.globals(), given, self.style)
            self.tell("\n".join(told))
        self.tell_stats(evaluation.stats)
        return evaluation.problem is None

    def value_lines(self, value: Value) -> list[str]:
        """A value of the last input's as lines."""
        return value_lines(value, self.lua.elements, self.width)

    def tell_stats(self, stats: RunStats) -> None:
        """Tell what an input took, if that is to be told."""
        if self.times:
            self.tell(self.style.paint(Role.DIM, "\n".join(stats_lines(stats))))

    def tell_log(self, entry: LogLine) -> None:
        """Tell of a ``redis.log``."""
        self.tell(f"{self.style.paint(Role.DIM, entry.level.name.lower())}: {readable(entry.text)}")

    def _tell_debug(self, line: int, values: tuple[Value, ...]) -> None:
        shown = [text for value in values for text in self.value_lines(value)]
        self.tell(f"{self.style.paint(Role.DIM, 'debug')}: {', '.join(shown)}")

    # -- what is known

    def variables(self) -> list[Variable]:
        """The variables of the session. Runs no code."""
        return self.lua.variables()

    def known_keys(self) -> list[bytes]:
        """Keys that were named or listed; on the embedded server, some of those there are."""
        there: list[bytes] = []
        if self.place.embedded is not None:
            reply = self.place.quietly([b"SCAN", b"0", b"COUNT", b"1000"])
            there = texts_in(reply[1]) if isinstance(reply, list) else []
        return [*self.keys, *self.seen_keys, *self.redis.keys, *there]

    def script_for(self, text: bytes) -> bytes:
        """An input as a script of its own: what it needs of the session is declared anew above it.

        Raises:
            UsageError: it is no Lua.
        """
        understood = read_input(text)
        if understood.problem is not None:
            raise UsageError(f"that is no Lua: {understood.problem.message}")
        needed: dict[bytes, Piece] = {}
        waiting = [understood.source]
        while waiting:
            for each in free_names(waiting.pop()):
                piece = self._declared.get(each)
                if piece is not None and each not in needed:
                    needed[each] = piece
                    waiting.append(piece.text)
        above = [piece.text for name, piece in self._declared.items() if needed.get(name) is piece]
        return b"\n".join((*dict.fromkeys(above), understood.source))
