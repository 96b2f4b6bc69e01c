"""``ldbpy``: finds the command, and turns every failure into one message and an exit code."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import sys
from typing import Final, NoReturn

import click

from ldbpy.errors import LdbpyError, reason_of

__all__ = ["cli", "main"]

_COMMANDS: Final = {
    "eval": "Run a script once and print its reply.",
    "debug": "Run a script, stop in it, and look around.",
    "repl": "Try Lua and Redis commands, line by line.",
    "rollback": "Put back what a debugging session has left changed on a live server.",
    "lint": "Find what is wrong with scripts without running them.",
    "snapshot": "Save keys of a live server as data for eval and debug.",
    "script": "Load, show, forget and stop the scripts a server knows.",
    "function": "List, load, delete and stop a server's function libraries.",
    "config": "Show what is set and where, or write a settings file.",
    "completion": "Print what makes a shell complete the command line.",
}
_BUG: Final = "this is a bug of ldbpy, not of your script: report it with the lines above"


class _LazyGroup(click.Group):
    """Imports a command's module when the command is called: ``--help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(f"ldbpy.cli.{cmd_name}_command").command
        if cmd_name != "lint":  # which looks for garbage when there is some
            gc.enable()  # see ldbpy.cli.entry
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in _COMMANDS:
            known = ", ".join(_COMMANDS)
            raise click.UsageError(f"there is no command {name!r}; there are: {known}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="ldbpy", message="ldbpy %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Run, debug and lint Lua scripts for Redis and Valkey.

    Try one:  ldbpy eval -e "return redis.call('INCR', KEYS[1])" hits
    """
    if context.invoked_subcommand != "lint":  # which is to be quick, and has settings of its own
        from ldbpy.cli.configured import configure

        configure(context)


def main() -> NoReturn:
    """Run the command line and exit: 0 fine, 1 script error, 2 usage, 3 session, 4 server, 70 our bug."""
    _open_streams()
    if any("://" in argument for argument in sys.argv):
        from ldbpy.cli.hiding import hide_passwords

        hide_passwords()
    try:
        code = cli.main(standalone_mode=False, prog_name="ldbpy")
    except click.exceptions.Exit as exit_:
        _leave(exit_.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _tell("interrupted")
        _leave(130)
    except click.exceptions.NoArgsIsHelpError as error:
        _write(error.format_message())
        _leave(2)
    except click.ClickException as error:
        _tell_misuse(error)
        _leave(2)
    except LdbpyError as error:
        _tell(str(error), error.hint)
        _leave(error.exit_code)
    except SystemExit as exit_:
        # Told to end by a signal; or click exits by itself: a shell asked it, or nobody reads what is written.
        code = exit_.code
        _leave(code if isinstance(code, int) and code > 128 else 141 if code else 0)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _CANNOT_WRITE:
            _tell(f"cannot write the output: {reason_of(error)}")
            _leave(2)
        import traceback

        traceback.print_exception(error)
        _tell(_BUG)
        _leave(70)
    _leave(code if isinstance(code, int) else 0)


_CANNOT_WRITE: Final = frozenset({errno.EBADF, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC})


def _open_streams() -> None:
    """Give what was closed (``>&-``) somewhere to go, so that no file or socket takes its place."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115


def _tell_misuse(error: click.ClickException) -> None:
    """Tell click's message our way, and where to read on."""
    message = error.format_message().removesuffix(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"{context.command_path} --help" if context else "ldbpy --help"
    if context is not None and context.parent is not None and isinstance(error, click.NoSuchOption):
        hint += "; a text that begins with - goes behind --, or is given with -k or -a"
    _tell(message[:1].lower() + message[1:], hint)


def _tell(message: str, hint: str | None = None) -> None:
    from ldbpy.render.text import harmless

    lines = [f"error: {message}"] + ([f"hint: {hint}"] if hint else [])
    _write("\n".join(map(harmless, lines)))


def _write(text: str) -> None:
    from ldbpy.render.text import printable_in

    with contextlib.suppress(OSError):  # there is nobody to tell
        sys.stderr.write(printable_in(sys.stderr.encoding, text) + "\n")
        sys.stderr.flush()


def _leave(code: int) -> NoReturn:
    """Exit; that nobody reads to the end, or that there is no room, has been told or is no reason to complain."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # what is left would fail again at the end
    gc.freeze()  # Python looks for garbage once more at its end, which takes a tenth of the time of a short command
    sys.exit(code)
