"""What a test that failed is told of its cluster."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import NotFound
from minikube_py.testing import Cluster
from tests.testing import manifests

Object = dict[str, Any]
WIDGETS = f"{manifests.WIDGETS}status: {{phase: Growing}}\n"


def make_deployment(**container: Any) -> Object:
    labels = {"app": "web"}
    spec = {"containers": [{"name": "main", "image": "nginx", **container}]}
    template = {"metadata": {"labels": labels}, "spec": spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }


def wait_in_vain(cluster: Cluster, what: str, condition: Any = "Available") -> str:
    with pytest.raises(TimeoutError) as failure:
        cluster.wait(what, condition, timeout=0)
    return str(failure.value)


@pytest.mark.cluster(clock="fake")
def test_a_wait_that_ends_tells_of_dependents_and_events(cluster: Cluster) -> None:
    cluster.apply(make_deployment(resources={"requests": {"cpu": "100"}}))
    cluster.wait("deployment/web", lambda web: web["status"]["conditions"] and cluster.events("deployment/web"))
    cluster.wait("deployment/web", lambda web: any(event["reason"] == "FailedScheduling" for event in cluster.events()))
    told = wait_in_vain(cluster, "deployment/web")
    first, state, *rest = told.splitlines()
    assert first == "deployments/web: not Available after 0 seconds"
    assert "Available=False (MinimumReplicasUnavailable" in state
    pod = next(line for line in rest if line.startswith("  pod/web-"))
    assert "Pending; PodScheduled=False (Unschedulable: 0/1 nodes are available: 1 Insufficient cpu" in pod
    assert any(line.startswith("  event Warning FailedScheduling of pod/web-") for line in rest)


@pytest.mark.cluster(clock="fake")
def test_containers_tell_why_they_wait(cluster: Cluster) -> None:
    cluster.apply(make_deployment(envFrom=[{"configMapRef": {"name": "settings"}}]))
    cluster.wait(
        "deployment/web", lambda web: cluster.list("pods")[0]["status"]["containerStatuses"][0]["state"]["waiting"]["message"]
    )
    assert 'container main waiting: configmap "settings" not found' in wait_in_vain(cluster, "deployment/web")


def test_what_is_not_there_is_told_with_what_is(cluster: Cluster) -> None:
    assert wait_in_vain(cluster, "deployment/web") == "deployments/web: not Available after 0 seconds\n  it is not there"
    cluster.apply(make_deployment())
    assert wait_in_vain(cluster, "deployment/wbe").endswith("it is not there; there are web")


def test_a_status_of_ones_own_is_told(cluster: Cluster) -> None:
    cluster.apply(WIDGETS)
    told = wait_in_vain(cluster, "widget/small", lambda widget: widget["status"]["size"] == 1)
    assert told == 'widgets/small: not what the function wants after 0 seconds\n  its status is {"phase": "Growing"}'


@pytest.mark.cluster(clock="fake")
def test_who_waits_on_a_clock_that_stands_still_is_told_so(cluster: Cluster) -> None:
    with pytest.raises(TimeoutError) as failure:
        cluster.wait("pod/web", "Ready", timeout=0)
    assert "advance()" in failure.value.__notes__[0]


@pytest.mark.cluster(clock="fake")
def test_a_cluster_tells_what_is_amiss_in_it(cluster: Cluster) -> None:
    assert cluster.tell() == ""
    cluster.apply(make_deployment(resources={"requests": {"cpu": "100"}}))
    pod, event = cluster.tell().splitlines()
    assert pod.startswith("pod/web-")
    assert event.startswith("event Warning FailedScheduling of pod/web-")
    cluster.stop()
    assert cluster.tell() == ""


def test_errors_are_raised_where_the_test_asked(cluster: Cluster) -> None:
    with pytest.raises(NotFound) as failure:
        cluster.get("pod/nobody")
    assert len(failure.traceback) == 2  # this function, and the one that hides itself


@pytest.mark.parametrize(
    ("what", "error", "problem"),
    [
        ("deploymnt/web", NotFound, 'doesn\'t have a resource type "deploymnt"'),
        ("web", ValueError, "'web' is no KIND/NAME, as deployment/web is"),
    ],
    ids=["kind", "name"],
)
def test_slips_are_told(cluster: Cluster, what: str, error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=problem):
        cluster.get(what)


def test_kinds_that_nobody_defined_are_refused(cluster: Cluster) -> None:
    with pytest.raises(NotFound, match=r'no matches for kind "Widget" in version "example\.com/v1"'):
        cluster.apply({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "small"}})
