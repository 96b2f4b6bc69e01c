"""Times to live in arguments: EX, PX, EXAT, PXAT, KEEPTTL, PERSIST, and the arithmetic behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX
from ldbpy.store.memory.args import integer
from ldbpy.store.memory.errors import reject

if TYPE_CHECKING:
    from ldbpy.store.memory.client import Client

__all__ = ["TIME_OPTIONS", "Expiration", "invalid_expire_time"]

TIME_OPTIONS: Final = (b"EX", b"PX", b"EXAT", b"PXAT")
"""The words before a time to live, or a time of expiry."""


@dataclass(slots=True)
class Expiration:
    """An expiration option as it was written: ``EX`` 10, say. Its number is read only by ``deadline``."""

    unit: bytes
    text: bytes

    def deadline(self, client: Client, name: str) -> int:
        """When that is, in milliseconds since 1970."""
        value = integer(self.text)
        if value <= 0:
            invalid_expire_time(client, name)
        if self.unit in (b"EX", b"EXAT"):
            if value > INT64_MAX // 1000:
                invalid_expire_time(client, name)
            value *= 1000
        if self.unit in (b"EX", b"PX"):
            if value > INT64_MAX - client.db.now:
                invalid_expire_time(client, name)
            value += client.db.now
        return value


def invalid_expire_time(client: Client, name: str) -> NoReturn:
    """Answer that the time to live is not one."""
    quoted = Feature.QUOTED_COMMAND_IN_ERRORS in client.features
    form = b"ERR invalid expire time in '%s' command" if quoted else b"ERR invalid expire time in %s"
    reject(form % name.encode())
