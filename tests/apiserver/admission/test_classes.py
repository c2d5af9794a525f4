"""What admission adds to claims, volumes, ingresses and pods, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import Forbidden
from minikube_py.component_base.clock import FakeClock
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
DEFAULT_STORAGE = {"storageclass.kubernetes.io/is-default-class": "true"}
DEFAULT_INGRESS = {"ingressclass.kubernetes.io/is-default-class": "true"}


def storage_class(name: str, *, default: bool = True, **fields: Any) -> Object:
    return {"metadata": {"name": name, "annotations": DEFAULT_STORAGE if default else {}}, "provisioner": "a/b", **fields}


def claim(size: str = "1Gi", **spec: Any) -> Object:
    whole = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    return {"metadata": {"name": "data"}, "spec": whole}


def pod(**spec: Any) -> Object:
    return {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "nginx"}], **spec}}


def ingress(**spec: Any) -> Object:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    return {"metadata": {"name": "site"}, "spec": {"defaultBackend": backend, **spec}}


def test_claims_and_volumes_are_protected(cluster: Cluster) -> None:
    source = {"hostPath": {"path": "/x"}, "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}}
    volume = cluster.create("persistentvolumes", {"metadata": {"name": "disk"}, "spec": source})
    assert volume["metadata"]["finalizers"] == ["kubernetes.io/pv-protection"]
    made = cluster.create("persistentvolumeclaims", claim())
    assert made["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]


@pytest.mark.parametrize(("given", "gets"), [({}, "newer"), ({"storageClassName": ""}, ""), ({"storageClassName": "x"}, "x")])
def test_a_claim_gets_the_newest_default_class(cluster: Cluster, clock: FakeClock, given: Object, gets: str) -> None:
    cluster.create("storageclasses", storage_class("older"))
    clock.advance(5)
    cluster.create("storageclasses", storage_class("newer"))
    cluster.create("storageclasses", storage_class("other", default=False))
    assert cluster.create("persistentvolumeclaims", claim(**given))["spec"]["storageClassName"] == gets


def test_without_a_default_class_a_claim_has_none(cluster: Cluster) -> None:
    assert "storageClassName" not in cluster.create("persistentvolumeclaims", claim())["spec"]


@pytest.mark.parametrize(("given", "gets"), [({}, "newer"), ({"ingressClassName": "x"}, "x")])
def test_an_ingress_gets_the_newest_default_class(cluster: Cluster, clock: FakeClock, given: Object, gets: str) -> None:
    for name in ("older", "newer"):
        body = {"metadata": {"name": name, "annotations": DEFAULT_INGRESS}, "spec": {"controller": "a.b/c"}}
        cluster.create("ingressclasses", body)
        clock.advance(5)
    assert cluster.create("ingresses", ingress(**given))["spec"]["ingressClassName"] == gets


def bind(cluster: Cluster) -> None:
    cluster.patch("persistentvolumeclaims", "data", {"status": {"phase": "Bound"}}, subresource="status")


GROWS = {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}


def test_a_bound_claim_grows_where_its_class_allows_it(cluster: Cluster) -> None:
    cluster.create("storageclasses", storage_class("elastic", allowVolumeExpansion=True))
    cluster.create("persistentvolumeclaims", claim())
    bind(cluster)
    assert cluster.patch("persistentvolumeclaims", "data", GROWS)["spec"]["resources"]["requests"]["storage"] == "2Gi"


@pytest.mark.parametrize("name", ["stiff", "gone", ""])
def test_other_claims_do_not_grow(cluster: Cluster, name: str) -> None:
    cluster.create("storageclasses", storage_class("stiff", default=False))
    cluster.create("persistentvolumeclaims", claim(storageClassName=name))
    bind(cluster)
    with pytest.raises(Forbidden) as caught:
        cluster.patch("persistentvolumeclaims", "data", GROWS)
    assert caught.value.message == (
        'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass '
        "that provisions the pvc must support resize"
    )


def runtime_class(**fields: Any) -> Object:
    return {"metadata": {"name": "gvisor"}, "handler": "runsc", **fields}


def test_a_pod_gets_what_its_runtime_class_says(cluster: Cluster) -> None:
    toleration = {"key": "sandbox", "operator": "Exists"}
    scheduling = {"nodeSelector": {"sandbox": "yes"}, "tolerations": [toleration]}
    cluster.create("runtimeclasses", runtime_class(overhead={"podFixed": {"cpu": "10m"}}, scheduling=scheduling))
    spec = cluster.create("pods", pod(runtimeClassName="gvisor", nodeSelector={"a": "b"}))["spec"]
    assert spec["overhead"] == {"cpu": "10m"}
    assert spec["nodeSelector"] == {"a": "b", "sandbox": "yes"}
    assert toleration in spec["tolerations"]


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"runtimeClassName": "nope"}, 'pod rejected: RuntimeClass "nope" not found'),
        (
            {"runtimeClassName": "gvisor", "overhead": {"cpu": "1"}},
            "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
        ),
        ({"overhead": {"cpu": "1"}}, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"),
        (
            {"runtimeClassName": "gvisor", "nodeSelector": {"sandbox": "no"}},
            "conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no",
        ),
    ],
)
def test_pods_that_do_not_agree_with_their_runtime_class(cluster: Cluster, spec: Object, why: str) -> None:
    scheduling = {"nodeSelector": {"sandbox": "yes"}}
    cluster.create("runtimeclasses", runtime_class(overhead={"podFixed": {"cpu": "10m"}}, scheduling=scheduling))
    with pytest.raises(Forbidden) as caught:
        cluster.create("pods", pod(**spec))
    assert caught.value.message == f'pods "p" is forbidden: {why}'


def test_components_are_told_though_nothing_stores_them(cluster: Cluster) -> None:
    found = cluster.get("componentstatuses", "scheduler")
    assert found["conditions"] == [{"type": "Healthy", "status": "True", "message": "ok"}]
