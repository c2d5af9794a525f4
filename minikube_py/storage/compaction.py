"""Forgetting history in a state file, and giving its space back. The daemon does so from time to time; commands need none of it."""

from __future__ import annotations

import sqlite3

VACUUM_PAGES = 1000  # given back in one transaction


def forget(db: sqlite3.Connection, begin: int, end: int) -> int:
    """Remove what the changes after revision `begin` until `end` made obsolete, inside a transaction; return the rows. Raises sqlite3.Error."""
    span = (begin, end)
    db.execute("UPDATE meta SET value=? WHERE name='compacted'", (str(end),))
    replaced = "SELECT previous FROM log WHERE revision>? AND revision<=? AND previous>0"
    removed = db.execute(f"DELETE FROM log WHERE revision IN ({replaced})", span).rowcount  # noqa: S608
    return removed + db.execute("DELETE FROM log WHERE revision>? AND revision<=? AND type=2", span).rowcount


def vacuum(db: sqlite3.Connection) -> None:
    """Give free pages back, a thousand a transaction. Raises sqlite3.Error."""
    for _ in range(db.execute("PRAGMA freelist_count").fetchall()[0][0] // VACUUM_PAGES + 1):
        # as a script: it is stepped to its end, where `execute` would stop after one page
        db.executescript(f"PRAGMA incremental_vacuum({VACUUM_PAGES})")
    db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
