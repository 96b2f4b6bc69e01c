"""``python -m ldbpy``."""

from ldbpy.cli.main import main

main()
