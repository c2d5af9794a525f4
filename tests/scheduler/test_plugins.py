"""Each plugin's filter: which nodes refuse which pods, and in which words."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from minikube_py.scheduler.framework import NodeInfo
from minikube_py.scheduler.plugins import (
    node_affinity,
    node_name,
    node_ports,
    node_resources,
    node_unschedulable,
    taint_toleration,
)
from tests.scheduler.pods import list_reasons

Object = dict[str, Any]
_uids = count()


def make_node(
    name: str = "one", labels: dict[str, str] | None = None, pods: list[Object] | None = None, **spec: Any
) -> NodeInfo:
    status = {"allocatable": {"cpu": "2", "memory": "4Gi", "pods": "3"}}
    return NodeInfo({"metadata": {"name": name, "labels": labels or {}}, "spec": spec, "status": status}, pods or [])


def make_pod(requests: dict[str, str] | None = None, ports: list[Object] | None = None, **spec: Any) -> Object:
    container = {"name": "c", "resources": {"requests": requests or {}}, "ports": ports or []}
    return {"metadata": {"uid": str(next(_uids))}, "spec": {"containers": [container], **spec}}


TAINT = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}


def affinity(*expressions: Object) -> Object:
    return {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": list(expressions)}]}
        }
    }


@pytest.mark.parametrize(
    ("plugin", "pod", "node", "reason"),
    [
        pytest.param(node_name, make_pod(), make_node(), "", id="no name"),
        pytest.param(
            node_name, make_pod(nodeName="two"), make_node(), "node(s) didn't match the requested node name", id="another name"
        ),
        pytest.param(
            node_unschedulable, make_pod(), make_node(unschedulable=True), "node(s) were unschedulable", id="cordoned"
        ),
        pytest.param(
            node_unschedulable,
            make_pod(tolerations=[{"operator": "Exists"}]),
            make_node(unschedulable=True),
            "",
            id="cordon tolerated",
        ),
        pytest.param(
            taint_toleration, make_pod(), make_node(taints=[TAINT]), "node(s) had untolerated taint {gpu: yes}", id="tainted"
        ),
        pytest.param(
            taint_toleration,
            make_pod(tolerations=[{"key": "gpu", "value": "yes"}]),
            make_node(taints=[TAINT]),
            "",
            id="taint tolerated",
        ),
        pytest.param(
            taint_toleration, make_pod(), make_node(taints=[{**TAINT, "effect": "PreferNoSchedule"}]), "", id="only preferred"
        ),
        pytest.param(node_affinity, make_pod(nodeSelector={"disk": "ssd"}), make_node(), node_affinity.REASON, id="selector"),
        pytest.param(
            node_affinity, make_pod(nodeSelector={"disk": "ssd"}), make_node(labels={"disk": "ssd"}), "", id="selector met"
        ),
        pytest.param(
            node_affinity,
            make_pod(affinity=affinity({"key": "cores", "operator": "Gt", "values": ["4"]})),
            make_node(labels={"cores": "8"}),
            "",
            id="affinity Gt",
        ),
        pytest.param(
            node_affinity,
            make_pod(affinity=affinity({"key": "disk", "operator": "NotIn", "values": ["hdd"]})),
            make_node(labels={"disk": "hdd"}),
            node_affinity.REASON,
            id="affinity NotIn",
        ),
        pytest.param(
            node_affinity, make_pod(affinity=affinity()), make_node(), node_affinity.REASON, id="an empty term matches nothing"
        ),
        pytest.param(node_resources, make_pod({"cpu": "2"}), make_node(), "", id="just fits"),
        pytest.param(node_resources, make_pod({"cpu": "2001m"}), make_node(), "Insufficient cpu", id="too much cpu"),
        pytest.param(
            node_resources,
            make_pod({"cpu": "3", "memory": "5Gi"}),
            make_node(),
            "Insufficient cpu\nInsufficient memory",
            id="two short",
        ),
        pytest.param(
            node_resources,
            make_pod({"cpu": "1"}),
            make_node(pods=[make_pod({"cpu": "1500m"})]),
            "Insufficient cpu",
            id="others took it",
        ),
        pytest.param(
            node_resources, make_pod(), make_node(pods=[make_pod() for _ in range(3)]), "Too many pods", id="too many pods"
        ),
        pytest.param(
            node_ports,
            make_pod(ports=[{"hostPort": 80}]),
            make_node(pods=[make_pod(ports=[{"hostPort": 80}])]),
            node_ports.REASON,
            id="host port taken",
        ),
        pytest.param(
            node_ports,
            make_pod(ports=[{"hostPort": 80, "hostIP": "10.0.0.1"}]),
            make_node(pods=[make_pod(ports=[{"hostPort": 80, "hostIP": "10.0.0.2"}])]),
            "",
            id="another host address",
        ),
    ],
)
def test_filter(plugin: Any, pod: Object, node: NodeInfo, reason: str) -> None:
    assert list_reasons(plugin, pod, [node]) == {node.name: reason}


def test_the_emptier_node_scores_higher() -> None:
    pod = make_pod({"cpu": "100m"})
    state = node_resources.prepare(pod, None)
    busy = make_node(pods=[make_pod({"cpu": "1", "memory": "2Gi"})])
    assert node_resources.score(pod, make_node(), state) > node_resources.score(pod, busy, state)


def test_preferred_affinity_counts_by_weight() -> None:
    term = {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}
    preferred = [
        {"weight": 80, "preference": term},
        {"weight": 20, "preference": {"matchExpressions": [{"key": "x", "operator": "Exists"}]}},
    ]
    pod = make_pod(affinity={"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}})
    assert [node_affinity.score(pod, make_node(labels=labels), None) for labels in ({}, {"disk": "ssd"}, {"x": "1"})] == [
        0,
        80,
        20,
    ]
