"""The linter: finds what a server would refuse or what would not do what it looks like, without running the script."""
