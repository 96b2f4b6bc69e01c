"""The command tables of the servers: arity, flags, keys and arguments of every command."""

from ldbpy.commands.table import Argument, Command, CommandTable, load_table

__all__ = ["Argument", "Command", "CommandTable", "load_table"]
