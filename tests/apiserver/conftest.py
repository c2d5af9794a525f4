"""An API server over a fresh store, and short ways to ask it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.apiserver.system_namespaces import SYSTEM_NAMESPACES
from minikube_py.client.request import STRATEGIC_MERGE_PATCH, Request
from minikube_py.component_base.clock import FakeClock
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
GROUPS = {
    "priorityclasses": "scheduling.k8s.io",
    "deployments": "apps",
    "endpointslices": "discovery.k8s.io",
    "storageclasses": "storage.k8s.io",
    "ingressclasses": "networking.k8s.io",
    "ingresses": "networking.k8s.io",
    "servicecidrs": "networking.k8s.io",
    "runtimeclasses": "node.k8s.io",
}
CLUSTER_SCOPED = (
    *("namespaces", "nodes", "persistentvolumes", "priorityclasses", "storageclasses", "ingressclasses", "runtimeclasses"),
    "componentstatuses",
    "servicecidrs",
)


class Cluster:
    """Requests in the namespace default, unless told otherwise."""

    def __init__(self, server: KubeApiServer) -> None:
        self.server = server

    def _send(self, verb: str, resource: str, namespace: str, name: str = "", **more: Any) -> Object:
        group = GROUPS.get(resource, "")
        where = "" if resource in CLUSTER_SCOPED else namespace
        answer: Object = self.server.handle(Request(verb, group, "v1", resource, where, name, **more)).object
        return answer

    def create(self, resource: str, obj: Object, namespace: str = "default", **params: str) -> Object:
        return self._send("create", resource, namespace, body=obj, params=params)

    def get(self, resource: str, name: str, namespace: str = "default") -> Object:
        return self._send("get", resource, namespace, name)

    def patch(self, resource: str, name: str, body: Object, namespace: str = "default", subresource: str = "") -> Object:
        kind = STRATEGIC_MERGE_PATCH
        return self._send("patch", resource, namespace, name, body=body, content_type=kind, subresource=subresource)

    def delete(self, resource: str, name: str, namespace: str = "default") -> Object:
        return self._send("delete", resource, namespace, name, body={"gracePeriodSeconds": 0})


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cluster(tmp_path: Path, clock: FakeClock) -> Iterator[Cluster]:
    store = Store(tmp_path / "state.db", create=True)
    cluster = Cluster(KubeApiServer(store, clock, random.Random(1)))
    for name in SYSTEM_NAMESPACES:
        cluster.create("namespaces", {"metadata": {"name": name}})
    cluster.create("serviceaccounts", {"metadata": {"name": "default"}})
    yield cluster
    store.close()
