"""autoregister: an APIService for each group version that this API server serves itself. Upstream: pkg/controlplane/apiserver/aggregator.go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.client.discovery import LocalDiscovery
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import API_SERVICES, NAMESPACES
from minikube_py.client.resources import CUSTOM_RESOURCE_DEFINITIONS as CRDS

Object = dict[str, Any]
AUTOMANAGED = "kube-aggregator.kubernetes.io/automanaged"
NAMESPACE = "kube-system"  # it comes with the cluster, and tells that there is one
OTHERS = ("apiregistration.k8s.io", "metrics.k8s.io")  # the aggregator's own group, and that of the metrics server
_PRIORITIES = {  # group -> groupPriorityMinimum, as upstream's apiVersionPriorities
    "": 18000,
    "events.k8s.io": 17750,
    "apps": 17800,
    "authentication.k8s.io": 17700,
    "authorization.k8s.io": 17600,
    "autoscaling": 17500,
    "batch": 17400,
    "certificates.k8s.io": 17300,
    "networking.k8s.io": 17200,
    "policy": 17100,
    "rbac.authorization.k8s.io": 17000,
    "storage.k8s.io": 16800,
    "apiextensions.k8s.io": 16700,
    "admissionregistration.k8s.io": 16700,
    "scheduling.k8s.io": 16600,
    "coordination.k8s.io": 16500,
    "node.k8s.io": 16300,
    "discovery.k8s.io": 16200,
    "flowcontrol.apiserver.k8s.io": 16100,
}
_VERSION_PRIORITIES = {"v1.": 1, "v2.autoscaling": 30, "v1.flowcontrol.apiserver.k8s.io": 21}
_BUILT_IN, _CUSTOM = (15, "onstart"), (100, "true")


class AutoregisterController:
    """Reconciles one APIService, by its name: `v1.apps`."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._client = context.client.with_manager("kube-apiserver")
        versions = LocalDiscovery(lambda group: group not in OTHERS).list_versions()
        self.built_in = [name_service(version) for version in versions]

    def reconcile(self, key: Key) -> Result:
        """Make it where it is missing; take it away where its group is served no more. Raises StatusError."""
        there = self._context.lister(API_SERVICES).get("", key.name)
        wanted = self._make(key.name)
        if there is None and wanted is not None:
            self._client.create(API_SERVICES, wanted)
        elif there is not None and wanted is None and (there["metadata"].get("labels") or {}).get(AUTOMANAGED) == "true":
            try:
                self._client.delete(API_SERVICES, key.name)
            except errors.NotFound:
                return Result()
        return Result()

    def _make(self, name: str) -> Object | None:
        version, _, group = name.partition(".")
        if name in self.built_in:
            priority, managed = _BUILT_IN
            return _describe(group, version, _PRIORITIES.get(group, 1000), _VERSION_PRIORITIES.get(name, priority), managed)
        served = {service for crd in self._context.lister(CRDS).list() for service in list_services(crd)}
        return _describe(group, version, 1000, *_CUSTOM) if name in served else None


def _describe(group: str, version: str, minimum: int, priority: int, managed: str) -> Object:
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": f"{version}.{group}", "labels": {AUTOMANAGED: managed}},
        "spec": {
            **({"group": group} if group else {}),
            "groupPriorityMinimum": minimum,
            "version": version,
            "versionPriority": priority,
        },
    }


def name_service(api_version: str) -> str:
    """Return the name of a group version's APIService: `v1.` for v1, `v1.apps` for apps/v1."""
    group, _, version = api_version.rpartition("/")
    return f"{version}.{group}"


def list_services(crd: Object) -> list[str]:
    """Return the names of the APIServices of a definition's versions."""
    spec = crd["spec"]
    return [f"{version['name']}.{spec['group']}" for version in spec["versions"] if version.get("served")]


def _all_built_in(namespace: Object, context: Context) -> Iterable[Key]:
    if namespace["metadata"]["name"] == NAMESPACE:
        yield from (Key("", name) for name in context.reconciler.built_in)


def _of_definition(crd: Object, context: Context) -> Iterable[Key]:
    yield from (Key("", name) for name in list_services(crd))


CONTROLLER = Controller(
    "autoregister",
    (Watch(NAMESPACES, _all_built_in), Watch(CRDS, _of_definition), Watch(API_SERVICES)),
    AutoregisterController,
)
