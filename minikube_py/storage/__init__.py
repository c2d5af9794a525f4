"""Objects and their revisions in one SQLite file, with watches and compaction."""
