"""``python -m ldbpy``."""

from ldbpy.cli.entry import main

main()
