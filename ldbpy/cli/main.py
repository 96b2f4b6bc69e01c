"""``ldbpy``: finds the command, and turns every failure into one message and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Final, NoReturn

import click

from ldbpy.errors import LdbpyError

__all__ = ["cli", "main"]

_COMMANDS: Final = {
    "eval": "Run a script once and print its reply.",
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
            raise click.UsageError(f"there is no command {name!r}; there are: {known}")
        return super().resolve_command(ctx, args)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="ldbpy", message="ldbpy %(version)s")
def cli() -> None:
    """Run, debug and lint Lua scripts for Redis and Valkey.

    Try one:  ldbpy eval -e "return redis.call('INCR', KEYS[1])" hits
    """


def main() -> NoReturn:
    """Run the command line and exit: 0 fine, 1 script error, 2 usage, 3 session, 4 server, 70 our bug."""
    try:
        code = cli.main(standalone_mode=False, prog_name="ldbpy")
        _leave(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as exit_:
        _leave(exit_.exit_code)
    except click.Abort:
        _leave(130)
    except click.ClickException as error:
        _tell(error.format_message())
        _leave(2)
    except LdbpyError as error:
        _tell(str(error), error.hint)
        _leave(error.exit_code)
    except BrokenPipeError:
        _leave(141)
    except KeyboardInterrupt:
        _tell("interrupted")
        _leave(130)
    except Exception as error:
        import traceback

        traceback.print_exception(error)
        _tell(_BUG)
        _leave(70)


def _tell(message: str, hint: str | None = None) -> None:
    lines = [f"error: {message}"] + ([f"hint: {hint}"] if hint else [])
    sys.stderr.write("\n".join(lines).encode("utf-8", "backslashreplace").decode() + "\n")


def _leave(code: int) -> NoReturn:
    """Exit; a closed pipe on the other side is no reason to complain."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
