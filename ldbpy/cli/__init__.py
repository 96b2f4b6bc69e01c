"""The command line. One module a command, loaded when it is called."""
