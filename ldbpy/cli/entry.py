"""Where the program begins."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line; see ``ldbpy.cli.main``.

    What is made while modules load is no garbage, and looking for some takes a tenth of the time of a short command.
    The command that is called turns the collector on.
    """
    gc.disable()
    if sys.argv[1:2] in (["debug"], ["repl"]):
        from ldbpy.cli.typeahead import hold, release

        try:
            hold()
            _run()
        finally:
            release()
    _run()


def _run() -> NoReturn:
    try:
        from ldbpy.cli.main import main as run
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        sys.exit(130)
    run()
