"""What a service in front of an object would select, and on which ports: questions asked of several kinds."""

from __future__ import annotations

from typing import Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.discovery import ResourceInfo

Object = dict[str, Any]

_EXPOSABLE = (("", "ReplicationController"), ("", "Service"), ("", "Pod"), ("apps", "Deployment"), ("apps", "ReplicaSet"))


def check_exposable(resource: ResourceInfo) -> None:
    """Raise CliError for a kind that no service can stand in front of."""
    if (resource.group, resource.kind) not in _EXPOSABLE:
        name = f"{resource.kind}.{resource.group}" if resource.group else resource.kind
        raise CliError(f"cannot expose a {name}")


def find_selector(obj: Object) -> dict[str, str]:
    """Return the labels by which an object's pods are found. Raises CliError where it does not say."""
    kind, spec = obj["kind"], obj.get("spec") or {}
    if kind == "Pod":
        labels = obj["metadata"].get("labels")
        if not labels:
            raise CliError("the pod has no labels and cannot be exposed")
        return dict(labels)
    if kind == "Service" and spec.get("selector") is None:
        raise CliError("the service has no pod selector set")
    selector: Object = spec.get("selector") or {}
    if kind in ("Service", "ReplicationController"):
        return dict(selector)
    labels = selector.get("matchLabels")
    if not labels:
        raise CliError(f"invalid {kind.lower()}: no selectors, therefore cannot be exposed")
    if expressions := selector.get("matchExpressions"):
        from minikube_py.apimachinery.gosyntax import format_go_value

        raise CliError(f'couldn\'t convert expressions - "{format_go_value(expressions)}" to map-based selector format')
    return dict(labels)


def find_ports(obj: Object) -> list[tuple[int, str]]:
    """Return an object's ports with their protocols, in order: those of a service, or of the containers of pods."""
    spec = obj.get("spec") or {}
    if obj["kind"] == "Service":
        return [(port["port"], port.get("protocol") or "TCP") for port in spec.get("ports") or []]
    pod = spec if obj["kind"] == "Pod" else (spec.get("template") or {}).get("spec") or {}
    ports = [port for container in pod.get("containers") or [] for port in container.get("ports") or []]
    return [(port["containerPort"], port.get("protocol") or "TCP") for port in ports]
