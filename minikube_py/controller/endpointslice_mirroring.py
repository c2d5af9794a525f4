"""endpointslicemirroring-controller: slices of Endpoints that people made for Services without a selector.

Upstream: pkg/controller/endpointslicemirroring.
"""

from __future__ import annotations

from typing import Any

from minikube_py.apis.discovery.endpointslice import MANAGED_BY_LABEL
from minikube_py.client.endpoint_slices import SERVICE_NAME_LABEL, Frame, Group, apply_changes, plan_slices
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import ENDPOINT_SLICES, ENDPOINTS, SERVICES
from minikube_py.client.service_endpoints import HEADLESS_LABEL, TRIGGER_ANNOTATION, is_of_family

Object = dict[str, Any]
MANAGER = "endpointslicemirroring-controller.k8s.io"
SKIP_LABEL = "endpointslice.kubernetes.io/skip-mirror"
LEADER_ANNOTATION = "control-plane.alpha.kubernetes.io/leader"
NOT_MIRRORED_ANNOTATIONS = (TRIGGER_ANNOTATION, "kubectl.kubernetes.io/last-applied-configuration")
MAX_PER_SUBSET = 1000


class EndpointSliceMirroringController:
    """Reconciles the slices of one Endpoints object."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Write the slices that the Endpoints make; none where the Service has gone or selects pods itself."""
        endpoints = self._context.lister(ENDPOINTS).get(*key)
        service = self._context.lister(SERVICES).get(*key)
        mine = [s for s in self._context.lister(ENDPOINT_SLICES).list(key.namespace) if _is_mirror_of(s, key.name)]
        if endpoints is None or service is None or not is_mirrored(endpoints) or service["spec"].get("selector") is not None:
            changes = plan_slices([], mine, Frame({}, {}, {}))
        else:
            changes = plan_slices(make_groups(endpoints), mine, make_frame(endpoints))
        apply_changes(self._context.client, changes)
        return Result()


def is_mirrored(endpoints: Object) -> bool:
    """Return whether Endpoints want slices: not those labelled to be skipped, nor locks of leader elections."""
    metadata = endpoints["metadata"]
    skip = (metadata.get("labels") or {}).get(SKIP_LABEL) == "true"
    return not skip and LEADER_ANNOTATION not in (metadata.get("annotations") or {}) and not metadata.get("deletionTimestamp")


def make_frame(endpoints: Object) -> Frame:
    """Return what the mirrors have from the Endpoints: labels, annotations, owner."""
    metadata = endpoints["metadata"]
    labels = {**(metadata.get("labels") or {}), SERVICE_NAME_LABEL: metadata["name"], MANAGED_BY_LABEL: MANAGER}
    labels.pop(HEADLESS_LABEL, None)
    annotations = {k: v for k, v in (metadata.get("annotations") or {}).items() if k not in NOT_MIRRORED_ANNOTATIONS}
    return Frame(endpoints, labels, annotations)


def make_groups(endpoints: Object) -> list[Group]:
    """Return the subsets' addresses by family and ports."""
    groups: dict[tuple[str, str], Group] = {}
    for subset in endpoints.get("subsets") or ():
        ports = [{"name": port.get("name", ""), **port} for port in subset.get("ports") or ()]
        addresses = [(a, True) for a in subset.get("addresses") or ()] + [
            (a, False) for a in subset.get("notReadyAddresses") or ()
        ]
        for address, ready in addresses[:MAX_PER_SUBSET]:
            family = "IPv4" if is_of_family(address["ip"], "IPv4") else "IPv6"
            group = groups.setdefault((family, repr(ports)), Group(family, ports, []))
            group.endpoints.append(_mirror(address, ready))
    return list(groups.values())


def _mirror(address: Object, ready: bool) -> Object:
    kept = {k: address[k] for k in ("hostname", "nodeName", "targetRef") if address.get(k)}
    return {"addresses": [address["ip"]], "conditions": {"ready": ready}, **kept}


def _is_mirror_of(slice_: Object, name: str) -> bool:
    labels = slice_["metadata"].get("labels") or {}
    return labels.get(MANAGED_BY_LABEL) == MANAGER and labels.get(SERVICE_NAME_LABEL) == name


def _keys_by_slice(slice_: Object, context: Context) -> list[Key]:
    labels = slice_["metadata"].get("labels") or {}
    is_ours = labels.get(MANAGED_BY_LABEL) == MANAGER and SERVICE_NAME_LABEL in labels
    return [Key(slice_["metadata"]["namespace"], labels[SERVICE_NAME_LABEL])] if is_ours else []


CONTROLLER = Controller(
    "endpointslicemirroring",
    (Watch(ENDPOINTS), Watch(SERVICES), Watch(ENDPOINT_SLICES, _keys_by_slice)),
    EndpointSliceMirroringController,
)
