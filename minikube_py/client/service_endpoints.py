"""Which pods stand behind a Service, and at which ports: what Endpoints and EndpointSlices say alike.

Upstream: k8s.io/endpointslice/util, pkg/api/v1/pod and pkg/controller/util/endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from minikube_py.apimachinery.labels import selector_from_map
from minikube_py.client.pod_control import is_ready
from minikube_py.client.reconcile import Context, Key
from minikube_py.client.resources import PODS, SERVICES
from minikube_py.component_base.clock import parse_rfc3339

Object = dict[str, Any]
HEADLESS_LABEL = "service.kubernetes.io/headless"
TRIGGER_ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time"


def has_selected_endpoints(service: Object) -> bool:
    """Return whether the Service's endpoints come from its selector: not for ExternalName and not without one."""
    spec = service["spec"]
    return spec.get("type") != "ExternalName" and spec.get("selector") is not None


def is_headless(service: Object) -> bool:
    """Return whether the Service asked to have no cluster IP."""
    return bool(service["spec"].get("clusterIP") == "None")


def label_headless(labels: dict[str, str], service: Object) -> dict[str, str]:
    """Return the labels of what holds a Service's endpoints, with a mark where it is headless and without where it is not."""
    kept = {name: value for name, value in labels.items() if name != HEADLESS_LABEL}
    return {**kept, HEADLESS_LABEL: ""} if is_headless(service) else kept


def publishes_not_ready(service: Object) -> bool:
    """Return whether the Service wants its pods' addresses whether they are ready or not."""
    return bool(service["spec"].get("publishNotReadyAddresses"))


def list_pods(context: Context, service: Object) -> list[Object]:
    """Return the pods that the Service's selector matches."""
    selector = selector_from_map(service["spec"]["selector"])
    pods = context.lister(PODS).list(service["metadata"]["namespace"])
    return [pod for pod in pods if selector.matches(pod["metadata"].get("labels"))]


def keys_by_pod(pod: Object, context: Context) -> Iterable[Key]:
    """Yield the keys of the Services that select the pod."""
    namespace, labels = pod["metadata"]["namespace"], pod["metadata"].get("labels") or {}
    for service in context.lister(SERVICES).list(namespace):
        selector = service["spec"].get("selector")
        if selector and all(labels.get(key) == value for key, value in selector.items()):
            yield Key(namespace, service["metadata"]["name"])


def belongs_in_endpoints(pod: Object, *, include_terminating: bool) -> bool:
    """Return whether the pod is listed at all: with an address, not at its end and, unless asked for, not on its way out."""
    status = pod.get("status") or {}
    if status.get("phase") in ("Succeeded", "Failed") or not list_ips(pod):
        return False
    return include_terminating or not pod["metadata"].get("deletionTimestamp")


def list_ips(pod: Object) -> list[str]:
    """Return the pod's addresses, the first one first."""
    status = pod.get("status") or {}
    ips = [entry["ip"] for entry in status.get("podIPs") or () if entry.get("ip")]
    return ips or ([status["podIP"]] if status.get("podIP") else [])


def is_of_family(ip: str, family: str) -> bool:
    """Return whether an address is of the family `IPv4` or `IPv6`."""
    return (":" in ip) == (family == "IPv6")


def hostname_of(pod: Object, service: Object) -> str:
    """Return the name under which the Service publishes the pod in DNS, or ""."""
    spec = pod["spec"]
    is_published = spec.get("subdomain") == service["metadata"]["name"]
    return str(spec.get("hostname") or "") if is_published else ""


def reference_pod(pod: Object) -> Object:
    """Return the targetRef of an endpoint."""
    metadata = pod["metadata"]
    return {"kind": "Pod", "namespace": metadata["namespace"], "name": metadata["name"], "uid": metadata["uid"]}


def find_port(pod: Object, service_port: Mapping[str, Any]) -> int | None:
    """Return the number of the pod's port that a Service's port leads to, or None where the pod has none of that name."""
    target = service_port.get("targetPort") or service_port["port"]
    if isinstance(target, int):
        return target
    protocol = service_port.get("protocol") or "TCP"
    spec = pod["spec"]
    sidecars = [c for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"]
    for container in (*spec["containers"], *sidecars):
        for port in container.get("ports") or ():
            if port.get("name") == target and (port.get("protocol") or "TCP") == protocol:
                return int(port["containerPort"])
    return None


def list_ports(pod: Object, service: Object) -> list[Object]:
    """Return the ports at which the pod serves the Service: number, protocol, and name and appProtocol where given."""
    ports = []
    for service_port in service["spec"].get("ports") or ():
        number = find_port(pod, service_port)
        if number is None:
            continue
        port: Object = {"port": number, "protocol": service_port.get("protocol") or "TCP"}
        for field in ("name", "appProtocol"):
            if service_port.get(field):
                port[field] = service_port[field]
        ports.append(port)
    return ports


class TriggerTimes:
    """Remembers what happened last to a Service and its pods, to tell since when a new change has been waiting."""

    def __init__(self) -> None:
        self._seen: dict[Key, tuple[str, dict[str, str]]] = {}

    def forget(self, key: Key) -> None:
        """Forget a deleted Service."""
        self._seen.pop(key, None)

    def tell_change(self, key: Key, service: Object, pods: Iterable[Object]) -> str:
        """Return the time of the earliest change since the last call (RFC 3339), or "" if nothing changed."""
        before, pods_before = self._seen.get(key, ("", {}))
        created: str = service["metadata"].get("creationTimestamp") or ""
        changes = [created] if _is_after(created, before) else []
        times = {pod["metadata"]["name"]: _ready_time(pod) for pod in pods}
        changes += [stamp for name, stamp in times.items() if _is_after(stamp, pods_before.get(name, ""))]
        self._seen[key] = (created, times)
        return min(changes, key=parse_rfc3339, default="")


def _ready_time(pod: Object) -> str:
    for condition in (pod.get("status") or {}).get("conditions") or ():
        if condition["type"] == "Ready":
            return condition.get("lastTransitionTime") or ""
    return ""


def _is_after(stamp: str, before: str) -> bool:
    return bool(stamp) and (not before or parse_rfc3339(stamp) > parse_rfc3339(before))


__all__ = [
    "HEADLESS_LABEL",
    "TRIGGER_ANNOTATION",
    "TriggerTimes",
    "belongs_in_endpoints",
    "find_port",
    "has_selected_endpoints",
    "hostname_of",
    "is_headless",
    "is_of_family",
    "is_ready",
    "keys_by_pod",
    "label_headless",
    "list_ips",
    "list_pods",
    "list_ports",
    "publishes_not_ready",
    "reference_pod",
]
