"""Questions asked of many kinds: history, rollback, status, which pods belong to an object."""
