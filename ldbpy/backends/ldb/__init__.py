"""Debugging on a real server, by its own debugger (``SCRIPT DEBUG``)."""

from ldbpy.backends.ldb.backend import LdbBackend, LdbOptions
from ldbpy.backends.ldb.capabilities import capabilities_of
from ldbpy.backends.ldb.dialect import DIALECTS, Dialect, dialect_of

__all__ = ["DIALECTS", "Dialect", "LdbBackend", "LdbOptions", "capabilities_of", "dialect_of"]
