"""Where the program begins."""

from __future__ import annotations

import gc
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line; see ``ldbpy.cli.main``.

    What is made while modules load is no garbage, and looking for some takes a tenth of the time of a short command.
    The command that is called turns the collector on.
    """
    gc.disable()
    from ldbpy.cli.main import main as run

    run()
