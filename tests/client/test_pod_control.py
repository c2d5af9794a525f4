"""Making pods: what is told of a refusal, and what is not worth telling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.pod_control import make_pod
from minikube_py.client.resources import EVENTS, JOBS, NAMESPACES, PODS, REPLICA_SETS, Resource
from tests.controller.harness import Cluster

TEMPLATE: dict[str, Any] = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}], "restartPolicy": "Always"},
}
REPLICA_SET = {"selector": {"matchLabels": {"app": "web"}}, "replicas": 3, "template": TEMPLATE}
JOB = {"template": {"spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}}


@pytest.mark.parametrize(
    ("controller", "resource", "spec"),
    [("replicaset", REPLICA_SETS, REPLICA_SET), ("job", JOBS, JOB)],
    ids=["replica set", "job"],
)
def test_no_pod_is_asked_for_again_where_the_namespace_goes(
    tmp_path: Path, controller: str, resource: Resource, spec: dict[str, Any]
) -> None:
    cluster = Cluster(tmp_path, controller)
    cluster.create(NAMESPACES, "old", {})
    cluster.create(resource, "web", {"spec": spec}, "old")
    cluster.delete(NAMESPACES, "old")
    cluster.run()
    assert cluster.get(NAMESPACES, "old")["status"]["phase"] == "Terminating"
    assert not cluster.get(resource, "web", "old")["status"].get("conditions")
    cluster.run(3600)
    assert cluster.client.list(EVENTS)["items"] == []


def test_the_namespace_is_named_as_the_cause(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    cluster.create(NAMESPACES, "old", {})
    owner = cluster.create(REPLICA_SETS, "web", {"spec": REPLICA_SET}, "old")
    cluster.delete(NAMESPACES, "old")
    with pytest.raises(errors.Forbidden) as caught:
        cluster.client.create(PODS, make_pod(owner, TEMPLATE), "old")
    assert errors.has_cause(caught.value, errors.NAMESPACE_TERMINATING)
    assert not errors.has_cause(caught.value, "FieldValueInvalid")
