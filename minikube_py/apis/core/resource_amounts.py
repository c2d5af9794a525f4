"""Amounts of resources by their names, as pods, claims, quotas and volumes state them."""

from __future__ import annotations

from minikube_py.apis.kind import Object


def round_resources(resources: Object | None) -> None:
    """Round amounts up to thousandths, the smallest amount of a resource there is."""
    from minikube_py.apimachinery.quantity import new_milli_quantity, parse_quantity

    for name, text in (resources or {}).items():
        quantity = parse_quantity(text)
        if quantity.nanos % 1_000_000:
            resources[name] = str(new_milli_quantity(-(-quantity.nanos // 1_000_000), quantity.format))  # type: ignore[index]
