"""Commands that run Lua and scripts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ldbpy.errors import UsageError
from ldbpy.render.problems import problem_lines
from ldbpy.render.runs import call_lines
from ldbpy.render.text import word
from ldbpy.render.values import variable_text
from ldbpy.repl.redis_line import reply_text
from ldbpy.repl.registry import Group, Operand, command
from ldbpy.resp import ErrorReply, Reply
from ldbpy.resp.quoting import split_words
from ldbpy.script.files import script_from
from ldbpy.script.reading import read_file
from ldbpy.script.source import Script, SourceMap
from ldbpy.targets.run_options import RunOptions

if TYPE_CHECKING:
    from ldbpy.repl.repl import Repl

__all__ = ["as_bytes", "words_in"]


def as_bytes(text: str) -> bytes:
    """What was typed, byte for byte."""
    return text.encode("utf-8", "surrogateescape")


def words_in(rest: str) -> list[bytes]:
    """Words, quoted as for redis-cli.

    Raises:
        UsageError: a quote is not closed.
    """
    words = split_words(as_bytes(rest))
    if words is None:
        raise UsageError("a quote is not closed, or text follows it")
    return words


def _split(words: Sequence[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Keys and arguments: a comma that stands alone parts them."""
    comma = list(words).index(b",") if b"," in words else len(words)
    return list(words[:comma]), list(words[comma + 1 :])


@command("lua", usage="[CODE]", operand=Operand.LUA, group=Group.SCRIPTS)
def lua(repl: Repl, rest: str) -> None:
    """Take lines as Lua again; with code, run that and change nothing else."""
    from ldbpy.repl.repl import Mode

    if rest:
        repl.failed = not repl.run_lua(as_bytes(rest))
    else:
        repl.mode = Mode.LUA


@command("args", usage="[KEY ... [, ARG ...]]", operand=Operand.KEY, group=Group.SCRIPTS)
def args(repl: Repl, rest: str) -> None:
    """Set KEYS and ARGV; alone, tell what they are.

    Words before a lone comma are KEYS. A comma alone empties both.
    """
    if rest:
        repl.give(*_split(words_in(rest)))
    for name, values in (("KEYS", repl.keys), ("ARGV", repl.args)):
        told = " ".join(f"{number} {word(value)}" for number, value in enumerate(values, 1))
        repl.write(f"{name} {told or 'none'}")


@command("locals", operand=Operand.NOTHING, group=Group.SCRIPTS)
def locals_(repl: Repl, rest: str) -> None:
    """Show the variables of the session."""
    variables = repl.variables()
    repl.write(
        "\n".join(variable_text(each, repl.lua.elements) for each in variables) or "no variables yet: local x = 1"
    )


@command("load", usage="FILE", operand=Operand.FILE, group=Group.SCRIPTS)
def load(repl: Repl, rest: str) -> None:
    """Run a file as if it were typed: what it declares stays.

    A function library is loaded as FUNCTION LOAD REPLACE does.
    """
    path = _path(rest, ".load FILE")
    text = read_file(path)
    if text.startswith(b"#!") and b"name=" in text.partition(b"\n")[0]:
        _show(repl, repl.place.call([b"FUNCTION", b"LOAD", b"REPLACE", text]))
    else:
        script = script_from(path, text)
        repl.failed = not repl.run_lua(script.body, script.source_map)


@command("run", usage="FILE [KEY ...] [, ARG ...]", operand=Operand.FILE, group=Group.SCRIPTS)
def run(repl: Repl, rest: str) -> None:
    """Run a script as EVAL does, and show the reply.

    It sees nothing of the session but its data. On a real server, the server itself runs it.
    """
    script, keys, arguments = _script(rest, ".run FILE KEY … , ARG …")
    embedded = repl.place.embedded is not None
    report = repl.place.run(script, keys, arguments, RunOptions(trace=repl.traces and embedded, on_log=repl.tell_log))
    if report.calls:
        repl.tell("\n".join(call_lines(report.calls, script.source_map, repl.style)))
    if report.problem is None:
        _show(repl, report.reply)
    else:
        repl.failed = True
        given = {"KEYS": keys, "ARGV": arguments}
        repl.tell("\n".join(problem_lines(report.problem, script, given, repl.style)))
    repl.tell_stats(report.stats)


@command("debug", usage="FILE [KEY ...] [, ARG ...] | CODE", operand=Operand.FILE, group=Group.SCRIPTS)
def debug(repl: Repl, rest: str) -> None:
    """Debug a script, or an expression.

    What an expression needs of the session's variables is declared anew above it. What it changes is rolled back when
    it is over, and the session goes on as before.
    """
    from ldbpy.repl.repl import DebugRequest

    if not rest:
        raise UsageError("debug what?", hint=".debug FILE KEY … , ARG … or .debug CODE")
    words = split_words(as_bytes(rest))
    if words and os.path.isfile(os.fsdecode(words[0])):
        script, keys, arguments = _script(rest, "")
        request = DebugRequest(script, tuple(keys), tuple(arguments))
    elif words and words[0].endswith(b".lua") and b"(" not in words[0]:
        read_file(os.fsdecode(words[0]))  # it tells what is wrong with the file
        return
    else:
        script = Script(repl.script_for(as_bytes(rest)), SourceMap("input"))
        request = DebugRequest(script, repl.keys, repl.args)
    repl.to_debug = request


def _path(rest: str, usage: str) -> str:
    words = words_in(rest)
    if len(words) != 1:
        raise UsageError(
            "one file, with quotes if there are blanks in its name" if words else "which file?", hint=usage
        )
    return os.path.expanduser(os.fsdecode(words[0]))


def _script(rest: str, usage: str) -> tuple[Script, list[bytes], list[bytes]]:
    words = words_in(rest)
    if not words:
        raise UsageError("which file?", hint=usage)
    path = os.path.expanduser(os.fsdecode(words[0]))
    keys, arguments = _split(words[1:])
    return script_from(path, read_file(path)), keys, arguments


def _show(repl: Repl, reply: Reply) -> None:
    repl.failed |= isinstance(reply, ErrorReply)
    repl.write(reply_text(reply))
