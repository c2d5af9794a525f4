"""Columns that many kinds have, and how ages are told."""

from __future__ import annotations

from minikube_py.apis.kind import Column, Object
from minikube_py.component_base.clock import parse_rfc3339


def tell_age(obj: Object, now: float) -> str:
    """Return the AGE cell: how long ago the object was created, `<unknown>` where it does not say."""
    return tell_since(obj["metadata"].get("creationTimestamp"), now)


def tell_since(stamp: str | None, now: float) -> str:
    """Return how long ago an RFC 3339 time was, as kubectl prints it."""
    from minikube_py.apimachinery.duration import human_duration

    return human_duration(now - parse_rfc3339(stamp)) if stamp else "<unknown>"


def join_images(containers: list[Object]) -> str:
    """Return the IMAGES cell of a workload."""
    return ",".join(c.get("image", "") for c in containers)


def join_names(containers: list[Object]) -> str:
    """Return the CONTAINERS cell of a workload."""
    return ",".join(c.get("name", "") for c in containers)


NAME = Column("Name", lambda obj, now: obj["metadata"]["name"], format="name")
AGE = Column("Age", tell_age)
CREATED_AT = Column("Created At", lambda obj, now: obj["metadata"].get("creationTimestamp") or "")
