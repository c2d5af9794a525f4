"""What of a cluster can be taken to another: the objects that somebody made, as they were written, in the order in which they are applied."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.last_applied import ANNOTATION as LAST_APPLIED
from minikube_py.cli_runtime.neat import neaten
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.client.resources import CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.client.discovery import ResourceInfo

Object = dict[str, Any]

# Made by controllers, or about one cluster only.
NEVER = ("Event", "Endpoints", "EndpointSlice", "Lease", "ControllerRevision", "LeaseCandidate")
CLUSTER_WIDE = ("ClusterRole", "ClusterRoleBinding", "PriorityClass", "IngressClass")  # of all namespaces' configuration
NEEDED = ("create", "list", "patch")
ORDER = (
    *(
        "Namespace",
        "CustomResourceDefinition",
        "PriorityClass",
        "IngressClass",
        "ResourceQuota",
        "LimitRange",
        "ServiceAccount",
    ),
    *("Secret", "ConfigMap", "PersistentVolumeClaim", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
    *("NetworkPolicy", "Service"),
)
WORKLOADS = ("DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment", "StatefulSet", "Job", "CronJob")
LAST = ("HorizontalPodAutoscaler", "PodDisruptionBudget", "Ingress")
BOOTSTRAPPING = "kubernetes.io/bootstrapping"
CONTROLLERS = "kube-controller-manager"
PROVISIONER = "pv.kubernetes.io/bound-by-controller"


class Scope(NamedTuple):
    """Which objects are meant: those of a namespace ("" for all), with these labels."""

    namespace: str
    selector: str


def collect(factory: Factory, scope: Scope) -> list[Info]:
    """Return the objects to apply elsewhere, in order, as they would have been written. Raises StatusError."""
    if scope.namespace:
        factory.client().get(NAMESPACES, scope.namespace)
    found = [
        info
        for resource in factory.discovery.list_all()
        if _is_meant(resource, scope)
        for info in _list(factory, resource, scope)
    ]
    found += _list_definitions(factory, found)
    found += _list_namespaces(factory, {info.namespace for info in found if info.namespace})
    return sorted(found, key=lambda info: (_rank(info.resource.kind), info.namespace, info.name))


def _is_meant(resource: ResourceInfo, scope: Scope) -> bool:
    if resource.kind in NEVER or not all(verb in resource.verbs for verb in NEEDED):
        return False
    return resource.namespaced or (not scope.namespace and resource.kind in CLUSTER_WIDE)


def _list(factory: Factory, resource: ResourceInfo, scope: Scope) -> Iterator[Info]:
    namespace = scope.namespace if resource.namespaced else ""
    listed = factory.client().list(resource.resource, namespace, scope.selector).get("items") or ()
    for item in listed:
        obj = {"apiVersion": resource.api_version, "kind": resource.kind, **item}
        if is_own(obj):
            yield make_info(resource, obj)


def is_own(obj: Object) -> bool:
    """Return whether somebody made an object: no owner or controller did, and no cluster has it by itself."""
    metadata, kind = obj["metadata"], obj["kind"]
    name, namespace = metadata["name"], metadata.get("namespace", "")
    if metadata.get("ownerReferences") or metadata.get("deletionTimestamp") or BOOTSTRAPPING in (metadata.get("labels") or {}):
        return False
    managers = {entry.get("manager") for entry in metadata.get("managedFields") or () if not entry.get("subresource")}
    if managers == {CONTROLLERS}:  # as of the claims of a stateful set, which no owner is written into
        return False
    if namespace.startswith("kube-") or name.startswith("system:"):
        return False
    known = {("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")}
    known |= {("PriorityClass", f"system-{which}-critical") for which in ("cluster", "node")}
    if (kind, name) in known or (kind, namespace, name) == ("Service", "default", "kubernetes"):
        return False
    return not (
        kind == "Secret" and obj.get("type") in ("kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token")
    )


def make_info(resource: ResourceInfo, obj: Object) -> Info:
    """Return an object with what no cluster but its own can know left out."""
    metadata = obj["metadata"]
    return Info(resource, metadata.get("namespace", ""), metadata["name"], strip(obj))


def strip(obj: Object) -> Object:
    """Return what somebody would have written; also without the ports, volumes, classes and numbers of replicas that a cluster chose."""
    neat, kind = neaten(obj), obj["kind"]
    neat["metadata"].pop("finalizers", None)
    spec = neat.get("spec") or {}
    if kind == "Service":
        if not _is_chosen(obj, "healthCheckNodePort"):
            spec.pop("healthCheckNodePort", None)
        for port in () if _is_chosen(obj, "nodePort") else spec.get("ports") or ():
            port.pop("nodePort", None)
    if kind == "PersistentVolumeClaim":
        if PROVISIONER in (obj["metadata"].get("annotations") or {}):
            spec.pop("volumeName", None)
        if not _is_chosen(obj, "storageClassName"):
            spec.pop("storageClassName", None)
    if "replicas" in spec and _is_scaled(obj):
        del spec["replicas"]
    return neat


def _is_chosen(obj: Object, field: str) -> bool:
    """Return whether somebody wrote a field: by what was applied, or else by who manages it."""
    metadata = obj["metadata"]
    if applied := (metadata.get("annotations") or {}).get(LAST_APPLIED):
        return f'"{field}"' in applied
    return f"f:{field}" in json.dumps(metadata.get("managedFields") or ())


def _is_scaled(obj: Object) -> bool:
    """Return whether an autoscaler last said how many replicas there are."""
    managed = obj["metadata"].get("managedFields") or ()
    return any(
        entry.get("manager") == CONTROLLERS
        and entry.get("subresource") != "status"
        and "f:replicas" in ((entry.get("fieldsV1") or {}).get("f:spec") or {})
        for entry in managed
    )


def _list_definitions(factory: Factory, infos: Iterable[Info]) -> Iterator[Info]:
    """Yield the definitions of the kinds that are no part of Kubernetes."""
    wanted = {f"{info.resource.plural}.{info.resource.group}" for info in infos if "." in info.resource.group}
    if not wanted:
        return
    resource = factory.discovery.find_kind(CUSTOM_RESOURCE_DEFINITIONS.api_version, CUSTOM_RESOURCE_DEFINITIONS.kind)
    for item in factory.client().list(CUSTOM_RESOURCE_DEFINITIONS).get("items") or ():
        if item["metadata"]["name"] in wanted:
            yield make_info(resource, {"apiVersion": resource.api_version, "kind": resource.kind, **item})


def _list_namespaces(factory: Factory, names: Iterable[str]) -> Iterator[Info]:
    resource = factory.discovery.find_kind(NAMESPACES.api_version, NAMESPACES.kind)
    for name in names:
        if name != "default":
            yield make_info(resource, {"apiVersion": "v1", "kind": "Namespace", **factory.client().get(NAMESPACES, name)})


def _rank(kind: str) -> int:
    """Return where a kind comes: what others need first, then what runs, and what is about that at the end."""
    for start, kinds in ((0, ORDER), (200, WORKLOADS), (300, LAST)):
        if kind in kinds:
            return start + kinds.index(kind)
    return 100
