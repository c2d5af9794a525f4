"""How deep objects may nest: everything that walks one calls itself once or twice for each level."""

from __future__ import annotations

from typing import Any

MAX_DEPTH = 250
"""Of lists and maps, in YAML, JSON and what patches make; Go allows 10000, which nothing here could walk."""
TOO_DEEP = f"exceeded max depth of {MAX_DEPTH}"


def is_too_deep(value: Any) -> bool:
    """Return whether lists and maps nest deeper than they may; it walks level by level, so it can be asked of anything."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            item for one in level if isinstance(one, dict | list) for item in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True
