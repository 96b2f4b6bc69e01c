"""Error replies that several stream commands give."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from ldbpy.features import Feature
from ldbpy.resp import c_string, one_line
from ldbpy.store.memory.args import Argv
from ldbpy.store.memory.errors import reject

if TYPE_CHECKING:
    from ldbpy.store.memory.client import Client

__all__ = ["no_such_group", "no_such_key_or_group", "reject_line", "subcommand_syntax_error"]


def reject_line(message: bytes) -> NoReturn:
    """Answer with that error, in one line whatever the arguments in it held."""
    reject(one_line(message))


def subcommand_syntax_error(client: Client, argv: Argv) -> NoReturn:
    """Answer that a container command has no such subcommand, or not with so many arguments."""
    name, container = c_string(argv[1]), c_string(argv[0]).upper()
    if Feature.STREAM_COUNTERS not in client.features:
        reject_line(b"ERR Unknown subcommand or wrong number of arguments for '%s'. Try %s HELP." % (name, container))
    reject_line(b"ERR unknown subcommand or wrong number of arguments for '%s'. Try %s HELP." % (name[:128], container))


def no_such_group(key: bytes, group: bytes) -> NoReturn:
    """Answer as XGROUP and XINFO do when there is no such group."""
    reject_line(b"NOGROUP No such consumer group '%s' for key name '%s'" % (c_string(group), c_string(key)))


def no_such_key_or_group(key: bytes, group: bytes, where: bytes = b"") -> NoReturn:
    """Answer as the commands on pending entries do when there is no such key or group."""
    form = b"NOGROUP No such key '%s' or consumer group '%s'%s"
    reject_line(form % (c_string(key), c_string(group), where))
