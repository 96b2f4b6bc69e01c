"""``ldbpy rollback``: put back what a debugging session has left changed on a live server."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ldbpy.cli.streams import confirmed, is_asked_on_terminal, put, say
from ldbpy.errors import UsageError
from ldbpy.store.undo import JournalFile, KeyAt, Outcome, left_behind, names, read_journal
from ldbpy.store.urls import safe_url
from ldbpy.wiring import journal_folder, put_back

__all__ = ["command"]

_HELP = """Put back what a debugging session has left changed on a live server.

\b
ldbpy rollback
ldbpy rollback FILE --dry-run
ldbpy rollback FILE

A session with --local that could not roll back, because it was killed or the server was gone, leaves a file that has
all it takes. Without FILE the files that are left are listed. A key that somebody else has written to since is left
alone. Doing it twice does no harm. Exits with 1 if keys were left alone, with 4 if the server refused one.
"""


@click.command(name="rollback", help=_HELP)
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path))
@click.option(
    "-t",
    "--target",
    metavar="URL",
    help="The server, where it takes a password, which the file does not hold, or has another URL now.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--commands", is_flag=True, help="Print the commands that put everything back, for redis-cli.")
@click.option("--force", is_flag=True, help="Put back keys too that others have written to since.")
@click.option("--yes", "sure", is_flag=True, help="Do not ask.")
def command(file: Path | None, target: str | None, dry_run: bool, commands: bool, force: bool, sure: bool) -> int:
    """Put back, or list what there is to; the exit code."""
    if file is None:
        return _list(journal_folder(os.environ))
    journal = read_journal(file, salvage=commands)
    try:
        if commands:
            for line in journal.damaged:
                say(f"warning: line {line} is not as ldbpy wrote it: what it told is missing")
            put(journal.commands())
            return 0
        url = _url(journal, target)
        if not dry_run:
            _confirm(journal, sure=sure)
        outcome = put_back(journal, url, force=force, dry_run=dry_run)
        try:
            if not dry_run:
                journal.put_back((*outcome.restored, *outcome.unchanged))
        finally:
            _tell(outcome, dry_run=dry_run)
    finally:
        journal.close()
    return 4 if outcome.refused else 1 if outcome.left else 0


def _list(folder: Path) -> int:
    found = False
    for path in left_behind(folder):
        found = True
        try:
            journal = read_journal(path)
        except UsageError as error:
            say(f"warning: {error}")
            continue
        header, kept = journal.header, journal.kept
        journal.close()
        keys = names([each.at for each in kept]) if kept else "no keys"
        put(f"{path}\n  {header.started}  {header.script}  {header.server} at {header.url}\n  {keys}\n".encode())
    if not found:
        say("nothing is left to put back")
    return 0


def _url(journal: JournalFile, given: str | None) -> str:
    header = journal.header
    if given:
        return given
    if header.is_whole:
        return header.url
    url = os.environ.get("LDBPY_TARGET", "")
    if safe_url(url) == header.url:
        return url
    raise UsageError(
        f"the file does not have all of the URL of {header.url}: passwords are not kept", hint="give it with --target"
    )


def _confirm(journal: JournalFile, *, sure: bool) -> None:
    header, keys = journal.header, [each.at for each in journal.kept]
    told = f"{names(keys)} at {header.url} will hold what they held before {header.script} ran at {header.started}"
    if sure or not keys:
        return
    if not is_asked_on_terminal():
        raise UsageError(told, hint="--yes says that this is wanted")
    if not confirmed(f"{told}. Put them back?"):
        raise UsageError("nothing was put back", hint="--dry-run tells what would be done")


def _tell(outcome: Outcome, *, dry_run: bool) -> None:
    for keys, told in (
        (outcome.restored, "would be put back" if dry_run else "put back"),
        (outcome.unchanged, "as it was already"),
        (outcome.left, "left alone, because others have written to it since"),
    ):
        for each in keys:
            put(f"{names([each])}{_where(each)}: {told}\n".encode())
    for at, why in outcome.refused:
        put(f"{names([at])}{_where(at)}: not put back, because the server does not take it: {why}\n".encode())
    if not any(outcome):
        say("nothing is left to put back")
    if outcome.left:
        say("hint: --force puts back what others have written to as well")


def _where(at: KeyAt) -> str:
    return f" (db {at.db})" if at.db else ""
