"""What NodeMetrics and PodMetrics share: columns of amounts, as metrics-server's tables have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from minikube_py.apis.columns import NAME
from minikube_py.apis.kind import Column, Object

GROUP = "metrics.k8s.io"
RESOURCES = ("cpu", "memory")


def make_columns(usages: Callable[[Object], Iterable[Mapping[str, str]]]) -> tuple[Column, ...]:
    """Return the columns of a kind whose objects use what `usages` gives, together."""

    def make(resource: str) -> Column:
        return Column(resource, lambda obj, now: add_up(usages(obj), resource), format="quantity")

    window = Column("Window", lambda obj, now: obj["window"], format="duration")
    return (NAME, *map(make, RESOURCES), window)


def add_up(usages: Iterable[Mapping[str, str]], resource: str) -> str:
    """Return the sum of a resource's amounts."""
    from minikube_py.apimachinery.quantity import parse_quantity

    total = parse_quantity("0")
    for usage in usages:
        total = total + parse_quantity(usage.get(resource, "0"))
    return str(total)
