"""A new state file. Commands meet one that is there already and need none of this."""

from __future__ import annotations

import sqlite3

_SCHEMA = """
CREATE TABLE objects (
  resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL,
  node TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (resource, namespace, name)) WITHOUT ROWID;
CREATE INDEX objects_by_node ON objects (resource, node) WHERE node != '';
CREATE INDEX objects_by_owner ON objects (resource, owner) WHERE owner != '';
CREATE TABLE log (
  revision INTEGER PRIMARY KEY, type INTEGER NOT NULL, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
  previous INTEGER NOT NULL, value BLOB NOT NULL);
CREATE INDEX log_by_key ON log (resource, namespace, name, revision);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('compacted', '0');
"""


def make(db: sqlite3.Connection, application_id: int, schema_version: int) -> None:
    """Make the tables, unless another process was first. Raises sqlite3.Error."""
    db.execute("PRAGMA auto_vacuum=INCREMENTAL")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA application_id").fetchone()[0] == 0:
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA application_id={application_id}")
        db.execute(f"PRAGMA user_version={schema_version}")
    db.execute("COMMIT")
