"""``ldbpy lint``: find what is wrong with scripts."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from ldbpy.cli import shell_words
from ldbpy.cli.files import NO_INCLUDE
from ldbpy.cli.lint_files import Input, Search, find_inputs
from ldbpy.cli.lint_options import Options
from ldbpy.cli.lint_output import exit_code, outputs, statistics, tell, tell_problems
from ldbpy.cli.lint_plan import Plan, make_plan
from ldbpy.cli.streams import say
from ldbpy.errors import UsageError
from ldbpy.lint.config import FAIL_ON
from ldbpy.lint.findings import FileResult
from ldbpy.lint.many import Job, lint_many
from ldbpy.lint.platforms import Mode, Platform
from ldbpy.lint.reporters.table import FORMATS
from ldbpy.render.text import counted
from ldbpy.settings.files import cache_folder, find_project, read_project

__all__ = ["command"]

_HELP = """Find what is wrong with scripts without running them.

\b
ldbpy lint scripts/
ldbpy lint limiter.lua --target "redis>=6.2" --target valkey-8
ldbpy lint --explain nil-reply-compare

PATH is a file, a folder, a pattern, or - for standard input; without one it is the current folder. Scripts inside
Python files are linted too. Exits with 0 if
nothing was found that --fail-on speaks of, 1 if something was, 2 if something could not be read or the command line or
the settings are wrong.
"""


@click.command(name="lint", help=_HELP)
@click.argument("paths", nargs=-1, metavar="[PATH ...]", shell_complete=shell_words.files)
@click.option(
    "-t",
    "--target",
    multiple=True,
    metavar="SERVER",
    shell_complete=shell_words.flavors,
    help="A server the scripts are for: redis-7.0, valkey>=8, redis. Repeat for several; all of them must take the "
    "scripts.  [default: what no current Redis or Valkey takes is wrong]",
)
@click.option(
    "--platform",
    type=click.Choice([each.value for each in Platform]),
    help="Where the scripts run, which makes rules about keys run: as errors where it refuses what they find.",
)
@click.option(
    "--mode",
    type=click.Choice([each.value for each in Mode]),
    help="As what files are loaded: scripts or libraries.  [default: as their first line tells]",
)
@click.option(
    "--commands-from",
    metavar="URL",
    help="Ask this server which commands there are, its modules included, and take it for the target.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    shell_complete=shell_words.rules,
    help="Only these: names, codes or how they begin, groups, all.",
)
@click.option("--extend-select", multiple=True, metavar="RULE", shell_complete=shell_words.rules, help="These as well.")
@click.option("--ignore", multiple=True, metavar="RULE", shell_complete=shell_words.rules, help="Not these.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave these out of folders and patterns.")
@click.option("--force-exclude", is_flag=True, help="Leave them out where they are named as well.")
@click.option(
    "-f",
    "--format",
    "forms",
    multiple=True,
    metavar="FORM[=FILE]",
    help=f"How to tell: {', '.join(FORMATS)}; auto is github in GitHub Actions and full elsewhere. Repeat it for "
    "several, each but one with a file.  [default: full]",
)
@click.option("--fail-on", type=click.Choice(FAIL_ON), help="Exit with 1 from this severity on.  [default: error]")
@click.option("--max-warnings", type=click.IntRange(0), metavar="N", help="Exit with 1 if there are more warnings.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--stdin-filename", metavar="NAME", help="What to call standard input.  [default: <stdin>]")
@click.option("--fix", is_flag=True, help="Write the safe fixes into the files.")
@click.option(
    "--unsafe-fixes", is_flag=True, help="With --fix or --diff: fixes that may change what a script does, too."
)
@click.option("--fix-only", is_flag=True, help="Write the fixes, and do not tell what is left.")
@click.option("--show-fixes", is_flag=True, help="Tell which fixes were written.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--add-ignore", metavar="REASON", help="Write comments that leave out all that is found.")
@click.option("--require-reason", is_flag=True, help="Comments that leave a finding out must say why.")
@click.option(
    "--baseline", metavar="FILE", shell_complete=shell_words.files, help="Leave out the findings in this file."
)
@click.option("--write-baseline", is_flag=True, help="Write all that is found into the baseline.")
@click.option("--prune-baseline", is_flag=True, help="Take out of the baseline what is no longer found.")
@click.option("--new-from", metavar="COMMIT", help="Only what is found on lines that are new since it, as git tells.")
@click.option("--cache-dir", metavar="FOLDER", help="Where to keep what was found.  [default: the user's cache]")
@click.option("--no-cache", is_flag=True, help="Look at every file, and keep nothing.")
@click.option("--config", metavar="FILE", shell_complete=shell_words.files, help="Read the settings from this file.")
@NO_INCLUDE
@click.option("--isolated", is_flag=True, help="Read no settings from files.")
@click.option("--show-settings", is_flag=True, help="Print the settings, and where they come from.")
@click.option("--show-files", is_flag=True, help="Print the names of the files that would be linted.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--rules", "list_rules", is_flag=True, help="List all rules; with --format json or markdown in full.")
@click.option("--explain", metavar="RULE", shell_complete=shell_words.rules, help="Print the page of a rule.")
def command(**given: Any) -> int:
    """Lint, and tell what was found; the exit code."""
    options = Options(**given)
    if options.explain is not None or options.list_rules:
        from ldbpy.cli.lint_questions import explain, list_rules

        return list_rules(options.forms) if options.explain is None else explain(options.explain)
    _check(options)
    plan = make_plan(options)
    if options.show_settings:
        from ldbpy.cli.lint_questions import show_settings

        return show_settings(plan)
    wanted = outputs(options.forms)
    inputs = find_inputs(options.paths or (".",), _search(plan, options))
    if options.show_files:
        from ldbpy.cli.lint_questions import show_files

        return show_files(inputs)
    if options.diff or options.fix or options.fix_only or options.add_ignore is not None:
        gc.enable()  # each file is looked at several times, which makes garbage
        inputs, code = _change(inputs, plan, options)
        if code is not None:
            return code
    results = _known_left_out(_lint(inputs, plan, options), plan, options)
    tell(results, wanted)
    if options.statistics:
        statistics(results)
    return 2 if tell_problems(inputs) else exit_code(results, plan.settings)


def _check(options: Options) -> None:
    """See that the options go together.

    Raises:
        UsageError: they do not.
    """
    if options.config is not None and options.isolated:
        raise UsageError("--config reads settings and --isolated reads none: give one of them")
    if options.commands_from is not None and options.target:
        raise UsageError("--commands-from takes that server for the target: give it without --target")
    if options.no_cache and options.cache_dir is not None:
        raise UsageError("--no-cache keeps nothing and --cache-dir says where: give one of them")
    if options.write_baseline and options.new_from is not None:
        raise UsageError("--write-baseline is for all that is found: give it without --new-from")
    _check_fixes(options)


def _check_fixes(options: Options) -> None:
    """See that the options about fixes go together.

    Raises:
        UsageError: they do not.
    """
    writes = options.fix or options.fix_only
    if options.unsafe_fixes and not (writes or options.diff):
        raise UsageError("--unsafe-fixes says which fixes: give --fix or --diff as well")
    if options.show_fixes and not writes:
        raise UsageError("--show-fixes tells what --fix wrote: give --fix as well")
    if options.diff and writes:
        raise UsageError("--diff changes nothing and --fix does: give one of them")
    if options.add_ignore is not None and (writes or options.diff):
        raise UsageError("--add-ignore leaves out what --fix would write: give one after the other")
    if options.add_ignore is not None and "\n" in options.add_ignore:
        raise UsageError("--add-ignore: the reason must be one line")


def _search(plan: Plan, options: Options) -> Search:
    """Where to look for files.

    Raises:
        ConfigError: the settings do not say clearly which scripts are put together.
    """
    project = None
    made: Mapping[str, Sequence[str]] = {}
    if not options.isolated:
        project = find_project(os.getcwd()) if options.config is None else read_project(options.config)
    if project is not None:
        from ldbpy.settings.concatenated import concatenated

        made = concatenated(project)
    settings = plan.settings
    return Search(
        settings.exclude,
        settings.folder,
        options.stdin_filename or "<stdin>",
        made,
        options.force_exclude,
    )


def _lint(inputs: Sequence[Input], plan: Plan, options: Options) -> list[FileResult]:
    """Lint every file that could be read."""
    scripts = [(each, unit) for each in inputs for unit in each.units]
    jobs = [
        Job(each.path, unit.body, plan.rules_for(each.path), unit.called_with, unit.includes) for each, unit in scripts
    ]
    cache = None
    if not options.no_cache:
        from ldbpy.lint.cache import Cache

        cache = Cache(options.cache_dir or cache_folder(os.environ), plan.settings.folder)
    found = lint_many(jobs, plan.targets, cache)
    if all(unit.origins is None for _, unit in scripts):
        return found
    from ldbpy.lint.placed import placed

    origins = (unit.origins for _, unit in scripts)
    return placed(list(zip(found, origins, strict=True)), plan.names_for)


# -- what is known


def _known_left_out(results: list[FileResult], plan: Plan, options: Options) -> list[FileResult]:
    """What is left without the findings of the baseline, and of lines that are not new."""
    if options.new_from is not None:
        from ldbpy.lint.changes import changes_since

        results = changes_since(options.new_from).new(results)
    if options.write_baseline:
        return _write_baseline(results, plan)
    if plan.settings.baseline is None:
        if options.prune_baseline:
            raise UsageError("--prune-baseline: there is no baseline", hint="name it with --baseline FILE")
        return results
    from ldbpy.lint.baseline import read_baseline

    baseline = read_baseline(plan.settings.baseline)
    found = baseline.new(results)
    if options.prune_baseline:
        pruned = baseline.pruned(results)
        pruned.write()
        say(f"{counted(len(baseline) - len(pruned), 'finding')} taken out of {baseline.file}")
    elif found.gone and options.new_from is None:
        say(f"{counted(found.gone, 'finding')} of {baseline.file} no longer found: --prune-baseline takes them out")
    return found.results


def _write_baseline(results: Sequence[FileResult], plan: Plan) -> list[FileResult]:
    """Write the baseline; with it nothing is left."""
    from ldbpy.lint.baseline import DEFAULT_FILE, make_baseline

    baseline = make_baseline(plan.settings.baseline or DEFAULT_FILE, results)
    baseline.write()
    say(f"{counted(len(baseline), 'finding')} written to {baseline.file}")
    return baseline.new(results).results


# -- what changes files


def _change(inputs: list[Input], plan: Plan, options: Options) -> tuple[list[Input], int | None]:
    """Do what changes files; the exit code, if that was all."""
    from ldbpy.cli.lint_fixes import ignore_findings, show_diff, write_fixes

    if options.diff:
        return inputs, show_diff(inputs, plan, unsafe=options.unsafe_fixes)
    if options.add_ignore is not None:
        return inputs, ignore_findings(inputs, plan, options.add_ignore, _is_told(inputs, plan, options))
    inputs = write_fixes(inputs, plan, options)
    if options.fix_only:
        return inputs, 2 if tell_problems(inputs) else 0
    return inputs, None


def _is_told(inputs: Sequence[Input], plan: Plan, options: Options) -> Callable[[str, int], bool]:
    """Whether what is found on a line of a file would be told."""
    results = _known_left_out(_lint(inputs, plan, options), plan, options)
    lines = {(result.path, finding.place.line) for result in results for finding in result.findings}
    return lambda path, line: (path, line) in lines
