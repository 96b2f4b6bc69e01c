"""One database: keys, their values and times of expiry, and the pre-images that undo a run.

Every change goes through the methods here, so that each key's value before its first change is kept while a
savepoint is open. Reading changes nothing but the removal of what has expired.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from ldbpy.features import Feature
from ldbpy.store.memory.encodings import beside_expiry
from ldbpy.store.memory.errors import wrong_type
from ldbpy.store.memory.values import Hash, String, Value

__all__ = ["Keyspace", "PreImages"]

V = TypeVar("V", bound=Value)

PreImages = dict[tuple[int, bytes], tuple[Value | None, int | None]]
"""(database, key) to the value and time of expiry it had, None for none."""


class Keyspace:
    """One database of the embedded store.

    ``now`` is the time commands go by, in milliseconds since 1970; the store sets it before each command, and leaves
    it alone inside a script.
    """

    __slots__ = ("changed", "expires", "features", "index", "now", "pre_images", "values")

    def __init__(self, index: int, features: frozenset[Feature] = frozenset()) -> None:
        self.index = index
        self.features = features
        self.values: dict[bytes, Value] = {}
        self.expires: dict[bytes, int] = {}
        self.now = 0
        self.pre_images: PreImages | None = None
        self.changed: dict[bytes, None] = {}
        """The keys the current command changed, in order; the store empties it."""

    # -- reading

    def get(self, key: bytes) -> Value | None:
        """The value of a key that has not expired."""
        if self.expires and self._expire(key):
            return None
        value = self.values.get(key)
        if type(value) is Hash and value.expires:
            return self._live_hash(key, value)
        return value

    def get_as(self, key: bytes, kind: type[V]) -> V | None:
        """The value if it is of that kind, None if there is no key; WRONGTYPE for another kind."""
        value = self.get(key)
        if value is None or type(value) is kind:
            return value
        wrong_type()

    def get_string(self, key: bytes) -> String | None:
        """The string at that key, None if there is no key; WRONGTYPE for another kind."""
        value = self.get(key)
        if value is None or type(value) is bytes or isinstance(value, bytearray):
            return value
        wrong_type()

    def expiry(self, key: bytes) -> int | None:
        """When the key expires, in milliseconds since 1970; None if it does not."""
        return self.expires.get(key)

    def __contains__(self, key: bytes) -> bool:
        return self.get(key) is not None

    def __len__(self) -> int:
        self.purge()
        return len(self.values)

    def names(self) -> Iterator[bytes]:
        """Every key that has not expired, oldest first."""
        self.purge()
        return iter(tuple(self.values))

    # -- changing

    def changing(self, key: bytes) -> None:
        """Say that the key's value is about to change in place. Every method below does so itself."""
        self.changed[key] = None
        if self.pre_images is not None and (self.index, key) not in self.pre_images:
            value = self.values.get(key)
            image = value if value is None or isinstance(value, bytes) else value.copy()
            self.pre_images[self.index, key] = (image, self.expires.get(key))

    def unchanged(self, key: bytes) -> None:
        """Say that the command has left the key's value as it was after all."""
        self.changed.pop(key, None)

    def edit_as(self, key: bytes, kind: type[V]) -> V | None:
        """As ``get_as``, for a value that is about to change in place."""
        value = self.get_as(key, kind)
        if value is not None:
            self.changing(key)
        return value

    def put(self, key: bytes, value: Value, *, keep_ttl: bool = False) -> None:
        """Let the key hold that value, whatever it held; its time of expiry goes unless it is to be kept."""
        self.changing(key)
        if self.expires and self.expires.get(key, -1) >= self.now:
            value = beside_expiry(key, value, self.features)
        self.values[key] = value
        if not keep_ttl and self.expires:
            self.expires.pop(key, None)

    def remove(self, key: bytes) -> bool:
        """Remove the key; whether it was there."""
        if self.get(key) is None:
            return False
        self.changing(key)
        del self.values[key]
        self.expires.pop(key, None)
        return True

    def set_expiry(self, key: bytes, when: int | None) -> None:
        """Let a key that is there expire at ``when`` (milliseconds since 1970), or never."""
        self.changing(key)
        if when is None:
            self.expires.pop(key, None)
        else:
            self.expires[key] = when

    def clear(self) -> None:
        """Remove every key."""
        for key in self.values:
            self.changing(key)
        self.values.clear()
        self.expires.clear()

    def swap(self, other: Keyspace) -> None:
        """Exchange everything with another database (SWAPDB)."""
        for key in (*self.values, *other.values):
            self.changing(key)
            other.changing(key)
        self.values, other.values = other.values, self.values
        self.expires, other.expires = other.expires, self.expires

    # -- expiry

    def _expire(self, key: bytes) -> bool:
        when = self.expires.get(key)
        if when is None or when >= self.now:
            return False
        self.values.pop(key, None)
        del self.expires[key]
        self.changed[key] = None
        return True

    def _live_hash(self, key: bytes, value: Hash) -> Hash | None:
        """The hash without the fields that have expired; None, and the key is gone, if nothing is left."""
        value.drop_expired(self.now)
        if value:
            return value
        del self.values[key]
        self.expires.pop(key, None)
        self.changed[key] = None
        return None

    def purge(self) -> None:
        """Remove everything that has expired."""
        if self.expires:
            for key in [key for key, when in self.expires.items() if when < self.now]:
                self._expire(key)

    # -- undo

    def restore(self, key: bytes, value: Value | None, when: int | None) -> None:
        """Put a pre-image back."""
        self.changed[key] = None
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value
        if when is None:
            self.expires.pop(key, None)
        else:
            self.expires[key] = when
