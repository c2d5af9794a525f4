"""Whether a schema says rules: most do not, and then need no CEL loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RULES = "x-kubernetes-validations"


def has_rules(schema: Mapping[str, Any]) -> bool:
    """Return whether a schema says rules anywhere."""
    if schema.get(RULES):
        return True
    inner = [*(schema.get("properties") or {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return any(has_rules(node) for node in (*inner, *(schema.get("allOf") or ())) if isinstance(node, Mapping))
