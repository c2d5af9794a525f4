"""What LimitRanges fill into pods and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import Forbidden, Invalid
from minikube_py.apiserver.admission.limit_ranger import check_claim
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
BOUNDS = [
    {
        "type": "Container",
        "min": {"cpu": "100m", "memory": "32Mi"},
        "max": {"cpu": "1", "memory": "512Mi"},
        "default": {"cpu": "200m"},
        "maxLimitRequestRatio": {"cpu": "4"},
    },
    {"type": "Pod", "max": {"cpu": "1500m"}},
    {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "2Gi"}},
]


def limit(cluster: Cluster, *items: Object, name: str = "lr") -> None:
    cluster.create("limitranges", {"metadata": {"name": name}, "spec": {"limits": list(items)}})


def pod(*resources: Object, name: str = "p", init: Object | None = None) -> Object:
    containers = [{"name": "cdefg"[i], "image": "nginx", "resources": r} for i, r in enumerate(resources)]
    spec: Object = {"containers": containers}
    if init is not None:
        spec["initContainers"] = [{"name": "i", "image": "busybox", "resources": init}]
    return {"metadata": {"name": name}, "spec": spec}


def amounts(cpu: str, memory: str) -> Object:
    return {"cpu": cpu, "memory": memory}


def test_defaults_are_filled_in_and_told(cluster: Cluster) -> None:
    limit(cluster, {"type": "Container", "default": amounts("500m", "256Mi"), "defaultRequest": {"cpu": "100m"}})
    made = cluster.create("pods", pod({"requests": {"cpu": "50m"}}, {"limits": amounts("300m", "64Mi")}, init={}))
    found = [c["resources"] for c in made["spec"]["containers"] + made["spec"]["initContainers"]]
    assert found == [
        {"limits": amounts("500m", "256Mi"), "requests": amounts("50m", "256Mi")},
        {"limits": amounts("300m", "64Mi"), "requests": amounts("300m", "64Mi")},
        {"limits": amounts("500m", "256Mi"), "requests": amounts("100m", "256Mi")},
    ]
    assert made["metadata"]["annotations"] == {
        "kubernetes.io/limit-ranger": "LimitRanger plugin set: memory request for container c; "
        "cpu, memory limit for container c; cpu, memory request for init container i; cpu, memory limit for init container i"
    }
    assert made["status"]["qosClass"] == "Burstable"


def test_pods_that_say_everything_are_left_alone(cluster: Cluster) -> None:
    limit(cluster, {"type": "Container", "default": {"cpu": "1"}})
    made = cluster.create("pods", pod({"limits": {"cpu": "2"}, "requests": {"cpu": "2"}}))
    assert "annotations" not in made["metadata"]


def test_a_default_limit_below_the_request_is_invalid(cluster: Cluster) -> None:
    limit(cluster, {"type": "Container", "default": {"cpu": "500m"}})
    with pytest.raises(Invalid, match="must be less than or equal to cpu limit of 500m"):
        cluster.create("pods", pod({"requests": {"cpu": "1"}}))


@pytest.mark.parametrize(
    ("containers", "message"),
    [
        pytest.param(
            [{"requests": amounts("50m", "16Mi"), "limits": amounts("150m", "64Mi")}],
            "[minimum cpu usage per Container is 100m, but request is 50m,"
            " minimum memory usage per Container is 32Mi, but request is 16Mi]",
            id="low",
        ),
        pytest.param(
            [{"requests": amounts("500m", "64Mi"), "limits": amounts("2", "1Gi")}],
            "[maximum cpu usage per Container is 1, but limit is 2,"
            " maximum memory usage per Container is 512Mi, but limit is 1Gi,"
            " maximum cpu usage per Pod is 1500m, but limit is 2]",
            id="high",
        ),
        pytest.param(
            [{"requests": amounts("100m", "64Mi"), "limits": amounts("1", "64Mi")}],
            "cpu max limit to request ratio per Container is 4, but provided ratio is 10.000000",
            id="ratio",
        ),
        pytest.param(
            [{"limits": amounts("1", "64Mi")}, {"limits": amounts("1", "64Mi")}],
            "maximum cpu usage per Pod is 1500m, but limit is 2",
            id="sum",
        ),
    ],
)
def test_pods_outside_the_bounds_are_refused(cluster: Cluster, containers: list[Object], message: str) -> None:
    limit(cluster, *BOUNDS)
    with pytest.raises(Forbidden) as caught:
        cluster.create("pods", pod(*containers))
    assert caught.value.message == f'pods "p" is forbidden: {message}'


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"min": {"cpu": "1"}}, "minimum cpu usage per Pod is 1. No request is specified"),
        ({"max": {"cpu": "1"}}, "maximum cpu usage per Pod is 1. No limit is specified"),
        (
            {"maxLimitRequestRatio": {"cpu": "2"}},
            "cpu max limit to request ratio per Pod is 2, but no request is specified or request is 0",
        ),
    ],
)
def test_bounds_need_an_amount(cluster: Cluster, item: Object, message: str) -> None:
    limit(cluster, {"type": "Pod", **item})
    with pytest.raises(Forbidden) as caught:
        cluster.create("pods", pod({}))
    assert caught.value.message == f'pods "p" is forbidden: {message}'


def test_pods_inside_the_bounds_are_taken(cluster: Cluster) -> None:
    limit(cluster, *BOUNDS)
    made = cluster.create("pods", pod({"limits": {"memory": "64Mi"}}))
    assert made["spec"]["containers"][0]["resources"]["limits"] == {"memory": "64Mi", "cpu": "200m"}


def test_a_pod_that_is_there_may_change_whatever_the_bounds(cluster: Cluster) -> None:
    cluster.create("pods", pod({}))
    limit(cluster, *BOUNDS)
    assert cluster.patch("pods", "p", {"metadata": {"labels": {"a": "b"}}})["metadata"]["labels"] == {"a": "b"}


@pytest.mark.parametrize(
    ("size", "problems"),
    [
        ("500Mi", ["minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi"]),
        ("3Gi", ["maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi"]),
        ("1536Mi", []),
    ],
)
def test_claims_have_bounds_too(size: str, problems: list[str]) -> None:
    assert check_claim({"spec": {"resources": {"requests": {"storage": size}}}}, BOUNDS) == problems
