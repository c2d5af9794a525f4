"""Taints and tolerations. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Object = dict[str, Any]


def tolerates(tolerations: Iterable[Object], taint: Object) -> bool:
    """Return whether any of the tolerations tolerates the taint."""
    return any(_matches(t, taint) for t in tolerations)


def _matches(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    key = toleration.get("key") or ""
    if key and key != taint["key"]:
        return False
    operator = toleration.get("operator") or "Equal"
    if operator == "Exists":
        return True
    return bool(key) and (toleration.get("value") or "") == (taint.get("value") or "")


def find_untolerated(taints: Iterable[Object], tolerations: list[Object], effects: tuple[str, ...]) -> Object | None:
    """Return the first taint of one of the effects that nothing tolerates."""
    return next((t for t in taints if t.get("effect") in effects and not tolerates(tolerations, t)), None)
