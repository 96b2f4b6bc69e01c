"""Commands on a live server, one by one, and everything put back: pre-images, a journal on disk, the rollback."""

from ldbpy.store.undo.images import KeyAt, names
from ldbpy.store.undo.journal import Journal, JournalFile, JournalHeader, left_behind, read_journal
from ldbpy.store.undo.live import LiveStore
from ldbpy.store.undo.rollback import Outcome, roll_back

__all__ = [
    "Journal",
    "JournalFile",
    "JournalHeader",
    "KeyAt",
    "LiveStore",
    "Outcome",
    "left_behind",
    "names",
    "read_journal",
    "roll_back",
]
