"""Volume mounts where there are no mount namespaces: a program is told the host path instead of the container path."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What may stand right before a path for it to begin there. "/", "}" and word characters would make it the tail of another path.
_NOT_BEFORE = r"(?<![\w./~}\-])"
# A path ends here or goes on with a slash; "/data" is not a prefix of "/database", "/data.txt" or "/data-2".
_NOT_AFTER = r"(?![\w\-]|\.[\w\-])"


def compile_mount_paths(mounts: Iterable[tuple[str, str]]) -> MountPaths:
    """Return the rewriter for (container path, host path) pairs. A mount at `/` is left out: it cannot be shown."""
    table = {container.rstrip("/"): host.rstrip("/") or "/" for container, host in mounts}
    table.pop("", None)
    return MountPaths(table)


class MountPaths:
    """Replaces each whole container path, and each path below it, by its host path."""

    def __init__(self, table: dict[str, str]) -> None:
        self._table = table
        longest_first = sorted(table, key=len, reverse=True)
        alternatives = "|".join(re.escape(path) for path in longest_first)
        self._pattern = re.compile(f"{_NOT_BEFORE}(?:{alternatives}){_NOT_AFTER}") if table else None

    def rewrite(self, text: str) -> str:
        """Return `text` with every mounted path rewritten; each place is rewritten once."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self._table[match.group()], text)
