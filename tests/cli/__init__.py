"""The command line as a user meets it: what is typed, what comes out where, the exit code."""
