"""What becomes of a pod's priority class, and of the classes themselves."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import Forbidden
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]


def priority_class(name: str, value: int, **fields: Any) -> Object:
    return {"metadata": {"name": name}, "value": value, **fields}


def pod(**spec: Any) -> Object:
    return {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "nginx"}], **spec}}


def test_a_pod_has_the_priority_of_its_class_or_of_the_default(cluster: Cluster) -> None:
    cluster.create("priorityclasses", priority_class("batch", -10, preemptionPolicy="Never"))
    cluster.create("priorityclasses", priority_class("normal", 50, globalDefault=True))
    fields = ("priorityClassName", "priority", "preemptionPolicy")
    named = cluster.create("pods", pod(priorityClassName="batch"))["spec"]
    assert [named[f] for f in fields] == ["batch", -10, "Never"]
    cluster.delete("pods", "p")
    plain = cluster.create("pods", pod())["spec"]
    assert [plain[f] for f in fields] == ["normal", 50, "PreemptLowerPriority"]


def test_an_unknown_class_is_refused(cluster: Cluster) -> None:
    with pytest.raises(Forbidden, match='pods "p" is forbidden: no PriorityClass with name nope was found'):
        cluster.create("pods", pod(priorityClassName="nope"))


def test_there_is_one_default(cluster: Cluster) -> None:
    cluster.create("priorityclasses", priority_class("normal", 50, globalDefault=True))
    with pytest.raises(Forbidden, match="PriorityClass normal is already marked as default"):
        cluster.create("priorityclasses", priority_class("second", 60, globalDefault=True))


def test_classes_of_the_system_stay(cluster: Cluster) -> None:
    cluster.create("priorityclasses", priority_class("system-node-critical", 2_000_001_000))
    cluster.create("priorityclasses", priority_class("mine", 1))
    with pytest.raises(Forbidden) as caught:
        cluster.delete("priorityclasses", "system-node-critical")
    assert caught.value.message == (
        'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: '
        "this is a system priority class and cannot be deleted"
    )
    assert cluster.delete("priorityclasses", "mine")["status"] == "Success"
