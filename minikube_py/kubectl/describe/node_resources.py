"""What the pods on a node ask for, one by one and in all."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.quantity import ZERO, Quantity, parse_quantity
from minikube_py.apis.core.pod_resources import effective_limits, effective_requests
from minikube_py.kubectl.describe.times import format_since
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]
Amounts = dict[str, Quantity]

STANDARD = ("cpu", "memory", "ephemeral-storage")
HUGE_PAGES = "hugepages-"
NOT_A_NUMBER = -(2**63)
"""What Go makes of a division by zero: shown where a node does not say what it has."""


def write_node_resources(pods: list[Object], node: Object, writer: Writer, now: float) -> None:
    """Write the pods on a node with their requests and limits, and the sums as shares of what the node can give."""
    status = node.get("status") or {}
    allocatable = {
        name: parse_quantity(text) for name, text in (status.get("allocatable") or status.get("capacity") or {}).items()
    }
    requests = [effective_requests(_resized_spec(pod)) for pod in pods]
    limits = [effective_limits(pod["spec"]) for pod in pods]
    writer.field(0, "Non-terminated Pods", f"({len(pods)} in total)")
    writer.write(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n")
    writer.write(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n")
    for pod, requested, limited in zip(pods, requests, limits, strict=True):
        metadata = pod["metadata"]
        cells = [_share(amounts, name, allocatable) for name in ("cpu", "memory") for amounts in (requested, limited)]
        age = format_since(metadata.get("creationTimestamp"), now)
        writer.write(1, "\t".join([metadata.get("namespace", ""), metadata["name"], "", *cells, age]) + "\n")
    _write_sums(_sum(requests), _sum(limits), allocatable, writer)


def _write_sums(requests: Amounts, limits: Amounts, allocatable: Amounts, writer: Writer) -> None:
    writer.write(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n")
    writer.write(1, "Resource\tRequests\tLimits\n")
    writer.write(1, "--------\t--------\t------\n")
    for name in (*STANDARD, *sorted(name for name in allocatable if name.startswith(HUGE_PAGES))):
        cells = [_share(amounts, name, allocatable, of_nothing=0) for amounts in (requests, limits)]
        writer.write(1, "\t".join([name, *cells]) + "\n")
    for name in sorted(allocatable):
        if name not in STANDARD and name != "pods" and not name.startswith(HUGE_PAGES):
            writer.write(1, f"{name}\t{requests.get(name, ZERO)}\t{limits.get(name, ZERO)}\n")


def _share(amounts: Amounts, name: str, allocatable: Amounts, of_nothing: int = NOT_A_NUMBER) -> str:
    """Return an amount and how many percent of what there is it is: `250m (13%)`."""
    amount, total = amounts.get(name, ZERO), allocatable.get(name, ZERO)
    part, whole = (q.milli_value() if name == "cpu" else q.value() for q in (amount, total))
    return f"{amount} ({int(part / whole * 100) if whole else of_nothing}%)"


def _sum(many: list[Amounts]) -> Amounts:
    total: Amounts = {}
    for amounts in many:
        for name, amount in amounts.items():
            total[name] = total[name] + amount if name in total else amount
    return total


def _resized_spec(pod: Object) -> Object:
    """Return a pod's spec with requests as great as what its containers have or were promised, while it is being resized.

    https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/
    """
    status = pod.get("status") or {}
    statuses = [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]
    running = {s["name"]: s for s in statuses if s.get("resources") is not None}
    if not running:
        return dict(pod["spec"])
    refused = any(
        c.get("type") == "PodResizePending" and c.get("reason") == "Infeasible" for c in status.get("conditions") or ()
    )
    fields = {
        field: [
            _resized(c, running.get(c["name"]), refused=refused) if field == "containers" or _is_sidecar(c) else c
            for c in pod["spec"].get(field) or ()
        ]
        for field in ("containers", "initContainers")
    }
    return {**pod["spec"], **fields}


def _is_sidecar(init_container: Object) -> bool:
    return init_container.get("restartPolicy") == "Always"


def _resized(container: Object, status: Object | None, *, refused: bool) -> Object:
    if status is None:
        return container
    wanted = {} if refused else (container.get("resources") or {}).get("requests")
    greatest: dict[str, str] = {}
    for amounts in (wanted, status["resources"].get("requests"), status.get("allocatedResources")):
        for name, text in (amounts or {}).items():
            if name not in greatest or parse_quantity(text) > parse_quantity(greatest[name]):
                greatest[name] = text
    return {**container, "resources": {**(container.get("resources") or {}), "requests": greatest}}
