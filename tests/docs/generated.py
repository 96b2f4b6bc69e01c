"""The pages that are made from the code. Each function gives one page's text."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

import click

import ldbpy
from ldbpy import errors
from ldbpy.backends.ldb import DIALECTS, capabilities_of
from ldbpy.backends.ldb.driver import Mode
from ldbpy.backends.live import LIVE
from ldbpy.backends.local import NATIVE
from ldbpy.cli.main import cli
from ldbpy.console.commands import all_commands
from ldbpy.console.registry import Command
from ldbpy.engine.backend import Capability
from ldbpy.features import Feature
from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS, Flavor
from ldbpy.render.events_json import EVENT_FIELDS
from ldbpy.repl.commands import all_commands as all_repl_commands
from ldbpy.repl.registry import Command as ReplCommand
from ldbpy.script.source import Script
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from tests.docs.keys_page import keys
from tests.docs.lint_pages import lint_pages
from tests.docs.pages import page, table
from tests.docs.pictures import debugger_picture
from tests.docs.settings_page import settings

__all__ = ["PAGES", "ROOT"]

ROOT = Path(__file__).parent.parent.parent
_WALK = b"""
local seen, out = {}, {}
local function walk(path, value, depth)
  if type(value) ~= 'table' or seen[value] or depth > 3 then return end
  seen[value] = true
  for key, member in pairs(value) do
    local name = path == '' and key or path .. '.' .. key
    local shown = type(member)
    if shown == 'string' or shown == 'number' then shown = shown .. ' ' .. tostring(member) end
    out[#out + 1] = {name, shown}
    walk(name, member, depth + 1)
  end
end
walk('', _G, 1)
return out
"""


@cache
def _environment(name: str) -> dict[str, str]:
    """Every name a script can reach on that flavor, and what it is."""
    server = EmbeddedServer(FLAVORS[name])
    reply = server.run(Script(_WALK), [], [], RunOptions()).reply
    assert isinstance(reply, list), reply
    found = {}
    for entry in reply:
        assert isinstance(entry, list)
        key, shown = (part.decode() for part in entry if isinstance(part, bytes))
        found[key] = shown
    return found


def what_a_script_sees() -> str:
    """docs/reference/what-a-script-sees.md."""
    names = list(FLAVORS)
    environments = {name: _environment(name) for name in names}
    everything = sorted({key for environment in environments.values() for key in environment})
    rows = [[f"`{key}`", *(environments[name].get(key, "-") for name in names)] for key in everything]
    flavors = [[f"`{f.name}`{' (default)' if f.name == DEFAULT_FLAVOR else ''}", _told(f)] for f in FLAVORS.values()]
    return page(
        "What a script sees",
        "`ldbpy eval --server FLAVOR` chooses which server the embedded one imitates.",
        table(["flavor", "modelled on"], flavors),
        "## Names\n\nEvery name a script can reach, and what it is; `-`: not there. Reading a global that is not there "
        "is an error, and so is writing to any of these tables.",
        table(["name", *names], rows),
        "## Differences in behaviour\n\nWhat a server with the feature does.",
        table(["feature", *names], _features(names)),
    )


def _told(flavor: Flavor) -> str:
    return f"{flavor.product} {flavor.release}"


def _features(names: list[str]) -> list[list[str]]:
    comments = _feature_comments()
    return [
        [comments[feature.name], *("yes" if feature in FLAVORS[name].features else "" for name in names)]
        for feature in Feature
    ]


def _feature_comments() -> dict[str, str]:
    """What each feature means, from the comment behind it in the source."""
    found = {}
    for line in inspect.getsource(Feature).splitlines():
        head, equals, rest = line.strip().partition(" = ")
        if equals and head.isupper():
            _, _, comment = rest.partition("  # ")
            found[head] = comment or head.lower().replace("_", " ")
    return found


def command_line() -> str:
    """docs/reference/command-line.md."""
    context = click.Context(cli, info_name="ldbpy")
    return page("Command line", *(part for name in cli.list_commands(context) for part in _commands(context, name)))


def _commands(parent: click.Context, name: str) -> Iterator[str]:
    """A command's part of the page, or the parts of its commands."""
    assert isinstance(parent.command, click.Group)
    command = parent.command.get_command(parent, name)
    assert command is not None
    context = click.Context(command, info_name=name, parent=parent)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            yield from _commands(context, each)
    else:
        yield from _command_line(command, context)


def _command_line(command: click.Command, context: click.Context) -> list[str]:
    options = [param for param in command.params if isinstance(param, click.Option)]
    records = [record for option in options if (record := option.get_help_record(context)) is not None]
    usage = command.get_usage(context).removeprefix("Usage: ")
    words = inspect.cleandoc(command.help or "").replace("\\b\n", "").replace("\b\n", "")
    return [
        f"## {context.command_path}",
        f"```\n{usage}\n```",
        "```text\n" + words + "\n```",
        table(["option", "meaning"], [[f"`{option}`", meaning] for option, meaning in records]),
    ]


def debugger_commands() -> str:
    """docs/reference/debugger-commands.md."""
    return page(
        "The debugger's commands",
        "At the prompt of `ldbpy debug`, and in `--ex` and `-x`. Whatever is no command is an expression of Lua, which "
        "is evaluated in the current frame; `=n` is one for sure, where `n` is a command as well. An empty line does "
        "the last step again. Lines that begin with `#` are passed over.",
        *_tables([(each, f"`{', '.join(each.names)}`") for each in all_commands()]),
    )


def repl_commands() -> str:
    """docs/reference/repl-commands.md."""
    return page(
        "The REPL's commands",
        "At the prompt of `ldbpy repl`, and in what it gets from a pipe. Whatever begins with no dot and letter "
        "is Lua, or after `.redis` a Redis command; `=x` is the expression `x`. [Try things in the "
        "REPL](../tutorials/try-things-in-the-repl.md) shows them at work.",
        *_tables([(each, ", ".join(f"`.{name}`" for name in each.names)) for each in all_repl_commands()]),
    )


def _tables(commands: Sequence[tuple[Command | ReplCommand, str]]) -> Iterator[str]:
    """A heading and a table for each group of commands, which are given with their names as they are shown."""
    for group, told in groupby(commands, lambda each: each[0].group):
        rows = [
            [
                names,
                f"`{each.usage}`" if each.usage else "",
                " ".join((each.summary, *each.details.split("\n"))).strip(),
            ]
            for each, names in told
        ]
        yield f"## {group.value.capitalize()}"
        yield table(["command", "", "what it does"], rows)


def debugger_events() -> str:
    """docs/reference/debugger-events.md."""
    parts = []
    for name, fields in EVENT_FIELDS.items():
        rows = [[f"`{field}`", meaning] for field, meaning in fields.items()]
        parts += [f"## {name}", table(["field", "meaning"], rows)]
    return page(
        "The debugger's events",
        "`ldbpy debug --json` tells what happens as JSON, one object a line, on standard output. Each has `event`, and "
        "all but those of the console `seq`, which rises. Fields that say nothing are left out.",
        *parts,
    )


_BACKENDS = """
What the debugger can do depends on where the script runs: on the embedded server, or with `--target` on a real one, by
that server's own debugger; with `--local` it runs here, and its commands on the server. `native`: the place does it
itself. `emulated`: it is done from here, step by step, which is slower. `none`: it is not to be had.
"""
_ON_A_SERVER = """
## What else differs in a server's own debugger

- It stops once on a line, not at each statement, and where Lua has instructions: at a function it stops on the line of
  its `end`, where it is made.
- It shows six digits of a number. What may have more is told as `about 1.23457e+08`; an expression that this does not
  decide says so instead of guessing.
- Expressions get copies of local variables. Functions cannot be handed over, nor can variables be set.
- Variables of functions that have returned cannot be seen, nor those of which a function further in has one of the
  same name.
- Commands are told when they have run, and only while the script is stepped through: a breakpoint on a command stops
  behind it, and lets the script go step by step. Arguments are told without quotes, and at most ten.
- `redis.log` goes to the server's log and is not told.
- Valkey 9 writes strings without quotes: a string that looks like a number, `true` or `nil` is taken for one, and line
  ends in it are blanks. It does not look into coroutines, and does not stop a script that runs for ever.
"""


def backends() -> str:
    """docs/reference/backends.md."""
    places = {"embedded": NATIVE}
    for dialect in DIALECTS.values():
        places[dialect.servers] = capabilities_of(dialect, Mode.FORKED)
    places["any, --sync"] = capabilities_of(DIALECTS["redis"], Mode.SYNC)
    places["any, --local"] = LIVE
    rows = [[each.value, *(there.level(each).value for there in places.values())] for each in Capability]
    reasons: dict[str, str] = {}
    for there in places.values():
        reasons |= {capability.value: reason for capability, reason in there.reasons.items()}
    return page(
        "Where scripts are debugged",
        _BACKENDS,
        table(["", *places], rows),
        "## Why not",
        table(["", "why, and what to do instead"], [[name, reason] for name, reason in reasons.items()]),
        _ON_A_SERVER,
    )


def exit_codes() -> str:
    """docs/reference/exit-codes.md."""
    rows = []
    for name in errors.__all__:
        if name == "reason_of":
            continue
        kind = getattr(errors, name)
        rows.append([f"`{name}`", str(kind.exit_code), inspect.cleandoc(kind.__doc__).split("\n")[0]])
    meanings = [
        ["0", "fine"],
        ["1", "the script failed, was stopped, or returned an error reply; the linter found something"],
        ["2", "a mistake in the command line, a seed file or a file name; or the output cannot be written"],
        ["3", "a debugging session cannot go on"],
        ["4", "the server cannot be used: not reached, login refused, no debugger"],
        ["70", "a bug of ldbpy"],
        ["129, 143", "told to end by SIGHUP or SIGTERM at a prompt or on the full screen: the session is undone first"],
        ["130", "interrupted with Ctrl-C"],
        ["141", "whoever read the output closed it before the end, as `head` does"],
    ]
    return page(
        "Exit codes and errors",
        table(["exit code", "meaning"], meanings),
        "## Exceptions of the Python API\n\nEach is in the package `ldbpy`; `hint` holds the next step, and the errors "
        "of scripts have the server's reply in `reply`.",
        table(["exception", "exit code", "raised when"], rows),
    )


def python_api() -> str:
    """docs/reference/python-api.md."""
    parts = []
    for name in ("run", "Result", "connect", "Connection", "Script", "ScriptRO", "AsyncScript", "AsyncScriptRO"):
        thing = getattr(ldbpy, name)
        parts.append(f"## ldbpy.{name}")
        parts.append(_documented(thing, name))
        if inspect.isclass(thing):
            for member, function in inspect.getmembers(thing, inspect.isfunction):
                if not member.startswith("_"):
                    parts.append(f"### {member}")
                    parts.append(_documented(function, member))
    return page("Python API", "```python\nimport ldbpy\n```", *parts)


def _documented(thing: Callable[..., object], name: str) -> str:
    signature = str(inspect.signature(thing)).replace("ldbpy.api.", "").replace("'", "")
    return f"```python\n{name}{signature}\n```\n\n{inspect.cleandoc(thing.__doc__ or '')}"


PAGES: dict[Path, Callable[[], str]] = {
    ROOT / "docs/reference/what-a-script-sees.md": what_a_script_sees,
    ROOT / "docs/reference/backends.md": backends,
    ROOT / "docs/reference/command-line.md": command_line,
    ROOT / "docs/reference/debugger-commands.md": debugger_commands,
    ROOT / "docs/reference/keys.md": keys,
    ROOT / "docs/pictures/debugger.svg": debugger_picture,
    ROOT / "docs/reference/repl-commands.md": repl_commands,
    ROOT / "docs/reference/settings.md": settings,
    ROOT / "docs/reference/debugger-events.md": debugger_events,
    **lint_pages(ROOT),
    ROOT / "docs/reference/exit-codes.md": exit_codes,
    ROOT / "docs/reference/python-api.md": python_api,
}
