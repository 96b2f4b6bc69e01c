"""The REPL on a terminal."""
