"""Amounts of resources in a pod: parsed, asked of a container, added over a pod."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from minikube_py.kubelet.interfaces import Object

_SUFFIXES = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "T": Fraction(10**12),
    "P": Fraction(10**15),
    "E": Fraction(10**18),
    "Ki": Fraction(2**10),
    "Mi": Fraction(2**20),
    "Gi": Fraction(2**30),
    "Ti": Fraction(2**40),
    "Pi": Fraction(2**50),
    "Ei": Fraction(2**60),
}


def parse_quantity(value: str | int | float) -> Fraction:
    """Return a resource.Quantity such as `250m` or `64Mi` as an exact number. Raises ValueError."""
    text = str(value)
    for suffix in (text[-2:], text[-1:]):
        if suffix in _SUFFIXES:
            return Fraction(text[: -len(suffix)]) * _SUFFIXES[suffix]
    return Fraction(text)


def divide_rounding_up(value: Fraction, divisor: str) -> int:
    """Return how many times `divisor` fits, rounded up; a divisor of "" or "0" counts as 1."""
    unit = parse_quantity(divisor or "1") or Fraction(1)
    return ceil(value / unit)


def get_container_resource(container: Mapping[str, Any], resource: str, divisor: str, allocatable: Mapping[str, Any]) -> int:
    """Return what a resourceFieldRef such as `limits.cpu` stands for; a limit that is not set is the node's allocatable."""
    kind, _, name = resource.partition(".")
    amounts = container.get("resources", {}).get(kind) or {}
    value = amounts.get(name)
    if value is None and kind == "limits":
        value = allocatable.get(name)
    return divide_rounding_up(parse_quantity(value or 0), divisor)


def sum_requests(pod: Object) -> dict[str, Fraction]:
    """Return what a pod asks of its node: the greater of its containers' sum and any init container, with the overhead."""
    spec = pod.get("spec", {})
    total: dict[str, Fraction] = {}
    for container in spec.get("containers", ()):
        _add(total, _requests(container))
    sidecars: dict[str, Fraction] = {}
    peak: dict[str, Fraction] = {}
    for container in spec.get("initContainers", ()):
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


def _requests(container: Mapping[str, Any]) -> dict[str, Fraction]:
    requests = container.get("resources", {}).get("requests") or {}
    return {name: parse_quantity(value) for name, value in requests.items()}


def _add(total: dict[str, Fraction], more: Mapping[str, Fraction]) -> None:
    for name, value in more.items():
        total[name] = total.get(name, Fraction(0)) + value


def _raise_to(total: dict[str, Fraction], floor: Mapping[str, Fraction]) -> None:
    for name, value in floor.items():
        total[name] = max(total.get(name, Fraction(0)), value)
