"""The Service `kubernetes` is there from the start, and again after somebody deleted it."""

from __future__ import annotations

import pytest

from minikube_py.apiserver.bootstrap import bootstrap
from minikube_py.apiserver.kubernetes_service import NAME, NAMESPACE, KubernetesService, make_controller
from minikube_py.client.reconcile import Key
from minikube_py.client.request import Request
from tests.apiserver.conftest import Cluster

KEY = Key(NAMESPACE, NAME)
USED_UP = {"hard": {"services": "0"}, "used": {"services": "1"}}


@pytest.fixture
def service(cluster: Cluster) -> KubernetesService:
    service = KubernetesService(cluster.server, "192.168.49.2", 8443)
    service.reconcile(KEY)
    return service


def test_it_leads_to_the_api(cluster: Cluster, service: KubernetesService) -> None:
    spec = cluster.get("services", "kubernetes")["spec"]
    assert (spec["clusterIP"], spec["ports"][0]["port"]) == ("10.96.0.1", 443)
    assert cluster.get("endpoints", "kubernetes")["subsets"][0]["addresses"] == [{"ip": "192.168.49.2"}]
    assert cluster.get("endpointslices", "kubernetes")["endpoints"][0]["addresses"] == ["192.168.49.2"]


@pytest.mark.parametrize("resource", ["services", "endpoints", "endpointslices"])
def test_what_was_deleted_comes_back(cluster: Cluster, service: KubernetesService, resource: str) -> None:
    before = cluster.get(resource, "kubernetes")["metadata"]["uid"]
    cluster.delete(resource, "kubernetes")
    service.reconcile(KEY)
    assert cluster.get(resource, "kubernetes")["metadata"]["uid"] != before


def test_only_its_own_objects_wake_it(service: KubernetesService) -> None:
    controller = make_controller(service)
    for watched in controller.watches:
        assert watched.to_keys is not None
        own, other = ({"metadata": {"namespace": "default", "name": name}} for name in ("kubernetes", "web"))
        assert list(watched.to_keys(own, None)) == [KEY]  # type: ignore[arg-type]
        assert list(watched.to_keys(other, None)) == []  # type: ignore[arg-type]


def test_a_quota_that_is_used_up_does_not_keep_a_cluster_from_starting(cluster: Cluster) -> None:
    bootstrap(cluster.server, "192.168.49.2", 8443)
    quota = cluster.create("resourcequotas", {"metadata": {"name": "few"}, "spec": {"hard": {"services": "0"}}})
    cluster.server.handle(
        Request("update", "", "v1", "resourcequotas", "default", "few", "status", body={**quota, "status": USED_UP})
    )
    bootstrap(cluster.server, "192.168.49.2", 8443)
    cluster.delete("services", "kubernetes")
    bootstrap(cluster.server, "192.168.49.2", 8443)
