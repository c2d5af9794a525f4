"""Which of several classes that say they are the default is the one."""

from __future__ import annotations

from collections.abc import Iterable

from minikube_py.apis.kind import Object


def choose_newest(candidates: Iterable[Object]) -> Object | None:
    """Return the newest, by name the first where two are as new; None of none."""
    by_name = sorted(candidates, key=lambda obj: str(obj["metadata"]["name"]))
    return max(by_name, key=lambda obj: str(obj["metadata"].get("creationTimestamp", "")), default=None)
