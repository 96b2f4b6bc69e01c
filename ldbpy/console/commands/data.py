"""Commands that look at Redis: keys, commands, changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldbpy.console.registry import Group, Takes, command
from ldbpy.engine.backend import Capability, Support
from ldbpy.errors import UsageError
from ldbpy.model.debugging import Value
from ldbpy.render.runs import call_lines, change_lines, state_text
from ldbpy.render.text import readable, word
from ldbpy.render.values import value_text
from ldbpy.resp.quoting import split_words

if TYPE_CHECKING:
    from ldbpy.console.console import Console

__all__: list[str] = []


@command("keys", "k", usage="[KEY ...]", group=Group.DATA, takes=Takes.TEXT)
def keys(console: Console, rest: str) -> None:
    """Show the declared keys, or others, and what they hold now."""
    backend = console.session.backend
    wanted = split_words(rest.encode()) if rest else None
    if wanted is None and rest:
        raise UsageError("a quote is not closed")
    found = console.ask(lambda: [(key, backend.peek(key)) for key in wanted] if wanted else list(backend.keys()))
    changed = {each.key: each for each in console.ask(backend.changes)}
    for key, state in found:
        if state is None:
            console.write(f"{word(key)}   no such key")
            continue
        note = "   (new in this run)" if key in changed and changed[key].before is None else ""
        note = "   (changed in this run)" if key in changed and not note else note
        console.write(f"{word(key)}   {state_text(state, console.now())}{note}")
    if not found:
        console.write("the script was given no keys: keys NAME looks at any")


@command("calls", group=Group.DATA)
def calls(console: Console, rest: str) -> None:
    """Show the commands that have run so far, with their replies and times."""
    made = console.session.calls
    if made:
        console.write("\n".join(call_lines(made, console.story.places(), console.style)))
    if console.session.backend.capabilities.level(Capability.COMMAND_BREAKPOINTS) is not Support.NATIVE:
        console.write("the server tells of commands only while the script is stepped through")
    elif not made:
        console.write("no command has run")


@command("diff", group=Group.DATA)
def diff(console: Console, rest: str) -> None:
    """Show what the script has changed so far."""
    ended = console.session.ended
    changes = ended.report.changes if ended is not None else console.ask(console.session.backend.changes)
    console.write("\n".join(change_lines(changes, console.now(), console.style)) if changes else "nothing has changed")


@command("redis", "r", usage="COMMAND [ARG ...]", group=Group.DATA, takes=Takes.TEXT)
def redis(console: Console, rest: str) -> None:
    """Run a Redis command as the script would; what it changes is undone with the rest."""
    words = split_words(rest.encode())
    if not words:
        raise UsageError("which command?" if words is not None else "a quote is not closed", hint="redis GET key")
    quoted = ", ".join(_literal(each) for each in words)
    stopped = console.require_stopped()
    console.session.recording.edit(stopped.statement, rest)
    frame = console.frame
    told = console.ask(lambda: console.session.backend.evaluate(f"redis.pcall({quoted})", frame, whole=True))
    if told.error is not None:
        raise UsageError(readable(told.error))
    for value in told.values:
        status = _status(value)
        longest = console.settings.values or 10**9
        console.write(value_text(value, longest=longest) if status is None else status)


def _status(value: Value) -> str | None:
    """What a reply says that is a status or an error: to a script, a table with that in it."""
    fields = {item.name: item.value.data for item in value.page.items} if value.page is not None else {}
    ok, err = fields.get(b"ok"), fields.get(b"err")
    if isinstance(err, bytes):
        return f"(error) {readable(err)}"
    return readable(ok) if isinstance(ok, bytes) and len(fields) == 1 else None


def _literal(data: bytes) -> str:
    """Bytes as a string of Lua."""
    return (
        '"' + "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}" for byte in data) + '"'
    )
