"""What a pod asks of its node in all: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers"""

from __future__ import annotations

from minikube_py.apimachinery.quantity import Quantity, parse_quantity
from minikube_py.apis.kind import Object

Amounts = dict[str, Quantity]


def effective_requests(spec: Object) -> Amounts:
    """Return the requests of a PodSpec: the most that is asked for at any one time, and its overhead."""
    total = _total(spec, "requests")
    for name, text in (spec.get("overhead") or {}).items():
        _add(total, {name: parse_quantity(text)})
    return total


def effective_limits(spec: Object) -> Amounts:
    """Return the limits of a PodSpec. Overhead is added to resources that have a limit only."""
    total = _total(spec, "limits")
    for name, text in (spec.get("overhead") or {}).items():
        if name in total:
            _add(total, {name: parse_quantity(text)})
    return total


def _total(spec: Object, kind: str) -> Amounts:
    """Sum app containers and sidecars; an init container runs beside the sidecars started before it."""
    running: Amounts = {}
    sidecars: Amounts = {}
    starting: Amounts = {}
    for container in spec.get("containers") or ():
        _add(running, _amounts(container, kind))
    for container in spec.get("initContainers") or ():
        amounts = _amounts(container, kind)
        if container.get("restartPolicy") == "Always":
            _add(running, amounts)
            _add(sidecars, amounts)
            amounts = sidecars
        else:
            _add(amounts, sidecars)
        _raise_to(starting, amounts)
    _raise_to(running, starting)
    return running


def _amounts(container: Object, kind: str) -> Amounts:
    amounts = (container.get("resources") or {}).get(kind) or {}
    return {name: parse_quantity(text) for name, text in amounts.items()}


def _add(total: Amounts, amounts: Amounts) -> None:
    for name, amount in amounts.items():
        total[name] = total[name] + amount if name in total else amount


def _raise_to(total: Amounts, amounts: Amounts) -> None:
    for name, amount in amounts.items():
        if name not in total or amount > total[name]:
            total[name] = amount


def scheduling_requests(spec: Object) -> dict[str, int]:
    """Return the effective requests as integers: cpu in thousandths of a core, everything else in units."""
    return {
        name: amount.milli_value() if name == "cpu" else amount.value() for name, amount in effective_requests(spec).items()
    }
