"""Pods spread over the domains that their constraints name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import PODS, SERVICES
from minikube_py.scheduler.plugins import pod_topology_spread as plugin
from minikube_py.scheduler.plugins import pod_topology_spread_score
from minikube_py.scheduler.scheduler import CONTROLLER
from tests.controller.harness import Cluster
from tests.scheduler.pods import list_reasons, look, make_node, make_pod
from tests.scheduler.test_scheduler import add_node

Object = dict[str, Any]
WEB = {"app": "web"}


def web(name: str, **metadata: Any) -> Object:
    pod = make_pod(name, WEB)
    pod["metadata"] |= metadata
    return pod


def spreading(skew: int = 1, key: str = "zone", action: str = "DoNotSchedule", **more: Any) -> Object:
    constraint = {
        "maxSkew": skew,
        "topologyKey": key,
        "whenUnsatisfiable": action,
        "labelSelector": {"matchLabels": WEB},
        **more,
    }
    return make_pod("new", WEB, topologySpreadConstraints=[constraint])


def refuse(pod: Object) -> dict[str, str]:
    nodes = [
        make_node("a1", "a", web("w1"), web("w2")),
        make_node("a2", "a"),
        make_node("b1", "b", web("w3"), make_pod("else", WEB, "other")),
        make_node("x1"),
    ]
    return list_reasons(plugin, pod, nodes)


@pytest.mark.parametrize(
    ("pod", "refused"),
    [
        pytest.param(make_pod("new"), {}, id="no constraint"),
        pytest.param(spreading(), {"a1": plugin.SKEWED, "a2": plugin.SKEWED, "x1": plugin.NO_LABEL}, id="zones"),
        pytest.param(spreading(2), {"x1": plugin.NO_LABEL}, id="a larger skew"),
        pytest.param(spreading(key="kubernetes.io/hostname"), {"a1": plugin.SKEWED, "b1": plugin.SKEWED}, id="hosts"),
        pytest.param(spreading(action="ScheduleAnyway"), {}, id="only preferred"),
        pytest.param(
            spreading(minDomains=3),
            {"a1": plugin.SKEWED, "a2": plugin.SKEWED, "b1": plugin.SKEWED, "x1": plugin.NO_LABEL},
            id="too few zones",
        ),
    ],
)
def test_filter(pod: Object, refused: dict[str, str]) -> None:
    assert {name: reason for name, reason in refuse(pod).items() if reason} == refused


def test_pods_that_are_being_deleted_do_not_count() -> None:
    nodes = [make_node("a1", "a", web("w1", deletionTimestamp="2026-01-01T00:00:00Z")), make_node("b1", "b")]
    assert list_reasons(plugin, spreading(), nodes) == {"a1": "", "b1": ""}


def test_match_label_keys_count_one_revision_only() -> None:
    pod = spreading(matchLabelKeys=["pod-template-hash"])
    pod["metadata"]["labels"] = {**WEB, "pod-template-hash": "new"}
    old = make_pod("old", {**WEB, "pod-template-hash": "old"})
    nodes = [make_node("a1", "a", old), make_node("b1", "b")]
    assert list_reasons(plugin, pod, nodes) == {"a1": "", "b1": ""}


def test_taints_count_where_they_are_to() -> None:
    """A zone that the pod cannot go to is no reason to go nowhere else."""
    taint = {"key": "gpu", "effect": "NoSchedule"}
    nodes = [make_node("a1", "a", web("w1")), make_node("b1", "b", taints=[taint])]
    for policy, reason in (("Ignore", plugin.SKEWED), ("Honor", "")):
        pod = spreading(nodeTaintsPolicy=policy)
        assert list_reasons(plugin, pod, nodes)["a1"] == reason


def test_the_emptiest_zone_scores_best() -> None:
    nodes = [make_node("a1", "a", web("w1"), web("w2")), make_node("b1", "b", web("w3")), make_node("x1")]
    pod = spreading(action="ScheduleAnyway")
    state = look(pod_topology_spread_score, pod, nodes)
    scores = pod_topology_spread_score.normalize(pod_topology_spread_score.score_all(pod, nodes, state), state)
    assert scores[1] == 100 > scores[0]
    assert scores[2] == 0


def test_pods_of_a_service_spread_though_they_say_nothing(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster(CONTROLLER)
    for name in ("a", "b", "c"):
        add_node(cluster, name, labels={"kubernetes.io/hostname": name})
    cluster.create(SERVICES, "web", {"spec": {"selector": WEB, "ports": [{"port": 80}]}})
    for number in range(6):
        cluster.add_pod(f"web-{number}", labels=WEB)
    cluster.run()
    nodes = [cluster.client.get(PODS, f"web-{n}", "default")["spec"]["nodeName"] for n in range(6)]
    assert sorted(nodes) == ["a", "a", "b", "b", "c", "c"]
