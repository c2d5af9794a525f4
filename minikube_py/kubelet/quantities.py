"""Amounts of resources in a pod: asked of a container, added over a pod."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minikube_py.apimachinery.quantity import ZERO, Quantity, parse_quantity
from minikube_py.kubelet.interfaces import Object

Amounts = dict[str, Quantity]


def divide_rounding_up(value: Quantity, divisor: str) -> int:
    """Return how many times `divisor` fits, rounded up; a divisor of "" or "0" counts as 1."""
    unit = parse_quantity(divisor or "1") or parse_quantity("1")
    return -(-value.nanos // unit.nanos)


def get_container_resource(container: Mapping[str, Any], resource: str, divisor: str, allocatable: Mapping[str, Any]) -> int:
    """Return what a resourceFieldRef such as `limits.cpu` stands for; a limit that is not set is the node's allocatable."""
    kind, _, name = resource.partition(".")
    amounts = (container.get("resources") or {}).get(kind) or {}
    value = amounts.get(name)
    if value is None and kind == "limits":
        value = allocatable.get(name)
    return divide_rounding_up(parse_quantity(value or 0), divisor)


def get_memory_limit(container: Mapping[str, Any]) -> int | None:
    """Return how many bytes of memory a container may use, None for as many as there are."""
    limit = ((container.get("resources") or {}).get("limits") or {}).get("memory")
    return None if limit is None else parse_quantity(limit).value()


def sum_requests(pod: Object) -> Amounts:
    """Return what a pod asks of its node: the greater of its containers' sum and any init container, with the overhead."""
    spec = pod.get("spec", {})
    total: Amounts = {}
    for container in spec.get("containers", ()):
        _add(total, _requests(container))
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in spec.get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            _add(total, _requests(container))
            _add(sidecars, _requests(container))
            _raise_to(peak, sidecars)
        else:
            needed = dict(sidecars)
            _add(needed, _requests(container))
            _raise_to(peak, needed)
    _raise_to(total, peak)
    _add(total, {name: parse_quantity(value) for name, value in (spec.get("overhead") or {}).items()})
    return total


def _requests(container: Mapping[str, Any]) -> Amounts:
    requests = (container.get("resources") or {}).get("requests") or {}
    return {name: parse_quantity(value) for name, value in requests.items()}


def _add(total: Amounts, more: Mapping[str, Quantity]) -> None:
    for name, value in more.items():
        total[name] = total.get(name, ZERO) + value


def _raise_to(total: Amounts, floor: Mapping[str, Quantity]) -> None:
    for name, value in floor.items():
        total[name] = max(total.get(name, ZERO), value)
