"""Resource quotas: one by itself, and all of a namespace."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.quantity import ZERO, Quantity, new_quantity, parse_quantity
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

SCOPE_HELP = {
    "Terminating": (
        "Matches all pods that have an active deadline. "
        "These pods have a limited lifespan on a node before being actively terminated by the system."
    ),
    "NotTerminating": (
        "Matches all pods that do not have an active deadline. "
        "These pods usually include long running pods whose container command is not expected to terminate."
    ),
    "BestEffort": (
        "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service."
    ),
    "NotBestEffort": (
        "Matches all pods that have at least one resource requirement set. "
        "These pods have a burstable or guaranteed quality of service."
    ),
}


def describe(obj: Object, context: Context) -> None:
    """Write a quota: what is used of how much, in the hard limit's format."""
    writer = context.writer
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Namespace", obj["metadata"].get("namespace", ""))
    _write_scopes(obj, writer, 0, " * ")
    writer.write(0, "Resource\tUsed\tHard\n")
    writer.write(0, "--------\t----\t----\n")
    for name, used, hard in _read_amounts(obj):
        shown = used if used.format == hard.format else new_quantity(used.value(), hard.format)
        writer.write(0, f"{name}\t{shown}\t{hard}\n")


def write_quotas(quotas: list[Object], writer: Writer) -> None:
    """Write the quotas of a namespace, by name."""
    if not quotas:
        writer.write(0, "No resource quota.\n")
        return
    writer.write(0, "Resource Quotas\n")
    for quota in sorted(quotas, key=lambda quota: str(quota["metadata"]["name"])):
        writer.field(1, "Name", quota["metadata"]["name"])
        _write_scopes(quota, writer, 1, "* ")
        writer.write(1, "Resource\tUsed\tHard\n")
        writer.write(1, "--------\t---\t---\n")
        for name, used, hard in _read_amounts(quota):
            writer.write(1, f"{name}\t{used}\t{hard}\n")


def _write_scopes(quota: Object, writer: Writer, level: int, bullet: str) -> None:
    scopes = sorted((quota.get("spec") or {}).get("scopes") or ())
    if not scopes:
        return
    writer.field(level, "Scopes", ", ".join(scopes))
    for scope in scopes:
        if scope in SCOPE_HELP:
            writer.write(level, f"{bullet}{SCOPE_HELP[scope]}\n")


def _read_amounts(quota: Object) -> list[tuple[str, Quantity, Quantity]]:
    """Return name, used and hard amount of each resource, by name."""
    status = quota.get("status") or {}
    used = {name: parse_quantity(text) for name, text in (status.get("used") or {}).items()}
    hard = status.get("hard") or {}
    return [(name, used.get(name, ZERO), parse_quantity(hard[name])) for name in sorted(hard)]
